from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from detector.vision.card import VisionCard
from detector.vision.decode import decode
from detector.vision.letterbox import place

CARD = VisionCard(
    labels=("uniform", "weapon"), weights="m.onnx", input_size=320, head="one2one", floor=0.1
)
MANY = CARD.model_copy(update={"head": "one2many"})
PLACEMENT = place((320, 320), 320)


def rows(*found: tuple[float, ...]) -> npt.NDArray[np.float32]:
    return np.array(found, np.float32).reshape(-1, 6)


def test_what_is_found_is_given_with_label_confidence_and_box() -> None:
    seen = decode(rows((10, 20, 60, 80, 0.02, 0.9)), PLACEMENT, 1.5, CARD)

    assert seen.time_s == 1.5
    assert seen.labels == ("weapon",)
    assert seen.confidence.tolist() == pytest.approx([0.9])
    assert seen.xyxy.tolist() == [[10, 20, 60, 80]]


def test_what_is_below_the_floor_is_not_given() -> None:
    assert len(decode(rows((10, 20, 60, 80, 0.09, 0.0)), PLACEMENT, 0, CARD)) == 0


def test_one_place_may_hold_two_labels() -> None:
    seen = decode(rows((10, 20, 60, 80, 0.5, 0.6)), PLACEMENT, 0, CARD)

    assert seen.labels == ("weapon", "uniform")


def test_the_most_confident_come_first_and_the_rest_is_cut_off() -> None:
    card = CARD.model_copy(update={"max_detections": 2})
    found = rows(*[(10 * i, 0, 10 * i + 5, 5, c, 0) for i, c in enumerate((0.3, 0.9, 0.6))])

    assert decode(found, PLACEMENT, 0, card).confidence.tolist() == pytest.approx([0.9, 0.6])


def test_a_box_with_nothing_inside_the_frame_is_left_out() -> None:
    placement = place((320, 100), 320)  # 14 rows of padding above and below
    found = rows((10, 0, 60, 12, 0.9, 0), (10, 20, 60, 60, 0.8, 0))

    seen = decode(found, placement, 0, CARD)

    assert seen.xyxy.tolist() == [[10, 6, 60, 46]]


OVERLAPPING = rows(
    (10, 10, 100, 100, 0.9, 0), (12, 12, 100, 100, 0.8, 0), (200, 10, 250, 90, 0.7, 0)
)


def test_of_overlapping_boxes_of_one_label_the_most_confident_stays() -> None:
    assert decode(OVERLAPPING, PLACEMENT, 0, MANY).confidence.tolist() == pytest.approx([0.9, 0.7])


def test_the_head_without_suppression_gives_them_all() -> None:
    assert len(decode(OVERLAPPING, PLACEMENT, 0, CARD)) == 3


def test_boxes_of_different_labels_do_not_suppress_each_other() -> None:
    found = rows((10, 10, 100, 100, 0.9, 0), (12, 12, 100, 100, 0, 0.8))

    assert decode(found, PLACEMENT, 0, MANY).labels == ("uniform", "weapon")


def test_a_frame_without_anything_gives_empty_arrays() -> None:
    seen = decode(rows(), PLACEMENT, 2.0, MANY)

    assert (len(seen), seen.xyxy.shape, seen.confidence.shape) == (0, (0, 4), (0,))
