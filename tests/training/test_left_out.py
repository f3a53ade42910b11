"""A recipe without one source: nothing of it is fitted on, what is fitted is kept, and it is measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.cli import run
from detector.errors import InputError
from tests.training.evaluation.readings import post
from tests.training.wording import drawn, imported, recipe
from training import toml
from training.evaluate_sources import mean_of, measure_sources, worst_of, write_sources
from training.floor import fit_floor, floor_of, floor_scores, rows_of_model
from training.left_out import fitted_without, learnt_from, roots_of
from training.sources import Source
from training.text import TextPlan, train_text
from training.text_recipe import Recipe, read_recipe
from training.text_rows import comes_from


def mocking(count: int, seed: int) -> list[dict[str, str]]:
    """Return made-up texts whose political words stand for mockery."""
    rows = drawn(count, seed)
    return [
        {"text": each["text"], "lang": each["lang"], "mockery": each["political"]} for each in rows
    ]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    root = tmp_path_factory.mktemp("sources")
    return [imported(root / name, mocking(360, at)) for at, name in enumerate(("one", "two"))]


@pytest.fixture(scope="module")
def path(sources: list[Source], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recipe of both sources."""
    one, two = (recipe(each.name) for each in sources)
    topics = tuple(
        each.model_copy(update={"topics": ("mockery",)}) for each in (*one.topics, *two.topics)
    )
    both = Recipe(shape=one.shape, topics=topics, languages=one.languages)
    path = tmp_path_factory.mktemp("recipes") / "text.toml"
    toml.write(path, both.model_dump(exclude_none=True, exclude_defaults=True, mode="json"))
    return path


@pytest.fixture(scope="module")
def model(sources: list[Source], path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "1"
    train_text(TextPlan(sources, read_recipe(path)), out)
    return out


def card(model: Path) -> dict[str, object]:
    return toml.read(model / "card.toml")


def test_rows_that_were_drawn_from_a_source_are_of_it() -> None:
    example = post("x", source="posts_labelled")
    assert comes_from(example, "posts_labelled")
    assert comes_from(replace(example, slices=(("source", "davidson"),)), "davidson")
    assert not comes_from(example, "davidson")


def test_nothing_of_the_source_is_fitted_or_calibrated_on(
    sources: list[Source], path: Path, model: Path, tmp_path: Path
) -> None:
    roots = roots_of(card(model), sources, path)
    assert learnt_from(roots, sources[0].name)
    assert not learnt_from(roots, "another")
    made = fitted_without(roots, sources[0].name, tmp_path, train_text)
    rows = {each["name"]: each["topic_rows"] for each in card(made)["data"]["sources"]}  # type: ignore[index]
    assert rows[sources[0].name] == 0
    assert rows[sources[1].name] > 0


def test_what_is_fitted_is_taken_again_and_not_fitted_anew(
    sources: list[Source], path: Path, model: Path, tmp_path: Path
) -> None:
    roots = roots_of(card(model), sources, path)
    made = fitted_without(roots, sources[0].name, tmp_path, train_text)

    def never(*_: object) -> None:
        pytest.fail("it was fitted anew")

    assert fitted_without(roots, sources[0].name, tmp_path, never) == made


def test_each_source_is_measured_and_stands_in_the_card(
    sources: list[Source], path: Path, model: Path, tmp_path: Path
) -> None:
    roots = roots_of(card(model), sources, path)
    folder = load_model_folder(str(model), "text")
    rows = measure_sources(folder, roots, sources, tmp_path, train_text, draws=50)
    assert [each.without for each in rows] == ["yes", "yes"]
    for each in rows:
        assert each.auc.value is not None
        assert each.auc.value > 0.8, each.source
    mean = mean_of(rows)
    assert mean.value == pytest.approx(sum(each.auc.value or 0 for each in rows) / 2)
    write_sources(model, roots, rows)
    table = card(model)["sources_left_out"]
    assert table["worst"] == round(worst_of(rows).auc.value or 0, 3)  # type: ignore[index]
    assert "## Sources left out" in (model / "card.md").read_text("utf-8")


def test_a_source_that_was_never_learnt_from_is_read_by_the_model_itself(
    sources: list[Source], model: Path, path: Path, tmp_path: Path
) -> None:
    roots = roots_of(card(model), sources, path)
    other = imported(tmp_path / "three", mocking(200, 9))

    def never(*_: object) -> None:
        pytest.fail("it was fitted anew")

    folder = load_model_folder(str(model), "text")
    [row] = measure_sources(folder, roots, [other], tmp_path / "runs", never, draws=20)
    assert row.without == "never learnt from"


def test_a_source_without_both_kinds_of_rows_is_refused(
    sources: list[Source], model: Path, path: Path, tmp_path: Path
) -> None:
    other = imported(tmp_path / "political", drawn(60, 3))
    folder = load_model_folder(str(model), "text")
    roots = roots_of(card(model), sources, path)
    with pytest.raises(InputError, match="labelled for mockery"):
        measure_sources(folder, roots, [other], tmp_path / "runs", train_text)


def test_a_recipe_that_takes_other_rows_than_the_card_counts_is_refused(
    sources: list[Source], model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "text.toml"
    less = recipe(sources[0].name)
    toml.write(path, less.model_dump(exclude_none=True, exclude_defaults=True, mode="json"))
    with pytest.raises(InputError, match="takes other rows here than the model was fitted on"):
        rows_of_model(card(model), sources, path)
    floor, why = floor_of(card(model), sources[:1], ["x"], path)
    assert floor == {}
    assert "expected them on this machine" in why


def test_the_floor_is_fitted_on_the_rows_of_the_model_and_learns(
    sources: list[Source], model: Path, path: Path
) -> None:
    parts = fit_floor(rows_of_model(card(model), sources, path).train, ["mockery", "opsec"])
    scores = floor_scores(parts, ["election minister parliament", "music garden rain"])
    assert set(scores) == {"mockery"}
    assert scores["mockery"][0] > scores["mockery"][1]


def test_a_floor_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="no row is of opsec"):
        fit_floor([], ["opsec"])


def test_sources_are_left_out_of_text_models_alone(capsys: pytest.CaptureFixture[str]) -> None:
    vision = load_model_folder("current", "vision").path
    assert run(["evaluate", str(vision), "--on", "sources"]) == 2
    assert "expected a text model for --on sources" in capsys.readouterr().err


def test_a_source_to_leave_out_that_is_not_here_is_named(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--sources", str(tmp_path), "--source", "nowhere"]
    assert run(["evaluate", str(model), "--on", "sources", *where]) == 2
    assert "nowhere is not on this machine" in capsys.readouterr().err


def test_choosing_thresholds_has_no_meaning_there(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(model), "--on", "sources", "--freeze"]) == 2
    assert "chooses nothing" in capsys.readouterr().err
