"""The threshold rule: precision kept there and above, proven by its lower bound, or not reachable."""

from __future__ import annotations

import numpy as np

from training.operating_point import Ranked, choose


def ranked(right: list[bool], *, groups: int = 0) -> Ranked:
    """Items with falling scores 1.0, ..., each in a group of its own unless told otherwise."""
    n = len(right)
    group = np.arange(n) % groups if groups else np.arange(n)
    score = np.linspace(1.0, 0.01, n)
    return Ranked.of(score, np.array(right), group, groups or n, sum(right))


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    items = ranked([True] * 100 + [False] * 100)
    point = choose(items, 0.85)
    # 100 of 113 is 0.885, 100 of 114 is 0.877: the target and 0.03 more is 0.88.
    assert point.threshold == items.score[112]
    assert point.recall == 1.0


def test_a_stricter_threshold_that_breaks_the_precision_stops_the_search() -> None:
    right = [True] * 10 + [False] * 10 + [True] * 380
    point = choose(ranked(right), 0.85)
    assert point.threshold is None


def test_a_break_among_fewer_than_twenty_does_not_stop_the_search() -> None:
    point = choose(ranked([False] * 3 + [True] * 197), 0.85)
    assert point.threshold is None  # at twenty it is 17 of 20
    assert choose(ranked([False] + [True] * 199), 0.85).threshold is not None


def test_few_detections_do_not_prove_a_precision() -> None:
    point = choose(ranked([True] * 10 + [False] * 190), 0.85)
    assert point.threshold is None
    assert point.why.startswith("not reachable")


def test_detections_that_share_groups_prove_less_than_independent_ones() -> None:
    score, right = np.linspace(1, 0.01, 400), np.array(([True] * 9 + [False]) * 40)
    alone = choose(Ranked.of(score, right, np.arange(400), 400, 360), 0.85)
    # Ten groups, one of them wrong throughout: the interval of 0.9 reaches down to 0.7.
    bunched = choose(Ranked.of(score, right, np.arange(400) % 10, 10, 360), 0.85)
    assert alone.threshold == score[-1]
    assert bunched.threshold is not None
    assert bunched.threshold > 0.9


def test_what_is_not_reachable_names_the_best_there_is() -> None:
    point = choose(ranked([True, False] * 100), 0.85)
    assert point.threshold is None
    assert point.best is not None
    assert "0.88 with a lower bound of 0.80 was asked for" in point.why


def test_no_item_at_all_is_not_reachable() -> None:
    empty = np.zeros(0)
    point = choose(Ranked(empty, empty.astype(bool), empty.astype(np.int64), 1, 3), 0.85)
    assert (point.threshold, point.best) == (None, None)


def test_equal_scores_count_together() -> None:
    score = np.array([0.9] * 100 + [0.5] * 100)
    right = np.array([True] * 100 + [True] * 50 + [False] * 50)
    items = Ranked.of(score, right, np.arange(200), 200, 150)
    assert choose(items, 0.85).threshold == 0.9


def test_precision_is_told_on_groups_that_the_threshold_was_not_chosen_on() -> None:
    rng = np.random.default_rng(0)
    score = rng.random(600)
    right = rng.random(600) < score**0.3
    point = choose(Ranked.of(score, right, np.arange(600), 600, int(right.sum())), 0.85)
    assert point.crossed is not None
    assert point.crossed.value is not None
    assert 0.80 <= point.crossed.value <= 0.95
