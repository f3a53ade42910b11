"""The engine where its library or model is missing: said, never silence."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from detector.errors import ExtraMissing, SetupError
from detector.settings import Speech
from detector.text.speech import whisper
from detector.text.speech.setup import open_speech


def test_without_the_library_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r"wardi\[speech\]"):
        open_speech(Speech())


@pytest.mark.skipif(
    find_spec("faster_whisper") is None, reason="the extra `speech` is not installed"
)
def test_without_the_model_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(SetupError, match=r"'tiny' is not on this machine.*download = true"):
        open_speech(Speech(model="tiny"))


def test_a_folder_with_a_model_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    monkeypatch.setattr(whisper, "find_spec", lambda _: object())
    monkeypatch.setattr(whisper, "version", lambda _: "1.2.1")
    ref = open_speech(Speech(model=str(tmp_path))).ref
    assert ref.kind == "speech"
    assert ref.version == "faster-whisper 1.2.1"


def test_another_model_is_another_listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "find_spec", lambda _: object())
    monkeypatch.setattr(whisper, "version", lambda _: "1.2.1")
    refs = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.bin").write_text(name)
        refs.append(open_speech(Speech(model=str(tmp_path / name))).ref.sha256)
    assert refs[0] != refs[1]
