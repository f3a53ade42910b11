from __future__ import annotations

import math
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import ArtifactMismatch
from detector.evidence import ModelRef
from detector.vision.calibration import read_calibration

LABELS = ("badge", "weapon")
GOOD = {
    "thresholds": {"badge": 0.4, "weapon": 0.6},
    "calibration": {"badge": [1.0, 0.0], "weapon": [2, -1]},
}


def folder(**tables: Any) -> ModelFolder:
    card = MappingProxyType({**GOOD, **tables})
    return ModelFolder(Path("models/vision/9"), card, ModelRef("vision", "9", "0" * 64, LABELS))


def test_the_thresholds_are_those_of_the_card() -> None:
    calibration = read_calibration(folder())

    assert (calibration.threshold("badge"), calibration.threshold("weapon")) == (0.4, 0.6)


def test_a_probability_is_a_logistic_of_the_log_odds() -> None:
    calibration = read_calibration(folder())

    assert calibration.probability("badge", 0.3) == pytest.approx(0.3)
    odds = math.log(0.8 / 0.2)
    assert calibration.probability("weapon", 0.8) == pytest.approx(1 / (1 + math.exp(1 - 2 * odds)))


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_the_ends_of_the_scale_have_a_probability_too(confidence: float) -> None:
    assert 0 <= read_calibration(folder()).probability("weapon", confidence) <= 1


@pytest.mark.parametrize(
    ("tables", "found"),
    [
        pytest.param({"thresholds": {"badge": 0.4}}, "no weapon in", id="label without threshold"),
        pytest.param({"calibration": {}}, "no badge, weapon in", id="no calibration"),
        pytest.param({"thresholds": {"badge": 0.4, "weapon": 0}}, "= 0", id="threshold of 0"),
        pytest.param({"thresholds": {"badge": 0.4, "weapon": 1.5}}, "= 1.5", id="threshold over 1"),
        pytest.param({"thresholds": {"badge": 0.4, "weapon": "x"}}, "'x'", id="threshold of words"),
        pytest.param(
            {"calibration": {"badge": [1.0, 0.0], "weapon": [-1.0, 0.0]}}, "-1.0", id="falling"
        ),
        pytest.param({"calibration": {"badge": [1.0], "weapon": [1.0, 0.0]}}, "[1.0]", id="short"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(tables: dict[str, Any], found: str) -> None:
    with pytest.raises(ArtifactMismatch) as refused:
        read_calibration(folder(**tables))

    assert found in str(refused.value)
    assert "take a complete model folder" in str(refused.value)


@pytest.mark.shipped
def test_the_shipped_model_is_calibrated_for_every_label() -> None:
    shipped = load_model_folder("current", "vision")
    calibration = read_calibration(shipped)

    for label in shipped.ref.labels:
        at = calibration.threshold(label)
        assert calibration.probability(label, at) > calibration.probability(label, at / 2)
