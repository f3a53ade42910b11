"""Where edges stand and whether they stay: what is laid over a film stands still while the film moves.

Finding text takes a network some 40 ms a frame, a glance 17; these edges take 1 ms. So the network is
asked only where edges that were not there when it was asked last have come to a stand, and a line that
was found is followed by its edges alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from detector.evidence import Fractions
from detector.text.screen.base import Pixels

LONGEST = 480
"""Longest side in pixels at which edges are compared."""
CELL = 12
"""Side in pixels of the squares in which edges are compared: about a small line's height."""
STANDS = 0.8
"""Likeness of a square's edges to those of the sample before, from which they have come to a stand."""
SAME = 0.5
"""Likeness from which edges are those seen earlier: a ground that moves behind letters costs some."""
_BUSY = 110.0
"""Strength of the edges in a square of text, root mean square of Sobel's answer. With 45 the network was
asked three times as often on moving clips without text, and found no caption more."""

_BESIDE = 4
"""Squares side by side that are a word."""

Cells = npt.NDArray[np.float32]
Edges = npt.NDArray[np.float32]
"""Change of brightness to the right and downwards, shape ``(height, width, 2)``."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """The edges of one frame."""

    edges: Edges

    @cached_property
    def power(self) -> Cells:
        """Mean square of the edges per square."""
        return cells(self.edges, self.edges)

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
    every = max(1, int(0.8 / scale))  # averaging what is left takes a tenth of averaging everything
    left = -(-width // every), -(-height // every)
    some = cv2.resize(pixels, left, interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(cv2.cvtColor(some, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
    right, down = (cv2.Sobel(small, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    return Sketch(np.asarray(cv2.merge([right, down]), np.float32))


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
        busy = now.power > _BUSY**2
        if not busy.any():
            return False
        fresh = (busy & _alike(now, before, STANDS) & ~_alike(now, self._known, SAME)).astype(
            np.uint8
        )
        # A line is several squares side by side; a single one is a lamp or a leaf.
        return bool(cv2.erode(fresh, np.ones((1, _BESIDE), np.uint8), borderValue=0).any())

    def looked(self, at: Sketch) -> None:
        """Note that text was looked for in this frame."""
        self._known = at
        self._before = self._before or at


def _alike(one: Sketch, other: Sketch, least: float) -> npt.NDArray[np.bool_]:
    """Say for every square whether the edges of two frames are alike in it."""
    shared = cells(one.edges, other.edges)
    return np.asarray(shared > least * np.maximum(one.power, other.power), np.bool_)


def cells(one: Edges, other: Edges) -> Cells:
    """Return the mean product of two frames' edges per square."""
    both = one * other
    product = both[..., 0] + both[..., 1]
    size = product.shape[1] // CELL, product.shape[0] // CELL
    cut = product[: size[1] * CELL, : size[0] * CELL]
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.float32)
