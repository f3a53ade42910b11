"""Photos are turned the way their Exif says, all eight ways."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.media import MediaReader
from detector.media.exif import orientation
from detector.settings import Limits, Sampling
from tests import clips


@pytest.fixture(scope="module")
def reader() -> Iterator[MediaReader]:
    with MediaReader(Sampling(), Limits()) as reader:
        yield reader


@pytest.mark.parametrize("how", range(1, 9))
def test_a_photo_is_shown_as_opencv_shows_it(tmp_path: Path, reader: MediaReader, how: int) -> None:
    plain = clips.write_photo(tmp_path / "plain.jpg", clips.corners()).read_bytes()
    path = tmp_path / "turned.jpg"
    path.write_bytes(clips.with_exif_orientation(plain, how))
    expected = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)

    with reader.open(path) as stream:
        [frame] = stream

    assert stream.report.size_wh == expected.shape[1::-1]
    assert np.abs(frame.pixels.astype(int) - expected.astype(int)).mean() < 6


@pytest.mark.parametrize(
    "junk",
    [
        b"\xff\xd8\xff\xe1\x00\x10Exif\0\0II*\0\xff\xff\xff\xff",
        b"\xff\xd8\xff\xe1",
        b"II*\0\x08\0\0\0\xff\xff",
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf",
        b"RIFF\0\0\0\0WEBPEXIF\xff\xff\xff\x7f",
        b"",
    ],
)
def test_damaged_exif_is_no_exif(junk: bytes) -> None:
    assert orientation(io.BytesIO(junk)) is None
