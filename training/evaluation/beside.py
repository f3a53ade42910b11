"""A model held beside another one on the same pictures, by the average precision of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from training.evaluation.boxes import score_boxes
from training.evaluation.sets import PictureSet
from training.evaluation.values import Beside
from training.matching import Matches, match
from training.metrics.average import coco_average_precision, coco_draws
from training.metrics.interval import DRAWS, Measure, Weights, by_group, draw, number
from training.metrics.paired import Difference, replicates
from training.scene import Scene


def average_difference(
    pair: tuple[Matches, Matches], group: npt.NDArray[np.int64], weights: Weights
) -> Difference:
    """Compare the average precision of two models on the same pictures.

    Args:
        pair: Of the candidate and of the champion.
        group: Number of each picture's group.
        weights: Draws of those groups.
    """
    values, drawn = [], []
    positives = np.zeros(weights.shape[1], np.int64)
    for each in pair:
        full, inner = each.judged, group[each.for_precision]
        positives = by_group(full.positives, inner, weights.shape[1]).astype(np.int64)
        values.append(coco_average_precision(full.hit, int(positives.sum())))
        drawn.append(coco_draws(full.hit, inner[full.picture], positives, weights))
    return replicates((values[0], values[1]), drawn[0], drawn[1], int((positives > 0).sum()))


def hold_beside(
    scenes: Sequence[Scene],
    others: Sequence[Scene],
    wanted: PictureSet,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Beside:
    """Hold a model beside a set's baseline.

    Args:
        scenes: Pictures of the set with what the model found.
        others: The same pictures with what the baseline found, named by the set's label.
        wanted: The set; it has a baseline.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
    """
    label = wanted.label
    pair = [match(wanted.of(each), [label])[label] for each in (scenes, others)]
    group, groups = number(each.group for each in pair[0][0].examples)
    weights = draw(groups, draws=draws, seed=seed)
    return Beside(
        label=label,
        part=wanted.name,
        name=_name(wanted),
        ap=score_boxes(pair[1], 0.0, draws=draws, seed=seed).ap,
        difference=average_difference((pair[0][0], pair[1][0]), group, weights),
    )


def not_held(wanted: PictureSet, why: str) -> Beside:
    """Say that a set's baseline was not measured, and why."""
    nothing = Measure(None, None, None, 0, 0, "none")
    gap = Difference(None, None, None, None, 0)
    return Beside(wanted.label, wanted.name, _name(wanted), nothing, gap, why)


def renamed(scene: Scene, label: str) -> Scene:
    """Return a picture with everything that was found in it under one label."""
    return replace(scene, labels=(label,) * len(scene.labels))


def _name(wanted: PictureSet) -> str:
    return wanted.baseline.name if wanted.baseline else ""
