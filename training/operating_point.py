"""The operating point of a label: from which confidence on it counts, chosen for a target precision.

Chosen on the calibration split, frozen, and only then measured on the held-out set. A precision that
cannot be reached is an answer, not an error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.metrics.interval import (
    Measure,
    Weights,
    by_group,
    draw,
    number,
    ratio,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MARGIN = 0.03
"""Precision asked for above the target: the best of many thresholds flatters itself."""
SLACK = 0.05
"""How far below the target the lower bound of the precision may lie."""
ENOUGH = 20
"""Detections from which on a stricter threshold must hold the precision as well."""
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Scores of one label with their truth, the highest first; row ``i`` of each field is one item."""

    score: Floats
    right: Bools
    group: Ints
    """Number of the group of each item, below `groups`."""
    groups: int
    positives: int
    """Objects or texts that are there, found or not."""

    @classmethod
    def of(cls, score: Floats, right: Bools, group: Ints, groups: int, positives: int) -> Ranked:
        """Sort items by falling score."""
        order = np.argsort(-score, kind="stable")
        return cls(score[order], right[order], group[order], groups, positives)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A frozen threshold, or that there is none."""

    target: float
    """Precision asked for."""
    threshold: float | None
    """Lowest score that counts; None: not reachable."""
    precision: Measure
    """At the threshold, on the split it was chosen on; of the best candidate where there is none."""
    recall: float | None
    crossed: Measure | None
    """Precision on groups that the threshold was not chosen on, pooled over folds: what to expect."""
    best: float | None
    """Threshold of the best precision over 20 items or more, for who wants a weak signal regardless."""
    why: str
    """What decided, in words."""


def choose(ranked: Ranked, target: float, *, seed: int = 0) -> OperatingPoint:
    """Choose the lowest threshold that keeps a precision.

    The precision there is at least ``target + 0.03``, and so it is at every stricter threshold that
    keeps at least 20 items; its 95 % lower bound is at least ``target - 0.05``.

    Args:
        ranked: Items of the calibration split.
        target: Precision asked for, in (0, 1).
        seed: Of the bootstrap.
    """
    weights = draw(ranked.groups, seed=seed)
    at = _lowest(ranked, target, weights)
    if at is None:
        return _not_reachable(ranked, target, weights)
    flagged = ranked.score >= ranked.score[at]
    found = int(ranked.right[flagged].sum())
    return OperatingPoint(
        target=target,
        threshold=float(ranked.score[at]),
        precision=_precision(ranked, flagged, weights),
        recall=found / ranked.positives if ranked.positives else None,
        crossed=_crossed(ranked, target, seed),
        best=float(ranked.score[at]),
        why=f"lowest threshold with precision >= {target + MARGIN:.2f} there and at every stricter "
        f"one of {ENOUGH} or more, lower bound >= {target - SLACK:.2f}",
    )


def measured_at(
    ranked: Ranked, threshold: float, target: float, why: str, *, seed: int = 0
) -> OperatingPoint:
    """Return what a threshold that was chosen elsewhere makes of items.

    Args:
        ranked: Items that it was not chosen on, or not on them alone.
        threshold: Lowest score that counts.
        target: Precision asked for.
        why: What decided, in words.
        seed: Of the bootstrap.
    """
    flagged = ranked.score >= threshold
    found = int(ranked.right[flagged].sum())
    return OperatingPoint(
        target=target,
        threshold=threshold,
        precision=_precision(ranked, flagged, draw(ranked.groups, seed=seed)),
        recall=found / ranked.positives if ranked.positives else None,
        crossed=None,
        best=threshold,
        why=why,
    )


def contradicts(precision: Measure, target: float) -> bool:
    """Say whether a precision speaks against a target, rather than resting on too little to prove it."""
    if precision.value is None or precision.high is None:
        return False
    missed = precision.items >= ENOUGH and precision.value < target - SLACK
    return missed or precision.high < target


def _not_reachable(ranked: Ranked, target: float, weights: Weights) -> OperatingPoint:
    ends, share = _steps(ranked)
    enough = np.flatnonzero(ends + 1 >= min(ENOUGH, len(ranked.score)))
    if not len(ends):
        nothing = np.zeros(len(ranked.score), np.bool_)
        precision = _precision(ranked, nothing, weights)
        return OperatingPoint(
            target, None, precision, None, None, None, "not reachable: no item scored"
        )
    best = enough[np.argmax(share[enough])]
    flagged = ranked.score >= ranked.score[ends[best]]
    return OperatingPoint(
        target=target,
        threshold=None,
        precision=_precision(ranked, flagged, weights),
        recall=None,
        crossed=None,
        best=float(ranked.score[ends[best]]),
        why=f"not reachable: the best precision of {ENOUGH} or more is {share[best]:.3f} (of "
        f"{ends[best] + 1}); {target + MARGIN:.2f} with a lower bound of {target - SLACK:.2f} was "
        f"asked for",
    )


def _steps(ranked: Ranked) -> tuple[Ints, Floats]:
    """Return the last item of every run of equal scores, and the share of right ones up to there."""
    score = ranked.score
    last = np.ones(min(1, len(score)), np.bool_)
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], last))
    return ends, np.cumsum(ranked.right)[ends] / (ends + 1)


def _lowest(ranked: Ranked, target: float, weights: Weights) -> int | None:
    """Return the index of the last item above the threshold, or None."""
    ends, share = _steps(ranked)
    # A rounding must not turn 0.88 of exactly 0.88 into a miss.
    holds = share >= target + MARGIN - 1e-12
    broken = np.flatnonzero(~holds & (ends + 1 >= ENOUGH))
    reach = broken[0] if len(broken) else len(ends)
    candidates = np.flatnonzero(holds[:reach])
    for at in candidates[::-1]:
        end = int(ends[at])
        flagged = np.arange(len(ranked.score)) <= end
        low = _precision(ranked, flagged, weights).low
        if low is not None and low >= target - SLACK - 1e-12:
            return end
    return None


def _precision(ranked: Ranked, flagged: Bools, weights: Weights) -> Measure:
    whole = by_group(flagged, ranked.group, ranked.groups)
    return ratio(by_group(flagged & ranked.right, ranked.group, ranked.groups), whole, weights)


def _crossed(ranked: Ranked, target: float, seed: int) -> Measure | None:
    """Choose on four fifths of the groups, measure on the rest, five times; None with few groups."""
    if ranked.groups < FOLDS:
        return None
    fold = np.random.default_rng(seed).permutation(ranked.groups) % FOLDS
    flagged = np.zeros(len(ranked.score), np.bool_)
    for each in range(FOLDS):
        out = fold[ranked.group] == each
        inner = _part(ranked, ~out)
        at = (
            _lowest(inner, target, draw(inner.groups, draws=200, seed=seed))
            if inner.groups
            else None
        )
        if at is not None:
            flagged |= out & (ranked.score >= inner.score[at])
    return _precision(ranked, flagged, draw(ranked.groups, seed=seed))


def _part(ranked: Ranked, rows: Bools) -> Ranked:
    group, groups = number(ranked.group[rows].tolist())
    return Ranked(ranked.score[rows], ranked.right[rows], group, groups, 0)
