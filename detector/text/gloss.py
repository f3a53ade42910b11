"""Every word of a passage in the words of one language, so that one small encoder can read three.

An encoder that knows English makes nothing of Urdu letters and little of Roman spelling. A table gives
each Urdu word, and each Roman spelling of one, as English pieces; a spelling that was never seen is
found by its consonants; what is in no table is spelt out in Latin letters. Words keep their order
and their place in the text, so that what the encoder says can be laid back on the words. It is no
translation for people to read.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.text.pieces import WordPieces

URDU, ROMAN = "ur", "ur-Latn"
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_ARABIC = re.compile("[\u0600-\u06ff]")
_SPELT = {
    "ا": "a",
    "ب": "b",
    "پ": "p",
    "ت": "t",
    "ٹ": "t",
    "ث": "s",
    "ج": "j",
    "چ": "ch",
    "ح": "h",
    "خ": "kh",
    "د": "d",
    "ڈ": "d",
    "ذ": "z",
    "ر": "r",
    "ڑ": "r",
    "ز": "z",
    "ژ": "zh",
    "س": "s",
    "ش": "sh",
    "ص": "s",
    "ض": "z",
    "ط": "t",
    "ظ": "z",
    "ع": "a",
    "غ": "gh",
    "ف": "f",
    "ق": "q",
    "ک": "k",
    "گ": "g",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ں": "n",
    "و": "o",
    "ہ": "h",
    "ھ": "h",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "۔": ".",
    "ء": "",
    "ی": "i",
    "ے": "e",
    "ئ": "i",
    "ؤ": "o",
}
_MOST_OF_A_NAME = 4
"""Words of an emoji's name that are read: the first say what it shows."""
_LEAST_SKELETON = 2
"""A word with fewer consonants could be anything."""
_ROMAN_RULES = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(.)\1+", r"\1"),
        ("ph", "f"),
        ("ck|q", "k"),
        ("w", "v"),
        ("x", "ks"),
        ("c(?!h)", "k"),
        ("ch+", "C"),
        ("sh", "S"),
        ("(?<=.)[aeiouy]", ""),
        ("^[aeiouy]", "A"),
        (r"(.)\1+", r"\1"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Words and the pieces that stand for them; the words themselves are not kept."""

    keys: npt.NDArray[np.uint32]
    """CRC-32 of each word in UTF-8, sorted, shape ``(n,)``."""
    starts: npt.NDArray[np.uint32]
    """Where the pieces of each word begin, and where the last ones end, shape ``(n + 1,)``."""
    pieces: npt.NDArray[np.uint16]

    def __post_init__(self) -> None:
        if len(self.starts) != len(self.keys) + 1 or int(self.starts[-1]) != len(self.pieces):
            raise ValueError(
                f"{len(self.keys)} words need {len(self.keys) + 1} starts that end at "
                f"{len(self.pieces)}; got {len(self.starts)}"
            )

    def find(self, word: str) -> tuple[int, ...]:
        """Return the pieces of a word; none where it is not in the table."""
        key = zlib.crc32(word.encode())
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or int(self.keys[at]) != key:
            return ()
        return tuple(self.pieces[int(self.starts[at]) : int(self.starts[at + 1])].tolist())


@dataclass(frozen=True, slots=True)
class Glossed:
    """A word of a normalised text and the pieces that stand for it."""

    start: int
    end: int
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gloss:
    """The tables of a model."""

    pieces: WordPieces
    urdu: Table
    """Words in Urdu letters."""
    roman: Table
    """Words in Latin letters, as they are meant in a Roman Urdu text; English ones among them."""
    skeletons: Table
    """Consonants of Roman words."""

    def read(self, text: str, language: str) -> list[Glossed]:
        """Gloss every word of a normalised text.

        Args:
            text: The text.
            language: BCP 47 tag that it was read as; Latin words are Urdu only in `ROMAN`.
        """
        return [
            Glossed(*word.span(), self._pieces(word[0], language)) for word in _WORD.finditer(text)
        ]

    def _pieces(self, word: str, language: str) -> tuple[int, ...]:
        if _ARABIC.search(word):
            return self.urdu.find(word) or self.pieces.cut(spelt(word))
        if language == ROMAN and word.isalpha():
            found = self.roman.find(word)
            if not found and word not in self.pieces and len(skeleton(word)) >= _LEAST_SKELETON:
                found = self.skeletons.find(skeleton(word))
            return found or self.pieces.cut(word)
        if len(word) == 1 and unicodedata.category(word) == "So":
            return self._named(word)
        return self.pieces.cut(word)

    def _named(self, emoji: str) -> tuple[int, ...]:
        names = unicodedata.name(emoji, "").lower().split()[:_MOST_OF_A_NAME]
        found = tuple(piece for name in names for piece in self.pieces.cut(name))
        return found or (self.pieces.unknown,)


def spelt(word: str) -> str:
    """Spell a normalised word of Urdu letters in Latin ones, letter by letter.

    Example:
        >>> spelt("کراچی")
        'krachi'
    """
    return "".join(_SPELT.get(each, each) for each in word)


def skeleton(word: str) -> str:
    """Return the consonants of a Roman word, so that its spellings meet.

    Example:
        >>> skeleton("hukoomat") == skeleton("hakumat")
        True
    """
    for pattern, by in _ROMAN_RULES:
        word = pattern.sub(by, word)
    return word


def table_of(words: Mapping[str, Sequence[int]]) -> Table:
    """Make a table; of two words with one key the first stays."""
    by_key: dict[int, Sequence[int]] = {}
    for word, pieces in words.items():
        if pieces:
            by_key.setdefault(zlib.crc32(word.encode()), pieces)
    keys = sorted(by_key)
    lengths = [len(by_key[each]) for each in keys]
    return Table(
        np.array(keys, np.uint32),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32),
        np.array([piece for each in keys for piece in by_key[each]], np.uint16),
    )


def packed(gloss: Gloss) -> dict[str, npt.NDArray[Any]]:
    """Return the tables as arrays by name, to be written as one file."""
    return {
        f"{name}_{part}": getattr(getattr(gloss, name), part)
        for name in ("urdu", "roman", "skeletons")
        for part in ("keys", "starts", "pieces")
    }


def unpacked(pieces: WordPieces, arrays: Mapping[str, npt.NDArray[Any]]) -> Gloss:
    """Return the tables from what `packed` gave.

    Raises:
        KeyError: If one is missing.
        ValueError: If one does not hang together.
    """
    tables = [
        Table(arrays[f"{name}_keys"], arrays[f"{name}_starts"], arrays[f"{name}_pieces"])
        for name in ("urdu", "roman", "skeletons")
    ]
    if any(len(each.pieces) and int(each.pieces.max()) >= len(pieces) for each in tables):
        raise ValueError(f"a table names a piece beyond the {len(pieces)} of the vocabulary")
    return Gloss(pieces, *tables)
