"""Scenes with words laid over them, in English and in Urdu, as people lay them over clips.

The lettering is ours: drawn once with Noto fonts by ``python -m tests.bench.lettering`` and kept as
numbers, so that the samples need neither the fonts nor a library that shapes Urdu.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import scenes
from canvas import HEIGHT, WIDTH, Picture

FILE = Path(__file__).parent / "lettering.json"
SHOWN_S = (0.4, 2.6)
"""From when to when the words are shown, in seconds."""


def english(time_s: float) -> Picture:
    """Draw a street with an English line over it."""
    return _laid_over(scenes.street(time_s), "english", 0.78, time_s)


def urdu(time_s: float) -> Picture:
    """Draw a street with a line of Urdu over it."""
    return _laid_over(scenes.street(time_s), "urdu", 0.14, time_s)


@cache
def lettering(name: str) -> tuple[str, npt.NDArray[np.uint8]]:
    """Return a line's text and its letters: 255 where there is ink, shape ``(height, width)``."""
    kept = json.loads(FILE.read_text("utf-8"))[name]
    grey = np.frombuffer(zlib.decompress(base64.b64decode(kept["grey"])), np.uint8)
    return kept["text"], grey.reshape(kept["height"], kept["width"])


def _laid_over(picture: Picture, name: str, at: float, time_s: float) -> Picture:
    if not SHOWN_S[0] <= time_s < SHOWN_S[1]:
        return picture
    _, grey = lettering(name)
    top, left = round(at * HEIGHT), (WIDTH - grey.shape[1]) // 2
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    whole[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    around = cv2.dilate(whole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    ink, outline = (each[..., None] / 255.0 for each in (whole, around))
    mixed = picture * (1 - outline) * (1 - ink) + 255.0 * ink
    return np.clip(mixed, 0, 255).astype(np.uint8)
