"""What is installed, what it means for verdicts, how to get the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.cli import INPUT, OK, run
from detector.text.speech import whisper

pytestmark = pytest.mark.shipped


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_every_part_is_listed_with_what_it_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == OK
    shown = told(capsys)
    for part in ("decoder: PyAV", "vision model: openvino", "text model: model", "store: SQLite"):
        assert part in shown
    assert "on-screen text, Latin: rapidocr" in shown


def test_what_lacks_is_named_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(whisper, "find_spec", lambda _: None)

    assert run(["doctor"]) == OK  # posts can be judged without

    shown = told(capsys)
    assert "missing on-screen text, Urdu script: not there" in shown
    assert "on-screen text in Urdu script: not examined" in shown
    assert "apt install tesseract-ocr tesseract-ocr-urd" in shown
    assert "speech: not examined" in shown
    assert "pip install 'wardi[speech]'" in shown


def test_without_a_model_nothing_can_be_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARDI_VISION__MODEL", str(tmp_path / "none"))
    assert run(["doctor"]) == INPUT
    shown = told(capsys)
    assert "MISSING vision model: not there" in shown
    assert "no frame can be looked at" in shown


def test_a_store_that_cannot_be_opened_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir, this is no database, but a letter to you. " * 20)
    assert run(["doctor", "--store", f"sqlite:///{tmp_path / 'letter.db'}"]) == INPUT
    assert "MISSING store: not there" in told(capsys)
