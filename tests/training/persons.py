"""A drawn person on a lawn, for the tests of what changes people's clothes."""

from __future__ import annotations

import cv2
import numpy as np

from detector.evidence import Fractions

BOX: Fractions = (0.3, 0.1, 0.7, 0.95)
BLUE, SKIN, LAWN = (60, 90, 190), (200, 140, 110), (90, 150, 70)
SIZE = (200, 240)  # width, height


def person(cloth: tuple[int, int, int] = BLUE, lawn: tuple[int, int, int] = LAWN) -> np.ndarray:
    """Head and clothes of a person who fills `BOX`, with the grain of a sensor."""
    width, height = SIZE
    pixels = np.full((height, width, 3), lawn, np.uint8)
    cv2.rectangle(pixels, (64, 65), (136, 227), cloth, cv2.FILLED)
    cv2.ellipse(pixels, (100, 44), (14, 19), 0, 0, 360, SKIN, cv2.FILLED)
    grain = np.random.default_rng(0).normal(0, 3, pixels.shape)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


CHEST, FACE, AWAY = np.s_[110:200, 80:120], np.s_[34:54, 92:108], np.s_[5:235, 2:30]
"""Parts of that picture."""
