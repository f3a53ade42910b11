"""A baseline is measured on the same pictures, or said to be absent: never dropped."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import SetupError
from detector.settings import Vision
from tests.training.making import noise
from tests.training.networks import model_folder
from tests.training.scenes import LEFT, RIGHT, example, scene
from training.baseline import Places, beside_baselines, opened
from training.evaluation.beside import hold_beside, renamed
from training.evaluation.sets import Baseline, PictureSet
from training.scene import Scene

BASELINE = Baseline(name="person detector", source="weights", file="weights.safetensors", place=0)
WANTED = PictureSet(
    name="police", label="uniform", sources=("made",), with_negatives=True, baseline=BASELINE
)


def pictures(path: Path) -> list[Scene]:
    shown = [
        scene(
            example(str(at), boxes=[("uniform", LEFT)], path=path, size_wh=(48, 48)),
            ("uniform", 0.9, LEFT),
        )
        for at in range(12)
    ]
    street = example("street", source="street", negative_for=["uniform"], path=path)
    return [*shown, scene(street)]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.webp"
    path.write_bytes(noise(1))
    return path


def test_a_model_that_tells_persons_apart_is_above_one_that_does_not(picture: Path) -> None:
    scenes = pictures(picture)
    others = [
        renamed(
            scene(
                each.example,
                ("person", 0.9, RIGHT),
                ("person", 0.8, LEFT),
            ),
            "uniform",
        )
        for each in scenes
    ]
    found = hold_beside(scenes, others, WANTED, draws=50)
    assert found.difference.candidate == pytest.approx(1.0)
    assert found.ap.value == found.difference.champion
    assert found.ap.value is not None
    assert found.ap.value < 0.6
    assert found.difference.low is not None
    assert found.difference.low > 0.3


def test_a_baseline_without_weights_says_so(picture: Path, tmp_path: Path) -> None:
    [found] = beside_baselines(
        pictures(picture), [WANTED], Places({}, tmp_path), 64, Vision(), draws=20
    )
    assert "not on this machine" in found.absent
    assert found.difference.value is None


def test_a_baseline_that_cannot_be_built_says_so(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"any")
    monkeypatch.setitem(sys.modules, "training.network", None)
    places = Places({"weights": tmp_path}, tmp_path / "kept")
    [found] = beside_baselines(pictures(picture), [WANTED], places, 64, Vision(), draws=20)
    assert found.absent


def test_a_set_without_a_baseline_or_without_things_to_find_asks_for_none(
    picture: Path, tmp_path: Path
) -> None:
    plain = WANTED.model_copy(update={"baseline": None})
    elsewhere = WANTED.model_copy(update={"sources": ("elsewhere",)})
    places = Places({}, tmp_path)
    assert list(beside_baselines(pictures(picture), [plain, elsewhere], places, 64, Vision())) == []


def test_a_baseline_is_built_once_from_one_class_of_its_weights(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_folder(tmp_path / "coco", ("person", "car"))
    places = Places({"weights": tmp_path / "coco"}, tmp_path / "kept")
    built = opened(BASELINE, places, 64)
    assert built.ref.labels == ("thing",)
    monkeypatch.setattr("training.baseline._build", lambda *_: pytest.fail("built again"))
    assert opened(BASELINE, places, 64).path == built.path
    [found] = beside_baselines(pictures(picture), [WANTED], places, 64, Vision(), draws=20)
    assert not found.absent
    assert found.ap.value is not None


def test_weights_that_changed_are_another_baseline(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "coco", ("person",))
    places = Places({"weights": folder}, tmp_path / "kept")
    one = opened(BASELINE, places, 64).path
    assert one != opened(BASELINE, places, 96).path
    with pytest.raises(SetupError, match="not on this machine"):
        opened(BASELINE.model_copy(update={"file": "none"}), places, 64)
    assert load_model_folder(str(one), "vision").card["model"]["input_size"] == 64
