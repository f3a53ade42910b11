"""Group names changed for one another while an encoder is fitted, so that no name means mockery.

What a text says of one faith it could say of another, with the same label. So each time a text is
seen, the names of groups and of politicians in it may be others of their kind. Words for women and men
stay, and so do slurs: there the label hangs on the word.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detector.text.pieces import WordPieces

KINDS: tuple[tuple[str, ...], ...] = (
    ("muslims", "hindus", "christians", "sikhs", "jews", "buddhists"),
    ("ahmadi qadiani sect", "shia sect", "sunni sect", "hindus", "christians", "sikhs"),
    ("muslim", "hindu", "christian", "sikh", "jewish", "buddhist"),
    (
        *("punjabi ethnic group", "pashtun ethnic group", "sindhi ethnic group"),
        *("baloch ethnic group", "muhajir ethnic group", "bengali ethnic group", "afghan"),
    ),
    ("black", "white", "asian", "mexican", "arab", "chinese", "african", "indian", "afghan"),
    ("blacks", "whites", "asians", "mexicans", "arabs", "africans", "indians", "afghans"),
    ("immigrants", "refugees", "migrants", "foreigners"),
    ("immigrant", "refugee", "migrant", "foreigner"),
    (
        *("imran khan politician", "nawaz sharif politician", "maryam nawaz politician"),
        *("bhutto zardari politician", "fazlur rehman politician", "minister politician"),
    ),
    ("trump", "obama", "clinton", "biden", "hillary"),
)
"""Names that may stand for one another, as they are glossed."""


class Swaps:
    """Changes names in glossed texts.

    Args:
        vocabulary: What the pieces are numbers of.
        share: Of texts that are changed, of those that hold a name.
        dropped: Share of words that are left out.
    """

    def __init__(self, vocabulary: WordPieces, share: float, dropped: float) -> None:
        self._vocabulary, self._share, self._dropped = vocabulary, share, dropped
        kinds = [[_cut(vocabulary, each) for each in kind] for kind in KINDS]
        self._others = {name: kind for kind in kinds for name in kind}

    def changed(
        self, texts: Sequence[Sequence[tuple[int, ...]]], seed: int, longest: int
    ) -> list[list[int]]:
        """Return the pieces of texts, marks at both ends included.

        Args:
            texts: The pieces of each word of each text.
            seed: Of the changes.
            longest: Pieces that are kept of a text.
        """
        rng = np.random.default_rng(seed)
        return [self._one(each, rng, longest) for each in texts]

    def plain(self, texts: Sequence[Sequence[tuple[int, ...]]], longest: int) -> list[list[int]]:
        """Return the pieces of texts as they are, marks at both ends included."""
        return [self._marked(each, longest) for each in texts]

    def _one(
        self, words: Sequence[tuple[int, ...]], rng: np.random.Generator, longest: int
    ) -> list[int]:
        if self._share and rng.random() < self._share:
            instead: dict[tuple[int, ...], tuple[int, ...]] = {}
            for each in words:
                if each in self._others and each not in instead:
                    kind = self._others[each]
                    instead[each] = kind[int(rng.integers(len(kind)))]
            words = [instead.get(each, each) for each in words]
        if self._dropped:
            kept = rng.random(len(words)) >= self._dropped
            words = [each for each, stays in zip(words, kept, strict=True) if stays] or words
        return self._marked(words, longest)

    def _marked(self, words: Sequence[tuple[int, ...]], longest: int) -> list[int]:
        inner = [piece for each in words for piece in each][: longest - 2]
        return [self._vocabulary.cls, *inner, self._vocabulary.sep]


def _cut(vocabulary: WordPieces, name: str) -> tuple[int, ...]:
    return tuple(piece for word in name.split() for piece in vocabulary.cut(word))
