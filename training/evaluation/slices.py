"""How a set of items is cut into parts, so that a good average hides no bad part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from training.examples import Example, TextExample
from training.matching import Matches

Bools = npt.NDArray[np.bool_]

DARK, BRIGHT = 70.0, 170.0
"""Mean of a picture's RGB values, in [0, 255]: of 300 held-out pictures 10 % lie below, 11 % above."""
URDU_SCRIPT = frozenset({"ur", "ps", "sd", "pa-Arab"})


def slices_of(matches: Matches, brightness: Mapping[str, float]) -> Iterator[tuple[str, Bools]]:
    """Yield each part that some pictures belong to, e.g. ``source=sohas``, with its mask."""
    names = [
        list(picture_slices(each, brightness.get(each.id, 128.0))) for each in matches.examples
    ]
    for part in sorted({name for each in names for name in each}):
        yield part, np.array([part in each for each in names])


def picture_slices(example: Example, brightness: float) -> Iterator[str]:
    """Yield the parts that a picture belongs to."""
    width, height = example.size_wh
    light = "dark" if brightness < DARK else "bright" if brightness > BRIGHT else "middling"
    shape = "portrait" if height > width else "landscape" if width > height else "square"
    yield f"source={example.source}"
    yield f"light={light}"
    yield f"shape={shape}"
    for name, value in example.slices:
        yield f"{name}={value}"


def text_slices(example: TextExample) -> Iterator[str]:
    """Yield the parts that a text belongs to, besides its language."""
    script = "Arabic" if example.lang in URDU_SCRIPT else "Latin"
    yield f"script={'Devanagari' if example.lang == 'hi' else script}"
    if example.drawn:
        yield f"drawn={example.drawn}"
    if example.register:
        yield f"register={example.register}"
    for name, value in example.slices:
        if name != "drawn":
            yield f"{name}={value}"
