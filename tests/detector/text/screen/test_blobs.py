"""Lines on the map of probabilities: where they are, how large, and what is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector.text.screen.blobs import Likelihood, lines_on


def likelihood(*boxes: tuple[int, int, int, int], probability: float = 0.9) -> Likelihood:
    """Return a map of 200 x 100 with text in boxes of x0, y0, x1, y1."""
    found = np.zeros((100, 200), np.float32)
    for x0, y0, x1, y1 in boxes:
        found[y0:y1, x0:x1] = probability
    return found


def test_a_mark_is_a_line_that_is_larger_on_every_side() -> None:
    [line] = lines_on(likelihood((40, 40, 140, 50)), 0.45)

    room = 100 * 10 * 1.6 / (2 * (100 + 10))
    wanted = np.array([[40, 40], [140, 40], [140, 50], [40, 50]]) + room * np.array(
        [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    )
    assert line.corners == pytest.approx(wanted, abs=2)
    assert line.confidence == pytest.approx(0.9, abs=0.15)


def test_corners_of_a_slanted_line_are_in_the_order_it_is_read_in() -> None:
    found = np.zeros((100, 200), np.float32)
    cv2.line(found, (40, 60), (160, 40), 0.9, 8)
    [line] = lines_on(found, 0.45)

    top_left, top_right, bottom_right, bottom_left = line.corners
    assert top_left[0] < top_right[0]
    assert top_right[1] < top_left[1] < bottom_left[1]
    assert bottom_right[0] > bottom_left[0]
    assert np.linalg.norm(top_right - top_left) > 3 * np.linalg.norm(bottom_left - top_left)


def test_a_line_at_the_rim_stays_inside_the_map() -> None:
    [line] = lines_on(likelihood((0, 0, 200, 12)), 0.45)
    assert line.corners.min() >= 0
    assert line.corners[:, 0].max() <= 199


def test_lines_come_from_top_to_bottom() -> None:
    found = list(lines_on(likelihood((20, 70, 90, 78), (20, 20, 90, 28), (20, 45, 90, 53)), 0.45))
    assert [round(float(each.corners[0, 1]), -1) for each in found] == sorted(
        round(float(each.corners[0, 1]), -1) for each in found
    )
    assert len(found) == 3


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(likelihood(), id="nothing"),
        pytest.param(likelihood((40, 40, 140, 50), probability=0.2), id="unlikely"),
        pytest.param(likelihood((40, 40, 140, 50), probability=0.35), id="doubtful"),
        pytest.param(likelihood((40, 40, 41, 41)), id="speck"),
    ],
)
def test_what_is_no_line_is_not_found(found: Likelihood) -> None:
    assert list(lines_on(found, 0.45)) == []


def test_what_is_doubtful_is_found_where_less_is_asked() -> None:
    assert len(list(lines_on(likelihood((40, 40, 140, 50), probability=0.4), 0.3))) == 1
