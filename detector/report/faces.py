"""Faces made unrecognisable in every picture that leaves the program: rather too much than too little.

The face detector that scikit-image ships finds large faces seen from the front: alone it covers one in
five of the faces annotated for the tests. The vision model finds people: the top of a box that may
be a uniformed person holds the head. Of boxes that hardly are one (civilians, mostly) only what has
the colour of skin is blurred, or pictures of cars and guns would be blurred all over. Together they
cover 19 of 20. A face is looked for, never compared with another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from skimage.data import lbp_frontal_face_cascade_filename
from skimage.feature import Cascade

from detector.evidence import Fractions

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

HEAD_HEIGHT = 0.3
"""Part of a box's height that holds the head of a person standing, from the top ..."""
HEAD_WIDTH = 1.0
"""... and the least it is, in widths of the box: of a portrait the head is the upper half."""
HEAD_MARGIN = 0.1
"""How far the head part reaches above the box, as a fraction of the box's height."""
BLOCKS = 5
"""Blocks across the short side of what is blurred: a face becomes 5 by 5 colours at most."""
SKIN = ((30, 133, 77), (255, 180, 130))
"""Least and most of Y, Cr, Cb (8 bit) of skin; the limits of Cr and Cb are those of Chai and Ngan,
Face segmentation using skin-color map in videophone applications, IEEE TCSVT 9(4), 1999, made wider."""
_CASCADE_LONGEST = 320
"""Longest side in pixels at which the cascade searches: its cost grows with the area."""
_CASCADE_MARGIN = 0.25
"""How far a face's box is widened on every side, as a fraction of it."""
_SKIN_LONGEST = 240
"""Longest side in pixels at which skin is looked for: single pixels of its colour mean nothing."""
_SKIN_REACH = 15
"""How far skin is taken to reach, in those pixels: hair, eyes and beards have another colour."""


def blur_faces(
    pixels: Pixels, uniforms: Sequence[Fractions], doubtful: Sequence[Fractions] = ()
) -> Pixels:
    """Return a copy of a picture in which no face can be recognised.

    Args:
        pixels: RGB, shape ``(height, width, 3)``, values in [0, 255]; not changed.
        uniforms: Boxes that may well hold a uniformed person (`Picture.uniforms`).
        doubtful: Boxes that hardly do (`Picture.doubtful`).
    """
    blurred = pixels.copy()
    for (top, bottom, left, right), mask in _places(pixels, uniforms, doubtful):
        coarse = _coarse(pixels[top:bottom, left:right])
        blurred[top:bottom, left:right][mask] = coarse[mask]
    return blurred


def _places(
    pixels: Pixels, uniforms: Sequence[Fractions], doubtful: Sequence[Fractions]
) -> list[tuple[tuple[int, int, int, int], Mask]]:
    """Return ``(top, bottom, left, right)`` of each place and which of its pixels are blurred.

    The largest comes last, so that a small place's finer blocks never show through a large one's.
    """
    height, width = pixels.shape[:2]
    everywhere = np.ones((height, width), np.bool_)
    aspect = width / height
    sure = [_head(box, aspect) for box in uniforms] + _frontal(pixels)
    found = [(_bounds(each, width, height), everywhere) for each in sure]
    if doubtful:
        skin = _skin(pixels)
        found += [(_bounds(_head(box, aspect), width, height), skin) for box in doubtful]
    found.sort(key=lambda each: (each[0][1] - each[0][0]) * (each[0][3] - each[0][2]))
    return [((a, b, c, d), mask[a:b, c:d]) for (a, b, c, d), mask in found if b > a and d > c]


def _head(box: Fractions, aspect: float) -> Fractions:
    """Return the head part of a person's box in a picture `aspect` times as wide as high."""
    x0, y0, x1, y1 = box
    reach = max(HEAD_HEIGHT * (y1 - y0), HEAD_WIDTH * (x1 - x0) * aspect)
    return (x0, y0 - HEAD_MARGIN * (y1 - y0), x1, min(y1, y0 + reach))


def _frontal(pixels: Pixels) -> list[Fractions]:
    """Return the frontal faces that the cascade finds, widened."""
    small = _small(pixels, _CASCADE_LONGEST)
    height, width = small.shape[:2]
    found = _cascade().detect_multi_scale(
        img=small,
        scale_factor=1.2,
        step_ratio=1.3,
        min_size=(24, 24),
        max_size=(min(width, height), min(width, height)),
        min_neighbor_number=2,
    )
    boxes = []
    for each in found:
        margin = _CASCADE_MARGIN * each["width"]
        x0, y0 = each["c"] - margin, each["r"] - margin
        x1, y1 = each["c"] + each["width"] + margin, each["r"] + each["height"] + margin
        boxes.append((x0 / width, y0 / height, x1 / width, y1 / height))
    return boxes


@cache
def _cascade() -> Cascade:
    return Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]


def _skin(pixels: Pixels) -> Mask:
    """Return where a picture has the colour of skin, and what is near; shape ``(height, width)``."""
    small = _small(pixels, _SKIN_LONGEST)
    skin = cv2.inRange(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb), *map(np.array, SKIN))
    skin = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SKIN_REACH, _SKIN_REACH))
    height, width = pixels.shape[:2]
    whole = cv2.resize(cv2.dilate(skin, reach), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole > 0, np.bool_)


def _small(pixels: Pixels, longest: int) -> Pixels:
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _coarse(part: Pixels) -> Pixels:
    """Return the part in at most `BLOCKS` blocks across its short side; the rest is thrown away."""
    height, width = part.shape[:2]
    block = max(1.0, min(height, width) / BLOCKS)
    size = max(1, round(width / block)), max(1, round(height / block))
    blocks = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return np.asarray(
        cv2.resize(blocks, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8
    )


def _bounds(box: Fractions, width: int, height: int) -> tuple[int, int, int, int]:
    """Return ``(top, bottom, left, right)`` in pixels, inside the picture, rounded outwards."""
    x0, y0, x1, y1 = (min(1.0, max(0.0, each)) for each in box)
    return int(y0 * height), int(np.ceil(y1 * height)), int(x0 * width), int(np.ceil(x1 * width))
