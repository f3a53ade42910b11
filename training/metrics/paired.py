"""The difference of two numbers measured on the same items, with the interval of the difference.

Two models are wrong on much the same items, so their intervals overlap long before the difference is in
doubt. The same draw of groups is taken for both, and what is looked at is the difference in each draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from training.metrics.interval import FEW_GROUPS, Weights, quantiles

Floats = npt.NDArray[np.float64]
Outcome = Literal["better", "worse", "undecided"]

LEAST_DEFINED = 0.5
"""Share of the draws in which both numbers must be defined."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A candidate's number against a champion's, on the same items."""

    candidate: float | None
    """None where it is not defined, e.g. a precision where nothing was flagged."""
    champion: float | None
    low: float | None
    """Ends of the 95 % interval of candidate minus champion; None where nothing can be said."""
    high: float | None
    groups: int
    """Groups that the number of fewer groups is counted over; below `FEW_GROUPS` nothing is decided."""

    @property
    def value(self) -> float | None:
        """Candidate minus champion."""
        if self.candidate is None or self.champion is None:
            return None
        return self.candidate - self.champion

    @property
    def outcome(self) -> Outcome:
        """Whether the whole interval lies on one side of 0."""
        if self.low is None or self.high is None:
            return "undecided"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "undecided"


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Numerator and denominator of a ratio, summed by group; both of shape ``(groups,)``."""

    part: Floats
    whole: Floats

    @property
    def ratio(self) -> float | None:
        """The ratio over all groups; None where the denominator is 0."""
        whole = float(self.whole.sum())
        return float(self.part.sum()) / whole if whole else None

    def drawn(self, weights: Weights) -> Floats:
        """Return the ratio in each draw, nan where its denominator is 0."""
        whole = weights @ self.whole
        return np.where(whole > 0, (weights @ self.part) / np.maximum(whole, 1e-12), np.nan)


def ratios(candidate: Sums, champion: Sums, weights: Weights) -> Difference:
    """Compare two ratios of sums over the same groups."""
    groups = min(int((each.whole > 0).sum()) for each in (candidate, champion))
    return _of(
        candidate.ratio,
        champion.ratio,
        candidate.drawn(weights) - champion.drawn(weights),
        groups,
    )


def replicates(
    value: tuple[float | None, float | None],
    candidate: Iterable[float | None],
    champion: Iterable[float | None],
    groups: int,
) -> Difference:
    """Compare two numbers by their values in the same draws; None where one was not defined.

    Args:
        value: The candidate's and the champion's.
        candidate: By draw.
        champion: By draw.
        groups: That both are counted over.
    """
    pairs = zip(candidate, champion, strict=True)
    drawn = [
        np.nan if one is None or other is None else float(one) - float(other)
        for one, other in pairs
    ]
    return _of(*value, np.array(drawn, np.float64), groups)


def _of(candidate: float | None, champion: float | None, drawn: Floats, groups: int) -> Difference:
    known = drawn[~np.isnan(drawn)]
    said = candidate is not None and champion is not None
    if not said or groups < FEW_GROUPS or len(known) < LEAST_DEFINED * max(len(drawn), 1):
        return Difference(candidate, champion, None, None, groups)
    return Difference(candidate, champion, *quantiles(known), groups)
