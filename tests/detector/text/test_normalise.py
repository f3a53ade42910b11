"""Normalised words, and the way back to the words as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("كراچي", "کراچی", id="urdu-letter-variants"),
        pytest.param("مُحَرَّم", "محرم", id="marks-on-letters"),
        pytest.param("پاکـــستان", "پاکستان", id="tatweel"),
        pytest.param("حکو\u200cمت\u200f", "حکومت", id="zero-width-and-bidi"),
        pytest.param("ﻻﮨﻮر", "لاہور", id="presentation-forms"),
        pytest.param("VOTE 𝐕𝐨𝐭𝐞", "vote vote", id="lower-case-and-decorated"),
        pytest.param("nahiiiiii", "nahii", id="repeated-letters"),
        pytest.param("#VoteForBat", "# vote for bat", id="hashtag-at-capitals"),
        pytest.param("#go_nawaz_go", "# go nawaz go", id="hashtag-at-underscores"),
        pytest.param("see https://t.co/aB1 @user now", "see now", id="address-and-mention"),
        pytest.param("<user> says <number>", "says", id="marks-of-data-sets"),
        pytest.param("a\t\n  b ", "a b", id="white-space"),
        pytest.param("qaidi 804", "qaidi 804", id="digits-stay"),
        pytest.param("call 0300111222", "call 0300111222", id="repeated-digits-stay"),
        pytest.param("a\x00\x1b\x07b", "ab", id="control-characters"),
        pytest.param("a\ud800b", "ab", id="half-of-a-broken-pair"),
        pytest.param("who@work", "who@work", id="an-at-inside-a-word-is-no-mention"),
        pytest.param("T h i s  v o t e, a l l", "this vote, a l l", id="letter-by-letter"),
        pytest.param("ح ک و م ت", "حکومت", id="letter-by-letter-in-urdu"),
        pytest.param("P T I said a b", "p t i said a b", id="initials-stay"),
        pytest.param("plan a b c dog", "plan a b c dog", id="letters-beside-words-stay"),
        pytest.param(
            "a b c d e f g h i j k l m n o p q",
            "a b c d e f g h i j k l m n o p q",
            id="no-word-is-so-long",
        ),
        pytest.param("", "", id="nothing"),
        pytest.param("https://example.org", "", id="only-an-address"),
    ],
)
def test_normalises(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_a_span_points_at_the_words_as_written() -> None:
    written = "\u202eJoin #VoteForBat nooooow"
    plain = normalise(written)
    start = plain.text.index("bat")
    begin, end = plain.span(start, start + 3)
    assert written[begin:end] == "Bat"


def test_a_span_of_a_word_written_letter_by_letter_covers_its_letters() -> None:
    written = "Join: T h i s  v o t e now"
    plain = normalise(written)
    start = plain.text.index("vote")
    begin, end = plain.span(start, start + 4)
    assert written[begin:end] == "v o t e"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 1), (0, 4)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="need 0 <= start < end <= 3"):
        normalise("abc").span(start, end)


@given(st.text())
def test_every_character_comes_from_the_original_in_order(text: str) -> None:
    plain = normalise(text)
    assert len(plain.offsets) == len(plain.text)
    assert list(plain.offsets) == sorted(plain.offsets)
    assert all(0 <= each < len(text) for each in plain.offsets)


@given(st.text())
def test_white_space_separates_words_once_and_never_stands_at_the_ends(text: str) -> None:
    plain = normalise(text).text
    assert plain.split() == plain.split(" ") or plain == ""
