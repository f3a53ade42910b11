from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import ArtifactMismatch, ExtraMissing
from detector.settings import Vision
from detector.vision import runtimes
from detector.vision.runtimes import open_vision_model

pytestmark = pytest.mark.shipped

OTHERS = ["onnxruntime", "ultralytics"]
FILES = {"onnxruntime": "model.onnx", "ultralytics": "weights.safetensors"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the shipped model folder."""
    folder = tmp_path / "model"
    shutil.copytree(load_model_folder("current", "vision").path, folder)
    return folder


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / "card.toml").read_text("utf-8")
    assert old in text
    (folder / "card.toml").write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("runtime", OTHERS)
def test_a_network_that_does_not_fit_its_labels_is_refused(runtime: str, copy: Path) -> None:
    change(copy, '["uniform", "badge", "vehicle", "weapon"]', '["uniform", "weapon"]')

    with pytest.raises(ArtifactMismatch, match="2 labels"):
        open_vision_model(load_model_folder(str(copy), "vision"), Vision(runtime=runtime))


@pytest.mark.parametrize("runtime", OTHERS)
def test_a_file_that_is_no_network_is_refused(runtime: str, copy: Path) -> None:
    file = copy / FILES[runtime]
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(b"no network")
    change(copy, before, hashlib.sha256(b"no network").hexdigest())

    with pytest.raises(ArtifactMismatch, match=r"cannot (run|be read)"):
        open_vision_model(load_model_folder(str(copy), "vision"), Vision(runtime=runtime))


def test_a_folder_without_weights_is_refused_by_pytorch(copy: Path) -> None:
    weights = copy / FILES["ultralytics"]
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    change(copy, f'"{weights.name}" = "{found}"', "")

    with pytest.raises(ArtifactMismatch, match=r"weights\.safetensors"):
        open_vision_model(load_model_folder(str(copy), "vision"), Vision(runtime="ultralytics"))


@pytest.mark.parametrize(
    ("runtime", "extra"),
    [("onnxruntime", r"wardi\[onnxruntime\]"), ("ultralytics", r"wardi\[training\]")],
)
def test_a_runtime_that_is_not_installed_names_its_extra(
    runtime: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "RUNTIMES", {runtime: "detector.vision.not_there:Model"})

    with pytest.raises(ExtraMissing, match=extra):
        open_vision_model(load_model_folder("current", "vision"), Vision(runtime=runtime))
