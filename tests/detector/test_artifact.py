"""A model folder is used only as its card describes it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from detector.artifact import MODELS, load_model_folder
from detector.errors import ArtifactMismatch


def folder(root: Path, *, kind: str = "vision", sha256: str | None = None) -> Path:
    path = root / kind / "7"
    path.mkdir(parents=True)
    (path / "model.onnx").write_bytes(b"weights")
    digest = sha256 or hashlib.sha256(b"weights").hexdigest()
    (path / "card.toml").write_text(
        f'[model]\nkind = "{kind}"\nversion = "7"\nlabels = ["weapon", "badge"]\n'
        f'[files]\n"model.onnx" = "{digest}"\n'
    )
    (root / kind / "current.toml").write_text('version = "7"\n')
    return path


@pytest.mark.parametrize("name", ["current", "7", "path"])
def test_finds_a_model_by_pointer_version_or_path(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path)

    found = load_model_folder(str(path) if name == "path" else name, "vision", models=tmp_path)

    assert found.path == path
    assert (found.ref.version, found.ref.labels) == ("7", ("badge", "weapon"))
    assert found.file("model.onnx").read_bytes() == b"weights"


def test_refuses_a_changed_file(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "model.onnx").write_bytes(b"other weights")

    with pytest.raises(ArtifactMismatch, match=r"model\.onnx has sha256 .* its card says"):
        load_model_folder("current", "vision", models=tmp_path)


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    (folder(tmp_path) / "model.onnx").unlink()

    with pytest.raises(ArtifactMismatch, match="cannot be read"):
        load_model_folder("current", "vision", models=tmp_path)


def test_refuses_a_model_of_another_kind(tmp_path: Path) -> None:
    path = folder(tmp_path, kind="text")

    with pytest.raises(ArtifactMismatch, match="holds a text model; expected a vision model"):
        load_model_folder(str(path), "vision", models=tmp_path)


def test_refuses_a_card_without_labels(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "card.toml").write_text('[model]\nkind = "vision"\nversion = "7"\n[files]\n')

    with pytest.raises(ArtifactMismatch, match="lacks labels"):
        load_model_folder("7", "vision", models=tmp_path)


def test_an_unknown_version_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMismatch, match=r"no vision model '9' in .*vision"):
        load_model_folder("9", "vision", models=tmp_path)


def test_a_file_that_the_card_does_not_name_is_not_given_out(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "extra.bin").write_bytes(b"?")

    with pytest.raises(ArtifactMismatch, match=r"does not name a file 'extra\.bin'"):
        load_model_folder("7", "vision", models=tmp_path).file("extra.bin")


@pytest.mark.shipped
@pytest.mark.parametrize("kind", ["vision", "text"])
def test_the_models_that_come_with_wardi_match_their_cards(kind: str) -> None:
    found = load_model_folder("current", kind)  # type: ignore[arg-type]

    assert found.path.parent == MODELS / kind


def test_measuring_a_model_again_does_not_make_it_another(tmp_path: Path) -> None:
    path = folder(tmp_path)
    before = load_model_folder("7", "vision", models=tmp_path).ref
    with (path / "card.toml").open("a") as card:
        card.write("[heldout.badge]\nprecision = 0.5\n")

    assert load_model_folder("7", "vision", models=tmp_path).ref == before


def test_another_threshold_makes_another_model(tmp_path: Path) -> None:
    path = folder(tmp_path)
    before = load_model_folder("7", "vision", models=tmp_path).ref
    with (path / "card.toml").open("a") as card:
        card.write("[thresholds]\nbadge = 0.5\n")

    assert load_model_folder("7", "vision", models=tmp_path).ref.sha256 != before.sha256
