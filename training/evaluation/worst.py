"""The worst errors with their pictures: a number says that something is wrong, a picture says what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import cv2
import numpy as np
import numpy.typing as npt

from detector.evidence import Fractions
from detector.vision.tracks import iou
from training import pictures
from training.evaluation.values import Worst
from training.matching import Matches
from training.scene import IOU, Scene

SIDE = 320
"""Longer side of a picture in pixels."""
BACKGROUND_IOU = 0.1
TRUTH_RGB, WRONG_RGB, FOUND_RGB = (40, 200, 80), (230, 50, 40), (250, 190, 40)


def worst_pictures(
    scenes: Mapping[str, Scene], matches: Mapping[str, Matches], *, each: int = 6
) -> tuple[Worst, ...]:
    """Return the most confident wrong detections and the largest missed boxes of each label.

    Args:
        scenes: By picture's id.
        matches: By label, from the deployed threshold on.
        each: Most that are returned of either sort for a label.
    """
    found: list[Worst] = []
    for of_label in matches.values():
        full = of_label.judged
        found += list(_false_alarms(scenes, full, each))
        found += list(_missed(scenes, full, each))
    return tuple(found)


def _false_alarms(scenes: Mapping[str, Scene], matches: Matches, most: int) -> Iterator[Worst]:
    shown: set[str] = set()
    for row in np.flatnonzero(~matches.hit).tolist():
        scene = scenes[matches.examples[matches.picture[row]].id]
        if scene.example.group in shown:
            continue
        shown.add(scene.example.group)
        box = _box(scene, int(matches.detection[row]))
        yield Worst(
            item=scene.example.id,
            label=matches.label,
            what=kind_of(scene, matches.label, box),
            confidence=round(float(matches.confidence[row]), 3),
            webp=_drawn(scene, matches.label, box, None),
        )
        if len(shown) == most:
            return


def kind_of(scene: Scene, label: str, box: Fractions) -> str:
    """Say what is wrong with a detection that is not right."""
    own = max(
        (iou(box, each.box) for each in scene.example.boxes if each.label == label), default=0
    )
    others = (iou(box, each.box) for each in scene.example.boxes if each.label != label)
    if own >= IOU:
        return "found twice"
    if max(others, default=0) >= IOU:
        return "wrong label"
    return "badly placed" if own >= BACKGROUND_IOU else "nothing there"


def _missed(scenes: Mapping[str, Scene], matches: Matches, most: int) -> Iterator[Worst]:
    left = []
    for example in matches.examples:
        scene = scenes[example.id]
        mine = [_box(scene, i) for i, each in enumerate(scene.labels) if each == matches.label]
        for each in example.boxes:
            if each.label == matches.label and not any(iou(each.box, it) >= IOU for it in mine):
                x0, y0, x1, y1 = each.box
                left.append(((x1 - x0) * (y1 - y0), example.id, each.box))
    shown: set[str] = set()
    for _, item, box in sorted(left, reverse=True):
        group = scenes[item].example.group
        if group not in shown and len(shown) < most:
            shown.add(group)
            picture = _drawn(scenes[item], matches.label, None, box)
            yield Worst(item, matches.label, "missed", None, picture)


def _box(scene: Scene, index: int) -> Fractions:
    x0, y0, x1, y1 = scene.boxes[index].tolist()
    return (x0, y0, x1, y1)


def _drawn(scene: Scene, label: str, wrong: Fractions | None, missed: Fractions | None) -> bytes:
    """Draw what is labelled in green, a wrong detection in red, a missed box in amber."""
    canvas = np.array(pictures.thumbnail(scene.example.path, SIDE))
    for each in scene.example.boxes:
        if each.label == label and each.box != missed:
            _rectangle(canvas, each.box, TRUTH_RGB)
    if wrong:
        _rectangle(canvas, wrong, WRONG_RGB)
    if missed:
        _rectangle(canvas, missed, FOUND_RGB)
    return pictures.webp(canvas)


def _rectangle(canvas: npt.NDArray[np.uint8], box: Fractions, rgb: tuple[int, int, int]) -> None:
    height, width = canvas.shape[:2]
    x0, y0, x1, y1 = box
    one = (round(x0 * (width - 1)), round(y0 * (height - 1)))
    other = (round(x1 * (width - 1)), round(y1 * (height - 1)))
    cv2.rectangle(canvas, one, other, rgb, 2)
