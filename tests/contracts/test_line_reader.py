"""What everything that reads lines of text must do, whatever stands behind it."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.text.screen.base import LineReader, Pixels
from detector.text.screen.rapid import RapidReader
from detector.text.screen.tesseract import TesseractReader, installed_languages
from tests.bench.overlays import distance

LETTERING = Path(__file__).resolve().parents[2] / "data" / "samples" / "lettering.json"
NAMES = {"Latn": "english", "Arab": "urdu"}


def rapid() -> LineReader:
    return RapidReader()


def tesseract() -> LineReader:
    if "urd" not in installed_languages():
        pytest.skip("tesseract-ocr-urd is not installed; run requirements/system")
    return TesseractReader()


@pytest.fixture(scope="module", params=[rapid, tesseract], ids=lambda build: build.__name__)
def reader(request: pytest.FixtureRequest) -> LineReader:
    return request.param()


def line(reader: LineReader, ink: int, ground: int) -> tuple[str, Pixels]:
    """Return a line of the samples' lettering in the reader's script, in two greys."""
    kept = json.loads(LETTERING.read_text("utf-8"))[NAMES[reader.script]]
    grey = np.frombuffer(zlib.decompress(base64.b64decode(kept["grey"])), np.uint8)
    mask = grey.reshape(kept["height"], kept["width"])
    share = (
        cv2.copyMakeBorder(mask, 12, 12, 20, 20, cv2.BORDER_CONSTANT, value=0)[..., None] / 255.0
    )
    pixels = np.repeat(share * ink + (1 - share) * ground, 3, axis=2)
    return kept["text"], pixels.astype(np.uint8)


@pytest.mark.parametrize(
    ("ink", "ground"), [pytest.param(250, 40, id="light"), pytest.param(15, 220, id="dark")]
)
def test_reads_a_line_of_its_script(reader: LineReader, ink: int, ground: int) -> None:
    wanted, picture = line(reader, ink, ground)
    read = reader.read(picture)

    assert distance(wanted, read.text) <= 2
    assert read.script == reader.script
    assert 0.7 < read.confidence <= 1.0


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(np.full((40, 200, 3), 128, np.uint8), id="plain"),
        pytest.param(np.zeros((4, 4, 3), np.uint8), id="tiny"),
        pytest.param(
            np.random.default_rng(1).integers(0, 255, (40, 200, 3), dtype=np.uint8), id="noise"
        ),
    ],
)
def test_where_there_are_no_words_it_is_not_sure_of_any(
    reader: LineReader, picture: Pixels
) -> None:
    read = reader.read(picture)
    assert read.confidence < 0.6 or not any(each.isalpha() for each in read.text)


def test_the_same_line_reads_the_same(reader: LineReader) -> None:
    _, picture = line(reader, 250, 40)
    assert reader.read(picture) == reader.read(picture)


def test_names_program_and_version(reader: LineReader) -> None:
    assert any(each.isdigit() for each in reader.identity)
