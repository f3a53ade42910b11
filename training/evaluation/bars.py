"""The bars that a model is held to: what is asked of which figure, and whether it is reached.

Bars are written before a model is measured, in ``data/evaluation.toml``. A figure that could not be
measured is neither met nor missed, and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from training.evaluation.values import Evaluation, Held, Scores
from training.metrics.interval import Measure

EACH_OTHER = "each other"
"""In place of a suite's name: every suite that has no bar of its own."""
NOTHING = Measure(None, None, None, 0, 0, "none")
_SHARE = Annotated[float, Field(gt=0, le=1)]
_BOXES = ("ap", "precision", "recall")
_ROUNDING = 1e-9


class Bar(BaseModel):
    """What is asked on one set of pictures, or on one suite of hard negatives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str = ""
    set: str = ""
    suite: str = ""
    """Name of a suite, ``pooled``, or ``each other``."""
    ap: _SHARE | None = None
    """Average precision of boxes at IoU 0.5, at least."""
    precision: _SHARE | None = None
    """Of boxes at the frozen threshold, at least."""
    recall: _SHARE | None = None
    above_baseline: _SHARE | None = None
    """Average precision above that of the set's baseline, at least."""
    low_at_recall: _SHARE | None = None
    """Lower bound of the precision of pictures where the set's recall is reached, at least."""
    alarms: _SHARE | None = None
    """Share of the suite's pictures with any alarm, at most."""

    @model_validator(mode="after")
    def _is_on_something(self) -> Bar:
        figures = (
            *(getattr(self, each) for each in _BOXES),
            self.above_baseline,
            self.low_at_recall,
        )
        on_set = any(each is not None for each in figures)
        if bool(self.set) == bool(self.suite):
            raise ValueError(f"the bar {self.name} names a set and a suite, or neither")
        if bool(self.set) != on_set or bool(self.suite) != (self.alarms is not None):
            raise ValueError(
                f"the bar {self.name} must ask a figure of its set, or alarms of its suite"
            )
        return self


def hold(bars: Sequence[Bar], found: Evaluation) -> tuple[Held, ...]:
    """Hold what was measured against the bars, in their order."""
    own = {each.suite for each in bars}
    return tuple(
        held
        for bar in bars
        for held in (_suites(bar, found, own) if bar.suite else _set(bar, found))
    )


def _set(bar: Bar, found: Evaluation) -> Iterator[Held]:
    boxes = _scores(found, bar, "box")
    for name in _BOXES:
        if (asked := getattr(bar, name)) is not None:
            measure = getattr(boxes, name) if boxes else NOTHING
            words = "AP" if name == "ap" else f"{name} at the frozen threshold"
            yield _at_least(bar, words, asked, measure, "the set has nothing to find here")
    if bar.above_baseline is not None:
        yield _above(bar, bar.above_baseline, found)
    if bar.low_at_recall is not None:
        yield _at_recall(bar, bar.low_at_recall, found)


def _scores(found: Evaluation, bar: Bar, level: str) -> Scores | None:
    return next(
        (
            each
            for each in found.scores
            if each.part == bar.set and each.level == level and bar.label in ("", each.label)
        ),
        None,
    )


def _above(bar: Bar, asked: float, found: Evaluation) -> Held:
    beside = next((each for each in found.beside if each.part == bar.set), None)
    if beside is None or beside.absent:
        why = beside.absent if beside else "no baseline was run"
        return _at_least(bar, "AP above the baseline", asked, NOTHING, why)
    gap = beside.difference
    measure = Measure(
        gap.value, gap.low, gap.high, beside.ap.items, gap.groups, "bootstrap of groups"
    )
    return _at_least(bar, f"AP above the {beside.name}", asked, measure, "it is not defined here")


def _at_recall(bar: Bar, asked: float, found: Evaluation) -> Held:
    at = next((each for each in found.at_recall if each.part == bar.set), None)
    if at is None or at.precision.low is None:
        words = "lower bound of the precision of pictures at the asked recall"
        return _at_least(bar, words, asked, NOTHING, "the recall is not reached at any threshold")
    words = f"lower bound of the precision of pictures at recall {at.recall:g}"
    met = at.precision.low >= asked - _ROUNDING
    return Held(bar.name, words, asked, False, True, at.precision, met)


def _at_least(bar: Bar, words: str, asked: float, measure: Measure, why: str) -> Held:
    if measure.value is None:
        return Held(bar.name, words, asked, False, False, measure, None, why)
    return Held(bar.name, words, asked, False, False, measure, measure.value >= asked - _ROUNDING)


def _suites(bar: Bar, found: Evaluation, own: set[str]) -> Iterator[Held]:
    chosen = [
        each
        for each in found.suites
        if each.name == bar.suite or (bar.suite == EACH_OTHER and each.name not in own | {"pooled"})
    ]
    for each in chosen:
        words = f"pictures with any alarm, {each.name}"
        rate = each.per_100
        met = None if rate.value is None else rate.value <= (bar.alarms or 0.0) + _ROUNDING
        yield Held(bar.name, words, bar.alarms or 0.0, True, False, rate, met)
    if not chosen:
        words, why = f"pictures with any alarm, {bar.suite}", "no picture of it is here"
        yield Held(bar.name, words, bar.alarms or 0.0, True, False, NOTHING, None, why)
