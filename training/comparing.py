"""What two models make of the same items, class by class and slice by slice.

Takes what was found, and no file: the items are those of one evaluation, for both models in one order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.evaluation.beside import average_difference
from training.evaluation.slices import slices_of, text_slices
from training.evaluation.text import ReadText
from training.matching import Matches, match
from training.metrics.average import (
    ranked_average_precision,
    ranked_draws,
)
from training.metrics.interval import DRAWS, Weights, by_group, draw, number
from training.metrics.paired import Difference, Sums, ratios, replicates
from training.scene import Scene

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
ALL = "all"
FEW_POSITIVES = 10
"""A slice with fewer says too little to be compared."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of one class on one part of the items."""

    label: str
    part: str
    """``all``, or a slice like ``source=sohas`` or ``lang=ur``."""
    metric: str
    """``precision`` or ``recall`` at each model's own threshold, or ``ap``."""
    positives: int
    difference: Difference

    @property
    def gates(self) -> bool:
        """Whether a candidate that is worse here is refused."""
        return self.part == ALL and self.metric != "ap"


def compare_texts(
    candidate: Sequence[ReadText],
    champion: Sequence[ReadText],
    topics: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Line]:
    """Compare what two models read in the same texts."""
    examples = [each.example for each in candidate]
    group, groups = number(each.group for each in examples)
    weights = draw(groups, draws=draws, seed=seed)
    parts: dict[str, list[int]] = {}
    for at, example in enumerate(examples):
        for name in (ALL, f"lang={example.lang}", *text_slices(example)):
            parts.setdefault(name, []).append(at)
    for topic in topics:
        judged = np.array([each.labels.get(topic) is not None for each in examples], np.bool_)
        truth = np.array([each.labels.get(topic) is True for each in examples], np.bool_)
        pair = (_Column(topic, candidate), _Column(topic, champion))
        for name, places in parts.items():
            inside = np.zeros(len(examples), np.bool_)
            inside[places] = True
            inside &= judged
            smaller = int(inside.sum()) < int(judged.sum())
            if name == ALL or (smaller and int((truth & inside).sum()) >= FEW_POSITIVES):
                yield from _text_lines(topic, name, pair, truth, inside, group, weights)


class _Column:
    """What one model says of one topic, over all texts."""

    def __init__(self, topic: str, texts: Sequence[ReadText]) -> None:
        self.score = np.array([each.score(topic) for each in texts], np.float64)
        self.flagged = np.array([each.flagged(topic) for each in texts], np.bool_)


def _text_lines(
    topic: str,
    part: str,
    pair: tuple[_Column, _Column],
    truth: Bools,
    inside: Bools,
    group: Ints,
    weights: Weights,
) -> Iterator[Line]:
    groups, positives = weights.shape[1], int((truth & inside).sum())
    there = by_group(truth & inside, group, groups)
    right = [by_group(each.flagged & truth & inside, group, groups) for each in pair]
    flagged = [by_group(each.flagged & inside, group, groups) for each in pair]
    precision = ratios(Sums(right[0], flagged[0]), Sums(right[1], flagged[1]), weights)
    yield Line(topic, part, "precision", positives, precision)
    recall = ratios(Sums(right[0], there), Sums(right[1], there), weights)
    yield Line(topic, part, "recall", positives, recall)
    if positives and (part == ALL or part.startswith("lang=")):
        rows = [(each.score[inside], truth[inside]) for each in pair]
        drawn = [ranked_draws(*each, group[inside], weights) for each in rows]
        value = (ranked_average_precision(*rows[0]), ranked_average_precision(*rows[1]))
        found = replicates(value, drawn[0], drawn[1], int((there > 0).sum()))
        yield Line(topic, part, "ap", positives, found)


def compare_pictures(
    candidate: Sequence[Scene],
    champion: Sequence[Scene],
    limits: tuple[Mapping[str, float], Mapping[str, float]],
    labels: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Line]:
    """Compare what two models found in the same pictures.

    Args:
        candidate: Pictures with what it found.
        champion: The same pictures with what the other one found.
        limits: Thresholds of the candidate and of the champion, by label.
        labels: Labels that both find.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
    """
    found = [match(each, labels) for each in (candidate, champion)]
    brightness = {each.example.id: each.brightness for each in candidate}
    for label in labels:
        pair = (found[0][label][0], found[1][label][0])
        at = (limits[0][label], limits[1][label])
        group, groups = number(each.group for each in pair[0].examples)
        weights = draw(groups, draws=draws, seed=seed)
        yield from _box_lines(ALL, pair, at, group, weights)
        for name, mask in slices_of(pair[0], brightness):
            inner = (pair[0].of(mask), pair[1].of(mask))
            if inner[0].positives.sum() >= FEW_POSITIVES:
                yield from _box_lines(name, inner, at, group[mask], weights)


def _box_lines(
    part: str,
    pair: tuple[Matches, Matches],
    limits: tuple[float, float],
    group: Ints,
    weights: Weights,
) -> Iterator[Line]:
    label, positives = pair[0].label, int(pair[0].positives.sum())
    both = list(zip(pair, limits, strict=True))
    precision = [_precision(each, limit, group, weights) for each, limit in both]
    yield Line(label, part, "precision", positives, ratios(precision[0], precision[1], weights))
    recall = [_recall(each, limit, group, weights) for each, limit in both]
    yield Line(label, part, "recall", positives, ratios(recall[0], recall[1], weights))
    if part == ALL and positives:
        yield Line(label, part, "ap", positives, average_difference(pair, group, weights))


def _precision(matches: Matches, limit: float, group: Ints, weights: Weights) -> Sums:
    """Count over the pictures that are judged fully, by group."""
    flagged = matches.judged.at(limit)
    where, groups = group[matches.for_precision][flagged.picture], weights.shape[1]
    whole = by_group(np.ones(len(where)), where, groups)
    return Sums(by_group(flagged.hit, where, groups), whole)


def _recall(matches: Matches, limit: float, group: Ints, weights: Weights) -> Sums:
    found, groups = matches.at(limit), weights.shape[1]
    hits = by_group(found.hit, group[found.picture], groups)
    return Sums(hits, by_group(matches.positives, group, groups))
