"""Where a boxed person wears cloth: how a body lies in its box, and which pixels are its clothing.

Cheap on purpose, because it runs while a network waits for pictures: proportions by the shape of the box,
then colours of the middle of the body against colours around the person. The mask is soft and often
incomplete, which is enough to recolour clothes and to know where an emblem may be sewn on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detector.evidence import Fractions

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WORKING = 96
"""Longest side in pixels of a person while the mask is made."""
AROUND = 0.2
"""How far beyond the box the surroundings are looked at, in widths and heights of the box."""
CUT = 0.01
"""How near to a side of the picture a box is taken to be cut, as a fraction of its width."""
SURE, APART = 0.45, 0.18
"""Share of the body that must be found as cloth, and how far its colours must be from those around it."""
LEVELS = (16, 8, 8)
"""Bins of lightness and of the two colour axes."""
SHOULDERS, WAIST = 1.35, 4.0
"""Heights below the top of the box, in heads."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How a standing or sitting person lies in a box; pixels of the picture."""

    left: float
    top: float
    width: float
    height: float
    cut: bool = False
    """Whether an edge of the picture cuts the person at a side: proportions cannot be told."""

    @property
    def middle(self) -> float:
        """Where the spine is taken to be."""
        return self.left + self.width / 2

    @property
    def head(self) -> float:
        """Height of the head: a full figure is slender, a portrait is half head."""
        portrait = float(np.clip(2 - self.height / self.width, 0, 1))
        head = (0.38 + 0.08 * portrait) * self.width
        return float(np.clip(head, 0.13 * self.height, 0.48 * self.height))

    @property
    def shoulders(self) -> float:
        """Height of the shoulders in the picture."""
        return self.top + SHOULDERS * self.head

    @property
    def waist(self) -> float:
        """Height of the belt in the picture; may lie below it."""
        return self.top + WAIST * self.head


@dataclass(frozen=True, slots=True)
class Cloth:
    """A person's clothing."""

    figure: Figure
    left: int
    top: int
    """Upper left corner of the mask in the picture, in pixels."""
    mask: Floats
    """0 where there is no cloth, 1 where there is."""
    apart: float
    """How far its colours are from those around it: 0 the same, 1 no colour in common."""

    def within(self, pixels: Pixels) -> Pixels:
        """Return the part of the picture that the mask lies on: a view."""
        height, width = self.mask.shape
        return pixels[self.top : self.top + height, self.left : self.left + width]

    @property
    def is_sure(self) -> bool:
        """Whether something can be done to the cloth without doing it to the wall behind."""
        return self.share >= SURE and self.apart >= APART

    @property
    def share(self) -> float:
        """How much of the middle of the body was taken for cloth; low where the mask failed."""
        figure = self.figure
        rows = slice(int(figure.shoulders - self.top), int(figure.top + figure.height - self.top))
        x = figure.middle - self.left
        wide = 0.2 * figure.width
        part = self.mask[rows, max(0, int(x - wide)) : max(1, int(x + wide))]
        return float(part.mean()) if part.size else 0.0


def figure_in(box: Fractions, width: int, height: int) -> Figure:
    """Return the figure in a box of a picture of this size in pixels."""
    left, top, right, bottom = box
    cut = left < CUT or right > 1 - CUT
    size = (right - left) * width, (bottom - top) * height
    return Figure(left * width, top * height, *size, cut)


