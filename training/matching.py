"""Detections held against labelled boxes: what is right, what is wrong, what is neither.

`training.scene` says how partial labels and regions to be ignored are treated. What comes out is sorted
once; every figure, slice and bootstrap draw is taken from it without matching anything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training.examples import Example
from training.scene import EVERY_SIZE, IOU, Scene, evaluator

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

IOUS = tuple(np.linspace(0.5, 0.95, 10).tolist())
IN_USE = 0.5
"""Share of a label's threshold down to which detections prolong a sighting: `detector.vision.sightings`."""
SCENE, CLOSE_UP = (0.0, 0.3), (0.3, 1.0)
"""Sizes of a box, as a fraction of the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """One label over many pictures; row ``i`` of the fields of shape ``(n,)`` is one detection.

    Detections come the most confident first; equal ones in the order of the pictures. Ignored ones
    are not among them.
    """

    label: str
    examples: tuple[Example, ...]
    """Pictures in which the label takes part."""
    positives: Ints
    """Labelled boxes that count, by picture, shape ``(pictures,)``."""
    for_precision: Bools
    """Whether a detection that meets no box there is wrong (else ignored), shape ``(pictures,)``."""
    uncertain: Bools
    """Whether a region of the picture is to be ignored for the label, shape ``(pictures,)``."""
    picture: Ints
    """Index of the picture, shape ``(n,)``."""
    detection: Ints
    """Index of the detection in its scene, shape ``(n,)``."""
    confidence: Floats
    hit: Bools

    def of(self, pictures: Bools) -> Matches:
        """Return the part that lies in some of the pictures, given a mask of shape ``(pictures,)``."""
        place = np.cumsum(pictures) - 1
        rows = pictures[self.picture]
        return replace(
            self,
            examples=tuple(
                each for each, kept in zip(self.examples, pictures, strict=True) if kept
            ),
            positives=self.positives[pictures],
            for_precision=self.for_precision[pictures],
            uncertain=self.uncertain[pictures],
            picture=place[self.picture[rows]],
            detection=self.detection[rows],
            confidence=self.confidence[rows],
            hit=self.hit[rows],
        )

    def at(self, threshold: float) -> Matches:
        """Return the detections of at least a confidence; pictures and their boxes stay."""
        return self._rows(self.confidence >= threshold)

    @property
    def judged(self) -> Matches:
        """The part on pictures that count for precision as well as for recall."""
        return self if self.for_precision.all() else self.of(self.for_precision)

    def _rows(self, rows: Bools) -> Matches:
        return replace(
            self,
            picture=self.picture[rows],
            detection=self.detection[rows],
            confidence=self.confidence[rows],
            hit=self.hit[rows],
        )


def match(
    scenes: Sequence[Scene],
    labels: Sequence[str],
    *,
    ious: Sequence[float] = (IOU,),
    size: tuple[float, float] = EVERY_SIZE,
) -> dict[str, list[Matches]]:
    """Hold what was found against what is labelled.

    Args:
        scenes: Pictures with detections.
        labels: Which labels.
        ious: Overlaps from which on a detection meets a box.
        size: Only boxes whose area is this fraction of the picture; a box of another size is
            ignored, and so is a detection of another size that meets no box.

    Returns:
        By label, one `Matches` per overlap.
    """
    run = evaluator(scenes, labels, ious, size)
    found: dict[str, list[_Rows]] = {label: [] for label in labels}
    place = {(row["image_id"], row["category_id"]): row for row in run.evalImgs if row}
    firsts = np.cumsum([0, *(len(each.taking_part(labels)) for each in scenes)])
    for at, scene in enumerate(scenes):
        for number, label in enumerate(labels):
            if label in scene.counted:
                row = place.get((at + 1, number + 1))
                found[label].append(_rows(scene, label, row, int(firsts[at]), labels, len(ious)))
    return {label: _joined(label, found[label], len(ious)) for label in labels}


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """One label in one picture, at every overlap."""

    example: Example
    positives: int
    for_precision: bool
    uncertain: bool
    detection: Ints
    confidence: Floats
    hit: Bools
    """Shape ``(overlaps, n)``."""
    ignored: Bools


def _rows(
    scene: Scene,
    label: str,
    row: Mapping[str, Any] | None,
    first: int,
    labels: Sequence[str],
    overlaps: int,
) -> _Rows:
    uncertain = any(each.label in ("", label) for each in scene.example.ignore)
    full = label in scene.example.judged
    if row is None:
        nothing = np.zeros((overlaps, 0), np.bool_)
        return _Rows(
            scene.example, 0, full, uncertain, np.zeros(0, np.int64), np.zeros(0), nothing, nothing
        )
    taken = scene.taking_part(labels)
    ids = np.asarray(row["dtIds"], np.int64) - 1 - first
    ignored = np.asarray(row["dtIgnore"], np.bool_).reshape(overlaps, -1)
    matched = np.asarray(row["dtMatches"], np.int64).reshape(overlaps, -1) > 0
    return _Rows(
        example=scene.example,
        positives=int(np.sum(~np.asarray(row["gtIgnore"], np.bool_))),
        for_precision=full,
        uncertain=uncertain,
        detection=np.asarray(taken, np.int64)[ids],
        confidence=np.asarray(row["dtScores"], np.float64),
        hit=matched & ~ignored,
        ignored=ignored,
    )


def _joined(label: str, rows: Sequence[_Rows], overlaps: int) -> list[Matches]:
    """Join pictures as pycocotools does: in order, then sorted stably by falling confidence."""
    nothing = np.zeros((overlaps, 0), np.bool_)
    confidence = np.concatenate([np.zeros(0), *(each.confidence for each in rows)])
    ignored = np.concatenate([nothing, *(each.ignored for each in rows)], axis=1)
    hit = np.concatenate([nothing, *(each.hit for each in rows)], axis=1)
    detection = np.concatenate([np.zeros(0, np.int64), *(each.detection for each in rows)])
    picture = np.repeat(np.arange(len(rows)), [len(each.confidence) for each in rows])
    first = Matches(
        label=label,
        examples=tuple(each.example for each in rows),
        positives=np.array([each.positives for each in rows], np.int64),
        for_precision=np.array([each.for_precision for each in rows], np.bool_),
        uncertain=np.array([each.uncertain for each in rows], np.bool_),
        picture=picture,
        detection=detection,
        confidence=confidence,
        hit=nothing[0],
    )
    order = np.argsort(-confidence, kind="mergesort")
    found = []
    for each in range(overlaps):
        kept = order[~ignored[each][order]]
        found.append(
            replace(
                first,
                picture=picture[kept],
                detection=detection[kept],
                confidence=confidence[kept],
                hit=hit[each][kept],
            )
        )
    return found
