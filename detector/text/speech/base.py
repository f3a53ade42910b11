"""The seam between the pipeline and whatever turns sound into words.

Add an engine by writing one file here that is the only importer of its library, and naming it in
`detector.text.speech.setup`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

RATE = 16000
"""Samples per second that engines are given."""
Sound = npt.NDArray[np.float32]
"""One channel at `RATE`, in [-1, 1]; shape ``(samples,)``."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A stretch of speech."""

    text: str
    start_s: float
    """Seconds from the start of the sound that was given."""
    end_s: float
    language: str
    """BCP 47 tag that the engine told; empty where it cannot tell."""
    confidence: float
    """How sure it is of the words, in [0, 1]."""


class SpeechEngine(Protocol):
    """Turns sound into words; stretches without a voice are left out before anything is recognised."""

    @property
    def identity(self) -> str:
        """Name and version of engine and model: what the same sound may be heard differently by."""
        ...

    def transcribe(self, sound: Sound) -> Iterator[Spoken]:
        """Yield what is said, in order of time."""
        ...
