"""Labels held against the vision model in use: where they disagree, one of them is worth a look.

A model was fitted on most of these labels, so it agrees with their habits; what it calls wrong is a hint
for a person, never a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from detector.evidence import Detections, Fractions, Frame
from detector.vision.base import VisionModel
from detector.vision.tracks import iou
from training import pictures
from training.examples import Example
from training.remarks import SHOWN, Remark, Sample

SURE, FAINT = 0.7, 0.1
"""Raw confidence from which the model is sure of something, and under which it does not see it at all."""
MEETS = 0.3
"""Overlap (IoU) from which a detection and a box may mean the same thing."""
BATCH = 16


def disagreements(
    examples: Sequence[Example], model: VisionModel, *, most: int = 400
) -> Iterator[Remark]:
    """Yield what the model is sure of and nobody boxed, and what was boxed and it does not see.

    Args:
        examples: Pictures; looked at evenly over their list if there are more than `most`.
        model: The model in use.
        most: Pictures to look at.
    """
    step = max(1, -(-len(examples) // most))
    chosen = examples[::step]
    unboxed: list[tuple[float, Sample]] = []
    unseen: list[tuple[float, Sample]] = []
    stream = iter(chosen)
    while batch := list(islice(stream, BATCH)):
        frames = [Frame(0.0, pictures.pixels(each.path)) for each in batch]
        for example, frame, found in zip(batch, frames, model.detect(frames), strict=True):
            seen = list(_fractions(found, frame))
            unboxed += _unboxed(example, seen)
            unseen += _unseen(example, seen)
    scope = f"in {len(chosen)} of {len(examples)} pictures"
    yield from _remark(
        unboxed, f"things the model ({model.ref.version}) is sure of and nobody boxed, {scope}"
    )
    yield from _remark(
        unseen, f"boxes where the model ({model.ref.version}) sees nothing of the kind, {scope}"
    )


def _remark(found: list[tuple[float, Sample]], title: str) -> Iterator[Remark]:
    if found:
        found.sort(key=lambda each: -each[0])
        samples = tuple(sample for _, sample in found[:SHOWN])
        advice = (
            "the model may be wrong, or the label; a held-out label is reported to the data's owner, "
            "not changed"
        )
        yield Remark("look", f"{len(found)} {title}", advice, samples, len(found))


def _fractions(found: Detections, frame: Frame) -> Iterator[tuple[str, Fractions, float]]:
    height, width = frame.pixels.shape[:2]
    for label, (left, top, right, bottom), sure in zip(
        found.labels, found.xyxy.tolist(), found.confidence.tolist(), strict=True
    ):
        yield label, (left / width, top / height, right / width, bottom / height), sure


def _unboxed(
    example: Example, seen: Iterable[tuple[str, Fractions, float]]
) -> Iterator[tuple[float, Sample]]:
    for label, box, sure in seen:
        if sure < SURE or label not in example.judged:
            continue
        ignored = any(
            each.label in ("", label) and iou(each.box, box) > 0 for each in example.ignore
        )
        boxed = any(each.label == label and iou(each.box, box) >= MEETS for each in example.boxes)
        if not ignored and not boxed:
            note = f"model: {label} {sure:.2f}{', held out' if example.heldout else ''}"
            yield sure, Sample(example.id, note, example, ((note, box),))


def _unseen(
    example: Example, seen: Iterable[tuple[str, Fractions, float]]
) -> Iterator[tuple[float, Sample]]:
    faint = [(label, box) for label, box, sure in seen if sure >= FAINT]
    for each in example.boxes:
        area = (each.box[2] - each.box[0]) * (each.box[3] - each.box[1])
        if not any(label == each.label and iou(box, each.box) >= MEETS for label, box in faint):
            note = f"label: {each.label}{', held out' if example.heldout else ''}"
            yield area, Sample(example.id, note, example, ((note, each.box),))
