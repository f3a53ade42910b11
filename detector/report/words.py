"""A passage cut into pieces for a reader: which words moved which topic, which characters hide.

Offsets are those of the text model. A piece that begins or ends inside a word is widened to the
whole word: half a word marked reads badly, and in Urdu it would break the joined letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from detector.evidence import Passage, TopicScore
from detector.report.display import hidden


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that is shown in one way."""

    text: str
    topics: tuple[str, ...] = ()
    """Topics that these words moved, in the order of the model; empty for other words."""


def pieces(passage: Passage) -> tuple[Piece, ...]:
    """Cut a passage at the words that spoke for a flagged topic; the pieces add up to the text."""
    text = passage.text
    flagged = [each for each in passage.topics if each.flagged]
    marks: list[tuple[str, ...]] = [()] * len(text)
    for topic in flagged:
        for start, end in _stretches(text, topic):
            for at in range(start, end):
                if topic.topic not in marks[at]:
                    marks[at] = (*marks[at], topic.topic)
    return tuple(_runs(text, marks))


def visible(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into stretches as they stand and characters that hide, the latter by code.

    Example:
        >>> list(visible("a\\u202eb"))
        [('a', False), ('U+202E', True), ('b', False)]
    """
    for hides, run in groupby(text, key=_hides):
        if not hides:
            yield "".join(run), False
            continue
        for each in run:
            yield f"U+{ord(each):04X}", True


def is_arabic(text: str) -> bool:
    """Say whether most letters are of the Arabic script, in which Urdu is written."""
    letters = [unicodedata.bidirectional(each) for each in text if each.isalpha()]
    return letters.count("AL") * 2 > len(letters)


def flagged_topics(passages: Iterable[Passage]) -> list[TopicScore]:
    """Return the scores that reached their threshold, one per topic, the highest of each."""
    best: dict[str, TopicScore] = {}
    for score in (each for passage in passages for each in passage.topics if each.flagged):
        if score.topic not in best or best[score.topic].probability < score.probability:
            best[score.topic] = score
    return list(best.values())


def _stretches(text: str, topic: TopicScore) -> Iterator[tuple[int, int]]:
    """Yield the stretches that spoke for a topic, widened to whole words and joined over blanks."""
    last: tuple[int, int] | None = None
    moved = (each for each in topic.words if each.weight > 0)
    for start, end in sorted(_whole_words(text, each.start, each.end) for each in moved):
        if last and (start <= last[1] or text[last[1] : start].isspace()):
            last = (last[0], max(end, last[1]))
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    start, end = max(0, start), min(end, len(text))
    while 0 < start < len(text) and _in_word(text[start - 1]) and _in_word(text[start]):
        start -= 1
    while 0 < end < len(text) and _in_word(text[end - 1]) and _in_word(text[end]):
        end += 1
    return start, max(start, end)


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in ("Mn", "Mc")


def _runs(text: str, marks: Sequence[tuple[str, ...]]) -> Iterator[Piece]:
    for topics, run in groupby(range(len(text)), key=lambda at: marks[at]):
        places = list(run)
        yield Piece(text[places[0] : places[-1] + 1], topics)


def _hides(character: str) -> bool:
    return character not in "\n\t" and hidden(character)
