"""Lines to passages: what stands together, in which order, and what is read twice."""

from __future__ import annotations

import numpy as np

from detector.evidence import Fractions
from detector.text.screen.base import Reading, Script
from detector.text.screen.lines import NOTHING, Track, encoded
from detector.text.screen.passages import gather

STRIP = encoded(np.full((20, 60, 3), 90, np.uint8))


def track(
    text: str,
    box: Fractions,
    start_s: float,
    end_s: float,
    *,
    script: Script = "Latn",
    sure: float = 0.9,
) -> Track:
    return Track(
        box=box,
        edges=np.empty((0, 0, 2), np.float32),
        corners=(),
        start_s=start_s,
        end_s=end_s,
        crops=[],
        cut=NOTHING,
        sharp=1.0,
        sharp_s=start_s,
        reading=Reading(text, sure, script),
        strip=STRIP,
    )


def texts(*tracks: Track) -> list[str]:
    return [each.passage.text for each in gather(tracks)]


def test_lines_are_read_from_top_to_bottom() -> None:
    lower = track("this Sunday", (0.2, 0.56, 0.8, 0.60), 1.0, 4.0)
    upper = track("Vote for us", (0.2, 0.50, 0.8, 0.54), 1.0, 4.0)
    assert texts(lower, upper) == ["Vote for us this Sunday"]


def test_pieces_of_an_urdu_line_are_read_from_the_right() -> None:
    left = track("لوٹ رہی ہے", (0.1, 0.5, 0.4, 0.54), 1.0, 4.0, script="Arab")
    right = track("یہ حکومت", (0.45, 0.5, 0.8, 0.54), 1.0, 4.0, script="Arab")
    assert texts(left, right) == ["یہ حکومت لوٹ رہی ہے"]


def test_pieces_of_a_latin_line_are_read_from_the_left() -> None:
    left = track("Vote", (0.1, 0.5, 0.4, 0.54), 1.0, 4.0)
    right = track("for us", (0.45, 0.5, 0.8, 0.54), 1.0, 4.0)
    assert texts(right, left) == ["Vote for us"]


def test_lines_far_apart_are_two_passages() -> None:
    top = track("CITY TV", (0.1, 0.05, 0.3, 0.09), 0.0, 9.0)
    low = track("Vote for us", (0.1, 0.80, 0.8, 0.84), 0.0, 9.0)
    assert texts(top, low) == ["CITY TV", "Vote for us"]


def test_lines_that_come_at_other_times_are_two_passages() -> None:
    one = track("Vote for us", (0.2, 0.50, 0.8, 0.54), 1.0, 4.0)
    other = track("this Sunday", (0.2, 0.56, 0.8, 0.60), 2.5, 4.0)
    assert texts(one, other) == ["Vote for us", "this Sunday"]


def test_what_is_read_twice_at_one_place_is_one_passage() -> None:
    one = track("Vote for us", (0.2, 0.50, 0.8, 0.54), 1.0, 4.0, sure=0.8)
    other = track("Vote for uss", (0.2, 0.50, 0.81, 0.54), 4.5, 8.0, sure=0.7)
    [words] = gather([one, other])
    assert (words.passage.text, words.passage.start_s, words.passage.end_s) == (
        "Vote for us",
        1.0,
        8.0,
    )


def test_a_caption_that_comes_back_later_is_another_passage() -> None:
    one = track("Vote for us", (0.1, 0.50, 0.9, 0.54), 1.0, 4.0)
    other = track("Vote for us", (0.1, 0.50, 0.9, 0.54), 30.0, 33.0)
    assert texts(one, other) == ["Vote for us", "Vote for us"]


def test_the_certainty_of_a_passage_is_that_of_its_letters() -> None:
    one = track("aaaaaaaaa", (0.2, 0.50, 0.8, 0.54), 1.0, 4.0, sure=1.0)
    other = track("bbb", (0.2, 0.56, 0.8, 0.60), 1.0, 4.0, sure=0.6)
    [words] = gather([one, other])
    assert words.passage.reading_confidence == (9 * 1.0 + 3 * 0.6) / 12


def test_lines_without_words_are_left_out() -> None:
    assert texts(track("", (0.2, 0.5, 0.8, 0.54), 1.0, 4.0)) == []
