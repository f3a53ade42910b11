"""What is said becomes passages with their seconds, however long the sound is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from detector.text.speech import listener
from detector.text.speech.base import RATE, Sound, Spoken
from detector.text.speech.listener import listen


@dataclass
class ScriptedEngine:
    """Hears in each stretch what the script says."""

    script: Sequence[Sequence[Spoken]]
    identity: str = "scripted 1"
    given: list[int] = field(default_factory=list)

    def transcribe(self, sound: Sound) -> Iterator[Spoken]:
        """Answer from the script."""
        self.given.append(len(sound))
        yield from self.script[len(self.given) - 1]


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE), np.float32)


def test_speech_has_its_seconds_language_and_certainty() -> None:
    engine = ScriptedEngine([[Spoken("vote for us", 2.0, 4.0, "en", 0.8)]])
    [passage] = listen([silence(3), silence(3)], engine)

    assert (passage.text, passage.origin, passage.language) == ("vote for us", "speech", "en")
    assert (passage.start_s, passage.end_s, passage.reading_confidence) == (2.0, 4.0, 0.8)
    assert engine.given == [6 * RATE]


def test_segments_without_a_pause_are_one_passage() -> None:
    said = [Spoken("vote", 0.0, 1.0, "en", 1.0), Spoken("for us", 1.2, 2.0, "en", 0.5)]
    [passage] = listen([silence(3)], ScriptedEngine([said]))
    assert (passage.text, passage.end_s) == ("vote for us", 2.0)
    assert passage.reading_confidence == pytest.approx((4 * 1.0 + 6 * 0.5) / 10)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(Spoken("later", 3.0, 4.0, "en", 1.0), id="after-a-pause"),
        pytest.param(Spoken("baad mein", 1.2, 2.0, "ur", 1.0), id="in-another-language"),
    ],
)
def test_segments_apart_are_two_passages(second: Spoken) -> None:
    said = [Spoken("vote", 0.0, 1.0, "en", 1.0), second]
    assert len(listen([silence(5)], ScriptedEngine([said]))) == 2


def test_long_sound_is_given_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "STRETCH_S", 10.0)
    engine = ScriptedEngine([[], [Spoken("vote", 1.0, 2.0, "en", 1.0)], []])

    [passage] = listen((silence(1) for _ in range(25)), engine)

    assert engine.given == [10 * RATE, 10 * RATE, 5 * RATE]
    assert passage.start_s == 11.0


def test_no_sound_is_no_speech() -> None:
    assert listen([], ScriptedEngine([])) == ()
