"""How phone video looks: dim, blurred, compressed, written over. Pixels in, pixels out, no box moves."""

from __future__ import annotations

import string
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]

HUE, SATURATION, VALUE = 0.02, 0.5, 0.4
"""How far colours are pulled: hue as a fraction of the circle, the others as a factor."""
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)


def relit(
    pixels: Pixels, rng: np.random.Generator, *, colour: float = 1.0, low_light: float = 1.0
) -> Pixels:
    """Change colours, and make a night of it, each with a chance."""
    if rng.random() < colour:
        pixels = _recoloured(pixels, rng)
    if rng.random() < low_light:
        pixels = _dimmed(pixels, rng)
    return pixels


def worn(
    pixels: Pixels, rng: np.random.Generator, *, blur: float = 1.0, compression: float = 1.0
) -> Pixels:
    """Blur and compress, each with a chance; last, because the camera's work comes before the app's."""
    if rng.random() < blur:
        pixels = _blurred(pixels, rng)
    if rng.random() < compression:
        pixels = _compressed(pixels, rng)
    return pixels


def _recoloured(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    turn, pull, lift = rng.uniform(-1, 1, 3) * (HUE, SATURATION, VALUE)
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + turn * 180) % 180  # OpenCV keeps half degrees in a byte
    hsv[..., 1:] *= (1 + pull, 1 + lift)
    return np.asarray(
        cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB), np.uint8
    )


def _dimmed(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Darken by a curve and add the grain of a sensor at its limit."""
    curve = 255 * (np.arange(256) / 255) ** rng.uniform(1.3, 2.5) * rng.uniform(0.3, 0.8)
    dark = curve[pixels] + rng.normal(0, rng.uniform(2, 10), pixels.shape)
    return np.clip(dark, 0, 255).astype(np.uint8)


def _blurred(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Out of focus, or moved while the shutter was open."""
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.5, 2.0)), np.uint8)
    length = int(rng.integers(3, 10))
    streak = np.zeros((length, length), np.float32)
    streak[length // 2] = 1
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), rng.uniform(0, 180), 1.0)
    turned = np.asarray(cv2.warpAffine(streak, turn, (length, length)), np.float32)
    turned /= max(float(turned.sum()), 1e-6)
    return np.asarray(cv2.filter2D(pixels, -1, turned), np.uint8)


def _compressed(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Blocks and smeared colours, as after an app sent a video on; JPEG stands in for its codec."""
    height, width = pixels.shape[:2]
    if rng.random() < 0.5:
        share = rng.uniform(0.4, 0.9)
        size = max(8, round(width * share)), max(8, round(height * share))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 60))]
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), quality)
    unpacked: Any = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    back = cv2.cvtColor(unpacked, cv2.COLOR_BGR2RGB)
    if back.shape[:2] != (height, width):
        back = cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(back, np.uint8)


def overlaid(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, list[Box]]:
    """Draw a line of text, a sticker, or both; return where, as fractions."""
    pixels = np.ascontiguousarray(pixels).copy()
    kind = rng.integers(3)
    patches = []
    if kind in (0, 2):
        patches.append(_captioned(pixels, rng))
    if kind in (1, 2):
        patches.append(_stuck(pixels, rng))
    return pixels, patches


def _captioned(pixels: Pixels, rng: np.random.Generator) -> Box:
    """Write a line of letters, on a band in half of the cases; they need not mean anything."""
    height, width = pixels.shape[:2]
    high = height * rng.uniform(0.05, 0.12)
    top = rng.uniform(0, height - high)
    letters = rng.choice(list(string.ascii_letters + " "), int(rng.integers(6, 24)))
    if rng.random() < 0.5:
        band = (0, round(top)), (width, round(top + high))
        cv2.rectangle(pixels, *band, _colour(rng), cv2.FILLED)
    place = (round(width * rng.uniform(0, 0.2)), round(top + 0.8 * high))
    font, thick = FONTS[int(rng.integers(len(FONTS)))], max(1, round(high / 14))
    cv2.putText(pixels, "".join(letters), place, font, high / 34, _colour(rng), thick, cv2.LINE_AA)
    return 0.0, top / height, 1.0, (top + high) / height


def _stuck(pixels: Pixels, rng: np.random.Generator) -> Box:
    """Draw a disc or a card with a rim."""
    height, width = pixels.shape[:2]
    side = min(height, width) * rng.uniform(0.08, 0.2)
    left, top = rng.uniform(0, width - side), rng.uniform(0, height - side)
    for share in (1.0, 0.7):
        half = side * share / 2
        x, y = left + side / 2, top + side / 2
        if rng.random() < 0.5:
            cv2.circle(pixels, (round(x), round(y)), round(half), _colour(rng), cv2.FILLED)
        else:
            corners = (round(x - half), round(y - half)), (round(x + half), round(y + half))
            cv2.rectangle(pixels, *corners, _colour(rng), cv2.FILLED)
    return left / width, top / height, (left + side) / width, (top + side) / height


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue
