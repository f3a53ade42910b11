"""The seams of reading the picture: what finds lines of text in a frame, and what reads a line.

Add a finder or a reader by writing one file here that is the only importer of its library, and naming
it in `detector.text.screen.setup`. `tests/contracts/test_line_reader.py` holds readers to the same
promises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from detector.errors import WardiError
from detector.evidence import Gap, Passage, Picture

Pixels = npt.NDArray[np.uint8]
"""RGB, shape ``(height, width, 3)``."""
Corners = npt.NDArray[np.float32]
"""Top left, top right, bottom right, bottom left in pixels, as the line is read; shape ``(4, 2)``."""
Script = Literal["Latn", "Arab"]
"""ISO 15924: Latin, or the Arabic script in which Urdu, Pashto and Sindhi are written."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text found in a frame."""

    corners: Corners
    confidence: float
    """How sure the finder is that it is text, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says."""

    text: str
    """The words in the order in which they are read; empty where there are none."""
    confidence: float
    """How sure the reader is of them, in [0, 1]."""
    script: Script


@dataclass(frozen=True, slots=True)
class ScreenWords:
    """What the frames of one file say."""

    passages: tuple[Passage, ...]
    """In order of time, without topics."""
    strips: tuple[Picture, ...]
    """The picture from which each passage was read, in the same order."""
    gaps: tuple[Gap, ...]
    """Where there was more to read than is read of one file, and where a reader failed."""


class LineUnread(WardiError):
    """A reader failed at a line: whether it holds words, nobody can tell.

    Args:
        script: What the reader would have read.
        why: How it failed, without the line's own details, so that many lines can share it.
    """

    def __init__(self, script: Script, why: str) -> None:
        super().__init__(why)
        self.script = script


class LineFinder(Protocol):
    """Finds lines of text of any script in a frame."""

    def glance(self, pixels: Pixels) -> Sequence[Line]:
        """Return where a frame may hold lines: quicker and rougher than `find`, with what is in doubt."""
        ...

    def find(self, pixels: Pixels, longest: int) -> Sequence[Line]:
        """Return the lines in a frame, in pixels of it.

        Args:
            pixels: The frame.
            longest: Pixels of the longest side at which it looks; a larger frame is reduced to it.
        """
        ...


class LineReader(Protocol):
    """Reads lines of one script."""

    @property
    def script(self) -> Script:
        """The script it reads."""
        ...

    @property
    def identity(self) -> str:
        """Name and version of what reads, data included: what the same line may read differently by."""
        ...

    def read(self, line: Pixels) -> Reading:
        """Read one upright line; the text is empty where it finds none of its script.

        Raises:
            LineUnread: If it could not look: a program that crashes, hangs or is gone.
        """
        ...
