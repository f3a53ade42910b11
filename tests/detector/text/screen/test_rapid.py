"""The network that finds lines, as it is: where it finds them, and what it does without."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from detector.text.screen.base import Line, Pixels
from detector.text.screen.lines import box_of, is_line, overlap
from detector.text.screen.rapid import RapidReader
from tests.screens import ground, written

BOX = (100, 600, 620, 660)


@pytest.fixture(scope="module")
def reader() -> RapidReader:
    return RapidReader()


def scene(words: str) -> Pixels:
    picture = ground(3, (720, 1280))
    return written(picture, words, BOX) if words else picture


def middles(lines: list[Line]) -> list[float]:
    return [float(each.corners[:, 1].mean()) for each in lines]


def test_a_line_is_found_where_it_stands(reader: RapidReader) -> None:
    pixels = scene("Follow for daily updates")
    lines = list(reader.find(pixels, 640))
    ink = np.nonzero((pixels > 240).all(axis=2))
    left, right, top, bottom = ink[1].min(), ink[1].max(), ink[0].min(), ink[0].max()
    stands = left / 720, top / 1280, right / 720, bottom / 1280

    assert max(overlap(box_of(each, pixels), stands) for each in lines) > 0.4
    assert all(top - 20 < each < bottom + 20 for each in middles(lines))


def test_a_glance_shows_the_line_too(reader: RapidReader) -> None:
    assert any(
        BOX[1] - 20 < each < BOX[3] + 20
        for each in middles(list(reader.glance(scene("Follow for daily updates"))))
    )


def test_where_nothing_is_written_nothing_found_is_a_line(reader: RapidReader) -> None:
    pixels = scene("")
    found = [*reader.glance(pixels), *reader.find(pixels, 640)]
    assert not any(is_line(each, pixels) for each in found)


def test_finding_needs_no_import_of_the_package() -> None:
    code = (
        "import sys, numpy as np; from detector.text.screen.rapid import RapidReader; "
        "reader = RapidReader(); picture = np.zeros((64, 64, 3), np.uint8); "
        "reader.glance(picture); reader.find(picture, 64); sys.exit('rapidocr' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
