"""Matching agrees with pycocotools, and knows what is neither right nor wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.training import scenes as made
from tests.training.scenes import LABELS, LEFT, RIGHT, example, scene
from training.matching import IOUS, match
from training.metrics.average import coco_average_precision
from training.scene import Scene


def average(found: list[Scene], label: str, iou: float = 0.5) -> float | None:
    matches = match(found, LABELS, ious=(iou,))[label][0].judged
    return coco_average_precision(matches.hit, int(matches.positives.sum()))


@given(made.scenes())
@settings(max_examples=150, deadline=None)
def test_average_precision_agrees_with_pycocotools(found: list[Scene]) -> None:
    expected = made.pycocotools_ap(found, IOUS)
    for label, matches in match(found, LABELS, ious=IOUS).items():
        ours = [
            coco_average_precision(each.judged.hit, int(each.judged.positives.sum()))
            for each in matches
        ]
        plain = [-1.0 if each is None else each for each in ours]
        assert plain == pytest.approx(expected[label], abs=1e-9)


def test_a_detection_on_a_box_is_right_and_a_second_one_is_wrong() -> None:
    found = scene(example(boxes=[("weapon", LEFT)]), ("weapon", 0.9, LEFT), ("weapon", 0.8, LEFT))
    matches = match([found], LABELS)["weapon"][0]
    assert matches.hit.tolist() == [True, False]


def test_a_label_that_the_source_does_not_annotate_takes_no_part() -> None:
    found = scene(example(annotates=["uniform"]), ("weapon", 0.9, LEFT))
    matches = match([found], LABELS)["weapon"][0]
    assert (len(matches.hit), len(matches.examples)) == (0, 0)


def test_a_label_that_was_checked_to_be_absent_makes_a_detection_wrong() -> None:
    found = scene(example(annotates=[], negative_for=["weapon"]), ("weapon", 0.9, LEFT))
    assert match([found], LABELS)["weapon"][0].hit.tolist() == [False]


@pytest.mark.parametrize("label", ["", "weapon"], ids=["of every label", "of this label"])
def test_a_detection_in_a_region_to_be_ignored_is_neither_right_nor_wrong(label: str) -> None:
    found = scene(example(ignore=[(label, LEFT)]), ("weapon", 0.9, LEFT))
    assert len(match([found], LABELS)["weapon"][0].hit) == 0


def test_a_region_to_be_ignored_for_another_label_changes_nothing() -> None:
    found = scene(example(ignore=[("uniform", LEFT)]), ("weapon", 0.9, LEFT))
    assert match([found], LABELS)["weapon"][0].hit.tolist() == [False]


def test_a_labelled_box_inside_a_region_to_be_ignored_is_still_to_be_found() -> None:
    whole = (0.0, 0.0, 1.0, 1.0)
    found = scene(example(boxes=[("weapon", LEFT)], ignore=[("", whole)]), ("weapon", 0.9, LEFT))
    matches = match([found], LABELS)["weapon"][0]
    assert (matches.hit.tolist(), matches.positives.tolist()) == ([True], [1])


def test_boxes_of_a_picture_that_is_not_annotated_fully_count_for_recall_alone() -> None:
    found = scene(
        example(boxes=[("weapon", LEFT)], annotates=[]),
        ("weapon", 0.9, LEFT),
        ("weapon", 0.8, RIGHT),
    )
    matches = match([found], LABELS)["weapon"][0]
    assert matches.hit.tolist() == [True]
    assert matches.positives.tolist() == [1]
    assert len(matches.judged.hit) == 0


def test_only_boxes_of_the_size_asked_for_count() -> None:
    large = (0.0, 0.0, 0.9, 0.9)
    found = scene(
        example(boxes=[("weapon", LEFT), ("weapon", large)]),
        ("weapon", 0.9, LEFT),
        ("weapon", 0.8, large),
    )
    small = match([found], LABELS, size=(0.0, 0.3))["weapon"][0]
    assert (small.hit.tolist(), small.positives.tolist()) == ([True], [1])


def test_a_box_of_the_whole_picture_is_a_close_up() -> None:
    whole = (0.0, 0.0, 1.0, 1.0)
    found = scene(example(boxes=[("weapon", whole)]), ("weapon", 0.9, whole))
    assert match([found], LABELS, size=(0.3, 1.0))["weapon"][0].hit.tolist() == [True]


def test_a_part_of_the_pictures_keeps_its_detections_and_no_others() -> None:
    first = scene(example("a", boxes=[("weapon", LEFT)]), ("weapon", 0.5, LEFT))
    second = scene(example("b"), ("weapon", 0.9, LEFT))
    part = match([first, second], LABELS)["weapon"][0].of(np.array([False, True]))
    assert [each.id for each in part.examples] == ["made/b"]
    assert (part.confidence.tolist(), part.picture.tolist()) == ([0.9], [0])


def test_detections_remember_their_place_in_the_scene() -> None:
    found = scene(example(boxes=[("weapon", LEFT)]), ("uniform", 0.9, RIGHT), ("weapon", 0.4, LEFT))
    assert match([found], LABELS)["weapon"][0].detection.tolist() == [1]


def test_nothing_found_anywhere_gives_an_average_precision_of_0() -> None:
    assert average([scene(example(boxes=[("weapon", LEFT)]))], "weapon") == 0.0
