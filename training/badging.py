"""Sews emblems on the clothes of boxed persons, where such people wear them, and says where.

Shoulders carry rank slides, the chest crests, wings, name plates and ribbons, sleeves patches, caps their
badge. What is sewn on takes the light and the folds of the cloth. Name plates and ribbons are regions to
be ignored: those who draw boxes do not agree on them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.emblems import Artwork
from training.examples import LabelledBox
from training.figures import Cloth, Figure, Floats, Pixels, cloth_of
from training.insignia import Art
from training.spots import Spot, drawn

SQUARE = 416
"""Longest side of a picture in which the sizes below are meant."""
SMALLEST, LARGEST = 10.0, 60.0
"""Longer side of a badge in pixels."""
MOST = 6
"""Persons of a picture who may be given badges, the largest first."""
BARE = 0.1
"""Chance that a person is given none."""
PLAIN = 24.0
"""How far a badge must be from the cloth under it, out of 255, to be seen."""
FINER = 3
"""How much finer a badge is drawn before it is made as coarse as the picture."""
ON_CLOTH = 0.65
"""Share of a badge that must lie on cloth."""
Corners = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sewn:
    """A picture with badges on it; boxes as fractions of the picture."""

    pixels: Pixels
    badges: tuple[LabelledBox, ...]
    ignore: tuple[LabelledBox, ...]


def with_badges(
    pixels: Pixels,
    persons: Sequence[Figure],
    taken: Sequence[Figure],
    artwork: Artwork,
    rng: np.random.Generator,
) -> Sewn:
    """Sew emblems on clothes.

    Args:
        pixels: RGB, shape ``(height, width, 3)``.
        persons: Who wears a uniform.
        taken: Rectangles that nothing may be laid over: badges and weapons that are there.
        artwork: Crests, flags and charges.
        rng: Source of every draw.
    """
    pixels, kept = pixels.copy(), list(taken)
    height, width = pixels.shape[:2]
    badges: list[LabelledBox] = []
    ignore: list[LabelledBox] = []
    unit = max(height, width) / SQUARE
    large = sorted(persons, key=lambda each: -each.width * each.height)[:MOST]
    for figure in large:
        if 0.2 * figure.width < SMALLEST * unit or rng.random() < BARE:
            continue
        if figure.cut and figure.height > 1.4 * figure.width:
            continue
        cloth = cloth_of(pixels, figure, others=[each for each in persons if each != figure])
        if not cloth.is_sure:
            continue
        for spot, side in drawn(rng):
            place = _sewn_on(pixels, cloth, spot, side, kept, artwork, unit, rng)
            if place is not None:
                kept.append(place)
                found = LabelledBox("badge", _fractions(place, width, height))
                (badges if spot.is_badge else ignore).append(found)
    return Sewn(pixels, tuple(badges), tuple(ignore))


def _sewn_on(
    pixels: Pixels,
    cloth: Cloth,
    spot: Spot,
    side: float,
    kept: Sequence[Figure],
    artwork: Artwork,
    unit: float,
    rng: np.random.Generator,
) -> Figure | None:
    """Sew one emblem on in place; return where, or None where it does not fit."""
    middle = spot.at(cloth, side)
    if middle is None:
        return None
    art = spot.draw(artwork, rng)
    size = cloth.figure.width * spot.size * rng.uniform(0.8, 1.3)
    size = float(np.clip(size, SMALLEST * unit, LARGEST * unit))
    corners = _corners(art, middle, size, side * spot.tilt, spot.turned, rng)
    low, high = corners.min(axis=0), corners.max(axis=0)
    wide, tall = (float(each) for each in high - low)
    place = Figure(float(low[0]), float(low[1]), wide, tall)
    inside = (low >= 0).all() and (high < pixels.shape[1::-1]).all()
    if not inside or any(_meet(place, each) for each in kept):
        return None
    if not (_on_cloth(cloth, place) if spot.on_cloth else _on_cap(pixels, cloth, place)):
        return None
    return _laid(pixels, art, corners, rng)


def _corners(
    art: Art,
    middle: tuple[float, float],
    size: float,
    tilt: float,
    turned: float,
    rng: np.random.Generator,
) -> Corners:
    """Return where the corners of art come to lie: turned, seen from a side, not quite flat."""
    height, width = art.shape[:2]
    scale = size / max(height, width)
    wide, high = width * scale * rng.uniform(turned, 1.0), height * scale
    if tilt > 10:  # what lies on a shoulder is seen from in front
        high *= rng.uniform(0.6, 1.0)
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (wide / 2, high / 2)
    flat += rng.normal(0, 0.03 * size, (4, 2))
    angle = math.radians(tilt + rng.normal(0, 5))
    cos, sin = math.cos(angle), math.sin(angle)
    shifted = np.array(middle) + rng.normal(0, 0.12 * size, 2)
    return np.asarray(flat @ np.array([[cos, sin], [-sin, cos]]) + shifted, np.float32)


def _on_cloth(cloth: Cloth, place: Figure) -> bool:
    x, y = int(place.left) - cloth.left, int(place.top) - cloth.top
    part = cloth.mask[max(y, 0) : y + int(place.height) + 1, max(x, 0) : x + int(place.width) + 1]
    return bool(part.size) and float(part.mean()) >= ON_CLOTH


def _on_cap(pixels: Pixels, cloth: Cloth, place: Figure) -> bool:
    """Say whether a place over the brow is neither skin nor what lies beside the head."""
    x, y = int(place.left), int(place.top)
    part = pixels[y : y + int(place.height) + 1, x : x + int(place.width) + 1].astype(np.float32)
    red, green, blue = part.reshape(-1, 3).mean(axis=0)
    skin = red > 1.15 * green and green > 0.95 * blue and red > 60
    left = max(0, int(cloth.figure.left) - 2)
    beside = pixels[y : y + 2, left : left + 3].reshape(-1, 3).astype(np.float32)
    apart = np.abs(beside.mean(axis=0) - (red, green, blue)).max() > 30
    return bool(not skin and apart and part.std(axis=(0, 1)).max() < 45)


def _laid(pixels: Pixels, art: Art, corners: Corners, rng: np.random.Generator) -> Figure | None:
    """Lay art on its corners in the light that falls there; return the rectangle that it covers."""
    left, top = (int(each) - 2 for each in corners.min(axis=0))
    right, bottom = (int(each) + 4 for each in corners.max(axis=0))
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, pixels.shape[1]), min(bottom, pixels.shape[0])
    size = (right - left, bottom - top)
    rgb, alpha = _warped(art, corners - np.array([left, top], np.float32), size, rng)
    under = pixels[top:bottom, left:right]
    light = cv2.GaussianBlur(under.astype(np.float32).mean(axis=2), (0, 0), max(size) / 12 + 0.5)
    shade = np.clip(light / max(float(light.mean()), 8.0), 0.5, 1.5)[..., None]
    rgb = rgb * shade * _exposure(pixels, left, top, size, rng)
    rgb += rng.normal(0, 3, rgb.shape)
    rows, columns = np.nonzero(alpha > 0.35)
    if not len(rows) or float(np.abs(rgb - under)[rows, columns].mean()) < PLAIN:
        return None
    alpha = alpha[..., None] * rng.uniform(0.85, 1.0)
    under[...] = np.clip(under * (1 - alpha) + rgb * alpha, 0, 255).astype(np.uint8)
    wide, high = np.ptp(columns) + 1, np.ptp(rows) + 1
    return Figure(float(left + columns.min()), float(top + rows.min()), float(wide), float(high))


def _warped(
    art: Art, corners: Corners, size: tuple[int, int], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return colours and alpha on a patch of this width and height: bent by folds, then blurred."""
    height, width = art.shape[:2]
    fine = size[0] * FINER, size[1] * FINER
    ends = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    back = cv2.getPerspectiveTransform(corners * FINER, ends)
    x, y = np.meshgrid(np.arange(fine[0], dtype=np.float32), np.arange(fine[1], dtype=np.float32))
    depth, length = rng.uniform(0, 0.03) * max(fine), max(fine) * rng.uniform(0.4, 1.0)
    fold = depth * np.sin((x + y * rng.uniform(-1, 1)) * (2 * math.pi / length) + rng.uniform(0, 6))
    at = cv2.perspectiveTransform(np.dstack([x, y + fold.astype(np.float32)]), back)
    solid = art.astype(np.float32)
    solid[..., :3] *= solid[..., 3:] / 255
    soft = cv2.GaussianBlur(solid, (0, 0), max(0.3, 0.35 * max(width, height) / max(fine)))
    drawn = cv2.remap(soft, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
    coarse = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(coarse, (0, 0), rng.uniform(0.35, 0.8)), np.float32)
    alpha = np.asarray(small[..., 3] / 255, np.float32)
    rgb = np.asarray(small[..., :3] / np.maximum(alpha, 1e-3)[..., None], np.float32)
    return rgb, alpha


def _exposure(
    pixels: Pixels, left: int, top: int, size: tuple[int, int], rng: np.random.Generator
) -> Floats:
    """Return the light of the surroundings by channel: what is sewn on is no brighter than they are."""
    wide, high = 3 * size[0], 3 * size[1]
    near = pixels[max(0, top - high) : top + high, max(0, left - wide) : left + wide]
    bright = np.percentile(near[::2, ::2].reshape(-1, 3), 95, axis=0) / 235
    return np.asarray(np.clip(0.4 + 0.7 * bright, 0.4, 1.1) * rng.uniform(0.85, 1.1), np.float32)


def _meet(one: Figure, other: Figure) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def _fractions(place: Figure, width: int, height: int) -> tuple[float, float, float, float]:
    right, bottom = place.left + place.width, place.top + place.height
    return place.left / width, place.top / height, right / width, bottom / height
