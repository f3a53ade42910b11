"""Intervals hold what they promise, and groups are not taken for independent items."""

from __future__ import annotations

import numpy as np
import pytest

from training.metrics.counts import wilson
from training.metrics.interval import Measure, by_group, draw, number, ratio, replicated


def test_independent_items_get_wilson() -> None:
    found = ratio([1, 0, 1, 1], [1, 1, 1, 1], draw(4))
    assert (found.method, found.low, found.high) == ("wilson", *wilson(3, 4))


def test_items_that_share_groups_get_a_bootstrap_of_groups() -> None:
    found = ratio([10, 0, 10, 0], [10, 10, 10, 10], draw(4))
    assert found.method == "bootstrap of groups"
    low, high = wilson(20, 40)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > 1.5 * (high - low)


def test_a_share_that_no_draw_changes_gets_wilson_over_its_groups() -> None:
    found = ratio([5, 5, 0], [5, 5, 0], draw(3))
    assert (found.method, found.low, found.high) == ("wilson over groups", *wilson(2, 2))


def test_a_ratio_of_nothing_is_not_a_number() -> None:
    assert ratio([0, 0], [0, 0], draw(2)) == Measure(None, None, None, 0, 0, "none")


def test_the_interval_holds_the_truth_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for seed in range(200):
        shares = rng.beta(4, 2, 60)
        sizes = rng.integers(1, 8, 60)
        found = ratio(rng.binomial(sizes, shares), sizes, draw(60, draws=300, seed=seed))
        held += found.low <= 4 / 6 <= found.high  # type: ignore[operator]
    assert 0.90 <= held / 200 <= 0.99


def test_draws_are_the_same_for_the_same_seed_and_draw_as_many_groups_as_there_are() -> None:
    one, other = draw(7, draws=5, seed=3), draw(7, draws=5, seed=3)
    assert (one == other).all()
    assert one.sum(axis=1).tolist() == [7] * 5


def test_draws_in_which_a_number_is_not_defined_are_left_out() -> None:
    found = replicated(0.5, [None, 0.4, 0.6, None], 10, 3)
    assert (found.low, found.high) == pytest.approx((0.405, 0.595))


def test_little_is_marked_as_little() -> None:
    assert Measure(0.5, 0.0, 1.0, 19, 19, "wilson").small
    assert Measure(0.5, 0.0, 1.0, 100, 9, "bootstrap of groups").small
    assert not Measure(0.5, 0.4, 0.6, 100, 50, "bootstrap of groups").small


def test_names_are_numbered_in_the_order_they_come() -> None:
    numbers, count = number(["x", "y", "x"])
    assert (numbers.tolist(), count) == ([0, 1, 0], 2)
    assert by_group([1, 2, 3], numbers, count).tolist() == [4, 2]
