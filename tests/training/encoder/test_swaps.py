"""Group names changed while an encoder is fitted: names alone, and within their kind."""

from __future__ import annotations

from detector.text.pieces import WordPieces
from training.encoder.swaps import KINDS, Swaps

NAMES = sorted({word for kind in KINDS for name in kind for word in name.split()})
PIECES = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *NAMES, "are", "kind", "women"])


def words(text: str) -> list[tuple[int, ...]]:
    return [PIECES.cut(each) for each in text.split()]


def seen(text: str, swaps: Swaps) -> set[str]:
    found = (swaps.changed([words(text)], seed, 64)[0][1:-1] for seed in range(40))
    return {PIECES.joined(each) for each in found}


def test_a_name_becomes_another_of_its_kind() -> None:
    found = seen("hindus are kind", Swaps(PIECES, 1.0, 0.0))
    assert len(found) > 3
    assert all(each.endswith("are kind") for each in found)


def test_words_for_women_and_men_stay() -> None:
    assert seen("women are kind", Swaps(PIECES, 1.0, 0.0)) == {"women are kind"}


def test_one_name_is_changed_alike_throughout_a_text() -> None:
    for each in seen("hindus are hindus", Swaps(PIECES, 1.0, 0.0)):
        first, _, last = each.partition(" are ")
        assert first == last


def test_nothing_is_changed_unless_asked() -> None:
    assert seen("hindus are kind", Swaps(PIECES, 0.0, 0.0)) == {"hindus are kind"}


def test_words_are_left_out_but_never_all() -> None:
    found = seen("hindus are kind", Swaps(PIECES, 0.0, 0.9))
    assert "hindus are kind" in found
    assert "kind" in found
    assert "" not in found


def test_marks_stand_at_both_ends_and_long_texts_are_cut() -> None:
    [pieces] = Swaps(PIECES, 0.0, 0.0).plain([words("are " * 50)], 10)
    assert (len(pieces), pieces[0], pieces[-1]) == (10, PIECES.cls, PIECES.sep)
