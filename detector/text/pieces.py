"""WordPiece: a word cut into the longest pieces that an encoder's vocabulary holds.

Thirty lines instead of a library: the words come cut, normalised and with their places from
`detector.text.gloss`, so that nothing but the cutting itself is left to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

CLS, SEP, UNKNOWN, PAD = "[CLS]", "[SEP]", "[UNK]", "[PAD]"
_LONGEST_WORD = 100
"""A longer word is unknown, as the encoder learnt it."""
_INNER = "##"


class WordPieces:
    """A vocabulary.

    Args:
        entries: The pieces; a piece's number is its place. Those inside a word begin with ``##``.

    Raises:
        ValueError: If one of the marks that an encoder needs is not among them.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = tuple(entries)
        self._number = {each: at for at, each in enumerate(self._entries)}
        if missing := [each for each in (CLS, SEP, UNKNOWN, PAD) if each not in self._number]:
            raise ValueError(f"the vocabulary of {len(self._entries)} pieces lacks {missing}")
        self.cls, self.sep = self._number[CLS], self._number[SEP]
        self.unknown, self.pad = self._number[UNKNOWN], self._number[PAD]
        self.cut = lru_cache(maxsize=2**14)(self._cut)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, word: str) -> bool:
        return word in self._number

    def _cut(self, word: str) -> tuple[int, ...]:
        """Return the numbers of a word's pieces, longest first from the left."""
        if len(word) > _LONGEST_WORD:
            return (self.unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = (_INNER if start else "") + word[start:end]
                if piece in self._number:
                    found.append(self._number[piece])
                    start = end
                    break
            else:
                return (self.unknown,)
        return tuple(found)

    def joined(self, numbers: Sequence[int]) -> str:
        """Return the words that pieces make, with a space between words.

        Example:
            >>> WordPieces(["[CLS]", "[SEP]", "[UNK]", "[PAD]", "pat", "##wari"]).joined([4, 5, 4])
            'patwari pat'
        """
        words: list[str] = []
        for each in numbers:
            piece = self._entries[each]
            if piece.startswith(_INNER) and words:
                words[-1] += piece.removeprefix(_INNER)
            else:
                words.append(piece)
        return " ".join(words)
