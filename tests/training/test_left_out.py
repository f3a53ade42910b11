"""A recipe without one source: nothing of it is fitted on, what is fitted is kept, and it is measured."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from detector.artifact import load_model_folder
from detector.cli import run
from detector.errors import InputError
from tests.training.evaluation.readings import post
from tests.training.wording import drawn, imported, recipe
from training import toml
from training.evaluate_sources import (
    LeftOut,
    groups_of,
    mean_of,
    measure_sources,
    worst_of,
    write_sources,
)
from training.floor import fit_floor, floor_of, floor_scores, rows_of_model
from training.left_out import TextRoots, dealt, fitted_without, learnt_from, roots_of
from training.linear import TopicParts
from training.sources import Source
from training.text import TextPlan, train_text
from training.text_recipe import EncoderFrom, Recipe, entry, read_recipe
from training.text_rows import TextRow, comes_from


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
    made = fitted_without(roots, [sources[0].name], tmp_path, train_text)
    rows = {each["name"]: each["topic_rows"] for each in card(made)["data"]["sources"]}  # type: ignore[index]
    assert rows[sources[0].name] == 0
    assert rows[sources[1].name] > 0


def test_what_is_fitted_is_taken_again_and_not_fitted_anew(
    sources: list[Source], path: Path, model: Path, tmp_path: Path
) -> None:
    roots = roots_of(card(model), sources, path)
    made = fitted_without(roots, [sources[0].name], tmp_path, train_text)

    def never(*_: object) -> None:
        pytest.fail("it was fitted anew")

    assert fitted_without(roots, [sources[0].name], tmp_path, never) == made


@dataclass(frozen=True, slots=True)
class Listed:
    """A recipe with lists, and the card of a model that was fitted by it."""

    recipe: Path
    glossary: Path
    names: Path
    card: dict[str, object]


@pytest.fixture
def listed(path: Path, model: Path, tmp_path: Path) -> Listed:
    glossary, names = tmp_path / "glossary.tsv", tmp_path / "names.tsv"
    glossary.write_text("nadi\triver\n")
    names.write_text("faith\tmuslim|hindu\n")
    how = EncoderFrom(package="none", glossary=str(glossary), names=str(names))
    every = read_recipe(path).model_copy(update={"encoder": how})
    recipe = tmp_path / "text.toml"
    toml.write(recipe, every.model_dump(exclude_none=True, exclude_defaults=True, mode="json"))
    said: dict[str, Any] = toml.read(model / "card.toml")
    said["recipe"]["encoder"] = entry(how.model_dump())
    said["files"]["names.tsv"] = hashlib.sha256(names.read_bytes()).hexdigest()
    return Listed(recipe, glossary, names, said)


def folder_of(roots: TextRoots) -> str:
    """Return the name of the folder that a fit would be in."""
    return fitted_without(roots, ["one"], Path("nowhere"), lambda plan, out: None).name


def test_a_changed_list_or_label_is_another_fit(
    sources: list[Source], listed: Listed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    roots = roots_of(listed.card, sources, listed.recipe)
    seen = [folder_of(roots)]
    assert folder_of(roots) == seen[0]
    first, *rest = roots.rows.train
    for other in (
        replace(first, labels={"mockery": not first.labels["mockery"]}),
        replace(first, text="something else"),
        replace(first, weight=0.5),
    ):
        seen.append(folder_of(replace(roots, rows=replace(roots.rows, train=(other, *rest)))))
    for changed in (listed.glossary, listed.names):
        changed.write_text(changed.read_text() + "# more\n")
        seen.append(folder_of(roots))
    assert len(set(seen)) == len(seen)
    listed.glossary.unlink()
    with pytest.raises(InputError, match="expected the list that the recipe names"):
        folder_of(roots)


@pytest.mark.parametrize("named", ["topics", "encoder", "names.tsv"])
def test_a_recipe_that_is_not_the_models_is_refused_unless_it_is_called_reduced(
    sources: list[Source], listed: Listed, named: str
) -> None:
    said: dict[str, Any] = listed.card
    if named == "names.tsv":
        listed.names.write_text("faith\tmuslim|hindu|sikh\n")
    else:
        said["recipe"][named] = "something else"
    with pytest.raises(InputError, match=rf"is not the recipe of the model: {named} differ"):
        roots_of(said, sources, listed.recipe)
    assert not roots_of(said, sources, reduced=listed.recipe).own


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
    assert "Left out together" not in str(table["how"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("together", "groups"),
    [
        pytest.param(1, (("a",), ("b",), ("c",), ("d",), ("e",)), id="one-by-one"),
        pytest.param(2, (("a", "d"), ("b", "e"), ("c",)), id="neighbours-apart"),
        pytest.param(4, (("a", "c", "e"), ("b", "d")), id="evenly"),
        pytest.param(9, (("a", "b", "c", "d", "e"),), id="all-at-once"),
    ],
)
def test_sources_are_dealt_out_into_as_few_groups_as_hold_them(
    together: int, groups: tuple[tuple[str, ...], ...]
) -> None:
    assert dealt("abcde", together) == groups
    assert dealt([], together) == ()


def test_rows_of_every_source_that_is_named_go_and_those_drawn_from_them(
    sources: list[Source], path: Path, model: Path
) -> None:
    rows = roots_of(card(model), sources, path).rows
    one, two = (each.name for each in sources)
    drawn_from = [
        replace(each, example=replace(each.example, source="posts", slices=(("source", one),)))
        for each in rows.train[:3]
    ]
    rows = replace(rows, train=(*rows.train, *drawn_from))
    assert {each.example.source for each in rows.without(two).train} == {one, "posts"}
    assert {each.example.source for each in rows.without(one).train} == {two}
    assert rows.without(one, two).train == rows.without(one, two).calibration == ()
    assert rows.without() == rows


@dataclass(frozen=True, slots=True)
class Three:
    """Three sources, a recipe of them, and a model that is fitted on all."""

    sources: list[Source]
    roots: TextRoots
    home: Path
    """Where the recipe ``text.toml`` and the model ``1`` lie; fits are kept below it."""

    def measured(self) -> tuple[LeftOut, ...]:
        """Leave two out at a time; the fits are made once."""
        model = load_model_folder(str(self.home / "1"), "text")
        runs = self.home / "runs" / "sources" / "1"
        return measure_sources(
            model, self.roots, self.sources, runs, train_text, together=2, draws=20
        )


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Three:
    home = tmp_path_factory.mktemp("three")
    found = [imported(home / name, mocking(240, 20 + at)) for at, name in enumerate("abc")]
    parts = [recipe(each.name) for each in found]
    topics = tuple(
        each.model_copy(update={"topics": ("mockery",)}) for one in parts for each in one.topics
    )
    every = Recipe(shape=parts[0].shape, topics=topics, languages=parts[0].languages)
    path = home / "text.toml"
    toml.write(path, every.model_dump(exclude_none=True, exclude_defaults=True, mode="json"))
    train_text(TextPlan(found, every), home / "1")
    return Three(found, roots_of(card(home / "1"), found, path), home)


def test_sources_that_are_left_out_together_share_a_fit_that_saw_none_of_them(
    three: Three,
) -> None:
    found = [(each.source, each.companions) for each in three.measured()]
    assert found == [("a", ("c",)), ("b", ()), ("c", ("a",))]
    shared, alone = sorted((three.home / "runs" / "sources" / "1").iterdir())
    assert shared.name.startswith("without-a+c-")
    assert alone.name.startswith("without-b-")
    counts = {each["name"]: each["topic_rows"] for each in card(shared)["data"]["sources"]}  # type: ignore[index]
    assert (counts["a"], counts["c"]) == (0, 0)
    assert counts["b"] > 0


def test_the_n_grams_beside_are_fitted_without_the_same_sources(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def noted(rows: Sequence[TextRow], topics: Sequence[str], *, seed: int = 0) -> TopicParts:
        seen.append({each.example.source for each in rows})
        return fit_floor(rows, topics, seed=seed)

    monkeypatch.setattr("training.evaluate_sources.fit_floor", noted)
    three.measured()
    assert seen == [{"b"}, {"a", "c"}]


def test_groups_that_were_left_out_together_are_told_once_each(three: Three) -> None:
    rows = three.measured()
    assert groups_of(rows) == (("a", "c"),)
    assert groups_of([replace(each, companions=()) for each in rows]) == ()


def test_the_command_leaves_out_so_many_at_a_time_and_the_card_says_which(
    three: Three, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bar = {"name": "new sources", "on": "sources", "macro": 0.01}
    asked_of_it = {"left_out": ["a", "b", "c"], "bar": [bar]}
    toml.write(three.home / "bars.toml", {"text": asked_of_it})
    held = {"name": "new sources", "figure": "mean AUC", "bar": 0.01, "at_most": False}
    before = {"bars": [held | {"reached": "not measured", "why": "it was not run"}]}
    toml.replace(three.home / "1" / "card.toml", "must_show", before)
    monkeypatch.chdir(three.home)
    monkeypatch.setattr("training.evaluation.sets.SETS", three.home / "bars.toml")
    monkeypatch.setattr("training.sources.open_all", lambda *_, **__: three.sources)
    asked = ["evaluate", "1", "--on", "sources", "--together", "2", "--card", "--draws", "20"]
    assert run([*asked, "--text-recipe", "text.toml"]) == 0
    assert "left out together: a, c" in capsys.readouterr().out
    assert len(list((three.home / "runs" / "sources" / "1").iterdir())) == 2
    said = card(three.home / "1")["sources_left_out"]
    assert "Left out together" in said["how"]  # type: ignore[index]
    assert said["how"].endswith(": a, c.")  # type: ignore[index]
    assert [each.get("with") for each in said["rows"]] == [["c"], None, ["a"]]  # type: ignore[index]
    assert "Left out together" in (three.home / "1" / "card.md").read_text("utf-8")
    [again] = card(three.home / "1")["must_show"]["bars"]  # type: ignore[index]
    assert again["reached"] == "met"


def test_the_command_gives_the_recipe_its_pairs_too_and_nothing_else(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(_: object, sources: Sequence[Source], *__: object, **___: object) -> None:
        given.extend(each.manifest.kind for each in sources)
        raise InputError("seen")

    given: list[str] = []
    one, two, *_ = three.sources
    kinds = [
        replace(each, manifest=each.manifest.model_copy(update={"kind": kind, "name": kind}))
        for each, kind in ((one, "pairs"), (two, "vision"))
    ]
    (three.home / "bars.toml").write_text('[text]\nleft_out = ["a", "b", "c"]\n')
    monkeypatch.chdir(three.home)
    monkeypatch.setattr("training.evaluation.sets.SETS", three.home / "bars.toml")
    monkeypatch.setattr("training.sources.open_all", lambda *_, **__: [*three.sources, *kinds])
    monkeypatch.setattr("training.left_out.roots_of", kept)
    assert run(["evaluate", "1", "--on", "sources"]) == 2
    assert given == ["text", "text", "text", "pairs"]


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
    write_sources(model, roots, [row])
    assert "is read by the model itself" in card(model)["sources_left_out"]["how"]  # type: ignore[index]


def test_what_a_reduced_recipe_read_is_not_said_to_be_the_models(
    three: Three, tmp_path: Path
) -> None:
    path = three.home / "text.toml"
    roots = roots_of(card(three.home / "1"), three.sources, reduced=path)
    never = [replace(each, without="never learnt from") for each in three.measured()]
    shutil.copytree(three.home / "1", tmp_path / "1")
    write_sources(tmp_path / "1", roots, never)
    how = str(card(tmp_path / "1")["sources_left_out"]["how"])  # type: ignore[index]
    assert "by a reduced recipe, not the model's own, fitted anew" in how
    assert "is read by a fit of all it takes" in how
    assert "the model itself" not in how
    assert "this model's recipe" not in how


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
