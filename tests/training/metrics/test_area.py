"""The area under the ROC curve is scikit-learn's, also where items are drawn more than once."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.metrics.area import roc_area, roc_draws


@pytest.mark.parametrize("levels", [5, 1000], ids=["many-ties", "few-ties"])
def test_it_is_that_of_scikit_learn(levels: int) -> None:
    rng = np.random.default_rng(3)
    score, truth = rng.integers(0, levels, 200) / levels, rng.random(200) < 0.3
    assert roc_area(score, truth) == pytest.approx(roc_auc_score(truth, score))


def test_a_draw_is_the_sample_with_items_repeated() -> None:
    rng = np.random.default_rng(4)
    score, truth = rng.random(60), rng.random(60) < 0.5
    cluster = np.arange(60) // 2
    weights = rng.integers(0, 3, (3, 30))
    expected = [
        roc_auc_score(np.repeat(truth, each[cluster]), np.repeat(score, each[cluster]))
        for each in weights
    ]
    assert list(roc_draws(score, truth, cluster, weights)) == pytest.approx(expected)


def test_it_is_not_defined_where_all_items_are_alike() -> None:
    assert roc_area(np.array([0.1, 0.2]), np.array([True, True])) is None
