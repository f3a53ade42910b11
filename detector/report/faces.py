"""Faces made unrecognisable in every picture that leaves the program: rather too much than too little.

The face detector that scikit-image ships finds only large faces seen from the front: 26 % of those in
the annotated set of the tests, at 1.7 s a picture. The vision model finds people: the top of every
box that may be a uniformed person, however unsure (a confidence of 0.02 makes a box), holds the face.
Both are used. A face is looked for, never compared with another.
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

HEAD_HEIGHT = 0.3
"""Part of a box's height that holds the head of a person standing, from the top ..."""
HEAD_WIDTH = 1.0
"""... and the least it is, in widths of the box: of a portrait the head is the upper half."""
HEAD_MARGIN = 0.1
"""How far the head part reaches above the box, as a fraction of the box's height."""
BLOCKS = 5
"""Blocks across the short side of what is blurred: a face becomes 5 by 5 colours at most."""
_SEARCH_LONGEST = 320
"""Longest side in pixels at which the cascade searches: its cost grows with the area."""
_CASCADE_MARGIN = 0.25
"""How far a face's box is widened on every side, as a fraction of it."""


def blur_faces(pixels: Pixels, uniforms: Sequence[Fractions]) -> Pixels:
    """Return a copy of a picture in which no face can be recognised.

    Args:
        pixels: RGB, shape ``(height, width, 3)``, values in [0, 255]; not changed.
        uniforms: Boxes that may hold a uniformed person (`Picture.uniforms`).
    """
    height, width = pixels.shape[:2]
    blurred = pixels.copy()
    # The largest last, so that a small region's finer blocks never show through a large one's.
    for region in sorted(face_regions(pixels, uniforms), key=_area):
        left, right = int(region[0] * width), int(np.ceil(region[2] * width))
        top, bottom = int(region[1] * height), int(np.ceil(region[3] * height))
        if right > left and bottom > top:
            part = pixels[top:bottom, left:right]
            blurred[top:bottom, left:right] = _coarse(part)
    return blurred


def face_regions(pixels: Pixels, uniforms: Sequence[Fractions]) -> tuple[Fractions, ...]:
    """Return where faces may be in a picture, as fractions of its width and height."""
    height, width = pixels.shape[:2]
    heads = [_head(box, width / height) for box in uniforms]
    return tuple(_inside(box) for box in [*heads, *_frontal(pixels)])


def _head(box: Fractions, aspect: float) -> Fractions:
    """Return the head part of a person's box in a picture `aspect` times as wide as high."""
    x0, y0, x1, y1 = box
    reach = max(HEAD_HEIGHT * (y1 - y0), HEAD_WIDTH * (x1 - x0) * aspect)
    return (x0, y0 - HEAD_MARGIN * (y1 - y0), x1, min(y1, y0 + reach))


def _frontal(pixels: Pixels) -> list[Fractions]:
    """Return the frontal faces that the cascade finds, widened."""
    scale = _SEARCH_LONGEST / max(pixels.shape[:2])
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    shorter = min(size)
    found = _cascade().detect_multi_scale(
        img=small,
        scale_factor=1.2,
        step_ratio=1.3,
        min_size=(24, 24),
        max_size=(shorter, shorter),
        min_neighbor_number=2,
    )
    boxes = []
    for each in found:
        margin = _CASCADE_MARGIN * each["width"]
        x0, y0 = each["c"] - margin, each["r"] - margin
        x1, y1 = each["c"] + each["width"] + margin, each["r"] + each["height"] + margin
        boxes.append((x0 / size[0], y0 / size[1], x1 / size[0], y1 / size[1]))
    return boxes


@cache
def _cascade() -> Cascade:
    return Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]


def _coarse(part: Pixels) -> Pixels:
    """Return the part in at most `BLOCKS` blocks across its short side; the rest is thrown away."""
    height, width = part.shape[:2]
    block = max(1.0, min(height, width) / BLOCKS)
    size = max(1, round(width / block)), max(1, round(height / block))
    blocks = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return np.asarray(
        cv2.resize(blocks, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8
    )


def _inside(box: Fractions) -> Fractions:
    x0, y0, x1, y1 = (min(1.0, max(0.0, each)) for each in box)
    return (x0, y0, x1, y1)


def _area(box: Fractions) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
