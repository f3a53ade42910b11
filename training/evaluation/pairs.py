"""Minimal pairs: two posts in nearly the same words, one a view and one a mention.

A model that knows the words and not what is done with them ranks both alike. So what counts is the order
within a pair, which no threshold and no choice of posts can help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation.text import ABSTAINED, ReadText
from training.evaluation.values import Tried
from training.metrics.interval import DRAWS, Measure, draw, replicated

VIEWS = ("political", "religious")
RANKED = "ranked above its twin"
FIGURES = {
    "mockery": f"the mocking post {RANKED}",
    "opsec": f"the post that gives away {RANKED}",
    "custody": f"the post that shows somebody {RANKED}",
}
VIEW = f"the view {RANKED}"


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair, for one topic on which its posts differ."""

    topic: str
    lang: str
    won: bool
    """Whether every post of the topic is ranked above every other; a tie is lost."""
    judged: bool
    """Whether all of its posts were judged; otherwise it is lost."""


def compare_pairs(texts: Sequence[ReadText], topics: Sequence[str]) -> Iterator[Compared]:
    """Yield each pair once for each topic on which its posts are labelled differently."""
    pairs: dict[tuple[str, str], list[ReadText]] = {}
    for each in texts:
        if each.example.pair:
            pairs.setdefault((each.example.source, each.example.pair), []).append(each)
    for posts in pairs.values():
        for topic in topics:
            of = [each.score(topic) for each in posts if each.example.labels.get(topic) is True]
            other = [each.score(topic) for each in posts if each.example.labels.get(topic) is False]
            if of and other:
                judged = ABSTAINED not in (*of, *other)
                won = judged and min(of) > max(other)
                yield Compared(topic, posts[0].example.lang, won, judged)


def score_pairs(
    texts: Sequence[ReadText], topics: Sequence[str], *, draws: int = DRAWS, seed: int = 0
) -> Iterator[Tried]:
    """Measure how many pairs are ranked in the right order, by topic and language.

    Besides each topic, ``political, religious`` counts the pairs of both together.
    """
    every = list(compare_pairs(texts, topics))
    views = ", ".join(VIEWS)
    for label in (views, *topics):
        of = [each for each in every if each.topic in (VIEWS if label == views else (label,))]
        for lang in sorted({each.lang for each in of}):
            inner = [each for each in of if each.lang == lang]
            yield _tried(label, f"lang={lang}", inner, draws, seed)
        if of:
            yield _tried(label, "all", of, draws, seed)


def _tried(label: str, part: str, pairs: Sequence[Compared], draws: int, seed: int) -> Tried:
    lost = sum(not each.judged for each in pairs)
    share = _share(pairs, draws, seed)
    return Tried("pairs", label, part, FIGURES.get(label, VIEW), share, lost)


def _share(pairs: Sequence[Compared], draws: int, seed: int) -> Measure:
    won = np.array([each.won for each in pairs], np.float64)
    count = len(pairs)
    drawn = (draw(count, draws=draws, seed=seed) @ won) / count
    return replicated(float(won.mean()), drawn.tolist(), count, count)
