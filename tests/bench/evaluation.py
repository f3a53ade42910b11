"""Metrics and 1,000-fold bootstrap over 10,000 pictures with 100,000 detections: seconds and memory.

Run: ``python -m tests.bench.evaluation``. Limits: under 60 s on two cores, under 2 GiB, and the same COCO
figures not slower than by pycocotools, which is run beside it.
"""

from __future__ import annotations

import contextlib
import io
import resource
import time

import numpy as np

from tests.training.scenes import example, scene
from training.evaluation.boxes import score_boxes, score_pictures
from training.matching import IOUS, match
from training.metrics.average import coco_average_precision
from training.scene import Scene, to_coco

LABELS = ("uniform", "badge", "vehicle", "weapon")
PICTURES, DETECTIONS, BOXES = 10_000, 10, 3


def pictures(seed: int = 0) -> list[Scene]:
    """Make pictures in 5,000 groups; two thirds of the detections lie near a labelled box."""
    rng = np.random.default_rng(seed)
    made = []
    for at in range(PICTURES):
        corners = rng.random((BOXES, 2)) * 0.6
        drawn = np.hstack([corners, corners + 0.1 + rng.random((BOXES, 2)) * 0.3])
        names = [LABELS[each] for each in rng.integers(0, 4, BOXES)]
        found = []
        for _ in range(DETECTIONS):
            near = int(rng.integers(0, BOXES))
            shift = rng.normal(0, 0.03, 4) if rng.random() < 0.67 else rng.normal(0, 0.4, 4)
            x0, y0, x1, y1 = np.clip(drawn[near] + shift, 0, 1)
            box = (min(x0, x1), min(y0, y1), max(x0, x1) + 1e-3, max(y0, y1) + 1e-3)
            found.append((names[near], float(rng.random()), tuple(map(float, box))))
        boxes = [(name, tuple(map(float, box))) for name, box in zip(names, drawn, strict=True)]
        of = example(str(at), boxes=boxes, annotates=LABELS, group=str(at // 2))  # type: ignore[arg-type]
        made.append(scene(of, *found))  # type: ignore[arg-type]
    return made


def ours(made: list[Scene]) -> None:
    """Everything with intervals: AP50, AP, precision, recall, by boxes and by pictures."""
    for each in match(made, LABELS, ious=IOUS).values():
        score_boxes(each, 0.5, curve=True)
        score_pictures(each[0], 0.5, curve=True)


def same_figures(made: list[Scene]) -> None:
    """AP of each label at ten overlaps, without intervals."""
    for matches in match(made, LABELS, ious=IOUS).values():
        for each in matches:
            coco_average_precision(each.hit, int(each.positives.sum()))


def theirs(made: list[Scene]) -> None:
    """The same figures by pycocotools."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth, found = to_coco(made, LABELS)
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = truth
        known.createIndex()
        run = COCOeval(known, known.loadRes(found), "bbox")
        run.params.areaRng, run.params.areaRngLbl = [[0, 2.0]], ["all"]
        run.params.maxDets = [100]
        run.evaluate()
        run.accumulate()


def main() -> None:
    """Time each and print."""
    made = pictures()
    took = {}
    for run in (ours, same_figures, theirs):
        start = time.perf_counter()
        run(made)
        took[run.__name__] = time.perf_counter() - start
        if run is ours:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"pictures {len(made)}, detections {sum(len(each.labels) for each in made)}")
    print(f"metrics and 1,000 draws: {took['ours']:.1f} s, peak {memory:.2f} GiB")
    print(f"COCO's figures alone: {took['same_figures']:.1f} s; pycocotools {took['theirs']:.1f} s")


if __name__ == "__main__":
    main()
