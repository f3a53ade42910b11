"""Where a text changes its script: what a model cannot read must not hide beside what it can.

A post greets in English and goes on in Pashto, or the other way round. Read as one text, the half
with more letters speaks for both. So a text is cut where its script changes for a whole phrase; a
name, a loan word, a hashtag or an emoji in another script stays with the sentence it stands in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from detector.text.normalise import NO_PHRASE, NOT_WORDS

_NO_SPACES = frozenset({"CJK", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"})
"""Scripts that are written without spaces between words."""
_ONE_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}
"""Scripts that one sentence mixes."""
_LETTERS_OF_A_WORD = 2
"""Where words are not spaced, so many letters are taken for one."""
_WORDS_OF_A_PHRASE = 3
_LETTERS_OF_A_PHRASE = 10


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one script, with whatever else stands between them."""

    script: str
    """First word of the Unicode names of its letters, e.g. ``LATIN``."""
    start: int
    end: int
    """End of its last letter, exclusive."""
    letters: int
    words: int

    @property
    def is_phrase(self) -> bool:
        """Whether it is more than a name or a loan word."""
        if self.script in _NO_SPACES:
            return self.letters >= _WORDS_OF_A_PHRASE * _LETTERS_OF_A_WORD
        return self.words >= _WORDS_OF_A_PHRASE and self.letters >= _LETTERS_OF_A_PHRASE

    def joined(self, other: Run) -> Run:
        """Return this run and a later one of the same script as one."""
        letters, words = self.letters + other.letters, self.words + other.words
        return replace(self, end=other.end, letters=letters, words=words)


def runs(text: str, *, hashtags: bool = False) -> Iterator[Run]:
    """Yield the letters of a text by script, in order; without addresses and mentions.

    Args:
        text: As typed or normalised.
        hashtags: Whether the letters of hashtags are taken too.
    """
    unread = NOT_WORDS if hashtags else NO_PHRASE
    skipped = {at for each in unread.finditer(text) for at in range(*each.span())}
    now, start, end, letters, words = "", 0, 0, 0, 0
    spaced = True
    for at, char in enumerate(text):
        script = "" if at in skipped else script_of(char)
        if not script:
            # A mark or a joiner stands inside a word.
            spaced = spaced or unicodedata.category(char)[0] not in "MC"
            continue
        if script != now:
            if now:
                yield Run(now, start, end, letters, words)
            now, start, letters, words, spaced = script, at, 0, 0, True
        end, letters, words, spaced = at + 1, letters + 1, words + spaced, False
    if now:
        yield Run(now, start, end, letters, words)


def phrases(text: str) -> list[tuple[int, int]]:
    """Cut a text where its script changes for a phrase; the stretches follow on one another.

    Returns:
        Start and end, exclusive, of every stretch; together they are the whole text.
    """
    kept: list[Run] = []
    for run in runs(text):
        if kept and kept[-1].script == run.script:
            kept[-1] = kept[-1].joined(run)
        elif run.is_phrase:
            kept.append(run)
    cuts = [_cut(text, before.end, after.start) for before, after in pairwise(kept)]
    return list(pairwise([0, *cuts, len(text)]))


def _cut(text: str, start: int, end: int) -> int:
    """Return where to cut between two phrases: after the last line break or space, if there is one."""
    between = text[start:end]
    after = between.rfind("\n") + 1 or next(
        (at for at in range(len(between), 0, -1) if between[at - 1].isspace()), len(between)
    )
    return start + after


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """Name the script of a letter, decorated or not; empty for anything else."""
    plain = unicodedata.normalize("NFKD", char)[0]
    if not plain.isalpha():
        return ""
    script = unicodedata.name(plain, "UNNAMED").split()[0]
    return _ONE_SCRIPT.get(script, script)
