"""Tesseract: reads lines of the Arabic script, in which Urdu, Pashto and Sindhi are written.

The one file that knows of the program. It is called as a process of its own, with the line as its
standard input: nothing is written, and a hang or a crash costs one line, which is said to be unread.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cached_property

import cv2

from detector.errors import SetupError
from detector.text.screen.base import LineUnread, Pixels, Reading, Script
from detector.text.screen.inks import MOST, inks

PROGRAM = "tesseract"
LANGUAGES = ("urd", "pus", "snd")
"""Trained data by Tesseract's names: Urdu, Pashto, Sindhi."""
GOOD = 0.85
"""Confidence from which no other way of telling ink from ground is tried."""
HOPE = 0.4
"""Confidence under which nothing of the first tries is worth more of them: leaves, a grille."""
_PATIENCE_S = 10.0
_ONE_LINE = "7"
_WORD = "5"
"""Level of a word in Tesseract's table."""


class TesseractReader:
    """`LineReader` of the Arabic script.

    Args:
        language: Which trained data reads.

    Raises:
        SetupError: If the program or its data is not installed.
    """

    script: Script = "Arab"

    def __init__(self, language: str = "urd") -> None:
        if language not in installed_languages():
            raise SetupError(missing(language))
        self._language = language

    @cached_property
    def identity(self) -> str:
        """Version and trained data."""
        return f"tesseract {program_version()} {self._language}"

    def read(self, line: Pixels) -> Reading:
        """Read one line; see `LineReader`.

        What is ink is not known beforehand (white on a street, black on a yellow bar): the likeliest
        ways to tell it are tried in turn until one reads well. That makes up for a try that failed.

        Raises:
            LineUnread: If the program failed at a try and read well at none.
        """
        best = Reading("", 0.0, self.script)
        failed: LineUnread | None = None
        for at, each in enumerate(inks(line)):
            if at == MOST and best.confidence < HOPE:
                break
            try:
                text, confidence = self._words(each)
            except LineUnread as error:
                failed = error
                continue
            if confidence > best.confidence:
                best = Reading(text, confidence, self.script)
            if confidence >= GOOD:
                break
        if failed is not None and best.confidence < GOOD:
            raise failed
        return best

    def _words(self, ink: Pixels) -> tuple[str, float]:
        """Return the words on a picture of black on white, with their mean confidence by length."""
        done, png = cv2.imencode(".png", ink)
        command = [PROGRAM, "stdin", "stdout", "-l", self._language, "--psm", _ONE_LINE, "tsv"]
        try:
            said = subprocess.run(
                command,
                input=png.tobytes() if done else b"",
                capture_output=True,
                timeout=_PATIENCE_S,
                check=True,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            ).stdout
        except (subprocess.SubprocessError, OSError) as error:
            raise LineUnread(self.script, _failure(error)) from error
        return _joined(said.decode("utf-8", "replace"))


def program_version() -> str:
    """Return the program's version; empty where it is not installed."""
    return _ask("--version").removeprefix("tesseract").strip().partition("\n")[0].strip()


def installed_languages() -> Sequence[str]:
    """Return those of `LANGUAGES` that can be read; none where the program is not installed."""
    lines = _ask("--list-langs").split("\n")
    return [each for each in LANGUAGES if each in (line.strip() for line in lines)]


def missing(language: str = "urd") -> str:
    """Say what is not installed and how to get it."""
    what = f"its data for {language}" if shutil.which(PROGRAM) else "the program"
    return (
        f"Tesseract reads on-screen text in Urdu script, but {what} is not installed; expected "
        f"Debian's tesseract-ocr and tesseract-ocr-{language}, or the like; run `apt install "
        f"tesseract-ocr tesseract-ocr-{language}`"
    )


def _ask(option: str) -> str:
    if shutil.which(PROGRAM) is None:
        return ""
    try:
        done = subprocess.run(
            [PROGRAM, option], capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _failure(error: subprocess.SubprocessError | OSError) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"Tesseract gave no answer within {error.timeout:g} seconds"
    if isinstance(error, subprocess.CalledProcessError):
        ended = f"signal {-error.returncode}" if error.returncode < 0 else f"{error.returncode}"
        return f"Tesseract ended with {ended} instead of 0"
    why = error.strerror if isinstance(error, OSError) else error
    return f"Tesseract could not be started ({why})"


def _joined(table: str) -> tuple[str, float]:
    """Return the words of Tesseract's table, in reading order, and how sure it is of them."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [
        (row["text"].strip(), float(row["conf"]) / 100)
        for row in rows
        if row.get("level") == _WORD and (row.get("text") or "").strip()
    ]
    letters = sum(len(word) for word, _ in words)
    if not letters:
        return "", 0.0
    sure = sum(len(word) * max(0.0, confidence) for word, confidence in words) / letters
    return " ".join(word for word, _ in words), sure
