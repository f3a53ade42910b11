"""Named sets take the pictures they say, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.errors import InputError
from tests.training.scenes import LEFT, example, scene
from training.evaluation.sets import SETS, PictureSet, read_sets


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
        read_sets(path)


def test_the_project_names_its_sets() -> None:
    names = {(each.label, each.name) for each in read_sets(Path(__file__).parents[3] / SETS)}
    assert ("weapon", "carried") in names
