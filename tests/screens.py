"""Frames with words on them, and a finder and a reader that say what a test scripted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from detector.evidence import Frame, Repeat
from detector.text.screen.base import Line, LineUnread, Pixels, Reading, Script

SIZE = (480, 270)
BOX = (60, 200, 420, 236)
"""Where `frame` writes, in pixels: x0, y0, x1, y1."""


def ground(index: int, size: tuple[int, int] = SIZE) -> Pixels:
    """Return a soft scene that is another one for every index, as a moving camera gives."""
    rng = np.random.default_rng(index)
    coarse = rng.integers(60, 150, (5, 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def written(pixels: Pixels, words: str, box: tuple[int, int, int, int] = BOX) -> Pixels:
    """Return a frame with white words, outlined in black, in a box."""
    picture = pixels.copy()
    font, at = cv2.FONT_HERSHEY_SIMPLEX, (box[0] + 4, box[3] - 8)
    (wide, _), _ = cv2.getTextSize(words, font, 1.0, 2)
    scale = min(1.0, (box[2] - box[0] - 8) / max(1, wide))
    cv2.putText(picture, words, at, font, scale, (0, 0, 0), 6, cv2.LINE_AA)
    cv2.putText(picture, words, at, font, scale, (255, 255, 255), 2, cv2.LINE_AA)
    return picture


def clip(words: Sequence[str], *, cuts: Sequence[int] = ()) -> list[Frame | Repeat]:
    """Return samples at 2 a second over a moving ground; each shows its words, or none where empty."""
    return [
        Frame(
            at / 2,
            written(ground(at), each) if each else ground(at),
            scene_start=at == 0 or at in cuts,
        )
        for at, each in enumerate(words)
    ]


def still(words: str, start_s: float, length_s: float, *, cut: bool = True) -> list[Frame | Repeat]:
    """Return a slide as the sampler gives it at 2 a second: one frame, then repeats."""
    moments = [start_s + at / 2 for at in range(round(2 * length_s))]
    frame = Frame(start_s, written(ground(0), words) if words else ground(0), scene_start=cut)
    return [frame, *map(Repeat, moments[1:])]


def line(box: tuple[float, float, float, float] = BOX, confidence: float = 0.9) -> Line:
    """Return a line in a box."""
    x0, y0, x1, y1 = box
    return Line(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32), confidence)


@dataclass
class ScriptedFinder:
    """Finds the scripted boxes wherever there is something bright in them."""

    boxes: Sequence[tuple[int, int, int, int]] = (BOX,)
    looked: int = 0

    searched: int = 0

    def glance(self, pixels: Pixels) -> Sequence[Line]:
        """Count a look; return the boxes that hold words."""
        self.looked += 1
        return self._lit(pixels)

    def find(self, pixels: Pixels, longest: int) -> Sequence[Line]:
        """Count a search; return the boxes that hold words."""
        self.searched += 1
        return self._lit(pixels)

    def _lit(self, pixels: Pixels) -> Sequence[Line]:
        lit = [
            each for each in self.boxes if pixels[each[1] : each[3], each[0] : each[2]].max() > 190
        ]
        return [line(each) for each in lit]


@dataclass
class ScriptedReader:
    """Reads one scripted answer after the other; the last one again and again."""

    answers: Sequence[tuple[str, float]]
    script: Script = "Latn"
    identity: str = "scripted 1"
    given: list[Pixels] = field(default_factory=list)

    def read(self, line: Pixels) -> Reading:
        """Answer from the script."""
        self.given.append(line)
        text, confidence = self.answers[min(len(self.given), len(self.answers)) - 1]
        return Reading(text, confidence, self.script)


@dataclass
class BrokenReader:
    """Fails at every line of the Arabic script."""

    why: str
    script: Script = "Arab"
    identity: str = "broken 1"
    asked: int = 0

    def read(self, line: Pixels) -> Reading:
        """Fail."""
        self.asked += 1
        raise LineUnread(self.script, self.why)
