"""Which texts are read as what, and which are left to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from detector.text.language import NO_WORDS, UNKNOWN, Languages, word_key

KNOWN = "this is what we say every day and ye ham roz kehte hain آج ہم یہ کہتے ہیں"

ENGLISH = "this is what we say every day " * 4


def languages(scores: Mapping[str, float] | None = None) -> Languages:
    given = scores or {"en": -1.0, "ur-Latn": -2.0, "ur": -1.0, "ps": -5.0, "sd": -6.0}
    return Languages(
        supported=("en", "ur", "ur-Latn"),
        min_known=0.5,
        known=frozenset(word_key(each) for each in KNOWN.split()),
        log_likelihood=lambda _: given,
    )


@pytest.mark.parametrize(
    ("text", "scores", "tag"),
    [
        pytest.param("we say", {"en": -1.0, "ur-Latn": -2.0}, "en", id="english"),
        pytest.param("ye ham", {"en": -2.0, "ur-Latn": -1.0}, "ur-Latn", id="roman-urdu"),
        pytest.param("آج ہم", {"ur": -2.0, "ps": -3.0, "en": 0.0}, "ur", id="urdu-by-script"),
        pytest.param("عید", {"ur": -9.0, "ps": -3.0}, "ur", id="too-short-for-a-doubt"),
        pytest.param(
            "eid मु mubarak", {"en": -1.0, "ur-Latn": -2.0}, "en", id="a-few-other-letters"
        ),
    ],
)
def test_reads_a_supported_language(text: str, scores: dict[str, float], tag: str) -> None:
    reading = languages(scores).read(text)
    assert (reading.tag, reading.abstained) == (tag, "")


@pytest.mark.parametrize("text", ["", "😂😂", "804 !!", "👮🏽 2024"])
def test_a_text_without_words_is_read_as_such(text: str) -> None:
    reading = languages().read(text)
    assert (reading.tag, reading.abstained) == (NO_WORDS, "")


def test_abstains_where_an_unsupported_language_is_clearly_likelier() -> None:
    reading = languages({"ur": -40.0, "ps": -20.0, "sd": -30.0}).read("نن موږ په پېښور")
    assert reading.tag == "ps"
    assert reading.abstained == (
        "read as Pashto; the model was fitted for English, Urdu and Roman Urdu; "
        "a person should read it"
    )


@pytest.mark.parametrize(
    ("text", "tag", "found"),
    [
        pytest.param("आज पुलिस", "hi", "read as Hindi", id="devanagari"),
        pytest.param("Сегодня", UNKNOWN, "Cyrillic letters found", id="cyrillic"),
        pytest.param("we say आज पुलिस ने", "hi", "read as Hindi", id="a-part-would-go-unread"),
        pytest.param(
            f"{ENGLISH} 政府失败了,总理",
            UNKNOWN,
            "Chinese or Japanese letters",
            id="a-phrase-of-it",
        ),
    ],
)
def test_abstains_on_another_script(text: str, tag: str, found: str) -> None:
    reading = languages().read(text)
    assert reading.tag == tag
    assert reading.abstained.startswith(found)


def test_abstains_where_most_words_are_unknown() -> None:
    reading = languages().read("el presidente anunció hoy que we say")
    assert reading.tag == UNKNOWN
    assert reading.abstained.startswith("only 2 of its 7 words are known")


def test_a_few_unknown_words_may_be_names() -> None:
    assert languages().read("gulshan korangi landhi malir lyari").abstained == ""


def test_known_words_carry_unknown_ones() -> None:
    assert languages().read("this is what we say every korangi day").abstained == ""


def by_script(text: str) -> Mapping[str, float]:
    pashto = {"en": -50.0, "ur-Latn": -60.0, "ur": -40.0, "ps": -20.0, "sd": -30.0}
    english = {"en": -20.0, "ur-Latn": -40.0, "ur": -50.0, "ps": -50.0, "sd": -50.0}
    return english if any(each in text for each in "abcdefghijklmnopqrstuvwxyz") else pashto


def test_a_phrase_in_another_script_is_asked_for_its_own_language() -> None:
    reading = replace(languages(), log_likelihood=by_script).read(f"{ENGLISH} نن موږ په پېښور")
    assert reading.tag == "ps"
    assert reading.abstained.startswith("4 of its words read as Pashto")


def test_a_name_in_another_script_is_not_asked_for_its_language() -> None:
    reading = replace(languages(), log_likelihood=by_script).read(f"{ENGLISH} موږ پېښور")
    assert (reading.tag, reading.abstained) == ("en", "")


@pytest.mark.parametrize("text", ["t h i s i s w h a t w e", "g.o.v.e.r.n.m.e.n.t failed"])
def test_abstains_on_words_written_letter_by_letter(text: str) -> None:
    reading = languages().read(text)
    assert reading.tag == UNKNOWN
    assert reading.abstained.startswith("written letter by letter")


@pytest.mark.parametrize(
    "text", ["p.t.i. n.a.b.", "a b c d e f g h this is what we say every day and"]
)
def test_initials_are_read(text: str) -> None:
    assert languages().read(text).abstained == ""
