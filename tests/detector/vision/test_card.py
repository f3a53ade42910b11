from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch
from detector.evidence import ModelRef
from detector.vision.card import read_vision_card

GOOD = {
    "kind": "vision",
    "version": "9",
    "labels": ["weapon"],
    "weights": "model.onnx",
    "input_size": 640,
    "head": "one2one",
    "floor": 0.05,
}


def folder(about: dict[str, Any]) -> ModelFolder:
    ref = ModelRef("vision", "9", "0" * 64, ("weapon",))
    return ModelFolder(Path("models/vision/9"), MappingProxyType({"model": about}), ref)


def test_a_card_says_how_the_model_is_run() -> None:
    card = read_vision_card(folder(GOOD))

    assert (card.labels, card.input_size, card.head) == (("weapon",), 640, "one2one")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        pytest.param({"head": "three2one"}, "head", id="a head that is not known"),
        pytest.param({"input_size": 600}, "input_size", id="a size that the network cannot take"),
        pytest.param({"floor": 0}, "floor", id="a floor of nothing"),
        pytest.param({"labels": []}, "labels", id="no labels"),
        pytest.param({"weights": None}, "weights", id="no weights"),
    ],
)
def test_a_card_that_does_not_say_how_is_refused_by_name(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ArtifactMismatch, match=named):
        read_vision_card(folder({**GOOD, **wrong}))
