"""What a vision model's card says about running it: input size, head, floor, which file.

A model whose card does not say how it wants its pictures is refused, because a network answers
confidently to any picture that is prepared the wrong way.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch


class VisionCard(BaseModel):
    """The runtime facts in ``[model]`` of a vision model's card; other keys are for people."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    labels: Annotated[tuple[str, ...], Field(min_length=1)]
    """In the order of the network's score columns."""
    weights: str
    """Name of the ONNX file in the folder."""
    input_size: Annotated[int, Field(gt=0, multiple_of=32)]
    """Longest side of the letterboxed picture in pixels."""
    head: Literal["one2one", "one2many"]
    """Which of the two heads was exported; boxes of ``one2many`` overlap and go through NMS."""
    floor: Annotated[float, Field(gt=0, lt=1)]
    """Detections of less confidence are not reported."""
    nms_iou: Annotated[float, Field(gt=0, le=1)] = 0.6
    """Overlap above which the weaker of two boxes of one label is dropped (``one2many`` only)."""
    max_detections: Annotated[int, Field(gt=0)] = 300
    """Most confident detections kept of one frame."""


def read_vision_card(folder: ModelFolder) -> VisionCard:
    """Read how a vision model is run.

    Raises:
        ArtifactMismatch: If the card lacks a fact or states one that is not supported.
    """
    try:
        return VisionCard.model_validate(folder.card["model"])
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise ArtifactMismatch(
            f"the card of {folder.path} does not say how the model is run ({problems}); expected "
            f"labels, weights, input_size, head, floor in [model]; take a complete model folder"
        ) from error
