"""WordPiece: what a word is cut into, and put together from."""

from __future__ import annotations

import pytest

from detector.text.pieces import WordPieces

ENTRIES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "pat", "##war", "##i", "##wa", "election", ","]


@pytest.fixture
def pieces() -> WordPieces:
    return WordPieces(ENTRIES)


def test_the_longest_pieces_are_taken_from_the_left(pieces: WordPieces) -> None:
    assert pieces.cut("patwari") == (4, 5, 6)


def test_a_word_that_cannot_be_cut_is_unknown(pieces: WordPieces) -> None:
    assert pieces.cut("patx") == (pieces.unknown,)


def test_a_word_without_end_is_unknown(pieces: WordPieces) -> None:
    assert pieces.cut("pat" + "i" * 200) == (pieces.unknown,)


def test_pieces_make_the_words_again(pieces: WordPieces) -> None:
    assert pieces.joined([*pieces.cut("patwari"), *pieces.cut("election")]) == "patwari election"


def test_a_vocabulary_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[CLS\]"):
        WordPieces(["a", "[PAD]", "[UNK]", "[SEP]"])
