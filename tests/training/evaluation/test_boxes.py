"""Scores of boxes and pictures: at the threshold, over all thresholds, with intervals."""

from __future__ import annotations

import pytest

from tests.training.scenes import LABELS, LEFT, RIGHT, example, scene
from training.evaluation.boxes import score_boxes, score_pictures
from training.matching import IOUS, match
from training.scene import Scene


def matches(*found: Scene):  # type: ignore[no-untyped-def]
    return match(list(found), LABELS)["weapon"][0]


def armed(name: str, *found, **more) -> Scene:  # type: ignore[no-untyped-def]
    return scene(example(name, boxes=[("weapon", LEFT)], **more), *found)


def test_counts_are_those_at_the_threshold() -> None:
    found = score_boxes(
        [
            matches(
                armed("a", ("weapon", 0.9, LEFT), ("weapon", 0.6, RIGHT)),
                armed("b", ("weapon", 0.3, LEFT)),
            )
        ],
        0.5,
    )
    assert (found.positives, found.flagged, found.right) == (2, 2, 1)
    assert (found.precision.value, found.recall.value, found.f1) == (0.5, 0.5, 0.5)


def test_boxes_for_recall_alone_change_recall_and_not_precision() -> None:
    apart = armed("a", ("weapon", 0.9, LEFT), ("weapon", 0.8, RIGHT), annotates=[])
    found = score_boxes([matches(apart, armed("b"))], 0.5)
    assert found.recall.value == 0.5
    assert found.precision.value is None
    assert "count for recall alone" in found.note


def test_the_mean_over_overlaps_is_lower_for_a_box_that_fits_loosely() -> None:
    loose = (0.1, 0.1, 0.4, 0.43)
    found = score_boxes(
        match([armed("a", ("weapon", 0.9, loose))], LABELS, ious=IOUS)["weapon"], 0.5
    )
    assert found.ap.value == pytest.approx(1.0)
    assert found.ap_50_95 is not None
    assert found.ap_50_95.value == pytest.approx(0.7)  # 0.33 of 0.40: seven of ten


def test_a_picture_is_scored_by_its_most_confident_detection_wherever_it_lies() -> None:
    found = score_pictures(matches(armed("a", ("weapon", 0.9, RIGHT)), scene(example("b"))), 0.5)
    assert (found.items, found.positives, found.right) == (2, 1, 1)
    assert found.ap.value == 1.0


def test_a_picture_of_which_nobody_can_say_is_not_scored() -> None:
    unclear = scene(example("a", ignore=[("weapon", LEFT)]), ("weapon", 0.9, RIGHT))
    found = score_pictures(matches(unclear, armed("b", ("weapon", 0.9, LEFT))), 0.5)
    assert (found.items, found.flagged) == (1, 1)


def test_the_curve_ends_at_the_recall_that_can_be_reached() -> None:
    found = score_boxes([matches(armed("a", ("weapon", 0.9, LEFT)), armed("b"))], 0.5, curve=True)
    assert found.curve is not None
    assert (found.curve.precision, found.curve.recall) == ((1.0,), (0.5,))


def test_pictures_of_one_group_are_not_taken_for_independent() -> None:
    many = [armed(f"p{at}", ("weapon", 0.9, LEFT), group=f"g{at % 2}") for at in range(40)]
    found = score_boxes([matches(*many)], 0.5)
    assert found.groups == 2
    assert found.precision.method == "wilson over groups"
    assert found.precision.small
