"""Families left out: the recipe is that of the card, nothing of the family is learnt, runs are kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import InputError, SetupError
from tests.training.making import Row, picture_source
from tests.training.networks import model_folder
from training import toml
from training.augment import Changes
from training.balance import Shares
from training.evaluate import Request
from training.evaluate_families import (
    IN_FULL,
    ITSELF,
    LEFT_OUT,
    measure_families,
    write_families,
)
from training.evaluation.sets import SETS, Family, read_asked
from training.families import Grounds, Less, fitted, grounds_of, plan_without, recipe_of
from training.sources import Source
from training.vision import Plan, Recipe, open_start, plan
from training.vision_card import first_card

RECIPE = Recipe(
    epochs=3,
    image_size=64,
    batch=4,
    learning_rate=0.0004,
    pictures=8,
    head="one2one",
    seed=5,
    targets={"vehicle": 0.7},
    shares=Shares(background=0.1, emphasis={"near": 3.0}),
    changes=Changes(scale=0.25, blur=0.0, mosaic=0.5),
)
MINED = replace(RECIPE, shares=replace(RECIPE.shares, mined=3.0))
FAMILY = Family(name="far", label="vehicle", sources=("far",))


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Two sources with pictures on every side."""
    made = []
    for number, name in enumerate(("near", "far")):
        rows = [
            Row(f"p{at}", f"{name}{at}", int(at % 6 == 0), seed=100 * number + at)
            for at in range(24)
        ]
        origin = {"path": f"vision/{name}"}
        made.append(picture_source(tmp_path, rows, name=name, origin=origin))
    return made


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return model_folder(tmp_path / "coco", ("person",)) / "weights.safetensors"


@pytest.fixture
def grounds(sources: list[Source], weights: Path) -> Grounds:
    return Grounds(RECIPE, weights, tuple(sources), None)


@pytest.fixture
def model(tmp_path: Path, sources: list[Source], weights: Path) -> Path:
    """A model as a training leaves it: its card tells the recipe."""
    return trained(tmp_path, sources, weights, RECIPE)


def trained(tmp_path: Path, sources: list[Source], weights: Path, recipe: Recipe) -> Path:
    """Write a model folder with the card of a training by a recipe."""
    out = model_folder(tmp_path / "models" / "7", ("vehicle",))
    planned = plan(sources, open_start(weights), RECIPE, tmp_path / "planned", runs=tmp_path / "r")
    planned = replace(planned, out=out, recipe=recipe)
    before = toml.read(out / "card.toml")
    first_card(out, planned, "yolo26n.yaml", "cpu", "float32", 8)
    card = toml.read(out / "card.toml")
    card["model"] |= {"labels": ["vehicle"], "input_size": 64}
    rule = {"rule": "as the test says", "vehicle": {"target_precision": 0.7}}
    tables = {each: before[each] for each in ("thresholds", "calibration")}
    toml.write(out / "card.toml", card | tables | {"threshold_rule": rule})
    return out


class Fit:
    """Makes a model folder that learnt nothing, and notes what it was to learn from."""

    def __init__(self) -> None:
        self.learnt: list[set[str]] = []
        self.recipes: list[Recipe] = []

    def __call__(self, planned: Plan) -> None:
        self.learnt.append({each.source for each in planned.train})
        self.recipes.append(planned.recipe)
        part = model_folder(planned.out.with_name("part") / planned.out.name, ("vehicle",))
        shutil.move(part, planned.out)


def test_the_recipe_is_read_back_from_the_card_that_a_training_wrote(model: Path) -> None:
    assert recipe_of(toml.read(model / "card.toml")) == RECIPE


def test_how_often_false_alarms_were_drawn_is_read_back_too(
    tmp_path: Path, sources: list[Source], weights: Path
) -> None:
    model = trained(tmp_path, sources, weights, MINED)
    assert recipe_of(toml.read(model / "card.toml")) == MINED


def test_a_start_that_knows_no_label_is_not_asked_for_false_alarms(
    grounds: Grounds, tmp_path: Path
) -> None:
    planned = plan_without(replace(grounds, recipe=MINED), [FAMILY], Less(), tmp_path)
    assert planned.recipe == RECIPE


