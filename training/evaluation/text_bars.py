"""What is asked of a text model, and whether it is reached; for pictures see `training.evaluation.bars`.

Leaving sources out and timing are runs of their own, whose figures stand in the model's card: they are
held against their bars from there, and are not measured where the card has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from training.evaluation.bars import NOTHING
from training.evaluation.suites import POOLED
from training.evaluation.values import Evaluation, Held
from training.manifest import Topic
from training.metrics.interval import Measure

_SHARE = Annotated[float, Field(gt=0, lt=1)]
_SCORES = {"ap": "AP", "precision": "precision", "recall": "recall"}
_ROUNDING = 1e-9
CHANGE, DECISIONS = "95th percentile of the change of probability", "decisions changed"
"""Figures of swaps."""
SOURCES, SPEED = "sources_left_out", "speed"
"""Tables of a card."""
_SPEED = {
    "ms": ("median time for a passage", "ms"),
    "installed_mib": ("files that must be installed or shipped", "MiB"),
    "git_mib": ("of them in git", "MiB"),
}


class TextBar(BaseModel):
    """One line of what is asked; each figure that is given is one bar for each topic and language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    on: Literal["posts", "floor", "pairs", "hard negatives", "swaps", "sources", "speed"]
    topics: tuple[Topic, ...] = ()
    languages: tuple[str, ...] = ()
    ap: _SHARE | None = None
    precision: _SHARE | None = None
    """At the frozen threshold."""
    recall: _SHARE | None = None
    better: int | None = None
    """Cells of topic and language that must be better than the floor's beyond the interval."""
    worse: int | None = None
    """Those that may be worse."""
    ranked: _SHARE | None = None
    """Share of pairs in the right order, all topics of the bar together."""
    suite: str = ""
    alarms: _SHARE | None = None
    """Share of a suite of hard negatives that is flagged, at most."""
    change: _SHARE | None = None
    """95th percentile of the change of probability, for each topic, at most."""
    decisions: _SHARE | None = None
    """Share of decisions changed, at most."""
    macro: _SHARE | None = None
    """Mean AUC over sources left out."""
    worst: _SHARE | None = None
    """Least AUC of them."""
    above_floor: int | None = None
    """Sources whose AUC must be at least the floor's."""
    ms: float | None = None
    installed_mib: float | None = None
    git_mib: float | None = None


