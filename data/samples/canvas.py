"""What the drawn scenes are made of: a canvas of gradients, noise, polygons and shadows.

Nothing is copied from a picture. A scene is drawn at twice its size and scaled down, which smooths
its edges. Only the part of the canvas that a shape covers is touched: a clip has thousands of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 640, 360
_SCALE = 2
_FRACTION_BITS = 4
"""Bits of a sixteenth of a pixel, in which OpenCV takes the corners of a polygon."""


class Canvas:
    """A picture under way; positions are pixels of the finished 640 x 360 picture."""

    def __init__(self, top: Colour, bottom: Colour, *, seed: int) -> None:
        self._noise = np.random.default_rng(seed)
        column = _gradient(top, bottom, HEIGHT * _SCALE)
        self.pixels: Floats = np.repeat(column, WIDTH * _SCALE, axis=1)

    def grain(self, strength: float, *, stretch: tuple[int, int] = (1, 1)) -> None:
        """Add noise, drawn out by `stretch` in x and y: cloth, asphalt, wood."""
        across, down = stretch
        size = (HEIGHT * _SCALE // down + 1, WIDTH * _SCALE // across + 1)
        noise = self._noise.standard_normal(size, np.float32) * strength
        full = cv2.resize(noise, (WIDTH * _SCALE, HEIGHT * _SCALE), interpolation=cv2.INTER_CUBIC)
        self.pixels += full[:, :, None]

    def fill(self, points: Points, top: Colour, bottom: Colour | None = None) -> None:
        """Fill a polygon with a colour, or with a gradient over its height."""
        rows, columns, mask = _mask(points, margin=1)
        self._blend(rows, columns, mask, _gradient(top, bottom or top, len(mask)))

    def shadow(
        self, points: Points, *, shift: tuple[float, float], blur: int, depth: float
    ) -> None:
        """Darken the ground beside a shape by `depth` of its light."""
        moved = [(x + shift[0], y + shift[1]) for x, y in points]
        rows, columns, mask = _mask(moved, margin=3 * blur * _SCALE)
        if mask.size:
            soft = cv2.GaussianBlur(mask, (0, 0), blur * _SCALE)
            self.pixels[rows, columns] *= 1 - depth * soft[:, :, None]

    def glow(self, at: tuple[float, float], radius: float, colour: Colour) -> None:
        """Add light around a point."""
        rows, columns, _ = _mask(ring(at, 3 * radius, 3 * radius), margin=1)
        y, x = np.mgrid[rows, columns] / _SCALE
        light = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * radius**2))
        self.pixels[rows, columns] += light.astype(np.float32)[:, :, None] * _colour(colour)

    def line(self, points: Points, colour: Colour, width: float = 1.0) -> None:
        """Draw an open line."""
        thickness = max(1, round(width * _SCALE))
        path = [_corners(points)]
        cv2.polylines(
            self.pixels, path, False, colour, thickness, cv2.LINE_AA, shift=_FRACTION_BITS
        )

    def write(self, words: str, at: tuple[float, float], height: float, colour: Colour) -> None:
        """Write words with their lower left corner at a point."""
        scale = height * _SCALE / 21.0  # a capital of this face is 21 pixels high at scale 1
        where = (round(at[0] * _SCALE), round(at[1] * _SCALE))
        thickness = max(2, round(scale * 3))
        mask = np.zeros(self.pixels.shape[:2], np.uint8)
        face = cv2.FONT_HERSHEY_DUPLEX
        cv2.putText(mask, words, where, face, scale, 255, thickness, cv2.LINE_AA)
        x, y, width, tall = cv2.boundingRect(mask)
        rows, columns = slice(y, y + tall), slice(x, x + width)
        self._blend(rows, columns, _covered(mask[rows, columns]), _colour(colour))

    def finish(self) -> Picture:
        """Return the picture at its size, with the grain of a phone's camera."""
        small = cv2.resize(self.pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        noisy = small + 2 * self._noise.standard_normal(small.shape, np.float32)
        picture: Picture = np.clip(noisy, 0, 255).astype(np.uint8)
        return picture

    def _blend(self, rows: slice, columns: slice, mask: Floats, colour: Floats) -> None:
        under = self.pixels[rows, columns]
        under += mask[:, :, None] * (colour - under)


def _colour(colour: Colour) -> Floats:
    return np.array(colour, np.float32)


def _covered(mask: Picture) -> Floats:
    """Return how much of each pixel a mask covers, in [0, 1]."""
    covered: Floats = np.divide(mask, 255, dtype=np.float32)
    return covered


def _gradient(top: Colour, bottom: Colour, rows: int) -> Floats:
    """Return colours from top to bottom, shape ``(rows, 1, 3)``."""
    ramp = np.linspace(0.0, 1.0, rows, dtype=np.float32)[:, None, None]
    column: Floats = _colour(top) * (1 - ramp) + _colour(bottom) * ramp
    return column


def _corners(points: Points, *, left: int = 0, top: int = 0) -> npt.NDArray[np.int32]:
    moved = np.array(points, np.float64) * _SCALE - (left, top)
    corners: npt.NDArray[np.int32] = np.rint(moved * 2**_FRACTION_BITS).astype(np.int32)
    return corners


def _mask(points: Points, *, margin: int) -> tuple[slice, slice, Floats]:
    """Return the rows and columns that a polygon touches and how much of each pixel it covers."""
    xs, ys = np.array(points, np.float64).T * _SCALE
    left, right = (
        int(np.clip(edge, 0, WIDTH * _SCALE)) for edge in (xs.min() - margin, xs.max() + margin + 1)
    )
    top, bottom = (
        int(np.clip(edge, 0, HEIGHT * _SCALE))
        for edge in (ys.min() - margin, ys.max() + margin + 1)
    )
    mask = np.zeros((bottom - top, right - left), np.uint8)
    corners = _corners(points, left=left, top=top)
    if mask.size:  # else the shape lies outside of the picture
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, _FRACTION_BITS)
    return slice(top, bottom), slice(left, right), _covered(mask)


def ring(at: tuple[float, float], rx: float, ry: float, n: int = 48) -> list[tuple[float, float]]:
    """Return the points of an ellipse."""
    return [(at[0] + rx * cos(2 * pi * i / n), at[1] + ry * sin(2 * pi * i / n)) for i in range(n)]


def box(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    """Return the corners of a rectangle."""
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def star(at: tuple[float, float], radius: float, *, rays: int = 5) -> list[tuple[float, float]]:
    """Return the points of a star with one ray upwards."""
    return [
        (at[0] + r * sin(pi * i / rays), at[1] - r * cos(pi * i / rays))
        for i in range(2 * rays)
        for r in ((radius if i % 2 == 0 else 0.45 * radius),)
    ]


class Turn:
    """Turns, scales and moves points that are drawn around the origin."""

    def __init__(
        self, at: tuple[float, float], *, scale: float = 1.0, degrees: float = 0.0
    ) -> None:
        self._at = at
        self._cos = cos(degrees * pi / 180) * scale
        self._sin = sin(degrees * pi / 180) * scale

    def __call__(self, points: Points) -> list[tuple[float, float]]:
        """Return the points where they belong in the picture."""
        x0, y0 = self._at
        return [
            (x0 + self._cos * x - self._sin * y, y0 + self._sin * x + self._cos * y)
            for x, y in points
        ]