def test_the_card_says_that_false_alarms_were_not_drawn_more_often(
    model: Path, grounds: Grounds
) -> None:
    words = (
        "false alarms of the start are not drawn more often: this start knows none of the labels"
    )
    for recipe, said in ((RECIPE, False), (MINED, True)):
        write_families(model, replace(grounds, recipe=recipe), [FAMILY], Less(), ())
        assert (words in toml.read(model / "card.toml")["families"]["how"]) is said


def test_a_card_that_does_not_tell_its_recipe_is_refused() -> None:
    with pytest.raises(InputError, match="does not tell its recipe in full"):
        recipe_of({"recipe": {"epochs": 2, "note": "fitted by hand"}})


def test_a_recipe_with_a_change_that_is_not_known_is_refused(model: Path) -> None:
    card = toml.read(model / "card.toml")
    card["recipe"]["changes"] = ["sparkle 0.5"]
    with pytest.raises(InputError, match="has no 'sparkle'"):
        recipe_of(card)


def test_the_grounds_of_a_model_are_found_by_hash_and_name(
    model: Path, sources: list[Source], weights: Path
) -> None:
    card = toml.read(model / "card.toml")
    holding = replace(sources[0], folder=weights.parent)
    found = grounds_of(card, sources, [holding], [])
    assert (found.start, found.recipe) == (weights, RECIPE)
    assert [each.name for each in found.sources] == ["near", "far"]
    with pytest.raises(SetupError, match="learnt from far"):
        grounds_of(card, sources[:1], [holding], [])
    with pytest.raises(SetupError, match="give --from"):
        grounds_of(card, sources, [], [])


def test_a_model_that_was_fitted_on_from_another_one_is_refused(
    model: Path, sources: list[Source]
) -> None:
    card = toml.read(model / "card.toml")
    card["recipe"]["start"] = "vision model 6"
    with pytest.raises(InputError, match="has seen the families already"):
        grounds_of(card, sources, [], [])
    with pytest.raises(InputError, match="has seen the families already"):
        grounds_of(card, sources, [], [], start=model)
    with pytest.raises(InputError, match="has seen the families already"):
        grounds_of(card, sources, [], [], start=model / "weights.safetensors")


def test_a_model_that_was_fitted_on_is_held_against_one_from_the_start_that_is_named(
    model: Path, sources: list[Source], weights: Path, tmp_path: Path
) -> None:
    card = toml.read(model / "card.toml")
    card["recipe"]["start"] = "vision model 6"
    start = tmp_path / "coco.safetensors"
    shutil.copyfile(weights, start)
    grounds = grounds_of(card, sources, [], [], start=start)
    assert (grounds.start, grounds.other_start) == (start, True)
    request = Request(manifests=tmp_path / "data" / "sources", root=tmp_path, draws=20)
    folder, fit = load_model_folder(str(model), "vision"), Fit()
    rows = measure_families(folder, grounds, [FAMILY], request, Less(), tmp_path / "f", fit)
    assert [each.without for each in rows] == [LEFT_OUT, IN_FULL]
    write_families(model, grounds, [FAMILY], Less(), rows)
    how = toml.read(model / "card.toml")["families"]["how"]
    assert "started from another model" in how
    assert f"compare with the rows '{IN_FULL}'" in how


def test_nothing_of_the_family_is_learnt_or_calibrated_on(grounds: Grounds, tmp_path: Path) -> None:
    planned = plan_without(grounds, [FAMILY], Less(), tmp_path / "f")
    assert {each.source for each in (*planned.train, *planned.calibration)} == {"near"}
    assert planned.recipe.pictures == 8


def test_emphasis_on_what_is_left_out_is_left_out(grounds: Grounds, tmp_path: Path) -> None:
    near = Family(name="near", label="vehicle", sources=("near",))
    assert plan_without(grounds, [near], Less(), tmp_path).recipe.shares.emphasis == {}


def test_fewer_steps_are_another_run_and_more_are_never_taken(
    grounds: Grounds, tmp_path: Path
) -> None:
    whole, brief = (
        plan_without(grounds, [FAMILY], less, tmp_path) for less in (Less(), Less(1, 4))
    )
    assert whole.out != brief.out
    assert (brief.recipe.epochs, brief.recipe.pictures) == (1, 4)
    assert Less(99, 99).of(RECIPE) == RECIPE


