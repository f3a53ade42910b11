"""The vision model on PyTorch: the one importer of `ultralytics`, `torch` and `safetensors`.

Part of the training extra. It runs the weights as they were trained (``weights.safetensors``: plain
numbers, no pickle), so it is what an exported model is held against; `training` builds and exports
its networks here as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch
from detector.evidence import Detections, Frame, ModelRef
from detector.settings import Vision
from detector.vision.card import read_vision_card
from detector.vision.decode import decode
from detector.vision.letterbox import to_tensor
from detector.vision.yolo_home import keep_to

keep_to()
_open_picture = Image.open

import torch  # noqa: E402
from safetensors import SafetensorError, safe_open  # noqa: E402
from torch import nn  # noqa: E402
from ultralytics.nn.tasks import DetectionModel  # noqa: E402
from ultralytics.utils import SETTINGS  # noqa: E402
from ultralytics.utils.tal import make_anchors  # noqa: E402

# Ultralytics puts a reader of its own in Pillow's place, for the whole process; it fails on a file that
# is no picture with a wish for another package, where everybody else expects Pillow's own error.
Image.open = _open_picture
SETTINGS.update(
    dict.fromkeys(("sync", "clearml", "comet", "dvc", "mlflow", "raytune", "vscode_msg"), False)
)

WEIGHTS = "weights.safetensors"
"""Name of the weights in a model folder, beside the ONNX file."""
ARCHITECTURE = "yolo26n.yaml"
"""Where a file of weights does not name another one under ``model`` in its metadata."""


class UltralyticsModel:
    """A `VisionModel` on PyTorch, in 32-bit floating point, on a GPU where there is one.

    Raises:
        ArtifactMismatch: If the folder does not hold weights that fit its card.
    """

    def __init__(self, folder: ModelFolder, settings: Vision) -> None:
        self.ref: ModelRef = folder.ref
        self._card = read_vision_card(folder)
        if settings.threads:
            torch.set_num_threads(settings.threads)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network = read_network(folder.file(WEIGHTS), len(self._card.labels))
        self._network = Found(network, self._card.head).to(self._device)

    def detect(self, frames: Sequence[Frame]) -> Sequence[Detections]:
        """Look at frames of any sizes, one at a time; see `VisionModel.detect`."""
        return [self._detect(frame) for frame in frames]

    def _detect(self, frame: Frame) -> Detections:
        tensor, placement = to_tensor(frame.pixels, self._card.input_size)
        with torch.inference_mode():
            found = self._network(torch.from_numpy(tensor).to(self._device))
        output: npt.NDArray[np.float32] = found[0].cpu().numpy()
        return decode(output, placement, frame.time_s, self._card)


class Found(nn.Module):
    """A network with its boxes worked out, in the form that `detector.vision.decode` reads.

    Args:
        network: Any YOLO detection network of Ultralytics; it is changed: layers are fused, and the
            head that is not used is dropped.
        head: ``one2one`` or ``one2many``.
    """

    def __init__(self, network: Any, head: str) -> None:
        super().__init__()
        self.head = head
        self.network = network.float().eval()
        self.network.model[-1].end2end = head == "one2one"
        self.network.fuse(verbose=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return ``xyxy`` in pixels and a confidence per label: ``(batch, places, 4 + labels)``."""
        detect = self.network.model[-1]
        raw = self.network(images)[1]
        raw = raw.get(self.head, raw)
        centres, strides = make_anchors(raw["feats"], detect.stride, 0.5)
        low, high = detect.dfl(raw["boxes"]).chunk(2, 1)
        at = centres.transpose(0, 1)[None]
        boxes = torch.cat([at - low, at + high], 1) * strides.transpose(0, 1)
        return torch.cat([boxes, raw["scores"].sigmoid()], 1).transpose(1, 2)


def read_network(path: Path, labels: int, kind: type[DetectionModel] = DetectionModel) -> Any:
    """Build the network that a file of weights is for, and fill it.

    Args:
        path: Weights as safetensors; 16-bit numbers become 32-bit.
        labels: Labels that the network must know.
        kind: Class to build.

    Raises:
        ArtifactMismatch: If the file cannot be read, or its weights are for another network.
    """
    state, architecture = read_weights(path)
    try:
        network = build(architecture, labels, head_width(state), kind)
        network.load_state_dict(state, strict=True)
    except (RuntimeError, KeyError, FileNotFoundError, ValueError) as error:
        raise ArtifactMismatch(
            f"the weights in {path} do not fit a {architecture} of {labels} labels "
            f"({str(error).strip().splitlines()[-1]}); expected the weights that the card describes; "
            f"take a complete model folder"
        ) from error
    return network


def build(
    architecture: str, labels: int, width: int, kind: type[DetectionModel] = DetectionModel
) -> Any:
    """Build a network without weights.

    The class branch is as wide as that of the network it comes from: Ultralytics makes it as wide as
    the number of labels asked for (80 for COCO), and a narrower one could not take those weights.
    """
    network: Any = kind(architecture, nc=labels, verbose=False)
    if network.model[-1].cv3[0][-1].in_channels != width:
        network = kind(architecture, nc=width, verbose=False)
        _relabel(network, labels)
    return network


def _relabel(network: Any, labels: int) -> None:
    head = network.model[-1]
    for branch in (*head.cv3, *getattr(head, "one2one_cv3", ())):
        branch[-1] = nn.Conv2d(branch[-1].in_channels, labels, 1)
    head.nc, head.no = labels, labels + 4 * head.reg_max
    network.yaml["nc"] = labels
    head.bias_init()


def head_width(state: dict[str, torch.Tensor]) -> int:
    """Return how many channels the class branch of some weights has."""
    return next(
        int(each.shape[1]) for name, each in state.items() if name.endswith("cv3.0.2.weight")
    )


def read_weights(path: Path) -> tuple[dict[str, torch.Tensor], str]:
    """Read weights as 32-bit numbers, and the name of the architecture that they are for.

    Raises:
        ArtifactMismatch: If it is no such file.
    """
    try:
        with safe_open(str(path), "pt") as file:
            about = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ArtifactMismatch(
            f"{path} cannot be read ({error}); expected weights as safetensors; take a complete model "
            f"folder"
        ) from error
    whole = {
        name: each.float() if each.is_floating_point() else each for name, each in state.items()
    }
    return whole, about.get("model", ARCHITECTURE)
