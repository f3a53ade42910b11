"""Words as a model should see them, with the way back to the words as they were written.

Phones write one Urdu letter in several codes, decorate Latin letters, stretch vowels and glue
hashtags together; a character model takes each of these for a different word. Every character of
the normalised text knows where it came from, so that a highlight falls on the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

NOT_WORDS = re.compile(
    r"https?://\S+|www\.\S+"
    r"|(?<!\w)@\w+"  # whom it is said to is no part of what is said
    r"|<(?:user|number|url|phone|email|time|date|percent|money)>"  # marks left by data sets
    r"|\bhttpurl\b",
    re.IGNORECASE,
)
"""Addresses, mentions and marks: no part of what is said."""
NO_PHRASE = re.compile(rf"{NOT_WORDS.pattern}|(?<!\w)#\w+", re.IGNORECASE)
"""What is written in its own script in a post of any language: addresses, mentions, hashtags."""
_SPELLED = re.compile(
    r"(?<!\w)[^\W\d_](?: {1,3}[^\W\d_]){3,}(?!\w)"  # no letter with a neighbour
)
_SPELLED_GAP = re.compile(r" +")
_LONGEST_SPELLED = 16
"""A longer run of single letters is several words, and nothing says where each ends."""
_LETTERS = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ه": "ہ",
        "ة": "ہ",
        "ۃ": "ہ",
        "ە": "ہ",
        "_": " ",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
    }
)
_INVISIBLE = {"Mn", "Cf", "Cc", "Cs"}
"""Unicode categories that say nothing: marks on letters, format, control, halves of a broken pair."""
_TATWEEL = "ـ"
_MOST_REPEATS = 2


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and, for each of its characters, where it stood in the original."""

    text: str
    offsets: tuple[int, ...]
    """Index into the original text of every character; same length as `text`."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original, end exclusive, that characters start..end stand for.

        Raises:
            ValueError: If the stretch is empty or lies outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"need 0 <= start < end <= {len(self.text)}, got {start} and {end}")
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Normalise a text of any script.

    Compatibility forms are taken apart; marks on letters, invisible and control characters, and
    tatweel are dropped; Urdu letters get one code; letters become lower case; a character repeated
    more than twice is written twice; addresses and mentions become a space; a hashtag or file name
    is split at its capitals and underscores; a word written letter by letter is joined. Digits
    stay: in slogans they carry meaning.

    Example:
        >>> normalise("Sooooo HAPPY #VoteForBat").text
        'soo happy # vote for bat'
        >>> normalise("كراچي").text == "کراچی"
        True
    """
    kept: list[str] = []
    offsets: list[int] = []
    for char, at in _characters(text):
        if char == " " and kept[-1:] in ([], [" "]):
            continue
        if kept[-_MOST_REPEATS:] == [char] * _MOST_REPEATS and not char.isdigit():
            continue
        kept.append(char)
        offsets.append(at)
    if kept[-1:] == [" "]:
        kept.pop()
        offsets.pop()
    return Normalised("".join(kept), tuple(offsets))


def _characters(text: str) -> Iterator[tuple[str, int]]:
    """Yield each normalised character with the index of the one it comes from; white space as " "."""
    blank = {at for each in NOT_WORDS.finditer(text) for at in range(*each.span())}
    spelled = set(_gaps_of_spelled(text))
    for at, char in enumerate(text):
        if at in spelled:
            continue
        if at in blank:
            yield " ", at
            continue
        if at and _starts_word(text, at):
            yield " ", at
        for plain in _plain(char):
            yield (" " if plain.isspace() else plain), at


def _gaps_of_spelled(text: str) -> Iterator[int]:
    """Yield where the spaces inside words stand that are written letter by letter: ``v o t e``.

    Two spaces or three end such a word.
    """
    for run in _SPELLED.finditer(text):
        gaps = list(_SPELLED_GAP.finditer(text, *run.span()))
        ends = [run.start(), *(each.end() for each in gaps if len(each[0]) > 1), run.end()]
        longest = max(end - start for start, end in pairwise(ends))
        if longest <= 2 * _LONGEST_SPELLED:  # each letter has its space
            yield from (each.start() for each in gaps if len(each[0]) == 1)


def _plain(char: str) -> str:
    """Return what one character is written as: nothing, one character, or several."""
    if char.isspace():
        return " "
    apart = unicodedata.normalize("NFKD", char)
    apart = unicodedata.normalize("NFKD", apart.casefold())
    seen = (each for each in apart if unicodedata.category(each) not in _INVISIBLE)
    return "".join(each for each in seen if each != _TATWEEL).translate(_LETTERS)


def _starts_word(text: str, at: int) -> bool:
    """Whether a glued word begins here: after ``#``, at a capital after a small letter."""
    before, char = text[at - 1], text[at]
    return before == "#" or (before.islower() and char.isupper())
