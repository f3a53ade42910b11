"""A text model held beside character n-grams that were fitted on the same rows, by average precision.

What n-grams reach is reached by knowing words, sources and names; only what lies above them was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from training.evaluation.text import ReadText
from training.evaluation.values import Beside
from training.metrics.average import ranked_average_precision, ranked_draws
from training.metrics.interval import DRAWS, Measure, draw, number, replicated
from training.metrics.paired import Difference, replicates

NAME = "n-grams fitted on the same rows"


def hold_beside_floor(
    texts: Sequence[ReadText],
    floor: Mapping[str, npt.NDArray[np.float64]],
    topics: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Beside]:
    """Compare topic by topic and language by language.

    Args:
        texts: Held-out texts with what the model makes of them.
        floor: By topic: what the n-grams make of the same texts, in the same order, shape ``(n,)``.
        topics: Of the model; those that the n-grams were not fitted for are left out.
        draws: Of the bootstrap of texts, the same for both.
        seed: Of the bootstrap.
    """
    langs = np.array([each.example.lang for each in texts])
    for topic in (each for each in topics if each in floor):
        judged = np.array([each.example.labels.get(topic) is not None for each in texts])
        for lang in sorted(set(langs[judged].tolist())):
            where = judged & (langs == lang)
            inner = [each for each, here in zip(texts, where.tolist(), strict=True) if here]
            yield _cell(topic, f"lang={lang}", inner, floor[topic][where], draws, seed)


def without_floor(texts: Sequence[ReadText], topics: Sequence[str], why: str) -> Iterator[Beside]:
    """Say for every cell that the n-grams were not measured, and why."""
    nothing = Measure(None, None, None, 0, 0, "none")
    gap = Difference(None, None, None, None, 0)
    for topic in topics:
        judged = [each for each in texts if each.example.labels.get(topic) is not None]
        for lang in sorted({each.example.lang for each in judged}):
            yield Beside(topic, f"lang={lang}", NAME, nothing, gap, why)


def _cell(
    topic: str,
    part: str,
    texts: Sequence[ReadText],
    floor: npt.NDArray[np.float64],
    draws: int,
    seed: int,
) -> Beside:
    score = np.array([each.score(topic) for each in texts], np.float64)
    truth = np.array([each.example.labels[topic] is True for each in texts], np.bool_)
    group, groups = number(each.example.group for each in texts)
    weights = draw(groups, draws=draws, seed=seed)
    value = ranked_average_precision(score, truth), ranked_average_precision(floor, truth)
    drawn = [list(ranked_draws(each, truth, group, weights)) for each in (score, floor)]
    positive = len(np.unique(group[truth]))
    ap = replicated(value[1], drawn[1], int(truth.sum()), positive)
    return Beside(topic, part, NAME, ap, replicates(value, drawn[0], drawn[1], positive))
