"""Named sets take the pictures they say, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.errors import InputError
from tests.training.scenes import LEFT, RIGHT, example, scene
from training import heldout
from training.evaluation.sets import SETS, PictureSet, read_asked
from training.manifest import read_manifest
from training.matching import match
from training.sources import open_all


def test_a_set_takes_its_sources_and_the_checked_negatives_of_all() -> None:
    made = PictureSet(name="carried", label="weapon", sources=("made",), with_negatives=True)
    inside = example("a")
    negative = example("b", source="street", annotates=[], negative_for=["weapon"])
    outside = example("c", source="street")
    assert [made.takes(each) for each in (inside, negative, outside)] == [True, True, False]


def test_boxes_too_small_for_a_set_are_neither_to_be_found_nor_wrong() -> None:
    small, made = (
        (0.1, 0.1, 0.15, 0.5),
        PictureSet(name="large", label="badge", sources=("made",), min_side_px=12),
    )
    [shown] = made.of([scene(example(boxes=[("badge", small), ("badge", LEFT)]))])
    assert [each.box for each in shown.example.boxes] == [LEFT]
    assert [each.box for each in shown.example.ignore] == [small]


def test_a_set_that_is_written_wrongly_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sets.toml"
    path.write_text('[[set]]\nname = "a"\nlabel = "gun"\nsources = []\n')
    with pytest.raises(InputError, match=r"the sets in .* are wrong"):
        read_asked(path)


def test_the_project_names_its_sets() -> None:
    names = {(each.label, each.name) for each in read_asked(Path(__file__).parents[3] / SETS).set}
    assert ("weapon", "carried") in names


def test_a_picture_that_shows_more_than_is_boxed_counts_for_recall_alone() -> None:
    made = PictureSet(name="a", label="weapon", sources=("made",), recall_only=("made/a",))
    [shown] = made.of(
        [scene(example(boxes=[("weapon", LEFT)]), ("weapon", 0.9, RIGHT), ("weapon", 0.8, LEFT))]
    )
    [found] = match([shown], ["weapon"])["weapon"]
    assert (found.positives.tolist(), found.hit.tolist()) == ([1], [True])
    assert found.for_precision.tolist() == [False]


def test_a_bar_on_a_set_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sets.toml"
    path.write_text('[[bar]]\nname = "a"\nlabel = "weapon"\nset = "b"\nap = 0.5\n')
    with pytest.raises(InputError, match="on the set 'b', which is none"):
        read_asked(path)


def test_the_project_asks_of_every_label_and_names_pictures_that_are_held_out() -> None:
    root = Path(__file__).parents[3]
    asked = read_asked(root / SETS)
    assert {each.label for each in asked.bar} == {"", "badge", "uniform", "vehicle", "weapon"}
    sources = {each.split("/")[0] for of in asked.set for each in of.recall_only}
    assert sources == {"granada_pistols"}


@pytest.mark.shared
def test_what_is_named_for_recall_alone_is_held_out(shared: Path) -> None:
    root = Path(__file__).parents[3]
    [source] = [
        each
        for each in open_all(root / "data" / "sources", root=shared / "data", kind="vision")
        if each.name == "granada_pistols"
    ]
    named = {item for each in read_asked(root / SETS).set for item in each.recall_only}
    assert named <= {each.id for each in heldout.pictures([source])}


def test_a_source_of_one_box_a_picture_is_never_judged_fully() -> None:
    said = read_manifest(Path(__file__).parents[3] / "data" / "sources" / "sohas.toml")
    assert said.labels.annotates_fully == ()
    assert said.labels.negative_for == ()
