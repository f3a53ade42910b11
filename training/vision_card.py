"""The card of a vision model as it leaves the training: how it is run, what it learnt, by which recipe.

Thresholds and calibration are added by `training.freezing`, held-out figures by `wardi evaluate`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training import toml
from training.balance import Shares
from training.lock import locked

if TYPE_CHECKING:
    from training.vision import Plan

FLOOR = 0.0001
"""Detections of less confidence are not reported; the weakest serve to blur faces."""
LICENCE = "AGPL-3.0-or-later"
"""Of weights that Ultralytics' code had a part in."""


def first_card(
    folder: Path, plan: Plan, architecture: str, device: str, precision: str, shown: int
) -> None:
    """Write ``card.toml`` into a folder that holds the weights and the ONNX file.

    Args:
        folder: The model folder.
        plan: What was trained.
        architecture: Name of the network.
        device: What it was trained on.
        precision: Numbers that it was trained in.
        shown: Pictures of an epoch.
    """
    files = sorted(each for each in folder.iterdir() if each.suffix in (".onnx", ".safetensors"))
    content = {
        "model": _model(plan, architecture, next(each for each in files if each.suffix == ".onnx")),
        "preprocess": {
            "colour": "RGB, values divided by 255",
            "letterbox": "bilinear, centred, padded with grey 114",
            "input": "images: float32, (batch, 3, height, width), any multiple of 32",
        },
        "postprocess": {
            "output": "found: float32, (batch, places, 4 + labels): xyxy in pixels of the canvas, then "
            "one confidence per label"
        },
        "files": {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files},
        "data": {
            "ships": plan.ships,
            "train_items": len(plan.train),
            "calibration_items": len(plan.calibration),
            "train_lock": locked(plan.train.examples),
            "caveats": list(_caveats(plan)),
            "sources": list(_sources(plan)),
        },
        "recipe": _recipe(plan, device, precision, shown),
    }
    comment = "Written by `wardi train vision`; held-out figures by `wardi evaluate --card`."
    toml.write(folder / "card.toml", content, comment=comment)


def _model(plan: Plan, architecture: str, onnx: Path) -> dict[str, Any]:
    return {
        "kind": "vision",
        "version": plan.out.name,
        "labels": list(plan.labels),
        "architecture": architecture.removesuffix(".yaml"),
        "weights": onnx.name,
        "input_size": plan.recipe.image_size,
        "head": plan.recipe.head,
        "floor": FLOOR,
        "nms_iou": 0.6,
        "max_detections": 300,
        "licence": LICENCE,
    }


def _recipe(plan: Plan, device: str, precision: str, shown: int) -> dict[str, Any]:
    recipe = plan.recipe
    masked = (
        "absence is not taught of labels a picture does not annotate, nor in regions to be ignored"
    )
    return {
        "start": plan.start.words,
        "start_sha256": plan.start.sha256,
        "epochs": recipe.epochs,
        "pictures_per_epoch": shown,
        "image_size": recipe.image_size,
        "batch": recipe.batch,
        "optimizer": f"AdamW, rate {recipe.learning_rate} falling by a cosine to a twentieth",
        "partial_labels": masked if recipe.masked else "what is not boxed is taught as absent",
        "shares": list(_shares(recipe.shares)),
        "changes": [f"{name} {value}" for name, value in asdict(recipe.changes).items()],
        "replayed": sorted(plan.old),
        "seed": recipe.seed,
        "weights_used": "moving average at the end of the last epoch",
        "device": device,
        "precision": precision,
        "software": [f"{each} {version(each)}" for each in ("torch", "ultralytics")],
    }


def _shares(shares: Shares) -> Iterator[str]:
    for name, value in asdict(shares).items():
        if name != "emphasis":
            yield f"{name} {value}"
    yield from (f"{name} drawn {times:g} times as often" for name, times in shares.emphasis.items())


def _sources(plan: Plan) -> Iterator[dict[str, Any]]:
    count = Counter(each.source for each in plan.train)
    for each in plan.train.manifests:
        labels = each.labels
        yield {
            "name": each.name,
            "licence": each.origin.licence,
            "ships": each.origin.ships,
            "teaches": ", ".join(labels.annotates_fully) or "nothing fully",
            "absent": ", ".join(labels.negative_for),
            "train_items": count[each.name],
            "sha256": each.content.sha256 if each.content else "",
        }
    if plan.emblems:
        said = plan.emblems.manifest
        yield {
            "name": said.name,
            "licence": said.origin.licence,
            "ships": said.origin.ships,
            "teaches": "nothing: artwork for badges that are added to pictures",
            "sha256": said.content.sha256 if said.content else "",
        }


def _caveats(plan: Plan) -> Iterator[str]:
    used = [*plan.train.manifests, *([plan.emblems.manifest] if plan.emblems else [])]
    forbidden = [each.name for each in used if not each.ships]
    if forbidden:
        yield (
            f"These weights may not be given away: the terms of {', '.join(forbidden)} do not allow it."
        )
    yield "Not to be relied on to clear a post: it misses things."
    for each in used:
        yield from (f"{each.name}: {flaw}" for flaw in each.known_wrong)
