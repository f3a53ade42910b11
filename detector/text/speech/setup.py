"""Which engine hears for a scan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from detector.evidence import Channel, ModelRef
from detector.settings import Speech
from detector.text.speech.base import SpeechEngine


@dataclass(frozen=True)
class Hearing:
    """What hears the sound of every file of a scan."""

    engine: SpeechEngine

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What it examines."""
        return (Channel("speech", True),)

    @cached_property
    def ref(self) -> ModelRef:
        """Which engine and model hear; other ones may hear otherwise."""
        identity = self.engine.identity
        digest = hashlib.sha256(identity.encode()).hexdigest()
        return ModelRef("speech", " ".join(identity.split()[:2]), digest, ())


def open_speech(settings: Speech) -> Hearing:
    """Return the engine that the settings name; its model is loaded when first needed.

    Raises:
        ExtraMissing: If its library is not installed.
        SetupError: If its model is not on this machine.
    """
    from detector.text.speech.whisper import WhisperEngine

    return Hearing(WhisperEngine(settings))
