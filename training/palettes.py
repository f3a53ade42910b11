"""Colours that Pakistani forces wear, drawn anew for every picture: plain cloth and camouflage.

Named by what is seen, from photographs in the press: olive green, khaki over black or grey, dark blue
(Punjab, Islamabad), black, grey and white (traffic), and the camouflage of soldiers and Rangers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Colour = tuple[float, float, float]
"""CIELAB: lightness in [0, 100], then green to red and blue to yellow in about [-100, 100]."""

OLIVE: Colour = (38, -5, 17)
KHAKI: Colour = (64, 3, 21)
BLACK: Colour = (14, 0, -1)
GREY: Colour = (44, 0, -3)
LIGHT_GREY: Colour = (68, -1, -3)
WHITE: Colour = (90, 0, 1)
DARK_BLUE: Colour = (20, 3, -15)
LIGHT_BLUE: Colour = (66, -4, -13)
JITTER: Colour = (5.0, 2.0, 4.0)
"""How far dye, wear and light pull a colour, as a standard deviation."""


@dataclass(frozen=True, slots=True)
class Palette:
    """What is worn above and below the belt."""

    shirt: Colour
    trousers: Colour
    pattern: Literal["plain", "blobs", "squares"] = "plain"
    colours: tuple[Colour, ...] = ()
    """Of a pattern."""


def _camouflage(pattern: Literal["blobs", "squares"], *colours: Colour) -> Palette:
    return Palette(colours[0], colours[0], pattern, colours)


PALETTES = (
    Palette(OLIVE, OLIVE),
    Palette(OLIVE, (32, -4, 14)),
    Palette(KHAKI, BLACK),
    Palette(KHAKI, GREY),
    Palette(KHAKI, KHAKI),
    Palette(BLACK, KHAKI),
    Palette(DARK_BLUE, DARK_BLUE),
    Palette(LIGHT_BLUE, DARK_BLUE),
    Palette(BLACK, BLACK),
    Palette(LIGHT_GREY, DARK_BLUE),
    Palette(LIGHT_GREY, GREY),
    Palette(WHITE, KHAKI),
    Palette(WHITE, BLACK),
    _camouflage("blobs", (45, -7, 18), (33, 8, 15), (24, -6, 9), (60, 2, 19)),
    _camouflage("blobs", (70, 3, 19), (50, 9, 21), (80, 1, 13), (44, -4, 15)),
    _camouflage("squares", (55, 1, 15), (40, -4, 13), (70, 2, 15), (28, 2, 8)),
    _camouflage("squares", (38, 1, -9), (24, 2, -13), (54, 0, -6), (16, 1, -5)),
)


def jittered(palette: Palette, rng: np.random.Generator) -> Palette:
    """Return a palette as one dyer and one lamp would make it."""
    pull = rng.normal(0, 1, 3) * JITTER

    def moved(colour: Colour) -> Colour:
        lightness, red, yellow = (float(a + b) for a, b in zip(colour, pull, strict=True))
        return min(max(lightness, 8.0), 94.0), red, yellow

    colours = tuple(moved(each) for each in palette.colours)
    return Palette(moved(palette.shirt), moved(palette.trousers), palette.pattern, colours)


def camouflage(
    palette: Palette, height: int, width: int, body: float, rng: np.random.Generator
) -> Floats:
    """Return cloth with a pattern: CIELAB, shape ``(height, width, 3)``.

    Args:
        palette: With a pattern.
        height: In pixels.
        width: In pixels.
        body: Width of the person in pixels; patches are sized by it.
        rng: Source of every draw.
    """
    blobs = palette.pattern == "blobs"
    cell = max(body * rng.uniform(0.06, 0.11), 2.0) if blobs else max(body * 0.03, 1.5)
    shape = (max(2, round(height / cell)) + 3, max(2, round(width / cell)) + 3)
    layers = []
    for _ in palette.colours:
        noise = rng.normal(0, 1, shape).astype(np.float32)
        if not blobs:  # squares that gather in patches
            noise = 0.5 * noise + 1.2 * cv2.GaussianBlur(noise, (0, 0), 1.5)
        layers.append(noise)
    size, how = (width, height), cv2.INTER_CUBIC if blobs else cv2.INTER_NEAREST
    full = [cv2.resize(each, size, interpolation=how) for each in layers]
    chosen = np.argmax(np.stack(full), axis=0)
    cloth: Floats = np.array(palette.colours, np.float32)[chosen]
    return np.asarray(cv2.GaussianBlur(cloth, (0, 0), 0.6), np.float32)
