"""Ratios of counts, and the interval of a ratio of independent items."""

from __future__ import annotations

import math
from statistics import NormalDist

CONFIDENCE = 0.95
"""Of every interval."""
_Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


def precision(right: float, flagged: float) -> float | None:
    """Return the share of what was flagged that is right; None where nothing was flagged."""
    return right / flagged if flagged else None


def recall(right: float, positives: float) -> float | None:
    """Return the share of what is there that was found; None where nothing is there."""
    return right / positives if positives else None


def f_beta(right: float, flagged: float, positives: float, beta: float = 1.0) -> float | None:
    """Return the weighted harmonic mean of precision and recall; None where nothing is or was flagged.

    Args:
        right: Flagged and there.
        flagged: Flagged.
        positives: There.
        beta: How many times recall counts as much as precision.

    Example:
        >>> f_beta(right=6, flagged=8, positives=12)
        0.6
    """
    weight = beta * beta
    whole = weight * positives + flagged
    return (1 + weight) * right / whole if whole else None


def wilson(right: float, items: float) -> tuple[float, float]:
    """Return the 95 % interval of a share of independent items; (0, 1) where there are none.

    Example:
        >>> low, high = wilson(10, 10)
        >>> round(low, 3), high
        (0.722, 1.0)

    Source:
        E. B. Wilson, Probable inference, JASA 22, 1927; Brown, Cai and DasGupta, Interval estimation
        for a binomial proportion, Statistical Science 16(2), 2001.
    """
    if not items:
        return 0.0, 1.0
    share, z2 = right / items, _Z * _Z
    middle = (share + z2 / (2 * items)) / (1 + z2 / items)
    half = _Z / (1 + z2 / items) * math.sqrt(share * (1 - share) / items + z2 / (4 * items**2))
    low = 0.0 if right == 0 else max(0.0, middle - half)
    return low, 1.0 if right == items else min(1.0, middle + half)
