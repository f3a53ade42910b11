"""Sound in, passages out: what is said in one file, with its seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from detector.evidence import Passage
from detector.text.speech.base import RATE, Sound, SpeechEngine

STRETCH_S = 300.0
"""Seconds that an engine is given at once: memory does not grow with a file's length."""
PHRASE_S = 1.0
"""Segments with a shorter pause between them are one passage ..."""
MOST_S = 30.0
"""... of at most so many seconds: a view in one sentence would drown in minutes of other words."""


def listen(blocks: Iterable[Sound], engine: SpeechEngine) -> tuple[Passage, ...]:
    """Return what is said, in order of time, without topics.

    Args:
        blocks: The file's sound from its start, in blocks of any length.
        engine: What hears.
    """
    found: list[Passage] = []
    for start_s, sound in _stretches(blocks):
        for spoken in engine.transcribe(sound):
            passage = Passage(
                text=spoken.text,
                origin="speech",
                start_s=start_s + spoken.start_s,
                end_s=start_s + spoken.end_s,
                reading_confidence=min(1.0, max(0.0, spoken.confidence)),
                language=spoken.language,
            )
            if found and _goes_on(found[-1], passage):
                found[-1] = _joined(found[-1], passage)
            else:
                found.append(passage)
    return tuple(found)


def _stretches(blocks: Iterable[Sound]) -> Iterator[tuple[float, Sound]]:
    """Yield the sound in stretches of `STRETCH_S`, each with the second at which it starts."""
    size, held, begun = int(STRETCH_S * RATE), [], 0
    for block in chain(blocks, [None]):
        if block is not None:
            held.append(block)
        while held and (block is None or sum(map(len, held)) >= size):
            whole = np.concatenate(held)
            stretch, rest = whole[:size], whole[size:]
            yield begun / RATE, stretch
            begun, held = begun + len(stretch), [rest] if len(rest) else []


def _goes_on(one: Passage, other: Passage) -> bool:
    pause_s = (other.start_s or 0.0) - (one.end_s or 0.0)
    whole_s = (other.end_s or 0.0) - (one.start_s or 0.0)
    return one.language == other.language and pause_s < PHRASE_S and whole_s <= MOST_S


def _joined(one: Passage, other: Passage) -> Passage:
    letters = len(one.text) + len(other.text)
    sure = one.reading_confidence * len(one.text) + other.reading_confidence * len(other.text)
    return Passage(
        text=f"{one.text} {other.text}",
        origin="speech",
        start_s=one.start_s,
        end_s=other.end_s,
        reading_confidence=sure / letters,
        language=one.language,
    )
