"""A model folder: ``models/<kind>/<version>/`` with weights, card, checksums, thresholds, calibration.

``card.toml`` names everything: ``[model]`` kind, version, labels and runtime facts; ``[files]`` the
sha256 of each file; ``[thresholds]`` and ``[calibration]`` by label or topic. A folder is used only
if every file it names is there with the right hash. ``models/<kind>/current.toml`` names the version
that a scan loads.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from detector.errors import ArtifactMismatch
from detector.evidence import ModelRef

Kind = Literal["vision", "text", "screen", "speech"]
"""As in `ModelRef`; what reads the screen and hears comes in packages, so that no folder holds it."""

_HERE = Path(__file__).resolve().parent
MODELS = next(
    (each for each in (_HERE / "models", _HERE.parent / "models") if each.is_dir()),
    _HERE.parent / "models",
)
"""The models that come with Wardi: inside the installed package, or beside it in a checkout."""
TOLD = frozenset(
    {"about", "data", "recipe", "threshold_rule", "promotion"}
    | {"measured", "heldout", "heldout_slices", "heldout_suites", "heldout_at_recall"}
    | {"heldout_beside", "heldout_tried", "must_show", "clips", "families", "ablations"}
    | {"speed", "sources_left_out"}
)
"""Tables of a card that say something of a model and change none of its answers: measuring it again
does not make it another model, and evidence that was gathered with it stays good."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder whose files were verified."""

    path: Path
    card: Mapping[str, Any]
    """The parsed card; see the module's docstring for its tables."""
    ref: ModelRef

    def file(self, name: str) -> Path:
        """Return the path of a file that the card names.

        Raises:
            ArtifactMismatch: If the card does not name it.
        """
        if name not in self.card["files"]:
            raise ArtifactMismatch(
                f"the card of {self.path} does not name a file {name!r}; expected it in [files]; "
                f"take a complete model folder"
            )
        return self.path / name


def load_model_folder(model: str, kind: Kind, *, models: Path = MODELS) -> ModelFolder:
    """Find a model folder and verify it.

    Args:
        model: ``current``, a version under ``models/<kind>``, or a path to a folder.
        kind: What the folder must hold.
        models: Where versions are looked up.

    Raises:
        ArtifactMismatch: If it is missing or incomplete, of another kind, or a hash differs.
    """
    path = _find(model, kind, models)
    card = _parse(_read(path / "card.toml"), path / "card.toml")
    about = card.get("model", {})
    missing = {"kind", "version", "labels"} - set(about)
    if missing or "files" not in card:
        raise ArtifactMismatch(
            f"the card of {path} lacks {', '.join(sorted(missing)) or '[files]'}; expected "
            f"[model] with kind, version, labels, and [files]; take a complete model folder"
        )
    if about["kind"] != kind:
        raise ArtifactMismatch(
            f"{path} holds a {about['kind']} model; expected a {kind} model; check the settings"
        )
    for name, expected in card["files"].items():
        found = hashlib.sha256(_read(path / name)).hexdigest()
        if found != expected:
            raise ArtifactMismatch(
                f"{path / name} has sha256 {found}; its card says {expected}; "
                f"the file was changed or damaged: restore the folder from where it came"
            )
    ref = ModelRef(
        kind=kind,
        version=str(about["version"]),
        sha256=_identity(card),
        labels=tuple(sorted(about["labels"])),
    )
    return ModelFolder(path, MappingProxyType(card), ref)


def _identity(card: Mapping[str, Any]) -> str:
    """Return the hash of what decides a model's answers: all of its card but what is told about it."""
    decisive = {key: value for key, value in card.items() if key not in TOLD}
    canonical = json.dumps(decisive, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _find(model: str, kind: Kind, models: Path) -> Path:
    version = model
    if model == "current":
        pointer = models / kind / "current.toml"
        version = str(_parse(_read(pointer), pointer).get("version", ""))
    for path in (models / kind / version, Path(version)):
        if version and (path / "card.toml").is_file():
            return path.resolve()
    raise ArtifactMismatch(
        f"no {kind} model {model!r} in {models / kind}; expected a folder with a card.toml; "
        f"name a version that is there, or give the path of a model folder"
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactMismatch(
            f"{path} cannot be read ({error.strerror}); expected a complete model folder; "
            f"restore it from where it came"
        ) from error


def _parse(content: bytes, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ArtifactMismatch(
            f"{path} is not TOML in UTF-8 ({error}); restore the model folder from where it came"
        ) from error
