"""What a score is worth: reliability, calibration error, and the maps that mend it.

The one importer of scipy in `training`. Maps are fitted on the calibration split; what they gain is
shown before and after on held-out items, so that a map is never praised on what it was fitted on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Probabilities = Callable[[Floats], Floats]
"""Scores in [0, 1] -> probabilities in [0, 1]."""
Form = Literal["temperature", "platt", "isotonic"]

BINS = 10
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Bin:
    """Items of about the same probability."""

    low: float
    high: float
    items: int
    probability: float
    """Mean of what was said."""
    share: float
    """How many of them are right."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """``sigmoid(slope * logit(score) + offset)``; a temperature is ``1 / slope`` with no offset.

    Source: Platt, Probabilistic outputs for support vector machines, 1999; Guo et al., On calibration
    of modern neural networks, 2017 (arXiv:1706.04599).
    """

    slope: float
    offset: float

    def __call__(self, score: Floats) -> Floats:
        """Return probabilities, shape as the scores."""
        return np.asarray(expit(self.slope * logit(score) + self.offset))


def logit(score: Floats) -> Floats:
    """Return log-odds of scores in [0, 1], cut off at one in a million."""
    inside = np.clip(score, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside / (1 - inside)))


def reliability(probability: Floats, truth: Bools, bins: int = BINS) -> tuple[Bin, ...]:
    """Sort items into bins of equal width by probability; empty bins are left out."""
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    found = []
    for each in range(bins):
        inside = place == each
        if count := int(inside.sum()):
            said, right = float(probability[inside].mean()), float(truth[inside].mean())
            found.append(Bin(each / bins, (each + 1) / bins, count, said, right))
    return tuple(found)


def expected_error(bins: tuple[Bin, ...]) -> float | None:
    """Return the mean distance between what was said and what is so; None without items.

    Source:
        Naeini et al., Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015.
    """
    items = sum(each.items for each in bins)
    gaps = sum(each.items * abs(each.probability - each.share) for each in bins)
    return gaps / items if items else None


def fit(score: Floats, truth: Bools, form: Form) -> Probabilities:
    """Fit a map from scores to probabilities.

    Args:
        score: In [0, 1], shape ``(n,)``.
        truth: Whether each is right.
        form: ``temperature`` (one number), ``platt`` (two), ``isotonic`` (any rising map: needs many).
    """
    if form == "isotonic":
        return _isotonic(score, truth)
    return fit_logistic(score, truth, with_offset=form == "platt")


def fit_logistic(score: Floats, truth: Bools, *, with_offset: bool = True) -> Logistic:
    """Fit slope and offset by maximum likelihood; the slope stays above 0, so the order stays.

    Platt's smoothed targets keep the fit finite where scores separate right from wrong.
    """
    x = logit(score)
    right, wrong = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (right + 1) / (right + 2), 1 / (wrong + 2))

    def loss(free: Floats) -> tuple[float, Floats]:
        slope, offset = np.exp(free[0]), free[1] if with_offset else 0.0
        z = slope * x + offset
        pull = expit(z) - target
        value = np.sum(np.logaddexp(0, z) - target * z)
        steps = np.array([np.sum(pull * x) * slope, np.sum(pull) if with_offset else 0.0])
        return float(value), steps

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-5, 5), (-20, 20)])
    return Logistic(float(np.exp(found.x[0])), float(found.x[1]) if with_offset else 0.0)


def _isotonic(score: Floats, truth: Bools) -> Probabilities:
    order = np.argsort(score, kind="stable")
    where, first = np.unique(score[order], return_index=True)
    counts = np.diff(np.append(first, len(score)))
    share = np.add.reduceat(truth[order].astype(np.float64), first) / counts
    rising = isotonic_regression(share, weights=counts.astype(np.float64)).x
    return lambda each: np.asarray(np.interp(each, where, rising))
