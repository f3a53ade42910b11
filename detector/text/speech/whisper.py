"""faster-whisper: speech in many languages, on the processor. The one importer of `faster_whisper`.

The model is a folder on this machine, or a name that was fetched earlier; nothing is fetched unless the
settings ask for it. Its own voice detector goes first, so that noise and music are not turned into
words.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from detector.errors import ExtraMissing, SetupError
from detector.settings import Speech
from detector.text.speech.base import Sound, Spoken

FILE = "model.bin"
"""What a folder of a model holds besides its vocabulary."""


class WhisperEngine:
    """`SpeechEngine` of faster-whisper.

    Args:
        settings: Model, language, threads, and whether a model may be fetched.

    Raises:
        ExtraMissing: If the library is not installed.
        SetupError: If the model is not on this machine and may not be fetched.
    """

    def __init__(self, settings: Speech) -> None:
        if find_spec("faster_whisper") is None:
            raise ExtraMissing(
                "speech needs faster-whisper, which is not installed; expected the extra `speech`; "
                "run `pip install 'wardi[speech]'`"
            )
        self._settings = settings
        self._folder = _folder(settings)

    @cached_property
    def identity(self) -> str:
        """Version and model."""
        weights = self._folder / FILE
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        language = self._settings.language or "any language"
        return f"faster-whisper {version('faster-whisper')} {digest[:12]} {language}"

    def transcribe(self, sound: Sound) -> Iterator[Spoken]:
        """Yield what is said; see `SpeechEngine`."""
        segments, about = self._model.transcribe(
            sound,
            language=self._settings.language or None,
            vad_filter=True,
            condition_on_previous_text=False,  # a repeated error does not feed itself
        )
        for each in segments:
            sure = math.exp(min(0.0, each.avg_logprob)) * (1.0 - each.no_speech_prob)
            text = each.text.strip()
            if text:
                yield Spoken(text, each.start, each.end, about.language or "", sure)

    @cached_property
    def _model(self) -> Any:
        from faster_whisper import WhisperModel

        return WhisperModel(
            str(self._folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=self._settings.threads,
            local_files_only=True,
        )


def _folder(settings: Speech) -> Path:
    """Return the folder of the model.

    Raises:
        SetupError: If it is not on this machine and may not be fetched.
    """
    named = Path(settings.model).expanduser()
    if (named / FILE).is_file():
        return named
    from faster_whisper.utils import download_model

    try:
        return Path(download_model(settings.model, local_files_only=not settings.download))
    except Exception as error:  # whatever the hub's client raises: the model cannot be had
        raise SetupError(
            f"the speech model {settings.model!r} is not on this machine "
            f"({type(error).__name__}); expected a folder with {FILE}, or a name that was fetched "
            f"before; name the folder as `model` in [speech] of the settings, or set "
            f"`download = true` there once"
        ) from error
