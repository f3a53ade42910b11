"""Which reader's answer counts."""

from __future__ import annotations

import numpy as np
import pytest

from detector.text.screen.base import LineUnread, Reading
from detector.text.screen.choosing import is_words, read_line
from tests.screens import BrokenReader, ScriptedReader

SHARP = np.zeros((20, 100, 3), np.uint8)
STEADY = np.ones((20, 100, 3), np.uint8)
URDU = "یہ حکومت عوام کو لوٹ رہی ہے"


def test_a_sure_answer_of_the_first_reader_ends_the_search() -> None:
    second = ScriptedReader([(URDU, 0.99)], script="Arab")
    found = read_line(SHARP, STEADY, [ScriptedReader([("Vote for us", 0.97)]), second])

    assert found == Reading("Vote for us", 0.97, "Latn")
    assert second.given == []


def test_the_second_reader_is_asked_where_the_first_finds_nothing() -> None:
    second = ScriptedReader([(URDU, 0.9)], script="Arab")
    found = read_line(SHARP, STEADY, [ScriptedReader([("", 0.0)]), second])

    assert found == Reading(URDU, 0.9, "Arab")
    assert second.given[0] is STEADY


@pytest.mark.parametrize(
    ("latin", "arabic", "script"),
    [
        pytest.param(0.88, 0.65, "Latn", id="latin-surer"),
        pytest.param(0.78, 0.9, "Arab", id="urdu-surer"),
    ],
)
def test_of_two_answers_the_surer_one_counts(latin: float, arabic: float, script: str) -> None:
    readers = [
        ScriptedReader([("Vote for us", latin)]),
        ScriptedReader([(URDU, arabic)], script="Arab"),
    ]
    found = read_line(SHARP, STEADY, readers)
    assert found is not None
    assert found.script == script


def test_where_a_reader_fails_and_nobody_else_reads_words_the_line_is_unread() -> None:
    with pytest.raises(LineUnread, match="it was killed"):
        read_line(SHARP, STEADY, [ScriptedReader([("", 0.0)]), BrokenReader("it was killed")])


def test_a_reader_that_fails_does_not_take_away_what_another_reads() -> None:
    readers = [ScriptedReader([("Vote for us", 0.8)]), BrokenReader("it was killed")]
    assert read_line(SHARP, STEADY, readers) == Reading("Vote for us", 0.8, "Latn")


def test_where_nobody_reads_words_there_are_none() -> None:
    readers = [ScriptedReader([("l|l", 0.2)]), ScriptedReader([("ا", 0.9)], script="Arab")]
    assert read_line(SHARP, STEADY, readers) is None


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        pytest.param(Reading("Vote", 0.9, "Latn"), True, id="latin"),
        pytest.param(Reading(URDU, 0.7, "Arab"), True, id="urdu"),
        pytest.param(Reading(URDU, 0.9, "Latn"), False, id="not-its-script"),
        pytest.param(Reading("Vote ووٹ دو آج", 0.9, "Latn"), False, id="mostly-another"),
        pytest.param(Reading("0300 1234567", 0.99, "Latn"), False, id="no-letters"),
    ],
)
def test_words_are_of_the_readers_own_script(reading: Reading, words: bool) -> None:
    assert is_words(reading) is words
