"""Networks that a model is held beside: built once from plain weights, then run like any model.

Building needs PyTorch (the training extra); what was built is kept and run without it. Where neither the
weights nor what was built of them is there, the evaluation says so: it drops nothing silently.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import SetupError, WardiError
from detector.settings import Vision
from detector.vision.runtimes import open_vision_model
from training import toml
from training.evaluation.beside import hold_beside, not_held, renamed
from training.evaluation.sets import Baseline, PictureSet
from training.evaluation.values import Beside
from training.evaluation.vision import look_at
from training.metrics.interval import DRAWS
from training.scene import Scene

KEPT = Path("out/baselines")
"""Where built networks are kept; git ignores it."""
LABEL = "thing"
FLOOR = 0.005


@dataclass(frozen=True, slots=True)
class Places:
    """Where baselines come from and go to."""

    weights: dict[str, Path]
    """Folder of each source of weights, by name."""
    kept: Path = KEPT


def beside_baselines(
    scenes: Sequence[Scene],
    sets: Sequence[PictureSet],
    places: Places,
    side: int,
    settings: Vision,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Beside]:
    """Hold what a model found beside the baselines of the sets that have one.

    Args:
        scenes: Pictures with what the model found.
        sets: Named sets.
        places: Where baselines are.
        side: Longest side in pixels at which the model looks; the baseline looks at the same.
        settings: As a scan's.
        progress: Told how many pictures of how many are done.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
    """
    for wanted in sets:
        inside = [each for each in scenes if wanted.takes(each.example)]
        showing = any(box.label == wanted.label for each in inside for box in each.example.boxes)
        if wanted.baseline is None or not showing:
            continue
        try:
            model = open_vision_model(opened(wanted.baseline, places, side), settings)
        except (WardiError, ImportError) as error:
            yield not_held(wanted, str(error))
            continue
        seen = look_at([each.example for each in inside], model, progress)
        others = [renamed(each, wanted.label) for each in seen]
        yield hold_beside(inside, others, wanted, draws=draws, seed=seed)


def opened(baseline: Baseline, places: Places, side: int) -> ModelFolder:
    """Open a baseline, building it where it was not built yet.

    Raises:
        SetupError: If its weights are not on this machine.
        ImportError: If it is to be built and the training extra is not installed.
    """
    folder = places.weights.get(baseline.source)
    path = folder / baseline.file if folder else None
    if path is None or not path.is_file():
        raise SetupError(
            f"the weights {baseline.file} of the source {baseline.source} are not on this machine; "
            f"expected them to measure the {baseline.name}; run `wardi data add` on the data root"
        )
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    name = f"{sha256[:12]}-{baseline.place}-{baseline.head}-{side}"
    kept = places.kept / name
    if not (kept / "card.toml").is_file():
        _build(baseline, path, side, kept)
    return load_model_folder(str(kept.resolve()), "vision")


def _build(baseline: Baseline, path: Path, side: int, kept: Path) -> None:
    """Write the model folder of one class of a network."""
    part = kept.with_name(f".{kept.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    from training.network import yolo  # PyTorch: seconds, and only here

    had = (*(f"class {at}" for at in range(baseline.place)), LABEL)
    network, architecture = yolo.start_network(path, had, (LABEL,))
    onnx = part / "model.onnx"
    yolo.export(network, part / "weights.safetensors", onnx, architecture, (LABEL,), baseline.head)
    (part / "weights.safetensors").unlink()
    about = {
        "kind": "vision",
        "version": kept.name,
        "labels": [LABEL],
        "weights": onnx.name,
        "input_size": side,
        "head": baseline.head,
        "floor": FLOOR,
    }
    files = {onnx.name: hashlib.sha256(onnx.read_bytes()).hexdigest()}
    toml.write(part / "card.toml", {"model": about, "files": files}, comment=baseline.name)
    shutil.rmtree(kept, ignore_errors=True)
    part.rename(kept)
