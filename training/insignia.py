"""Draws insignia that need no artwork: rank slides, crests, stars, wings; name plates and ribbons.

Art is RGBA with 8 bits, large enough to be made smaller: the rim of a cap badge is one pixel of a phone's
video. What is drawn stands for a kind of thing, not for the mark of any force.
"""

from __future__ import annotations

import math
import string

import cv2
import numpy as np
import numpy.typing as npt

Art = npt.NDArray[np.uint8]
"""RGBA, shape ``(height, width, 4)``; alpha is not multiplied in."""
Ink = tuple[int, int, int]

SIDE = 96
"""Longer side of what is drawn, in pixels."""
METALS: tuple[Ink, ...] = (
    *((212, 175, 80), (190, 150, 60), (205, 205, 210), (240, 240, 240), (250, 250, 250)),
)
CLOTHS: tuple[Ink, ...] = (
    *((20, 20, 24), (24, 30, 60), (58, 62, 38), (120, 24, 28), (40, 44, 48), (16, 60, 40)),
    *((30, 60, 120), (150, 130, 95), (230, 230, 230)),
)


def rank_slide(rng: np.random.Generator) -> Art:
    """Draw a shoulder board: dark cloth with stars, bars or chevrons along it."""
    height = int(SIDE * rng.uniform(0.36, 0.6))
    art = _plate(SIDE, height, _one(CLOTHS, rng))
    if rng.random() < 0.4:
        cv2.rectangle(art, (2, 2), (SIDE - 3, height - 3), (*_one(METALS, rng), 255), 3)
    metal, count = _one(METALS, rng), int(rng.integers(1, 5))
    kind, size = rng.integers(3), height * rng.uniform(0.24, 0.36)
    for each in range(count):
        x = SIDE * (0.14 + 0.72 * (each + 0.5) / count)
        if kind == 0:
            _star(
                art, (x, height / 2), min(size, 0.36 * SIDE / count), int(rng.integers(4, 7)), metal
            )
        elif kind == 1:
            wide = 0.18 * SIDE / count + 2
            corners = (round(x - wide), 2), (round(x + wide), height - 3)
            cv2.rectangle(art, *corners, (*metal, 255), cv2.FILLED)
        else:
            points = [(x - 6, 4), (x + 6, height / 2), (x - 6, height - 4)]
            cv2.polylines(art, [_whole(points)], False, (*metal, 255), 5, cv2.LINE_AA)
    return art


