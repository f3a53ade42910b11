"""A passage cut into pieces."""

import pytest

from detector.evidence import Passage, TopicScore, WordWeight
from detector.report.words import is_arabic, pieces, visible
from tests.detector.report import builders as make


def passage(text: str, *topics: TopicScore) -> Passage:
    return Passage(text, "caption", topics=topics)


def topic(name: str, *spans: tuple[int, int], flagged: bool = True, weight: float = 1.0):
    words = tuple(WordWeight(start, end, weight) for start, end in spans)
    return TopicScore(name, 0.9, flagged, words=words)


def marked(*args) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.text, each.topics) for each in pieces(passage(*args))]


def test_words_that_moved_a_flagged_topic_are_marked() -> None:
    assert marked("vote for us now", topic("political", (9, 11))) == [
        ("vote for ", ()),
        ("us", ("political",)),
        (" now", ()),
    ]


def test_words_next_to_each_other_are_one_mark() -> None:
    assert marked("vote for us", topic("political", (0, 4), (5, 8))) == [
        ("vote for", ("political",)),
        (" us", ()),
    ]


def test_half_a_word_is_widened_to_the_whole_word() -> None:
    assert marked("ہماری پارٹی کو", topic("political", (7, 9))) == [
        ("ہماری ", ()),
        ("پارٹی", ("political",)),
        (" کو", ()),
    ]


def test_words_of_two_topics_name_both() -> None:
    found = marked("god votes", topic("political", (4, 9)), topic("religious", (0, 3), (4, 9)))

    assert found == [
        ("god", ("religious",)),
        (" ", ("religious",)),
        ("votes", ("political", "religious")),
    ] or found == [("god ", ("religious",)), ("votes", ("political", "religious"))]


@pytest.mark.parametrize(
    "score",
    [
        pytest.param(topic("political", (0, 4), flagged=False), id="not-flagged"),
        pytest.param(topic("political", (0, 4), weight=-1.0), id="spoke-against"),
        pytest.param(topic("political"), id="no-words"),
    ],
)
def test_nothing_is_marked_without_a_reason(score: TopicScore) -> None:
    assert marked("vote now", score) == [("vote now", ())]


def test_offsets_beyond_the_text_do_no_harm() -> None:
    assert marked("vote", topic("political", (-3, 99))) == [("vote", ("political",))]


@pytest.mark.parametrize("text", [make.NASTY, make.URDU, "", "a\nb"])
def test_pieces_add_up_to_the_text(text: str) -> None:
    found = pieces(passage(text, topic("political", (1, 5), (8, 30))))

    assert "".join(each.text for each in found) == text


def test_hidden_characters_are_named_and_line_breaks_kept() -> None:
    assert list(visible("a\nb\u202e\u200bc")) == [
        ("a\nb", False),
        ("U+202E", True),
        ("U+200B", True),
        ("c", False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(make.URDU, True), (make.ROMAN_URDU, False), ("", False), ("24 7 !", False)],
)
def test_urdu_script_is_told_from_roman(text: str, expected: bool) -> None:
    assert is_arabic(text) is expected
