"""The difference of two numbers on the same items."""

from __future__ import annotations

import numpy as np
import pytest

from training.metrics.interval import draw
from training.metrics.paired import Sums, ratios, replicates

WEIGHTS = draw(100, draws=500)
ONES = np.ones(100)
RNG = np.random.default_rng(3)


def hits(share: float) -> np.ndarray:
    return (np.arange(100) < 100 * share).astype(np.float64)


@pytest.mark.parametrize(
    ("candidate", "outcome"),
    [
        pytest.param(0.5, "undecided", id="the-same"),
        pytest.param(0.51, "undecided", id="one-item-more"),
        pytest.param(0.7, "better", id="a-fifth-more"),
        pytest.param(0.3, "worse", id="a-fifth-less"),
    ],
)
def test_the_outcome_goes_by_the_whole_interval(candidate: float, outcome: str) -> None:
    found = ratios(Sums(hits(candidate), ONES), Sums(hits(0.5), ONES), WEIGHTS)
    assert found.value == pytest.approx(candidate - 0.5)
    assert found.outcome == outcome


def test_pairing_decides_what_two_intervals_leave_open() -> None:
    # 60 against 50 of 100: alone, each is uncertain by some 10; but the 60 include all of the 50.
    found = ratios(Sums(hits(0.6), ONES), Sums(hits(0.5), ONES), WEIGHTS)
    assert found.outcome == "better"
    apart = ratios(Sums(hits(0.6)[::-1].copy(), ONES), Sums(hits(0.5), ONES), WEIGHTS)
    assert apart.outcome == "undecided"


def test_the_interval_is_that_of_the_mean_of_paired_differences() -> None:
    one, other = (RNG.random(100) < 0.6).astype(float), (RNG.random(100) < 0.5).astype(float)
    found = ratios(Sums(one, ONES), Sums(other, ONES), draw(100, draws=4000))
    half = 1.96 * np.std(one - other) / 10
    assert found.low == pytest.approx(np.mean(one - other) - half, abs=0.03)
    assert found.high == pytest.approx(np.mean(one - other) + half, abs=0.03)


def test_items_of_one_group_are_no_proof_of_their_own() -> None:
    parts, whole = np.array([90.0, 0.0]), np.array([100.0, 100.0])
    found = ratios(Sums(parts, whole), Sums(np.zeros(2), whole), draw(2))
    assert found.outcome == "undecided"


def test_a_number_that_is_not_defined_decides_nothing() -> None:
    found = ratios(Sums(np.zeros(100), np.zeros(100)), Sums(hits(0.5), ONES), WEIGHTS)
    assert (found.candidate, found.value, found.low) == (None, None, None)
    assert found.outcome == "undecided"


def test_numbers_over_few_groups_decide_nothing() -> None:
    few = hits(0.05)
    found = ratios(Sums(np.zeros(100), few), Sums(hits(1.0), ONES), WEIGHTS)
    assert found.groups == 5
    assert found.outcome == "undecided"


def test_numbers_by_draw_are_compared_where_both_are_defined() -> None:
    found = replicates((0.8, 0.5), [0.8, 0.7, None], [0.5, 0.5, 0.5], 100)
    assert found.outcome == "better"
    rare = replicates((0.8, 0.5), [0.8, None, None], [0.5, 0.5, 0.5], 100)
    assert rare.outcome == "undecided"
