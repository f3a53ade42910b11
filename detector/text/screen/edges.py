"""Where edges stand and whether they stay: what is laid over a film stands still while the film moves.

Finding text takes a network some 30 ms a frame; these edges take 1 ms. So the network is asked only
where edges that were not there when it was asked last have come to a stand, and a line that was found
is followed by its edges alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detector.evidence import Fractions
from detector.text.screen.base import Pixels

LONGEST = 480
"""Longest side in pixels at which edges are compared."""
CELL = 12
"""Side in pixels of the squares in which edges are compared: about a small line's height."""
STANDS = 0.75
"""Likeness of a square's edges to those of the sample before, from which they have come to a stand."""
SAME = 0.5
"""Likeness from which edges are those seen earlier: a ground that moves behind letters costs some."""
_BUSY = 45.0
"""Mean strength of the edges in a square of text, in grey levels per pixel; plain ground has a tenth."""

Edges = npt.NDArray[np.float32]
"""Change of brightness to the right and downwards, shape ``(height, width, 2)``."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The edges of one frame."""

    edges: Edges

    def part(self, box: Fractions) -> Edges:
        """Return the edges inside a box."""
        height, width = self.edges.shape[:2]
        x0, y0, x1, y1 = box
        left, top = int(x0 * width), int(y0 * height)
        right, bottom = max(left + 2, round(x1 * width)), max(top + 2, round(y1 * height))
        return self.edges[top:bottom, left:right]


def sketch(pixels: Pixels) -> Sketch:
    """Return the edges of a frame, reduced to `LONGEST`."""
    height, width = pixels.shape[:2]
    scale = LONGEST / max(height, width)
    size = max(CELL, round(width * scale)), max(CELL, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return Sketch(np.dstack([cv2.Sobel(grey, -1, 1, 0), cv2.Sobel(grey, -1, 0, 1)]))


def likeness(one: Edges, other: Edges) -> float:
    """Say how alike the edges at the same place of two frames are, in [-1, 1].

    The edges of what moves behind letters are weak beside the letters' own, and fall out.
    """
    if one.shape != other.shape:
        return 0.0
    length = float(np.sqrt(_sum(one, one) * _sum(other, other)))
    return _sum(one, other) / length if length > 0 else 0.0


def _sum(one: Edges, other: Edges) -> float:
    return float(np.vdot(one, other))


class Watch:
    """Says when a frame shows standing edges that were not there when text was looked for last."""

    def __init__(self) -> None:
        self._before: Sketch | None = None
        self._known: Sketch | None = None
        """Edges of the frame in which text was looked for last."""

    def changed(self, now: Sketch) -> bool:
        """Take the next frame; say whether text should be looked for in it."""
        before, self._before = self._before, now
        if before is None or before.edges.shape != now.edges.shape:
            return False
        if self._known is None or self._known.edges.shape != now.edges.shape:
            return True
        power = _cells(now.edges, now.edges)
        busy = power > _BUSY**2
        stands = _cells(now.edges, before.edges) > STANDS * np.maximum(
            power, _cells(before.edges, before.edges)
        )
        known = _cells(now.edges, self._known.edges) > SAME * np.maximum(
            power, _cells(self._known.edges, self._known.edges)
        )
        fresh = (busy & stands & ~known).astype(np.uint8)
        # A line is several squares side by side; a single one is a lamp or a leaf.
        beside = fresh[:, 1:] & fresh[:, :-1]
        return bool((beside[:, 1:] & beside[:, :-1]).any())

    def looked(self, at: Sketch) -> None:
        """Note that text was looked for in this frame."""
        self._known = at
        self._before = self._before or at


def _cells(one: Edges, other: Edges) -> npt.NDArray[np.float32]:
    """Return the mean product of two frames' edges per square."""
    product = (one * other).sum(axis=2)
    size = product.shape[1] // CELL, product.shape[0] // CELL
    cut = product[: size[1] * CELL, : size[0] * CELL]
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.float32)
