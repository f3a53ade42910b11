"""How much two boxes have in common."""

from __future__ import annotations

import pytest

from detector.vision.tracks import iou


def test_overlap_is_what_two_boxes_share_of_what_they_cover() -> None:
    assert iou((0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.75, 1.0)) == pytest.approx(1 / 3)


def test_overlap_of_boxes_that_do_not_meet_is_zero() -> None:
    assert iou((0.0, 0.0, 0.2, 0.2), (0.5, 0.5, 0.9, 0.9)) == 0.0
    assert iou((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)) == 0.0
