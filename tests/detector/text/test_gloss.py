"""Glosses: words of three languages in the pieces of one, in order and in their place."""

from __future__ import annotations

import numpy as np
import pytest

from detector.text.gloss import Gloss, Table, packed, skeleton, spelt, table_of, unpacked
from detector.text.pieces import WordPieces

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "not", "thief", "vote", "government", "is", "face"]
ENTRIES = [*WORDS, "grinning", "c", "##h", "##o", "##r", "h", "##u", "##k", "t", ",", "?", "."]


@pytest.fixture
def gloss() -> Gloss:
    pieces = WordPieces(ENTRIES)

    def cut(word: str) -> tuple[int, ...]:
        return pieces.cut(word)

    return Gloss(
        pieces,
        table_of({"چور": cut("thief"), "ووٹ": cut("vote")}),
        table_of({"chor": cut("thief"), "nahi": cut("not"), "is": cut("not")}),
        table_of({skeleton("nahi"): cut("not"), skeleton("hukumat"): cut("government")}),
    )


def meant(gloss: Gloss, text: str, language: str) -> list[str]:
    return [gloss.pieces.joined(each.pieces) for each in gloss.read(text, language)]


def test_the_same_word_means_the_same_in_both_scripts(gloss: Gloss) -> None:
    assert meant(gloss, "چور", "ur") == meant(gloss, "chor", "ur-Latn") == ["thief"]


def test_a_spelling_never_seen_is_found_by_its_consonants(gloss: Gloss) -> None:
    assert meant(gloss, "hakoomat", "ur-Latn") == ["government"]


def test_latin_words_of_an_english_text_stay(gloss: Gloss) -> None:
    assert meant(gloss, "vote is", "en") == ["vote", "is"]


def test_an_unknown_urdu_word_is_spelt_out(gloss: Gloss) -> None:
    assert meant(gloss, "ہک", "ur") == ["hk"]
    assert spelt("کراچی") == "krachi"


def test_urdu_marks_are_read_as_ours(gloss: Gloss) -> None:
    assert meant(gloss, "چور، ووٹ؟", "ur") == ["thief", ",", "vote", "?"]


def test_an_emoji_is_read_by_its_name(gloss: Gloss) -> None:
    assert meant(gloss, "😀", "en") == ["grinning face"]


def test_every_word_keeps_its_place(gloss: Gloss) -> None:
    text = "vote, chor"
    found = [text[each.start : each.end] for each in gloss.read(text, "ur-Latn")]
    assert found == ["vote", ",", "chor"]


def test_tables_come_back_as_they_were_packed(gloss: Gloss) -> None:
    again = unpacked(gloss.pieces, packed(gloss))
    assert meant(again, "chor hukoomat", "ur-Latn") == ["thief", "government"]


def test_a_table_with_pieces_beyond_the_vocabulary_is_refused(gloss: Gloss) -> None:
    arrays = packed(gloss)
    arrays["roman_pieces"] = arrays["roman_pieces"] + 500
    with pytest.raises(ValueError, match="beyond"):
        unpacked(gloss.pieces, arrays)


def test_a_table_that_does_not_hang_together_is_refused() -> None:
    with pytest.raises(ValueError, match="starts"):
        Table(np.zeros(2, np.uint32), np.zeros(2, np.uint32), np.zeros(0, np.uint16))
