"""A labelled picture with what a model found in it, and the same in COCO's terms.

The one importer of hotcoco. COCO's own rules are used, so that every figure can be had from pycocotools
as well. Partial labels are said in its terms:

* a label that a picture's source does not annotate fully, and was not checked to be absent from, takes
  no part in that picture; if it is boxed there nevertheless (one box a picture), the boxes count for
  recall alone, and what meets no box there is ignored: a crowd box over the whole picture;
* a region that is to be ignored is a crowd box: a detection that lies in it by at least the IoU asked
  for, and meets no labelled box, is ignored: neither right nor wrong.

Boxes are fractions of the picture, so areas are as well.

Source: Lin et al., Microsoft COCO, arXiv:1405.0312; Gupta et al., LVIS, arXiv:1908.03195 (partial labels).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import hotcoco
import numpy as np
import numpy.typing as npt

from detector.evidence import WHOLE_FRAME, Fractions
from training.examples import Example

Floats = npt.NDArray[np.float64]

IOU = 0.5
MAX_DETECTIONS = 100
"""Of one label in one picture, the most confident."""
EVERY_SIZE = (0.0, 1.0)
"""Area of a box as a fraction of the picture: from, and to."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A labelled picture with what the model found in it; row ``i`` of each field is one detection."""

    example: Example
    boxes: Floats
    """``(x_min, y_min, x_max, y_max)`` as fractions, shape ``(n, 4)``."""
    confidence: Floats
    labels: tuple[str, ...]
    brightness: float = 128.0
    """Mean of the picture's RGB values, in [0, 255]."""

    @property
    def counted(self) -> frozenset[str]:
        """Labels that take part here: judged, or boxed for recall alone."""
        return self.example.judged | {each.label for each in self.example.boxes}

    def taking_part(self, labels: Sequence[str]) -> list[int]:
        """Return the detections that take part, in their order."""
        counted = self.counted
        return [i for i, each in enumerate(self.labels) if each in labels and each in counted]


def evaluator(
    scenes: Sequence[Scene],
    labels: Sequence[str],
    ious: Sequence[float],
    size: tuple[float, float],
) -> Any:
    """Return hotcoco's evaluator with everything matched; see `training.matching.match`."""
    truth, found = to_coco(scenes, labels)
    known = hotcoco.COCO(truth)
    run = hotcoco.COCOeval(known, known.load_res(found), "bbox")
    run.params.iouThrs = list(ious)
    run.params.maxDets = [MAX_DETECTIONS]
    # A box of the whole picture has area 1, give or take a rounding.
    upper = size[1] if size[1] < 1.0 else 2.0
    run.params.areaRng = [[size[0], upper]]
    run.params.areaRngLbl = ["all"]
    run.evaluate()
    return run


def to_coco(
    scenes: Sequence[Scene], labels: Sequence[str]
) -> tuple[dict[str, Any], npt.NDArray[np.float64]]:
    """Say truth and detections in COCO's form; boxes in fractions of the picture.

    Returns:
        A data set as COCO's JSON, and detections as rows ``(image id, x, y, width, height, score,
        category id)``, in the order of scenes and their detections.
    """
    numbers = {label: at + 1 for at, label in enumerate(labels)}
    truth: list[dict[str, Any]] = []
    found: list[tuple[float, ...]] = []
    for at, scene in enumerate(scenes, start=1):
        for label, box, crowd in _boxes(scene, labels):
            x0, y0, x1, y1 = box
            truth.append(
                {
                    "id": len(truth) + 1,
                    "image_id": at,
                    "category_id": numbers[label],
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "area": (x1 - x0) * (y1 - y0),
                    "iscrowd": int(crowd),
                }
            )
        for i in scene.taking_part(labels):
            x0, y0, x1, y1 = scene.boxes[i]
            place = (x0, y0, x1 - x0, y1 - y0)
            found.append((at, *place, scene.confidence[i], numbers[scene.labels[i]]))
    data = {
        "images": [{"id": at + 1, "width": 1, "height": 1} for at in range(len(scenes))],
        "annotations": truth,
        "categories": [{"id": number, "name": label} for label, number in numbers.items()],
    }
    return data, np.array(found, np.float64).reshape(-1, 7)


def _boxes(scene: Scene, labels: Sequence[str]) -> Iterator[tuple[str, Fractions, bool]]:
    """Yield label, box, and whether it is a crowd box, of everything that takes part in a scene."""
    example = scene.example
    for each in example.boxes:
        if each.label in labels:
            yield each.label, each.box, False
    for label in labels:
        if label not in scene.counted:
            continue
        for region in example.ignore:
            if region.label in ("", label):
                yield label, region.box, True
        if label not in example.judged:
            yield label, WHOLE_FRAME, True


def explain(
    scenes: Sequence[Scene], labels: Sequence[str], kept: Set[tuple[str, int]]
) -> dict[str, dict[str, float]]:
    """Explain errors as TIDE does, on the pictures and labels that are judged fully.

    Args:
        scenes: Pictures with detections.
        labels: Which labels.
        kept: Picture's id and number of each detection to look at: those that are not ignored, from a
            threshold on.

    Returns:
        By kind (``Cls`` wrong label, ``Loc`` badly placed, ``Both``, ``Dupe`` found twice, ``Bkg``
        nothing there, ``Miss`` not found): how often, and what AP would gain without it.

    Source:
        Bolya et al., TIDE, arXiv:2008.08115.
    """
    cleaned = [_only(scene, kept) for scene in scenes if scene.example.judged]
    found = evaluator(cleaned, labels, (IOU,), EVERY_SIZE).tide_errors(pos_thr=IOU, bg_thr=0.1)
    return {
        kind: {"count": float(count), "ap_gain": float(found["delta_ap"][kind])}
        for kind, count in found["counts"].items()
    }


def _only(scene: Scene, kept: Set[tuple[str, int]]) -> Scene:
    example = scene.example
    wanted = [i for i in range(len(scene.labels)) if (example.id, i) in kept]
    boxes = tuple(each for each in example.boxes if each.label in example.judged)
    return Scene(
        example=replace(example, boxes=boxes, ignore=()),
        boxes=scene.boxes[wanted],
        confidence=scene.confidence[wanted],
        labels=tuple(scene.labels[i] for i in wanted),
    )
