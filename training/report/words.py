"""Numbers as a reader sees them: never without their interval, never more digits than they carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from training.evaluation.values import Held, Scores
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


def bar(held: Held) -> str:
    """Say what was asked, e.g. ``>= 0.85``; of alarms, items per 100; else with its unit."""
    if held.unit:
        return f"{'<=' if held.at_most else '>='} {held.asked:g} {held.unit}"
    return f"<= {held.asked * 100:g} of 100" if held.at_most else f">= {held.asked:.2f}"


def reached(held: Held) -> str:
    """Say whether a bar is reached; a figure that is not there is neither."""
    return {True: "met", False: "not met", None: "not measured"}[held.met]


def figure(held: Held) -> str:
    """Say what was measured, with its interval, or why nothing was."""
    if held.found.value is None:
        return held.why or NONE
    if held.unit:
        return f"{held.found.value:.4g} {held.unit}"
    return measure(held.found, times=100, digits=1) if held.at_most else measure(held.found)


def bars(every: Sequence[Held]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table of bars, its heading first; nothing where there is none."""
    if every:
        yield ("what is asked of", "figure", "bar", "found", "")
    for each in every:
        yield (each.name, each.figure, bar(each), figure(each), reached(each))
