"""Numbers as a reader sees them: never without their interval, never more digits than they carry."""

from __future__ import annotations

from training.evaluation.values import Scores
from training.metrics.interval import Measure

NONE = "–"


def measure(found: Measure, *, times: float = 1.0, digits: int = 2) -> str:
    """Say a number with its interval, e.g. ``0.85 [0.79, 0.91]``; ``*`` marks one that rests on little.

    Example:
        >>> measure(Measure(0.853, 0.791, 0.909, 136, 136, "wilson"))
        '0.85 [0.79, 0.91]'
    """
    if found.value is None or found.low is None or found.high is None:
        return NONE
    value, low, high = (
        f"{each * times:.{digits}f}" for each in (found.value, found.low, found.high)
    )
    return f"{value} [{low}, {high}]{'*' if found.small else ''}"


def number(found: float | None, digits: int = 2) -> str:
    """Say a number that has no interval, e.g. a threshold."""
    return NONE if found is None else f"{found:.{digits}f}"


def flagged(found: Scores) -> str:
    """Say how many of what was flagged is right."""
    return f"{found.right} of {found.flagged}"