def cloth_of(
    pixels: Pixels,
    figure: Figure,
    spared: Sequence[Figure] = (),
    others: Sequence[Figure] = (),
) -> Cloth:
    """Find the clothing of a person.

    Args:
        pixels: RGB, shape ``(height, width, 3)``.
        figure: The person.
        spared: Boxes whose inscribed ellipse is no cloth, whatever its colour.
        others: Persons who may wear the same: their boxes are no surroundings.
    """
    high, wide = pixels.shape[:2]
    margin_x, margin_y = AROUND * figure.width, AROUND * figure.height
    left, top = max(0, int(figure.left - margin_x)), max(0, int(figure.top - margin_y))
    right = min(wide, int(figure.left + figure.width + margin_x) + 1)
    bottom = min(high, int(figure.top + figure.height + margin_y) + 1)
    crop = pixels[top:bottom, left:right]
    scale = min(1.0, WORKING / max(figure.width, figure.height))
    size = max(4, round((right - left) * scale)), max(4, round((bottom - top) * scale))
    lab = cv2.cvtColor(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    x = (np.arange(size[0], dtype=np.float32) + 0.5) * ((right - left) / size[0]) + left
    y = (np.arange(size[1], dtype=np.float32) + 0.5) * ((bottom - top) / size[1]) + top
    body, core, head, outside = _expected(figure, x, y)
    for each in others:
        of = _within(y, each.top, each.height)[:, None] & _within(x, each.left, each.width)
        outside[of] = 0
    skin = _skin(np.asarray(lab, np.uint8))
    if float((skin * core).sum()) < 0.5 * float(core.sum()):  # else it is the cloth that is so
        body, core = body * (1 - 0.9 * skin), core * (1 - skin)
    found, apart = _told_apart(_bins(np.asarray(lab, np.uint8)), (body, core), head, outside)
    sure = np.clip((_along_edges(found, np.asarray(lab[..., 0], np.uint8)) - 0.4) / 0.25, 0, 1)
    mask = np.asarray(cv2.resize(sure, crop.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    for each in spared:
        middle = each.middle - left, each.top + each.height / 2 - top
        cv2.ellipse(mask, (middle, (each.width, each.height), 0), 0.0, cv2.FILLED)
    return Cloth(figure, left, top, mask.astype(np.float32), apart)


def _skin(lab: Pixels) -> Floats:
    """Return where colours are redder than khaki and no deeper than skin, dark or fair."""
    red, yellow = lab[..., 1].astype(np.int16) - 128, lab[..., 2].astype(np.int16) - 128
    skin = (red >= 9) & (red < 32) & (yellow >= 6) & (yellow < 40)
    return skin.astype(np.float32)


def _within(at: Floats, start: float, length: float) -> npt.NDArray[np.bool_]:
    return (at > start) & (at < start + length)


def _expected(figure: Figure, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return where cloth is likely by place alone, where sure, where the head is, what is outside."""
    across = np.abs(x - figure.middle)[None, :] / figure.width
    down = (y - figure.top)[:, None]
    inside = (across < 0.5) & (down > 0) & (down < figure.height)
    from_neck = np.clip((down / figure.head - 1.0) / 0.4, 0, 1)
    body = 0.9 * from_neck * np.clip((0.62 - across) / 0.35, 0, 1)
    middle = ((down / figure.head - 0.55) / 0.62) ** 2
    head = (middle + (across * figure.width / (0.45 * figure.head)) ** 2 < 1) & inside
    body = np.where(inside & ~head, body, 0.02)
    chest = min(1.8 * figure.head, 0.7 * figure.height)
    core = inside & (down > chest) & (across < 0.3)
    return (
        body.astype(np.float32),
        core.astype(np.float32),
        head.astype(np.float32),
        (~inside).astype(np.float32),
    )


def _bins(lab: Pixels) -> npt.NDArray[np.intp]:
    """Number each pixel's bin of lightness and colour."""
    lightness = lab[..., 0].astype(np.intp) >> 4
    # Most of what is seen lies within 32 of grey; what lies farther out joins the last bin.
    colour = np.clip((lab[..., 1:].astype(np.intp) - 96) >> 3, 0, 7)
    bins: npt.NDArray[np.intp] = (lightness * 8 + colour[..., 0]) * 8 + colour[..., 1]
    return bins


def _told_apart(
    bins: npt.NDArray[np.intp],
    places: tuple[Floats, Floats],
    head: Floats,
    outside: Floats,
    rounds: int = 2,
) -> tuple[Floats, float]:
    """Weigh colours of the body against those of head and surroundings, place by place."""
    around = _spread(bins, outside / max(float(outside.sum()), 1.0))
    other = around + _spread(bins, head / max(float(head.sum()), 1.0))
    body, found = places
    for _ in range(rounds):
        own = _spread(bins, found / max(float(found.sum()), 1e-6))
        here, there = own[bins] * body, other[bins] * (1 - body)
        found = (here / (here + there + 1e-9)).astype(np.float32)
    return found, 1 - float(np.sqrt(own * around).sum())


def _spread(bins: npt.NDArray[np.intp], weight: Floats) -> Floats:
    """Return how often each colour occurs, neighbours sharing; sums up to the weights' sum."""
    flat = np.bincount(bins.ravel(), weight.ravel(), int(np.prod(LEVELS)))
    count = np.asarray(flat.reshape(LEVELS), np.float64)
    for axis in range(3):
        count = np.moveaxis(count, axis, 0)
        shared = 0.5 * count
        shared[1:] += 0.25 * count[:-1]
        shared[:-1] += 0.25 * count[1:]
        shared[[0, -1]] += 0.25 * count[[0, -1]]
        count = np.moveaxis(shared, 0, axis)
    return count.ravel().astype(np.float32)


def _along_edges(soft: Floats, lightness: Pixels, radius: int = 3, rough: float = 4e-3) -> Floats:
    """Smooth a mask but where lightness jumps: the guided filter.

    Source:
        He, Sun, Tang: Guided Image Filtering, https://doi.org/10.1109/TPAMI.2012.213
    """

    def mean(values: npt.NDArray[np.floating[Any]]) -> Floats:
        return np.asarray(cv2.blur(values, (2 * radius + 1, 2 * radius + 1)), np.float32)

    guide = lightness.astype(np.float32) / 255
    guided, masked = mean(guide), mean(soft)
    slope = (mean(guide * soft) - guided * masked) / (mean(guide * guide) - guided**2 + rough)
    return np.asarray(mean(slope) * guide + mean(masked - slope * guided), np.float32)
