"""The strip that words were read from, beside the words."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest

from detector.evidence import Passage, Picture
from detector.report.strips import strip_of
from detector.text.screen.lines import encoded

BOX = (0.1, 0.6, 0.9, 0.7)
PASSAGE = Passage("vote", "on-screen text", 0, 2.0, 5.0, BOX, 0.9)
WEBP = encoded(np.full((60, 600, 3), (200, 30, 30), np.uint8))


def test_a_passage_is_shown_with_its_strip() -> None:
    strip = strip_of(PASSAGE, [Picture(2.5, WEBP, box=BOX)])
    assert strip is not None
    assert strip.time_s == 2.5
    assert strip.size_wh == (480, 48)
    data = base64.b64decode(strip.src.partition(",")[2])
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    assert pixels.mean(axis=(0, 1)) == pytest.approx((200, 30, 30), abs=6)


@pytest.mark.parametrize(
    "pictures",
    [
        pytest.param([], id="none-kept"),
        pytest.param([Picture(2.5, WEBP)], id="a-whole-frame"),
        pytest.param([Picture(2.5, WEBP, box=(0.1, 0.1, 0.9, 0.2))], id="another-place"),
        pytest.param([Picture(60.0, WEBP, box=BOX)], id="another-time"),
        pytest.param([Picture(2.5, b"RIFF", box=BOX)], id="damaged"),
    ],
)
def test_without_its_strip_a_passage_has_none(pictures: list[Picture]) -> None:
    assert strip_of(PASSAGE, pictures) is None


def test_typed_words_have_no_strip() -> None:
    assert strip_of(Passage("vote", "caption"), [Picture(2.5, WEBP)]) is None
