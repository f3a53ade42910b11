"""The network's raw output to `Detections`: one routine for every runtime and both heads."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from detector.evidence import Detections
from detector.vision.card import VisionCard
from detector.vision.letterbox import Placement, to_frame


def decode(
    found: npt.NDArray[np.float32], placement: Placement, time_s: float, card: VisionCard
) -> Detections:
    """Read the objects of one frame out of the network's output.

    Args:
        found: Shape ``(places, 4 + labels)``: ``xyxy`` in pixels of the canvas, then one confidence
            in [0, 1] per label in the card's order.
        placement: Where the frame lies on the canvas.
        time_s: Presentation time of the frame in seconds.
        card: Which labels, from which confidence on, and which head.

    Returns:
        The most confident first; boxes inside the frame, none of them empty.
    """
    scores = found[:, 4:]
    place, label = np.nonzero(scores >= card.floor)
    confidence = scores[place, label]
    xyxy = found[place, :4]
    if card.head == "one2many" and len(place):
        keep = _suppress(xyxy, confidence, label, card)
        xyxy, confidence, label = xyxy[keep], confidence[keep], label[keep]
    xyxy = to_frame(xyxy, placement)
    whole = (xyxy[:, 2] > xyxy[:, 0]) & (xyxy[:, 3] > xyxy[:, 1])
    order = np.flatnonzero(whole)[np.argsort(-confidence[whole], kind="stable")]
    order = order[: card.max_detections]
    return Detections(
        time_s=time_s,
        xyxy=xyxy[order],
        confidence=np.clip(confidence[order], 0, 1).astype(np.float32),
        labels=tuple(card.labels[each] for each in label[order]),
    )


def _suppress(
    xyxy: npt.NDArray[np.float32],
    confidence: npt.NDArray[np.float32],
    label: npt.NDArray[np.intp],
    card: VisionCard,
) -> npt.NDArray[np.intp]:
    """Return the rows that survive non-maximum suppression within each label."""
    xywh = np.concatenate([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(
        xywh.tolist(), confidence.tolist(), label.tolist(), card.floor, card.nms_iou
    )
    return np.asarray(kept, np.intp).reshape(-1)
