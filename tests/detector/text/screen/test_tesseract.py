"""Tesseract where it is not there, hangs, or says something odd."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from detector.errors import SetupError
from detector.text.screen import setup, tesseract
from detector.text.screen.base import LineUnread
from detector.text.screen.inks import inks
from detector.text.screen.setup import open_screen_reader
from tests.screens import written

LINE = written(np.full((56, 380, 3), 90, np.uint8), "Vote for us", (10, 10, 370, 46))


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program named tesseract in front of the real one."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


LISTS = 'case "$1" in --list-langs) echo "List:"; echo urd;; --version) echo "tesseract 5.9.9";;'


def test_without_the_program_urdu_is_said_to_be_unexamined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    channels = {each.name: each for each in open_screen_reader().channels}

    assert channels[setup.SCREEN].examined
    assert not channels[setup.URDU].examined
    assert "apt install tesseract-ocr tesseract-ocr-urd" in channels[setup.URDU].note


def test_without_its_data_the_message_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, 'case "$1" in --list-langs) echo eng;; esac')
    with pytest.raises(SetupError, match=r"its data for urd is not installed.*tesseract-ocr-urd"):
        tesseract.TesseractReader()


def test_with_it_both_scripts_are_one_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, f"{LISTS} esac")
    reader = open_screen_reader()
    assert [each.name for each in reader.channels] == [setup.SCREEN]
    assert "tesseract 5.9.9" in reader.ref.version


def test_another_version_is_another_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, f"{LISTS} esac")
    before = open_screen_reader().ref
    program(tmp_path, monkeypatch, f"{LISTS.replace('5.9.9', '5.9.10')} esac")
    assert open_screen_reader().ref.sha256 != before.sha256


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("echo nonsense", id="nonsense"),
        pytest.param("printf 'level\\tconf\\ttext\\n5\\t-1\\t\\n'", id="no-words"),
    ],
)
def test_an_answer_that_is_none_reads_as_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    program(tmp_path, monkeypatch, f"{LISTS} *) {answer};; esac")
    assert list(inks(LINE))  # there is something to ask about
    assert tesseract.TesseractReader().read(LINE).text == ""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param("exit 1", "Tesseract ended with 1 instead of 0", id="fails"),
        pytest.param("kill -9 $$", "Tesseract ended with signal 9 instead of 0", id="crashes"),
        pytest.param("/bin/sleep 5", "no answer within 0.5 seconds", id="hangs"),
        pytest.param(None, "could not be started (No such file or directory)", id="is-gone"),
    ],
)
def test_a_program_that_fails_leaves_the_line_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str | None, why: str
) -> None:
    program(tmp_path, monkeypatch, f"{LISTS} *) {answer};; esac")
    reader = tesseract.TesseractReader()
    if answer is None:
        (tmp_path / "tesseract").unlink()
    monkeypatch.setattr(tesseract, "_PATIENCE_S", 0.5)

    with pytest.raises(LineUnread, match=re.escape(why)) as caught:
        reader.read(LINE)
    assert caught.value.script == "Arab"


def test_a_try_that_fails_is_made_up_for_by_one_that_reads_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = r"level\tconf\ttext\n5\t90\tحکومت\n"
    once = (
        f"if [ -e {tmp_path}/failed ]; then printf '{table}'; else : >{tmp_path}/failed; exit 1; fi"
    )
    program(tmp_path, monkeypatch, f"{LISTS} *) {once};; esac")
    assert tesseract.TesseractReader().read(LINE).text == "حکومت"


def test_words_come_with_their_mean_confidence_by_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = r"level\tconf\ttext\n4\t-1\t\n5\t90\tحکومت\n5\t60\tہے\n"
    program(tmp_path, monkeypatch, f"{LISTS} *) printf '{table}';; esac")
    read = tesseract.TesseractReader().read(LINE)
    assert read.text == "حکومت ہے"
    assert read.confidence == pytest.approx((5 * 0.9 + 2 * 0.6) / 7)
