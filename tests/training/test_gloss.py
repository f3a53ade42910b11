"""Learning what words mean: from pairs, from a glossary, and which of them is believed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.text.pieces import WordPieces
from training.examples import PairExample
from training.gloss import Lexicon, build, english_words, learn, read_glossary

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
ENTRIES = [*MARKS, "thief", "book", "vote", "red", "government", "love", "s", "the"]
PIECES = WordPieces([*ENTRIES, *(f"##{each}" for each in "abcdefghijklmnopqrstuvwxyz"), "c", "k"])


def pair(src: str, tgt: str, languages: str) -> PairExample:
    src_lang, tgt_lang = languages.split()
    return PairExample(src, "made", src, tgt, src_lang, tgt_lang, src, heldout=False)


@pytest.fixture
def lexicon() -> Lexicon:
    translated = [
        pair("red book", "سرخ کتاب", "en ur"),
        pair("book", "کتاب", "en ur"),
        pair("red thief", "سرخ چور", "en ur"),
        pair("thief", "چور", "en ur"),
    ]
    romanised = [pair("چور کتاب", "chor kitaab", "ur ur-Latn"), pair("کتاب", "kitab", "ur ur-Latn")]
    return learn(translated, romanised)


def meant(lexicon: Lexicon, word: str, language: str, **glossary: str) -> str:
    gloss = build(lexicon, glossary, Counter(), PIECES)
    return " ".join(PIECES.joined(each.pieces) for each in gloss.read(word, language))


def test_a_word_means_what_stands_opposite_it_most(lexicon: Lexicon) -> None:
    assert meant(lexicon, "کتاب", "ur") == "book"
    assert meant(lexicon, "سرخ چور", "ur") == "red thief"


def test_a_roman_spelling_means_the_urdu_word_it_was_written_for(lexicon: Lexicon) -> None:
    assert meant(lexicon, "chor kitaab", "ur-Latn") == "thief book"


def test_a_spelling_never_seen_goes_by_its_consonants(lexicon: Lexicon) -> None:
    assert meant(lexicon, "keetab", "ur-Latn") == "book"


def test_the_glossary_is_believed_first(lexicon: Lexicon) -> None:
    assert meant(lexicon, "chor", "ur-Latn", chor="government thief") == "government thief"


def test_an_english_word_in_a_roman_text_stays_english(lexicon: Lexicon) -> None:
    english = english_words(["red vote"] * 5 + ["chor"] * 5)
    gloss = build(lexicon, {}, english, PIECES)
    assert [PIECES.joined(each.pieces) for each in gloss.read("vote", "ur-Latn")] == ["vote"]
    assert [PIECES.joined(each.pieces) for each in gloss.read("chor", "ur-Latn")] == ["thief"]


def test_pairs_of_other_length_teach_no_spelling() -> None:
    found = learn([], [pair("چور کتاب", "chor", "ur ur-Latn")])
    assert not found.urdu_of


def test_a_glossary_is_read_in_either_script(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text("# ours\nچور|CHOR\tthief\n\n", "utf-8")
    assert read_glossary(path) == {"چور": "thief", "chor": "thief"}


@pytest.mark.parametrize(
    ("line", "said"),
    [("chor thief", "a tab"), ("chor\t", "English words"), ("ok\tone\nok\ttwo", "one meaning")],
)
def test_a_glossary_that_says_nothing_or_two_things_is_refused(
    tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text(line + "\n", "utf-8")
    with pytest.raises(InputError, match=said):
        read_glossary(path)


def test_our_glossary_is_read() -> None:
    assert read_glossary(Path("data/text/glossary.tsv"))["patwari"]
