"""The strip of a picture from which words were read, so that a reader can check the words by eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from detector.evidence import WHOLE_FRAME, Passage, Picture
from detector.report.thumbnails import as_data, blurred

LONGEST_SIDE = 480
"""Pixels; a line of words must stay legible."""
QUALITY = 60


@dataclass(frozen=True, slots=True)
class Strip:
    """What words were read from."""

    src: str
    """The picture as a data URI."""
    size_wh: tuple[int, int]
    time_s: float


def strip_of(
    passage: Passage, pictures: Sequence[Picture], *, show_faces: bool = False
) -> Strip | None:
    """Return the strip from which a passage was read; None where none is kept.

    Args:
        passage: Read off a picture.
        pictures: Everything that is kept of its file.
        show_faces: Leave faces as they are.
    """
    if passage.box is None or passage.box == WHOLE_FRAME:
        return None
    start_s, end_s = passage.start_s or 0.0, passage.end_s or 0.0
    here = [
        each
        for each in pictures
        if each.box == passage.box and start_s - 1.0 <= each.time_s <= end_s + 1.0
    ]
    if not here:
        return None
    pixels = cv2.imdecode(np.frombuffer(here[0].webp, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        return None
    image = pixels.astype(np.uint8, copy=False)
    shown = image if show_faces else blurred(image, (), ())
    src, size_wh = as_data(shown, LONGEST_SIDE, QUALITY)
    return Strip(src, size_wh, here[0].time_s)
