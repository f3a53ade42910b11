"""Lines of text on the map of probabilities that RapidOCR's finding network answers with.

The package does the same in a module that takes most of a second of the processor to import; a clip
without text needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from detector.text.screen.base import Corners, Line

LIKELY = 0.3
"""Probability of text from which a pixel belongs to a line."""
GROW = 1.6
"""The network marks the core of a line: it is larger on every side by this share of area over perimeter."""
LEAST_SIDE = 3.0
"""Pixels of the map under which a mark is a speck."""
MOST = 1000
"""Marks of a frame that are looked at."""

Likelihood = npt.NDArray[np.float32]
"""Probability of text, shape ``(height, width)``."""


def lines_on(likelihood: Likelihood, least: float) -> Iterator[Line]:
    """Yield the lines on a map, in its pixels, from top to bottom.

    Args:
        likelihood: The network's answer.
        least: Mean probability inside a line from which it counts as one.
    """
    marks = cv2.dilate((likelihood > LIKELY).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(marks, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[:MOST]:
        middle, sides, angle = cv2.minAreaRect(contour)
        if min(sides) < LEAST_SIDE:
            continue
        confidence = _mean(likelihood, _points((middle, sides, angle)))
        if confidence < least:
            continue
        room = sides[0] * sides[1] * GROW / (sides[0] + sides[1])
        grown = (middle, (sides[0] + room, sides[1] + room), angle)
        found.append(Line(_corners(_points(grown), likelihood), confidence))
    found.sort(key=lambda each: float(each.corners[0, 1]))
    yield from found


def _points(rectangle: tuple[Sequence[float], Sequence[float], float]) -> Corners:
    return np.asarray(cv2.boxPoints(rectangle), np.float32)


def _mean(likelihood: Likelihood, quad: Corners) -> float:
    """Return the mean probability inside a quadrangle."""
    height, width = likelihood.shape
    size = np.array([width - 1, height - 1])
    low = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, size)
    high = np.clip(np.ceil(quad.max(axis=0)).astype(int), 0, size)
    mask = np.zeros((high[1] - low[1] + 1, high[0] - low[0] + 1), np.uint8)
    cv2.fillPoly(mask, [(quad - low).astype(np.int32)], 1)
    part = likelihood[low[1] : high[1] + 1, low[0] : high[0] + 1]
    return float(cv2.mean(part, mask)[0])


def _corners(quad: Corners, likelihood: Likelihood) -> Corners:
    """Return a quadrangle as a line's corners, inside the map."""
    by_x = quad[np.argsort(quad[:, 0], kind="stable")]
    left, right = (side[np.argsort(side[:, 1], kind="stable")] for side in (by_x[:2], by_x[2:]))
    ordered = np.stack([left[0], right[0], right[1], left[1]]).round()
    size = np.array([likelihood.shape[1] - 1, likelihood.shape[0] - 1], np.float32)
    return np.asarray(np.clip(ordered, 0, size), np.float32)