def test_what_was_fitted_before_is_not_fitted_again(grounds: Grounds, tmp_path: Path) -> None:
    fit = Fit()
    planned = plan_without(grounds, [FAMILY], Less(), tmp_path / "f")
    one, again = fitted(planned, fit), fitted(planned, fit)
    assert one == again
    assert len(fit.learnt) == 1


def test_families_are_measured_with_and_without_and_stand_in_the_card(
    model: Path, grounds: Grounds, tmp_path: Path
) -> None:
    folder, fit, told = load_model_folder(str(model), "vision"), Fit(), list[str]()
    request = Request(manifests=tmp_path / "data" / "sources", root=tmp_path, draws=20)
    less = Less(epochs=1)
    rows = measure_families(
        folder, grounds, [FAMILY], request, less, tmp_path / "f", fit, told=told.append
    )
    assert [(each.family, each.without) for each in rows] == [("far", LEFT_OUT), ("far", IN_FULL)]
    assert all(each.scores.items == 4 for each in rows)
    assert fit.learnt == [{"near"}, {"near", "far"}]
    assert {each.epochs for each in fit.recipes} == {1}
    write_families(model, grounds, [FAMILY], less, rows)
    card = toml.read(model / "card.toml")["families"]
    assert "1 epochs of 8 pictures (the model itself: 3 of 8)" in card["how"]
    assert "another model" not in card["how"]
    assert [each["family"] for each in card["rows"]] == ["far", "far"]
    assert "## Families left out" in (model / "card.md").read_text("utf-8")
    assert load_model_folder(str(model), "vision").ref == folder.ref


def test_families_that_go_together_are_left_out_of_one_training(
    model: Path, grounds: Grounds, sources: list[Source], tmp_path: Path
) -> None:
    rows = [Row(f"p{at}", f"more{at}", int(at % 6 == 0), seed=300 + at) for at in range(12)]
    more = picture_source(tmp_path, rows, name="more", origin={"path": "vision/more"})
    grounds = replace(grounds, sources=(*sources, more))
    pair = [
        Family(name=each, label="vehicle", sources=(each,), together="one")
        for each in ("far", "more")
    ]
    request = Request(manifests=tmp_path / "data" / "sources", root=tmp_path, draws=20)
    folder, fit = load_model_folder(str(model), "vision"), Fit()
    found = measure_families(folder, grounds, pair, request, Less(), tmp_path / "f", fit)
    assert fit.learnt == [{"near"}]
    assert [(each.family, each.without) for each in found] == [
        ("far", LEFT_OUT),
        ("far", ITSELF),
        ("more", LEFT_OUT),
        ("more", ITSELF),
    ]
    write_families(model, grounds, pair, Less(), found)
    assert "left out together: far, more" in toml.read(model / "card.toml")["families"]["how"]


def test_in_full_the_model_itself_is_what_it_is_held_against(
    model: Path, grounds: Grounds, tmp_path: Path
) -> None:
    request = Request(manifests=tmp_path / "data" / "sources", root=tmp_path, draws=20)
    folder, fit = load_model_folder(str(model), "vision"), Fit()
    rows = measure_families(folder, grounds, [FAMILY], request, Less(), tmp_path / "f", fit)
    assert [each.without for each in rows] == [LEFT_OUT, ITSELF]
    assert fit.learnt == [{"near"}]


def test_a_family_that_was_not_learnt_from_is_refused(
    model: Path, grounds: Grounds, tmp_path: Path
) -> None:
    other = Family(name="other", label="vehicle", sources=("elsewhere",))
    with pytest.raises(InputError, match="learnt from no source of the family other"):
        measure_families(
            load_model_folder(str(model), "vision"),
            grounds,
            [other],
            Request(),
            Less(),
            tmp_path,
            Fit(),
        )


def test_the_project_names_families_that_share_no_source() -> None:
    families = read_asked(Path(__file__).parents[2] / SETS).family
    names = [name for each in families for name in each.sources]
    assert len(names) == len(set(names)) == 8
    assert "southasia_eval" not in names


def test_planning_families_loads_no_heavy_library() -> None:
    code = "import sys, training.families; print([m for m in ('torch','cv2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
