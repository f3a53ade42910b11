from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import get_args

import pytest

from detector.artifact import load_model_folder
from detector.errors import ArtifactMismatch, ExtraMissing, SetupError
from detector.settings import Vision
from detector.vision import runtimes
from detector.vision.runtimes import RUNTIMES, open_vision_model

pytestmark = pytest.mark.shipped


def test_the_settings_offer_every_runtime_that_there_is() -> None:
    assert set(get_args(Vision.model_fields["runtime"].annotation) or ["openvino"]) == set(RUNTIMES)


def test_a_runtime_that_is_not_known_is_refused_by_name() -> None:
    settings = Vision.model_construct(runtime="abacus", model="current", threads=0)

    with pytest.raises(SetupError, match=r"'abacus'.*openvino"):
        open_vision_model(load_model_folder("current", "vision"), settings)


def test_a_runtime_whose_library_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "RUNTIMES", {"openvino": "detector.vision.not_there:Model"})

    with pytest.raises(ExtraMissing, match="not_there"):
        open_vision_model(load_model_folder("current", "vision"), Vision())


def changed(tmp_path: Path, **swaps: str) -> Path:
    """Copy the shipped folder with words of its card swapped and its hashes made right again."""
    copy = tmp_path / "model"
    shutil.copytree(load_model_folder("current", "vision").path, copy)
    text = (copy / "card.toml").read_text("utf-8")
    for old, new in swaps.items():
        assert old in text
        text = text.replace(old, new)
    (copy / "card.toml").write_text(text, "utf-8")
    return copy


def test_a_network_that_does_not_fit_its_labels_is_refused(tmp_path: Path) -> None:
    copy = changed(
        tmp_path, **{'["uniform", "badge", "vehicle", "weapon"]': '["uniform", "weapon"]'}
    )

    with pytest.raises(ArtifactMismatch, match="8 columns"):
        open_vision_model(load_model_folder(str(copy), "vision"), Vision())


def test_weights_that_are_no_network_are_refused(tmp_path: Path) -> None:
    import hashlib

    old = hashlib.sha256(
        (load_model_folder("current", "vision").path / "model.onnx").read_bytes()
    ).hexdigest()
    copy = changed(tmp_path, **{old: hashlib.sha256(b"no network").hexdigest()})
    (copy / "model.onnx").write_bytes(b"no network")

    with pytest.raises(ArtifactMismatch, match="cannot run"):
        open_vision_model(load_model_folder(str(copy), "vision"), Vision())


def test_opening_a_model_imports_no_telemetry() -> None:
    program = textwrap.dedent("""
        import sys
        from detector.artifact import load_model_folder
        from detector.settings import Vision
        from detector.vision.runtimes import open_vision_model
        open_vision_model(load_model_folder("current", "vision"), Vision())
        loaded = [name for name, module in sys.modules.items() if module is not None]
        assert "openvino" in loaded
        assert not [name for name in loaded if name.startswith("openvino_telemetry")]
    """)

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
