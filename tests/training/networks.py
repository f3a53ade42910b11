"""Small model folders with networks that learnt nothing: enough to run, export and fine-tune."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch

from detector.vision.ultralytics import ARCHITECTURE, build
from training import toml
from training.network import yolo

torch.set_num_threads(1)  # two cores and several processes: more threads wait for each other

EAGER = -1.0
"""Bias of every label: an untaught network that finds something everywhere."""


def untaught(labels: Sequence[str], seed: int = 0) -> yolo.MaskedNetwork:
    """Return a network with weights drawn at random."""
    torch.manual_seed(seed)
    network = build(ARCHITECTURE, len(labels), 64, yolo.MaskedNetwork)
    head = network.model[-1]
    with torch.no_grad():
        for branch in (*head.cv3, *head.one2one_cv3):
            branch[-1].bias.fill_(EAGER)
    network.names = dict(enumerate(labels))
    assert isinstance(network, yolo.MaskedNetwork)
    return network


def model_folder(
    folder: Path, labels: Sequence[str], *, head: str = "one2many", side: int = 64
) -> Path:
    """Write a model folder as a training would."""
    folder.mkdir(parents=True)
    weights, onnx = folder / "weights.safetensors", folder / "model.onnx"
    yolo.export(untaught(labels), weights, onnx, ARCHITECTURE, tuple(labels), head)
    toml.write(
        folder / "card.toml",
        {
            "model": {
                "kind": "vision",
                "version": folder.name,
                "labels": list(labels),
                "weights": onnx.name,
                "input_size": side,
                "head": head,
                "floor": 0.02,
            },
            "files": {
                each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in (weights, onnx)
            },
            "thresholds": dict.fromkeys(labels, 0.5),
            "calibration": {each: [1.0, 0.25] for each in labels},
            "data": {"sources": [{"name": "older"}, {"name": "made, elsewhere"}]},
        },
    )
    return folder
