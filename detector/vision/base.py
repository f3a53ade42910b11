"""The seam between the pipeline and whatever runs the vision model.

Add a runtime by:

1. Writing one file here that is the only importer of its library.
2. Adding its name to `RUNTIMES` in `detector/vision/runtimes.py` and to `settings.Vision.runtime`.
3. Adding it to the parameters of `tests/contracts/test_vision_model.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from detector.evidence import Detections, Frame, ModelRef


class VisionModel(Protocol):
    """Finds labelled objects in frames."""

    @property
    def ref(self) -> ModelRef:
        """Which model this is, with every label that `detect` may return."""
        ...

    def detect(self, frames: Sequence[Frame]) -> Sequence[Detections]:
        """Look at a batch of frames of any sizes.

        Returns:
            One `Detections` per frame, in the same order, boxes in pixels of that frame and inside
            it, raw confidences.
        """
        ...
