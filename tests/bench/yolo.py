"""Ultralytics' own command on the weights of our model: what a scan is compared with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from detector.artifact import load_model_folder
from detector.vision.card import read_vision_card

YOLO = Path(sys.executable).with_name("yolo")
WEIGHTS = "weights.safetensors"


def checkpoint(target: Path) -> Path:
    """Write the weights of the current vision model as a checkpoint that ``yolo`` opens."""
    os.environ |= {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "0"}
    from detector.vision.ultralytics import read_network

    import torch  # isort: skip
    import ultralytics  # isort: skip

    folder = load_model_folder("current", "vision")
    labels = read_vision_card(folder).labels
    network = read_network(folder.file(WEIGHTS), len(labels)).float().eval()
    network.names = dict(enumerate(labels))
    network.task = "detect"
    network.args = {"task": "detect"}
    saved = {"model": network, "train_args": {}, "version": ultralytics.__version__}
    torch.save(saved, target)
    return target


def predict(
    yolo: Path, weights: Path, clip: Path, size: int, out: Path, *, stride: int
) -> list[str]:
    """Return the command that looks at every `stride`-th frame of a clip and writes nothing."""
    return [
        str(yolo),
        "predict",
        f"model={weights}",
        f"source={clip}",
        f"vid_stride={stride}",
        f"imgsz={size}",
        "device=cpu",
        "save=False",
        "verbose=False",
        "stream_buffer=False",
        f"project={out}",
        "exist_ok=True",
    ]
