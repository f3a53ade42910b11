"""What decided between two ways to train, kept in the card of the model that followed it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import InputError
from training import toml
from training.ablation import keep_ablation
from training.compare import Comparison
from training.comparing import Line
from training.evaluate import On
from training.metrics.paired import Difference

pytestmark = pytest.mark.shipped


@pytest.fixture
def model(tmp_path: Path) -> ModelFolder:
    shutil.copytree(load_model_folder("current", "vision").path, tmp_path / "made")
    return load_model_folder(str(tmp_path / "made"), "vision")


@pytest.fixture
def otherwise(model: ModelFolder, tmp_path: Path) -> ModelFolder:
    """The same model, made with another seed and on another machine."""
    shutil.copytree(model.path, tmp_path / "otherwise")
    card = tmp_path / "otherwise" / "card.toml"
    toml.update(card, "recipe", {"seed": 4711, "device": "another"})
    return load_model_folder(str(tmp_path / "otherwise"), "vision")


def compared(model: ModelFolder, other: ModelFolder, on: On = "calibration") -> Comparison:
    difference = Difference(0.5, 0.4, 0.05, 0.15, groups=40)
    lines = (Line("badge", "all", "ap", 9, difference), Line("badge", "x=y", "ap", 9, difference))
    return Comparison(model.ref, other.ref, 12, 10, "lock", on, "", 100, lines)


def test_the_card_says_what_differed_and_what_came_of_it(
    model: ModelFolder, otherwise: ModelFolder
) -> None:
    keep_ablation(model.path, "which seed", compared(model, otherwise), model, otherwise)
    said = toml.read(model.path / "card.toml")["ablations"]["which seed"]
    assert said["differs"] == [f"seed: {model.card['recipe']['seed']} against 4711"]
    assert said["numbers"] == ["badge, ap: 0.500 against 0.400, better [+0.050, +0.150]"]
    assert (said["items"], said["groups"], said["draws"]) == (12, 10, 100)
    assert "badge, ap: 0.500 against 0.400" in (model.path / "card.md").read_text("utf-8")


def test_it_does_not_make_another_model_of_it(model: ModelFolder, otherwise: ModelFolder) -> None:
    keep_ablation(model.path, "which seed", compared(model, otherwise), model, otherwise)
    assert load_model_folder(str(model.path), "vision").ref == model.ref


def test_an_earlier_question_stays(model: ModelFolder, otherwise: ModelFolder) -> None:
    for question in ("one", "other"):
        keep_ablation(model.path, question, compared(model, otherwise), model, otherwise)
    assert {"one", "other"} <= set(toml.read(model.path / "card.toml")["ablations"])


def test_what_was_compared_on_held_out_items_is_not_kept(
    model: ModelFolder, otherwise: ModelFolder
) -> None:
    before = (model.path / "card.toml").read_bytes()
    with pytest.raises(InputError, match="held-out items"):
        keep_ablation(model.path, "x", compared(model, otherwise, "heldout"), model, otherwise)
    assert (model.path / "card.toml").read_bytes() == before


def test_two_models_of_one_recipe_answer_no_question(model: ModelFolder) -> None:
    with pytest.raises(InputError, match="same recipe"):
        keep_ablation(model.path, "x", compared(model, model), model, model)
