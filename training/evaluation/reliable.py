"""Calibration before and after, with intervals over groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.calibrate import BINS, expected_error, reliability
from training.evaluation.values import Reliability
from training.metrics.interval import DRAWS, Measure, Weights, draw, number, replicated

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def reliability_of(
    label: str,
    part: str,
    raw: Floats,
    calibrated: Floats,
    truth: Bools,
    groups: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Reliability:
    """Say what raw confidences and calibrated probabilities of one label are worth."""
    group, count = number(groups)
    weights = draw(count, draws=draws, seed=seed)
    return Reliability(
        label=label,
        part=part,
        before=reliability(raw, truth),
        after=reliability(calibrated, truth),
        error_before=_measured(raw, truth, group, weights),
        error_after=_measured(calibrated, truth, group, weights),
    )


def _measured(probability: Floats, truth: Bools, group: Ints, weights: Weights) -> Measure:
    """Measure the expected calibration error: in each draw, of bins refilled by weight."""
    groups = weights.shape[1]
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    gaps, counts = np.zeros((groups, BINS)), np.zeros((groups, BINS))
    np.add.at(gaps, (group, place), probability - truth)
    np.add.at(counts, (group, place), 1.0)
    wide = weights.astype(np.float64)
    total = (wide @ counts).sum(axis=1)
    drawn = np.abs(wide @ gaps).sum(axis=1) / np.maximum(total, 1)
    value = expected_error(reliability(probability, truth))
    known = (float(each) if all_ else None for each, all_ in zip(drawn, total, strict=True))
    return replicated(value, known, len(probability), groups)
