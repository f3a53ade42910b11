"""Ink told from ground: whatever the colours, the words come out black on white."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector.text.screen.inks import COLOURS, HEIGHT, MOST, inks
from detector.text.screen.lines import steady
from tests.screens import ground

Colour = tuple[int, int, int]


def lettered(ink: Colour, around: Colour | None, back: np.ndarray) -> np.ndarray:
    picture = back.copy()
    for colour, width in ((around, 9), (ink, 3)):
        if colour is not None:
            cv2.putText(picture, "election", (20, 52), cv2.FONT_HERSHEY_SIMPLEX, 1.6, colour, width)
    return picture


def wanted() -> np.ndarray:
    mask = np.zeros((80, 280), np.uint8)
    cv2.putText(mask, "election", (20, 52), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 3)
    return cv2.resize(mask, (round(280 * HEIGHT / 80), HEIGHT)) > 127


def agreement(ink: np.ndarray) -> float:
    black = ink[14:-14, 14:-14, 0] < 128
    return float((black & wanted()).sum() / (black | wanted()).sum())


@pytest.mark.parametrize(
    ("ink", "around"),
    [
        pytest.param((255, 255, 255), (0, 0, 0), id="white-with-outline"),
        pytest.param((255, 225, 40), (0, 0, 0), id="yellow-with-outline"),
        pytest.param((20, 20, 20), (255, 255, 255), id="black-with-white-outline"),
        pytest.param((255, 255, 255), None, id="white-alone"),
    ],
)
def test_the_words_are_among_the_first_inks(ink: Colour, around: Colour | None) -> None:
    pictures = list(inks(lettered(ink, around, ground(3, (280, 80)))))
    assert 1 <= len(pictures) <= MOST * len(COLOURS)
    assert max(map(agreement, pictures[:MOST])) > 0.6


def test_the_same_line_gives_the_same_inks() -> None:
    line = lettered((255, 255, 255), (0, 0, 0), ground(3, (280, 80)))
    one, other = inks(line), inks(line)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_plain_line_has_no_ink() -> None:
    assert list(inks(np.full((40, 200, 3), 128, np.uint8))) == []


def test_a_ground_that_moves_behind_the_letters_is_blurred_away() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (4, 80, 280, 3), dtype=np.uint8)
    crops = [lettered((255, 255, 255), (0, 0, 0), each) for each in noise]

    still = steady(crops)

    mask = np.zeros((80, 280), np.uint8)
    cv2.putText(mask, "election", (20, 52), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 9)
    outside = mask == 0
    assert still[outside].std() < 0.4 * crops[0][outside].std()
    assert still[mask == 255].max() > 240


def test_two_pictures_of_a_line_are_too_few_to_tell_what_moves() -> None:
    crops = [ground(1), ground(2)]
    assert steady(crops) is crops[0]
