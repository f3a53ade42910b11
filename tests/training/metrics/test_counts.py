"""Ratios agree with scikit-learn, Wilson's interval with scipy; 0/0 is not a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import fbeta_score, precision_score, recall_score

from training.metrics.counts import f_beta, precision, recall, wilson

pairs = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


@given(pairs, st.sampled_from([0.5, 1.0, 2.0]))
def test_ratios_agree_with_scikit_learn(items, beta: float) -> None:  # type: ignore[no-untyped-def]
    truth, flagged = [each[0] for each in items], [each[1] for each in items]
    right = sum(each[0] and each[1] for each in items)
    ours = (
        precision(right, sum(flagged)),
        recall(right, sum(truth)),
        f_beta(right, sum(flagged), sum(truth), beta),
    )
    theirs = (
        precision_score(truth, flagged, zero_division=0.0),
        recall_score(truth, flagged, zero_division=0.0),
        fbeta_score(truth, flagged, beta=beta, zero_division=0.0),
    )
    assert [0.0 if each is None else each for each in ours] == pytest.approx(theirs, abs=1e-9)


@given(st.integers(1, 500), st.floats(0, 1))
def test_wilson_agrees_with_scipy(items: int, share: float) -> None:
    right = round(items * share)
    theirs = binomtest(right, items).proportion_ci(0.95, method="wilson")
    assert wilson(right, items) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_what_cannot_be_said_is_none() -> None:
    assert (precision(0, 0), recall(0, 0), f_beta(0, 0, 0)) == (None, None, None)


def test_nothing_looked_at_could_be_anything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
