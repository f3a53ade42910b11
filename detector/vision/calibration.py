"""From a network's raw confidence to a probability that means what it says.

Thresholds and calibration come from the model's card; both were fitted on a calibration split that
the network did not learn from, before the held-out items were looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per label: from which confidence on it counts, and what a confidence is worth.

    >>> plain = Calibration({"weapon": 0.5}, {"weapon": (1.0, 0.0)})
    >>> round(plain.probability("weapon", 0.7), 3)
    0.7
    """

    thresholds: Mapping[str, float]
    """Raw confidence from which on a detection counts, in (0, 1]."""
    logistic: Mapping[str, tuple[float, float]]
    """Slope ``a`` and offset ``b`` of ``sigmoid(a * logit(confidence) + b)``."""

    def threshold(self, label: str) -> float:
        """Return the raw confidence from which on a detection of this label counts."""
        return self.thresholds[label]

    def probability(self, label: str, confidence: float) -> float:
        """Return the probability that a box of this label and raw confidence is right, in [0, 1].

        Logistic on the log-odds: Platt scaling with the network's sigmoid taken back.

        Source: Platt, Probabilistic outputs for support vector machines, 1999; Guo et al., On
        calibration of modern neural networks, 2017, section 4.2 (arXiv:1706.04599).
        """
        a, b = self.logistic[label]
        inside = min(max(confidence, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(a * math.log(inside / (1 - inside)) + b)))


def read_calibration(folder: ModelFolder) -> Calibration:
    """Read ``[thresholds]`` (label = confidence) and ``[calibration]`` (label = [a, b]) of a card.

    Raises:
        ArtifactMismatch: If a label of the model has no threshold or calibration, or a number makes
            no sense: a threshold outside (0, 1], or a slope that is not above 0.
    """
    labels = folder.ref.labels
    thresholds = _table(folder, "thresholds", labels)
    logistic = _table(folder, "calibration", labels)
    for label in labels:
        limit, pair = thresholds[label], logistic[label]
        if not (_number(limit) and 0 < limit <= 1):
            raise _wrong(folder, f"thresholds.{label} = {limit!r}", "a number in (0, 1]")
        if not (
            isinstance(pair, list) and len(pair) == 2 and all(map(_number, pair)) and pair[0] > 0
        ):
            raise _wrong(folder, f"calibration.{label} = {pair!r}", "[slope above 0, offset]")
    return Calibration(
        {label: float(thresholds[label]) for label in labels},
        {label: (float(logistic[label][0]), float(logistic[label][1])) for label in labels},
    )


def _table(folder: ModelFolder, name: str, labels: tuple[str, ...]) -> Mapping[str, Any]:
    table = folder.card.get(name, {})
    missing = [label for label in labels if label not in table]
    if missing:
        raise _wrong(folder, f"no {', '.join(missing)} in [{name}]", "an entry for every label")
    checked: Mapping[str, Any] = table
    return checked


def _number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)


def _wrong(folder: ModelFolder, found: str, expected: str) -> ArtifactMismatch:
    return ArtifactMismatch(
        f"the card of {folder.path} has {found}; expected {expected}; take a complete model folder"
    )