class TextAsked(BaseModel):
    """All that is asked of a text model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    apart: tuple[str, ...] = ()
    """Sources of posts that were written, in pairs, and held out whole."""
    left_out: tuple[str, ...] = ()
    """Sources that are left out, one after the other or several at a time."""
    bar: tuple[TextBar, ...] = ()


def hold_text(
    bars: Sequence[TextBar], found: Evaluation, card: Mapping[str, Any]
) -> tuple[Held, ...]:
    """Hold what was measured against the bars, in their order.

    Args:
        bars: What is asked.
        found: What was measured on held-out texts.
        card: The model's, with what was measured by other runs.
    """
    ways: dict[str, Callable[[TextBar], Iterable[Held]]] = {
        "posts": lambda bar: _posts(bar, found),
        "floor": lambda bar: _floor(bar, found),
        "pairs": lambda bar: _pairs(bar, found),
        "hard negatives": lambda bar: _suite(bar, found),
        "swaps": lambda bar: _swaps(bar, found),
        "sources": lambda bar: hold_told([bar], card),
        "speed": lambda bar: hold_told([bar], card),
    }
    return tuple(held for bar in bars for held in ways[bar.on](bar))


def hold_told(bars: Sequence[TextBar], card: Mapping[str, Any]) -> tuple[Held, ...]:
    """Hold what runs of their own wrote into a card against the bars that are on it, in their order."""
    ways: dict[str, Callable[[TextBar], Iterable[Held]]] = {
        "sources": lambda bar: _sources(bar, card.get(SOURCES, {})),
        "speed": lambda bar: _speed(bar, card.get(SPEED, {})),
    }
    return tuple(held for bar in bars if bar.on in ways for held in ways[bar.on](bar))


def _posts(bar: TextBar, found: Evaluation) -> Iterator[Held]:
    rows = {(each.label, each.part): each for each in found.scores}
    for topic in bar.topics:
        for lang in bar.languages:
            row = rows.get((topic, f"lang={lang}"))
            for name, words in _SCORES.items():
                asked = getattr(bar, name)
                if asked is not None:
                    measure = getattr(row, name) if row else NOTHING
                    yield _held(bar, f"{words}, {topic}, {lang}", asked, measure, "no text of it")


def _floor(bar: TextBar, found: Evaluation) -> Iterator[Held]:
    wanted = {(topic, f"lang={lang}") for topic in bar.topics for lang in bar.languages}
    cells = [each for each in found.beside if (each.label, each.part) in wanted]
    why = next((each.absent for each in cells if each.absent), "")
    if len(cells) < len(wanted):
        why = why or f"{len(wanted) - len(cells)} of the cells were not measured"
    outcomes = [str(each.difference.outcome) for each in cells]
    for name, at_most in (("better", False), ("worse", True)):
        asked = getattr(bar, name)
        if asked is not None:
            figure = f"cells of {len(wanted)} in which AP is {name} than the n-grams' beyond the interval"
            count = None if why else outcomes.count(name)
            yield _counted(bar, figure, asked, count, "cells", at_most=at_most, why=why)


def _pairs(bar: TextBar, found: Evaluation) -> Iterator[Held]:
    label = ", ".join(bar.topics)
    row = next(
        (
            each
            for each in found.tried
            if (each.by, each.label, each.part) == ("pairs", label, "all")
        ),
        None,
    )
    figure = f"{row.figure}, {label}" if row else f"pairs in the right order, {label}"
    measure = row.found if row else NOTHING
    yield _held(bar, figure, bar.ranked or 0.0, measure, "no such pair is here")


def _suite(bar: TextBar, found: Evaluation) -> Iterator[Held]:
    name = bar.suite or POOLED
    rate = next((each.per_100 for each in found.suites if each.name == name), NOTHING)
    yield _held(bar, f"flagged, {name}", bar.alarms or 0.0, rate, "no such text", at_most=True)


def _swaps(bar: TextBar, found: Evaluation) -> Iterator[Held]:
    rows = [each for each in found.tried if each.by == "swaps" and each.part == "all"]
    for asked, figure in ((bar.change, CHANGE), (bar.decisions, DECISIONS)):
        of = [each for each in rows if each.figure == figure]
        for each in of if asked is not None else ():
            words = f"{figure}, {each.label}"
            yield _held(bar, words, asked or 0.0, each.found, "nothing was judged", at_most=True)
        if asked is not None and not of:
            yield _held(bar, figure, asked, NOTHING, "no text names a group", at_most=True)


def _sources(bar: TextBar, table: Mapping[str, Any]) -> Iterator[Held]:
    why = "" if table else "`wardi evaluate MODEL --on sources --card` was not run"
    for name, words in (("macro", "mean AUC"), ("worst", "least AUC")):
        asked = getattr(bar, name)
        if asked is not None:
            yield _held(bar, words, asked, _stated(table, name), why)
    if bar.above_floor is not None:
        words = "sources whose AUC is at least the n-grams'"
        count = table.get("at_least_floor")
        yield _counted(bar, words, bar.above_floor, count, "sources", at_most=False, why=why)


def _speed(bar: TextBar, table: Mapping[str, Any]) -> Iterator[Held]:
    for name, (words, unit) in _SPEED.items():
        asked = getattr(bar, name)
        if asked is not None:
            why = "" if name in table else "`python -m tests.bench.reading --card` was not run"
            yield _counted(bar, words, asked, table.get(name), unit, at_most=True, why=why)


def _stated(table: Mapping[str, Any], name: str) -> Measure:
    """Return a number of a card as it was measured."""
    interval = table.get(f"{name}_interval")
    if name not in table or interval is None:
        return NOTHING
    low, high = interval
    rows, items = table.get("rows", ()), int(table.get("items", 0))
    return Measure(table[name], low, high, items, max(len(rows), 1), "bootstrap of groups")


def _held(
    bar: TextBar, figure: str, asked: float, measure: Measure, why: str, *, at_most: bool = False
) -> Held:
    value = measure.value
    if value is None:
        return Held(bar.name, figure, asked, at_most, False, measure, None, why)
    met = value <= asked + _ROUNDING if at_most else value >= asked - _ROUNDING
    return Held(bar.name, figure, asked, at_most, False, measure, met)


def _counted(
    bar: TextBar,
    figure: str,
    asked: float,
    value: float | None,
    unit: str,
    *,
    at_most: bool,
    why: str,
) -> Held:
    """Hold a count, a time or a size, which has no interval."""
    if value is None:
        return Held(bar.name, figure, asked, at_most, False, NOTHING, None, why, unit)
    met = value <= asked if at_most else value >= asked
    measure = Measure(float(value), None, None, 1, 1, "none")
    return Held(bar.name, figure, asked, at_most, False, measure, met, "", unit)
