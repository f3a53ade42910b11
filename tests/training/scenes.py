"""Builders of labelled pictures with detections, and the reference figures of pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from detector.evidence import Fractions
from training.examples import Example, LabelledBox
from training.scene import Scene, to_coco

LABELS = ("uniform", "weapon")
LEFT: Fractions = (0.1, 0.1, 0.4, 0.5)
RIGHT: Fractions = (0.6, 0.1, 0.9, 0.5)

Found = tuple[str, float, Fractions]


def example(
    name: str = "a",
    *,
    boxes: Sequence[tuple[str, Fractions]] = (),
    ignore: Sequence[tuple[str, Fractions]] = (),
    annotates: Sequence[str] = LABELS,
    negative_for: Sequence[str] = (),
    group: str = "",
    source: str = "made",
    **more: Any,
) -> Example:
    return Example(
        id=f"{source}/{name}",
        source=source,
        path=more.pop("path", Path(f"{name}.webp")),
        size_wh=more.pop("size_wh", (100, 80)),
        group=group or name,
        heldout=more.pop("heldout", True),
        boxes=tuple(LabelledBox(*each) for each in boxes),
        ignore=tuple(LabelledBox(*each) for each in ignore),
        annotates=frozenset(annotates),
        negative_for=frozenset(negative_for),
        **more,
    )


def scene(of: Example, *found: Found) -> Scene:
    return Scene(
        example=of,
        boxes=np.array([box for _, _, box in found], np.float64).reshape(-1, 4),
        confidence=np.array([confidence for _, confidence, _ in found], np.float64),
        labels=tuple(label for label, _, _ in found),
    )


@st.composite
def boxes(draw: st.DrawFn) -> Fractions:
    """Boxes on a coarse grid, so that equal overlaps and equal boxes come up."""
    x0, y0 = draw(st.integers(0, 7)), draw(st.integers(0, 7))
    x1, y1 = draw(st.integers(x0 + 1, 8)), draw(st.integers(y0 + 1, 8))
    return (x0 / 8, y0 / 8, x1 / 8, y1 / 8)


labels = st.sampled_from(LABELS)
truths = st.lists(st.tuples(labels, boxes()), max_size=4)
regions = st.lists(st.tuples(st.sampled_from(["", *LABELS]), boxes()), max_size=1)
findings = st.lists(
    st.tuples(labels, st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), boxes()), max_size=6
)
known = st.sets(labels).map(sorted)


@st.composite
def scenes(draw: st.DrawFn) -> list[Scene]:
    """Pictures with partial labels, regions to be ignored, and equal confidences."""
    made = []
    for at in range(draw(st.integers(1, 6))):
        annotates = draw(known)
        drawn = draw(truths)
        negative = [
            each
            for each in draw(known)
            if each not in annotates and each not in {label for label, _ in drawn}
        ]
        made.append(
            scene(
                example(
                    f"p{at}",
                    boxes=drawn,
                    ignore=draw(regions),
                    annotates=annotates,
                    negative_for=negative,
                    group=draw(st.sampled_from(["g1", "g2", "g3"])),
                ),
                *draw(findings),
            )
        )
    return made


def pycocotools_ap(made: Sequence[Scene], ious: Sequence[float]) -> dict[str, list[float]]:
    """Return AP by label and overlap as pycocotools has it, on what `to_coco` says; -1: undefined.

    Pictures whose boxes count for recall alone are left out first: COCO has no word for them.
    """
    full = [_judged(each) for each in made]
    truth, found = to_coco(full, LABELS)
    with contextlib.redirect_stdout(io.StringIO()):
        known_truth = COCO()
        known_truth.dataset = truth
        known_truth.createIndex()
        results = [
            {
                "image_id": int(row[0]),
                "bbox": row[1:5].tolist(),
                "score": float(row[5]),
                "category_id": int(row[6]),
            }
            for row in found
        ]
        detections = known_truth.loadRes(results) if results else COCO()
        run = COCOeval(known_truth, detections, "bbox")
        run.params.iouThrs = np.array(ious)
        run.params.areaRng, run.params.areaRngLbl = [[0, 2.0]], ["all"]
        run.params.maxDets = [100]
        run.params.imgIds = [each["id"] for each in truth["images"]]
        run.params.catIds = [each["id"] for each in truth["categories"]]
        run.evaluate()
        run.accumulate()
    precision = run.eval["precision"][:, :, :, 0, 0]
    return {
        label: [float(precision[at, :, number].mean()) for at in range(len(ious))]
        for number, label in enumerate(LABELS)
    }


def _judged(each: Scene) -> Scene:
    from dataclasses import replace

    of = each.example
    kept = tuple(box for box in of.boxes if box.label in of.judged)
    return replace(each, example=replace(of, boxes=kept))
