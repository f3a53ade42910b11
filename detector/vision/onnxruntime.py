"""The vision model on ONNX Runtime, and the one importer of `onnxruntime`.

On the CPU (extra ``onnxruntime``), or on an NVIDIA GPU where the extra ``gpu`` is installed in its place:
both bring the same module, so an environment holds one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch
from detector.evidence import Detections, Frame, ModelRef
from detector.settings import Vision
from detector.vision.card import read_vision_card
from detector.vision.decode import decode
from detector.vision.letterbox import STRIDE, to_tensor

PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
"""In the order of preference; what is not there is left out."""
ONLY_FATAL = 4
"""Severity from which on ONNX Runtime writes to stderr itself; its errors are raised as well."""


class OnnxRuntimeModel:
    """A `VisionModel` through ONNX Runtime, in 32-bit floating point.

    Args:
        folder: A verified folder of a vision model.
        settings: Number of threads; 0 leaves it to ONNX Runtime.

    Raises:
        ArtifactMismatch: If the folder does not hold a network that ONNX Runtime can run, or its
            output does not fit the card's labels.
    """

    def __init__(self, folder: ModelFolder, settings: Vision) -> None:
        self.ref: ModelRef = folder.ref
        self._card = read_vision_card(folder)
        weights = folder.file(self._card.weights)
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = settings.threads
        options.log_severity_level = ONLY_FATAL
        there = set(onnxruntime.get_available_providers())
        try:
            self._session = onnxruntime.InferenceSession(
                str(weights), options, providers=[each for each in PROVIDERS if each in there]
            )
        except Exception as error:  # its errors share no base of their own
            raise ArtifactMismatch(
                f"ONNX Runtime cannot run {weights} ({str(error).strip().splitlines()[-1]}); expected "
                f"an ONNX file; take a complete model folder"
            ) from error
        self._input = self._session.get_inputs()[0].name
        # The file may leave the number of columns open: a small picture tells.
        columns = self._run(np.zeros((1, 3, STRIDE, STRIDE), np.float32)).shape[2]
        if columns != 4 + len(self._card.labels):
            raise ArtifactMismatch(
                f"{weights} answers with {columns} columns; its card names "
                f"{len(self._card.labels)} labels, which makes {4 + len(self._card.labels)}; "
                f"take a complete model folder"
            )

    def detect(self, frames: Sequence[Frame]) -> Sequence[Detections]:
        """Look at frames of any sizes, one at a time; see `VisionModel.detect`."""
        return [self._detect(frame) for frame in frames]

    def _detect(self, frame: Frame) -> Detections:
        tensor, placement = to_tensor(frame.pixels, self._card.input_size)
        return decode(self._run(tensor)[0], placement, frame.time_s, self._card)

    def _run(self, tensor: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = self._session.run(None, {self._input: tensor})[0]
        return found
