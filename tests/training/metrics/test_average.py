"""Average precision agrees with scikit-learn, and a weighted sample is the repeated sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from training.metrics.average import (
    coco_average_precision,
    coco_draws,
    precision_at_recall,
    precision_at_recall_draws,
    ranked_average_precision,
    ranked_draws,
)

rows = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=1, max_size=30
)


@given(rows)
def test_ranked_average_precision_agrees_with_scikit_learn(items) -> None:  # type: ignore[no-untyped-def]
    score = np.array([each[0] / 5 for each in items])
    truth = np.array([each[1] for each in items])
    ours = ranked_average_precision(score, truth)
    if truth.any():
        assert ours == pytest.approx(average_precision_score(truth, score), abs=1e-9)
    else:
        assert ours is None


@given(rows, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_a_draw_agrees_with_scikit_learn_on_weights(items, times) -> None:  # type: ignore[no-untyped-def]
    score = np.array([each[0] / 5 for each in items])
    truth = np.array([each[1] for each in items])
    group = np.array([each[2] for each in items])
    weight = np.array(times, np.int32)
    [ours] = ranked_draws(score, truth, group, weight[None])
    each = weight[group]
    if (each * truth).sum():
        theirs = average_precision_score(truth, score, sample_weight=each)
        assert ours == pytest.approx(theirs, abs=1e-9)
    else:
        assert ours is None


@given(rows, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_a_draw_of_boxes_is_the_sample_with_its_groups_repeated(items, times) -> None:  # type: ignore[no-untyped-def]
    hit = np.array([each[1] for each in items])
    group = np.array([each[2] for each in items])
    weight = np.array(times, np.int32)
    positives = np.bincount(group[hit], minlength=4) + 1
    [ours] = coco_draws(hit, group, positives, weight[None])
    repeated = np.repeat(hit, weight[group])
    there = int(weight @ positives)
    expected = coco_average_precision(repeated, there) if there else None
    assert ours == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_nothing_there_has_no_average_precision() -> None:
    assert coco_average_precision(np.array([False, False]), 0) is None
    assert ranked_average_precision(np.array([0.5]), np.array([False])) is None


def test_nothing_found_has_average_precision_0() -> None:
    assert coco_average_precision(np.array([], np.bool_), 3) == 0.0


@given(rows, st.floats(0.05, 0.95))
def test_precision_at_a_recall_is_that_of_the_highest_threshold_that_reaches_it(
    items, recall: float
) -> None:  # type: ignore[no-untyped-def]
    score = np.array([each[0] / 5 for each in items])
    truth = np.array([each[1] for each in items])
    found = precision_at_recall(score, truth, recall)
    reaching = [
        limit
        for limit in sorted(set(score.tolist()), reverse=True)
        if truth.any() and (truth & (score >= limit)).sum() >= recall * truth.sum() - 1e-9
    ]
    if not reaching:
        assert found is None
        return
    flagged = score >= reaching[0]
    right = int((flagged & truth).sum())
    expected = (reaching[0], right / int(flagged.sum()), int(flagged.sum()), right)
    assert found == pytest.approx(expected)


@given(rows, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_a_draw_of_precision_at_a_recall_is_that_of_the_repeated_sample(items, times) -> None:  # type: ignore[no-untyped-def]
    repeated = [each for each in items for _ in range(times[each[2]])]
    score, truth = (np.array([each[at] for each in items]) for at in (0, 1))
    group, weight = np.array([each[2] for each in items]), np.array(times)
    [ours] = precision_at_recall_draws(score / 5, truth, 0.6, group, weight[None])
    scores = np.array([each[0] / 5 for each in repeated])
    found = precision_at_recall(scores, np.array([each[1] for each in repeated], np.bool_), 0.6)
    assert ours == (pytest.approx(found[1]) if found else None)
