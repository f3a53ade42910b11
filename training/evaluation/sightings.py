"""Sightings held against what a clip truly shows: is it there, and is it there when they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from detector.evidence import Sighting
from training.evaluation.values import Scores, TimeError
from training.metrics.average import coco_average_precision, coco_draws
from training.metrics.counts import f_beta
from training.metrics.interval import DRAWS, by_group, draw, quantiles, ratio, replicated
from training.posts.run import BuiltPost
from training.posts.truth import Span

SLACK_S = 0.75
"""How far a sighting may lie beside a stretch and still mean it: one sample at two a second, and half."""
BLUR_S = 0.2
"""Next to a time of which nobody can say, a stretch has no sharp start or end."""


def _sighted(post: BuiltPost, label: str) -> list[Sighting]:
    evidence = post.record.evidence
    if evidence is None:
        return []
    found = [each for _, _, each in evidence.sightings if each.label == label]
    return sorted(found, key=lambda each: -each.probability)


def _true(post: BuiltPost, label: str) -> list[Span]:
    return [each for each in post.truth.seen if each.label == label]


def judged_sightings(post: BuiltPost, label: str) -> Iterator[tuple[Sighting, bool]]:
    """Yield the sightings of a label that are right or wrong, the most probable first.

    A sighting that touches a stretch which another one found already, or one of which nobody can say,
    is neither: several people in uniform make one stretch and several sightings.
    """
    spans, taken = _true(post, label), set[int]()
    for each in _sighted(post, label):
        mine = _meant(spans, each)
        if mine is not None and mine not in taken:
            taken.add(mine)
            yield each, True
        elif mine is None and not any(
            span.label == label and _touches(span, each) for span in post.truth.unsure
        ):
            yield each, False


def _touches(span: Span, sighting: Sighting, slack_s: float = SLACK_S) -> bool:
    return span.overlaps(sighting.start_s, sighting.end_s, slack_s)


def _meant(spans: Sequence[Span], sighting: Sighting) -> int | None:
    """Return the stretch that a sighting shares most seconds with; None where it touches none."""
    near = [i for i, span in enumerate(spans) if _touches(span, sighting)]

    def shared(i: int) -> float:
        return min(spans[i].end_s, sighting.end_s) - max(spans[i].start_s, sighting.start_s)

    return max(near, key=shared, default=None)


def score_sightings(
    posts: Sequence[BuiltPost], label: str, *, draws: int = DRAWS, seed: int = 0
) -> Scores:
    """Score the sightings of one label over posts."""
    weights = draw(max(len(posts), 1), draws=draws, seed=seed)
    rows = [
        (each.probability, right, at)
        for at, post in enumerate(posts)
        for each, right in judged_sightings(post, label)
    ]
    rows.sort(key=lambda each: -each[0])
    hit = np.array([each[1] for each in rows], np.bool_)
    where = np.array([each[2] for each in rows], np.int64)
    positives = np.array([len(_true(each, label)) for each in posts], np.int64)
    found = np.array([len(_found(each, label)) for each in posts], np.int64)
    total, right = int(positives.sum()), int(hit.sum())
    average = replicated(
        coco_average_precision(hit, total),
        coco_draws(hit, where, positives, weights) if total else (),
        total,
        int((positives > 0).sum()),
    )
    return Scores(
        level="sighting",
        label=label,
        part="all",
        items=len(posts),
        groups=len(posts),
        positives=total,
        threshold=None,
        flagged=len(hit),
        right=right,
        ap=average,
        precision=ratio(
            by_group(hit, where, len(posts)),
            by_group(np.ones(len(hit)), where, len(posts)),
            weights,
        ),
        recall=ratio(found, positives, weights),
        f1=f_beta(right, len(hit), total),
    )


def time_errors(
    posts: Sequence[BuiltPost], labels: Sequence[str], *, draws: int = DRAWS, seed: int = 0
) -> Iterator[TimeError]:
    """Measure how far sightings start and end from where the stretch that they found does."""
    for label in labels:
        starts: list[list[float]] = []
        ends: list[list[float]] = []
        for post in posts:
            first, last = _errors(post, label)
            starts += [first] if first else []
            ends += [last] if last else []
        if starts and ends:
            start, end = (_median(each, draws, seed) for each in (starts, ends))
            yield TimeError(label, sum(map(len, starts)), *start, *end)


def _found(post: BuiltPost, label: str) -> list[Span]:
    """Return the stretches in which the label was sighted at all."""
    return [
        span
        for at, span in enumerate(_true(post, label))
        if any(
            _touches(span, each, 0.0) or _meant(_true(post, label), each) == at
            for each in _sighted(post, label)
        )
    ]


def _errors(post: BuiltPost, label: str) -> tuple[list[float], list[float]]:
    """Return the errors of starts and of ends, where the truth begins or ends sharply."""
    spans, blurred = _true(post, label), [each for each in post.truth.unsure if each.label == label]
    starts, ends = [], []
    for at, span in enumerate(spans):
        mine = [each for each in _sighted(post, label) if _meant(spans, each) == at]
        if not mine:
            continue
        if not any(each.overlaps(span.start_s, span.start_s, BLUR_S) for each in blurred):
            starts.append(abs(min(each.start_s for each in mine) - span.start_s))
        if not any(each.overlaps(span.end_s, span.end_s, BLUR_S) for each in blurred):
            ends.append(abs(max(each.end_s for each in mine) - span.end_s))
    return starts, ends


def _median(
    by_post: Sequence[Sequence[float]], draws: int, seed: int
) -> tuple[float, tuple[float, float], float]:
    every = np.concatenate([np.asarray(each, np.float64) for each in by_post])
    rng = np.random.default_rng(seed)
    drawn = [
        np.median(
            np.concatenate([by_post[at] for at in rng.integers(0, len(by_post), len(by_post))])
        )
        for _ in range(draws)
    ]
    low, high = quantiles(np.array(drawn))
    return float(np.median(every)), (low, high), float(np.quantile(every, 0.9))
