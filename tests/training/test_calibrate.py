"""Calibration maps mend what they should, keep the order, and are judged on what they did not see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from training.calibrate import expected_error, fit, fit_logistic, reliability

RNG = np.random.default_rng(0)
TRUE = RNG.random(4000)
RIGHT = RNG.random(4000) < TRUE
OVERSURE = 1 / (1 + np.exp(-(2.5 * np.log(TRUE / (1 - TRUE)) + 1)))
"""Scores whose log-odds are 2.5 times too strong, and one too high."""


def error(probability, truth) -> float:  # type: ignore[no-untyped-def]
    found = expected_error(reliability(probability, truth))
    assert found is not None
    return found


@pytest.mark.parametrize("form", ["platt", "isotonic"])
def test_a_map_mends_scores_that_are_too_sure(form: str) -> None:
    fitted = fit(OVERSURE[::2], RIGHT[::2], form)  # type: ignore[arg-type]
    assert error(OVERSURE[1::2], RIGHT[1::2]) > 0.1
    assert error(fitted(OVERSURE[1::2]), RIGHT[1::2]) < 0.03


def test_platt_finds_slope_and_offset() -> None:
    fitted = fit_logistic(OVERSURE, RIGHT)
    assert (fitted.slope, fitted.offset) == pytest.approx((0.4, -0.4), abs=0.1)


def test_a_temperature_leaves_a_half_a_half() -> None:
    fitted = fit(OVERSURE, RIGHT, "temperature")
    assert fitted(np.array([0.5]))[0] == pytest.approx(0.5)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40),
    st.sampled_from(["temperature", "platt", "isotonic"]),
)
def test_no_map_turns_the_order_round(items, form) -> None:  # type: ignore[no-untyped-def]
    score = np.array([each[0] for each in items])
    mapped = fit(score, np.array([each[1] for each in items]), form)(np.sort(score))
    assert (np.diff(mapped) >= -1e-9).all()
    assert (mapped >= 0).all()
    assert (mapped <= 1).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=40))
def test_isotonic_agrees_with_scikit_learn(items) -> None:  # type: ignore[no-untyped-def]
    score = np.array([each[0] / 9 for each in items])
    truth = np.array([each[1] for each in items])
    theirs = IsotonicRegression(out_of_bounds="clip").fit(score, truth).predict(score)
    assert fit(score, truth, "isotonic")(score) == pytest.approx(theirs, abs=1e-9)


def test_the_expected_error_is_the_mean_distance_of_the_bins() -> None:
    probability = np.array([0.95, 0.95, 0.15, 0.15])
    bins = reliability(probability, np.array([True, False, False, False]))
    assert [each.items for each in bins] == [2, 2]
    assert expected_error(bins) == pytest.approx((2 * 0.15 + 2 * 0.45) / 4)
