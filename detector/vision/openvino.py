"""The vision model on OpenVINO: the default on a CPU.

One frame is one request; as many requests run at a time as OpenVINO finds best for the machine, and
the next frame is prepared meanwhile. Frames of different shapes go through the same compiled
network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch, ContractBroken
from detector.evidence import Detections, Frame, ModelRef
from detector.inference import compile_network, queue_of
from detector.settings import Vision
from detector.vision.card import read_vision_card
from detector.vision.decode import decode
from detector.vision.letterbox import to_tensor


class OpenVinoModel:
    """A `VisionModel` on the CPU through OpenVINO, in 32-bit floating point.

    Args:
        folder: A verified folder of a vision model.
        settings: Number of threads; 0 leaves it to OpenVINO.

    Raises:
        ArtifactMismatch: If the folder does not hold a network that OpenVINO can run, or its
            output does not fit the card's labels.
    """

    def __init__(self, folder: ModelFolder, settings: Vision) -> None:
        self.ref: ModelRef = folder.ref
        self._card = read_vision_card(folder)
        weights = folder.file(self._card.weights)
        options: dict[str, Any] = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": "f32",
        }
        if settings.threads:
            options["INFERENCE_NUM_THREADS"] = settings.threads
        network = compile_network(weights, options)
        columns = network.output(0).get_partial_shape()[2].get_max_length()
        if columns != 4 + len(self._card.labels):
            raise ArtifactMismatch(
                f"{weights} answers with {columns} columns; its card names "
                f"{len(self._card.labels)} labels, which makes {4 + len(self._card.labels)}; "
                f"take a complete model folder"
            )
        self._queue = queue_of(network)
        self._queue.set_callback(_keep)

    def detect(self, frames: Sequence[Frame]) -> Sequence[Detections]:
        """Look at frames of any sizes; see `VisionModel.detect`."""
        found: list[npt.NDArray[np.float32] | None] = [None] * len(frames)
        placements = []
        for at, frame in enumerate(frames):
            tensor, placement = to_tensor(frame.pixels, self._card.input_size)
            placements.append(placement)
            self._queue.start_async([tensor], (found, at))
        self._queue.wait_all()
        return [
            decode(_given(output), placement, frame.time_s, self._card)
            for output, placement, frame in zip(found, placements, frames, strict=True)
        ]


def _keep(request: Any, place: tuple[list[npt.NDArray[np.float32] | None], int]) -> None:
    """Copy a finished request's output to its place; the request's own memory is used again."""
    into, at = place
    into[at] = request.get_output_tensor(0).data[0].copy()


def _given(output: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float32]:
    if output is None:
        raise ContractBroken("OpenVINO finished without an output for a frame that it was given")
    return output
