"""Bars hold what was measured against what was asked; what is not there is neither met nor missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.training.evaluated import vision_evaluation
from training.evaluation.bars import Bar, hold
from training.evaluation.values import AtRecall, Beside, Evaluation, Scores, Suite
from training.metrics.interval import Measure
from training.metrics.paired import Difference


def share(value: float, low: float = 0.0, high: float = 1.0) -> Measure:
    return Measure(value, low, high, 100, 50, "bootstrap of groups")


@pytest.fixture
def found(tmp_path: Path) -> Evaluation:
    """Twelve weapons of which all are found, one wrong alarm; the whole is a set called ``all``."""
    return vision_evaluation(tmp_path)


def suite(name: str, rate: float) -> Suite:
    return Suite(name, ("weapon",), 100, round(100 * rate), share(rate), {"weapon": 1})


def test_a_figure_at_the_bar_is_met_and_one_below_is_not(found: Evaluation) -> None:
    bar = Bar(name="weapon", label="weapon", set="all", recall=0.9, precision=0.95)
    precision, recall = hold([bar], found)
    assert (precision.figure, precision.met) == ("precision at the frozen threshold", False)
    assert (recall.figure, recall.met) == ("recall at the frozen threshold", True)
    exact = recall.found.value
    assert exact is not None
    [held] = hold([Bar(name="weapon", label="weapon", set="all", recall=exact)], found)
    assert held.met is True


def test_a_set_without_anything_to_find_is_not_measured(found: Evaluation) -> None:
    [held] = hold([Bar(name="weapon", label="weapon", set="nowhere", ap=0.5)], found)
    assert (held.met, held.why) == (None, "the set has nothing to find here")


def test_the_gap_to_a_baseline_is_held_and_an_absent_one_says_why(found: Evaluation) -> None:
    bar = Bar(name="uniform", label="uniform", set="s", above_baseline=0.25)
    gap = Difference(0.7, 0.4, 0.26, 0.34, 80)
    there = Beside("uniform", "s", "person detector", share(0.4), gap)
    [held] = hold([bar], replace(found, beside=(there,)))
    assert (held.figure, held.met) == ("AP above the person detector", True)
    [held] = hold([bar], replace(found, beside=(replace(there, absent="no weights"),)))
    assert (held.met, held.why) == (None, "no weights")
    [held] = hold([bar], found)
    assert held.met is None


@pytest.mark.parametrize(("low", "met"), [(0.91, True), (0.89, False)])
def test_a_lower_bound_is_held_not_the_value(found: Evaluation, low: float, met: bool) -> None:
    at = AtRecall("uniform", "s", 0.85, 0.5, 100, 95, share(0.95, low))
    bar = Bar(name="uniform", label="uniform", set="s", low_at_recall=0.9)
    [held] = hold([bar], replace(found, at_recall=(at,)))
    assert (held.met, held.by_low) == (met, True)


def test_each_other_suite_leaves_out_the_pool_and_those_with_a_bar(found: Evaluation) -> None:
    suites = (suite("pooled", 0.02), suite("knives", 0.05), suite("other uniforms", 0.05))
    bars = [
        Bar(name="alarms", suite="other uniforms", alarms=0.08),
        Bar(name="alarms", suite="each other", alarms=0.04),
    ]
    held = hold(bars, replace(found, suites=suites))
    assert [(each.figure.split(", ")[1], each.met) for each in held] == [
        ("other uniforms", True),
        ("knives", False),
    ]


def test_a_suite_without_pictures_is_not_measured(found: Evaluation) -> None:
    [held] = hold([Bar(name="alarms", suite="pooled", alarms=0.03)], replace(found, suites=()))
    assert (held.met, held.at_most) == (None, True)


@pytest.mark.parametrize(
    "said",
    [
        {"set": "s"},
        {"set": "s", "suite": "pooled", "ap": 0.5},
        {"suite": "pooled", "ap": 0.5},
        {"ap": 0.5},
    ],
)
def test_a_bar_without_a_figure_of_its_own_is_refused(said: dict[str, str | float]) -> None:
    with pytest.raises(ValidationError, match="the bar b"):
        Bar.model_validate({"name": "b", **said})


def test_scores_of_pictures_are_not_taken_for_those_of_boxes(found: Evaluation) -> None:
    boxes: tuple[Scores, ...] = tuple(each for each in found.scores if each.level == "picture")
    bar = Bar(name="weapon", label="weapon", set="all", ap=0.5)
    [held] = hold([bar], replace(found, scores=boxes))
    assert held.met is None
