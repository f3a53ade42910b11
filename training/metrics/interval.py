"""A number with its 95 % interval: Wilson for independent items, a bootstrap of groups otherwise.

Boxes share pictures and pictures share shoots: taken one by one they would look like more proof than
they are. So whole groups are drawn, with replacement, as often as there are groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from training.metrics.counts import CONFIDENCE, wilson

Weights = npt.NDArray[np.int32]
"""How often each group was drawn, shape ``(draws, groups)``."""
Method = Literal["wilson", "wilson over groups", "bootstrap of groups", "none"]

DRAWS = 1000
FEW_ITEMS, FEW_GROUPS = 20, 10
"""Below these a number is marked as resting on little."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured number."""

    value: float | None
    """None where it is not defined, e.g. a precision where nothing was flagged."""
    low: float | None
    high: float | None
    items: int
    """What it is counted over: the divisor of a ratio, the objects or texts of an average precision."""
    groups: int
    """Groups that those items come from."""
    method: Method

    @property
    def small(self) -> bool:
        """Whether it rests on so little that its interval is to be read first."""
        return self.items < FEW_ITEMS or self.groups < FEW_GROUPS


def number(names: Iterable[Hashable]) -> tuple[npt.NDArray[np.int64], int]:
    """Return a number for each name, equal for equal names, and how many there are.

    Example:
        >>> number(["a", "b", "a"])
        (array([0, 1, 0]), 2)
    """
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(each, len(seen)) for each in names], np.int64), len(seen)


def draw(groups: int, *, draws: int = DRAWS, seed: int = 0) -> Weights:
    """Draw groups with replacement; return how often each was drawn, shape ``(draws, groups)``."""
    rng = np.random.default_rng(seed)
    weights = np.zeros((draws, groups), np.int32)
    for row in weights:
        row += np.bincount(rng.integers(0, groups, groups), minlength=groups).astype(np.int32)
    return weights


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike, weights: Weights) -> Measure:
    """Measure a ratio of sums over groups.

    Args:
        part: Sum of the numerator by group, e.g. right detections, shape ``(groups,)``.
        whole: Sum of the denominator by group, e.g. detections.
        weights: Draws of those groups.

    Where no group brings more than one item, items are independent: Wilson. Where every draw says the
    same (10 of 10 right), the bootstrap knows nothing of what it has not seen: Wilson over the groups.
    """
    parts, wholes = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    right, items, groups = float(parts.sum()), float(wholes.sum()), int((wholes > 0).sum())
    if not items:
        return Measure(None, None, None, 0, 0, "none")
    value = right / items
    if wholes.max() <= 1:
        return Measure(value, *wilson(right, items), int(items), groups, "wilson")
    drawn = weights @ wholes
    with np.errstate(invalid="ignore"):
        replicates = np.where(drawn > 0, (weights @ parts) / np.maximum(drawn, 1), np.nan)
    return _bootstrapped(value, replicates, int(items), groups)


def replicated(
    value: float | None, replicates: Iterable[float | None], items: int, groups: int
) -> Measure:
    """Measure a number by its value in each draw; None where it was not defined there."""
    if value is None:
        return Measure(None, None, None, items, groups, "none")
    drawn = np.array([np.nan if each is None else each for each in replicates], np.float64)
    return _bootstrapped(value, drawn, items, groups)


def _bootstrapped(
    value: float, replicates: npt.NDArray[np.float64], items: int, groups: int
) -> Measure:
    known = replicates[~np.isnan(replicates)]
    if len(known) == 0 or known.max() - known.min() < 1e-12:
        return Measure(value, *wilson(value * groups, groups), items, groups, "wilson over groups")
    low, high = quantiles(known)
    return Measure(value, min(low, value), max(high, value), items, groups, "bootstrap of groups")


def quantiles(replicates: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the middle 95 % of draws.

    Source:
        Efron and Tibshirani, An introduction to the bootstrap, 1993, section 13.3; Field and Welsh,
        Bootstrapping clustered data, JRSS B 69(3), 2007.
    """
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return float(low), float(high)


def by_group(
    values: npt.ArrayLike, group: npt.NDArray[np.int64], groups: int
) -> npt.NDArray[np.float64]:
    """Sum values by group, shape ``(groups,)``."""
    summed = np.bincount(group, weights=np.asarray(values, np.float64), minlength=groups)
    return summed.astype(np.float64)
