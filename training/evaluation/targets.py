"""Whom a mockery is aimed at: held against the reader's word, on posts that are mocking.

It is told beside the topic, flagged or not, and "a person tells it" is an answer too: what counts is how
often the name that is given is the right one, and how often one is given at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from training.evaluation.text import ReadText
from training.evaluation.values import Tried
from training.metrics.interval import DRAWS, Measure, draw, replicated

TOPIC = "mockery"
RIGHT, NAMED = "right where a target is named", "a target is named"


def score_targets(
    texts: Sequence[ReadText], *, draws: int = DRAWS, seed: int = 0
) -> Iterator[Tried]:
    """Measure the targets of mocking posts, by language; nothing where the model names none."""
    mocking = [
        each
        for each in texts
        if each.example.labels.get(TOPIC) and each.example.target and each.passage.topics
    ]
    if not any(_named(each) for each in mocking):
        return
    parts = {f"lang={each.example.lang}" for each in mocking}
    for part in (*sorted(parts), "all"):
        inner = [each for each in mocking if part in ("all", f"lang={each.example.lang}")]
        named = [each for each in inner if _named(each)]
        right = np.array([_named(each) == each.example.target for each in named], np.float64)
        told = np.array([bool(_named(each)) for each in inner], np.float64)
        for figure, values in ((RIGHT, right), (NAMED, told)):
            if len(values):
                yield Tried("targets", TOPIC, part, figure, _share(values, draws, seed))


def _named(each: ReadText) -> str:
    return next((score.target for score in each.passage.topics if score.topic == TOPIC), "")


def _share(values: npt.NDArray[np.float64], draws: int, seed: int) -> Measure:
    count = len(values)
    drawn = (draw(count, draws=draws, seed=seed) @ values) / count
    return replicated(float(values.mean()), drawn.tolist(), count, count)