def crest(rng: np.random.Generator, charge: Art | None = None) -> Art:
    """Draw a shield, disc, oval or many-pointed star with a rim and a charge on it."""
    rim = _one(METALS, rng) if rng.random() < 0.7 else _one(CLOTHS, rng)
    outline, fill = _outline(rng), _one(CLOTHS, rng)
    if rng.random() < 0.25:
        fill = _one(METALS, rng)
    art = np.zeros((SIDE, SIDE, 4), np.uint8)
    art[..., :3] = rim
    cv2.fillPoly(art, [_whole(outline)], (*rim, 255), cv2.LINE_AA)
    inner = (outline - SIDE / 2) * rng.uniform(0.78, 0.92) + SIDE / 2
    cv2.fillPoly(art, [_whole(inner)], (*fill, 255), cv2.LINE_AA)
    if rng.random() < 0.5:
        band = int(SIDE * rng.uniform(0.16, 0.26))
        _lettered(art, (SIDE // 5, band // 2 + 4, SIDE - SIDE // 5, band + 10), rim, rng)
    size = int(SIDE * rng.uniform(0.38, 0.56))
    _put(art, charge if charge is not None else star(rng), size)
    return art


def star(rng: np.random.Generator) -> Art:
    """Draw a metal star, now and then with a disc in it: a cap badge, a pip, a charge."""
    art = np.zeros((SIDE, SIDE, 4), np.uint8)
    metal = _one(METALS, rng)
    art[..., :3] = metal
    points = int(rng.choice([4, 5, 6, 8, 8, 12, 16]))
    _star(art, (SIDE / 2, SIDE / 2), SIDE * 0.48, points, metal, rng.uniform(0.4, 0.75))
    if rng.random() < 0.6:
        centre, radius = (SIDE // 2, SIDE // 2), int(SIDE * rng.uniform(0.14, 0.24))
        cv2.circle(art, centre, radius, (*_one(CLOTHS, rng), 255), cv2.FILLED, cv2.LINE_AA)
    return lit(art, rng)


def wreath(rng: np.random.Generator, charge: Art | None = None) -> Art:
    """Draw leaves about a charge with a crown above it: the usual cap badge."""
    art = np.zeros((SIDE, SIDE, 4), np.uint8)
    metal = _one(METALS, rng)
    art[..., :3] = metal
    for turn in np.linspace(0.15 * math.pi, 0.85 * math.pi, 9):
        for side in (-1, 1):
            x = SIDE * (0.5 + side * 0.36 * math.sin(turn))
            y = SIDE * (0.56 - 0.36 * math.cos(turn))
            leaf = (round(x), round(y)), (SIDE // 11, SIDE // 24)
            angle = side * math.degrees(turn)
            cv2.ellipse(art, *leaf, angle, 0, 360, (*metal, 255), cv2.FILLED, cv2.LINE_AA)
    _star(art, (SIDE / 2, SIDE * 0.14), SIDE * 0.12, 5, metal)
    if charge is None:
        _star(art, (SIDE / 2, SIDE * 0.56), SIDE * 0.24, int(rng.integers(5, 9)), metal)
    else:
        _put(art, charge, int(SIDE * 0.46), below=SIDE // 16)
    return lit(art, rng)


def wings(rng: np.random.Generator) -> Art:
    """Draw a pair of wings with a disc in the middle: worn over a pocket."""
    height = SIDE // 3
    art = np.zeros((height, SIDE, 4), np.uint8)
    metal = _one(METALS, rng)
    art[..., :3] = metal
    for side in (-1, 1):
        for each in range(4):
            root = SIDE / 2 + side * 6, height * 0.5
            tip = SIDE / 2 + side * SIDE * (0.48 - 0.05 * each), height * (0.25 + 0.17 * each)
            ends = _whole([root, tip])
            cv2.polylines(art, [ends], False, (*metal, 255), 5, cv2.LINE_AA)
    cv2.circle(art, (SIDE // 2, height // 2), height // 3, (*metal, 255), cv2.FILLED, cv2.LINE_AA)
    inner = SIDE // 2, height // 2
    cv2.circle(art, inner, height // 5, (*_one(CLOTHS, rng), 255), cv2.FILLED, cv2.LINE_AA)
    return lit(art, rng)


def name_plate(rng: np.random.Generator) -> Art:
    """Draw a plate with letters."""
    height = int(SIDE * rng.uniform(0.2, 0.3))
    dark = rng.random() < 0.6
    plate, ink = ((20, 20, 24), (235, 235, 235)) if dark else (_one(METALS, rng), (20, 20, 20))
    art = _plate(SIDE, height, plate)
    _lettered(art, (6, 2, SIDE - 6, height - 5), ink, rng)
    return art


def ribbons(rng: np.random.Generator) -> Art:
    """Draw one to three rows of medal ribbons: upright stripes."""
    rows = int(rng.integers(1, 4))
    high = SIDE // 5
    art = _plate(SIDE, rows * high, (30, 30, 30))
    for row in range(rows):
        edges = np.sort(rng.integers(0, SIDE, int(rng.integers(8, 16))))
        for left, right in zip([0, *edges], [*edges, SIDE], strict=True):
            colour = rng.integers(20, 240, 3)
            art[row * high + 1 : (row + 1) * high - 1, left:right, :3] = colour
    return art


def lit(art: Art, rng: np.random.Generator) -> Art:
    """Shade art as metal or thread: lighter from one side, with grain."""
    height, width = art.shape[:2]
    slope = rng.uniform(-0.3, 0.3, 2)
    shade = (
        1 + np.linspace(-1, 1, height)[:, None] * slope[0] + np.linspace(-1, 1, width) * slope[1]
    )
    grain = cv2.GaussianBlur(rng.normal(0, 0.5, (height, width)), (0, 0), 1.2)
    rgb = art[..., :3] * np.clip(shade + grain, 0.35, 1.5)[..., None]
    return np.dstack([np.clip(rgb, 0, 255).astype(np.uint8), art[..., 3]])


def _outline(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the corners of a shape that fills the square; shape ``(corners, 2)``."""
    turn = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    x, y = np.cos(turn), np.sin(turn)
    kind = rng.integers(5)
    if kind == 0:  # a shield: square above, pointed below
        y = np.where(y > 0, y, y * 0.85)
        x = np.where(y > 0, x * (1 - 0.35 * y**2), np.sign(x) * np.abs(x) ** 0.35)
    elif kind == 1:
        x = x * rng.uniform(0.68, 0.85)
    elif kind == 2:
        ray = 1 - 0.22 * (np.arange(48) % 6 >= 3)
        x, y = x * ray, y * ray
    elif kind == 3:  # an upright card with rounded corners
        x, y = (np.sign(each) * np.abs(each) ** 0.4 for each in (x, y))
        x = x * rng.uniform(0.65, 1.0)
    return np.stack([x, y], axis=1) * (SIDE / 2 - 2) + SIDE / 2


def _star(
    art: Art, centre: tuple[float, float], radius: float, points: int, ink: Ink, depth: float = 0.45
) -> None:
    turn = np.arange(2 * points) * math.pi / points - math.pi / 2
    reach = np.where(np.arange(2 * points) % 2, depth, 1.0) * radius
    corners = np.stack([np.cos(turn) * reach, np.sin(turn) * reach], axis=1) + centre
    cv2.fillPoly(art, [_whole(corners)], (*ink, 255), cv2.LINE_AA)


def _lettered(
    art: Art, place: tuple[int, int, int, int], ink: Ink, rng: np.random.Generator
) -> None:
    left, top, right, bottom = place
    letters = "".join(rng.choice(list(string.ascii_uppercase + " "), int(rng.integers(4, 9))))
    size = (bottom - top) / 26
    wide = cv2.getTextSize(letters, cv2.FONT_HERSHEY_DUPLEX, size, 2)[0][0]
    size *= min(1.0, (right - left) / max(wide, 1))
    place_at = left, bottom
    cv2.putText(art, letters, place_at, cv2.FONT_HERSHEY_DUPLEX, size, (*ink, 255), 2, cv2.LINE_AA)


def _put(art: Art, charge: Art, size: int, below: int = 0) -> None:
    """Lay a charge on the middle of art."""
    scale = size / max(charge.shape[:2])
    small = cv2.resize(charge, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    top, left = (art.shape[0] - height) // 2 + below, (art.shape[1] - width) // 2
    part = art[top : top + height, left : left + width]
    alpha = small[..., 3:].astype(np.float32) / 255
    part[..., :3] = (part[..., :3] * (1 - alpha) + small[..., :3] * alpha).astype(np.uint8)
    part[..., 3] = np.maximum(part[..., 3], small[..., 3])


def _plate(width: int, height: int, colour: Ink) -> Art:
    art = np.empty((height, width, 4), np.uint8)
    art[...] = (*colour, 255)
    return art


def _one(colours: tuple[Ink, ...], rng: np.random.Generator) -> Ink:
    """Draw a colour, a little off."""
    red, green, blue = np.array(colours[int(rng.integers(len(colours)))]) + rng.integers(-14, 15, 3)
    return tuple(int(np.clip(each, 0, 255)) for each in (red, green, blue))  # type: ignore[return-value]


def _whole(points: npt.ArrayLike) -> npt.NDArray[np.int32]:
    return np.round(np.asarray(points)).astype(np.int32)
