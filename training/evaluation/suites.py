"""Hard negatives: items that show nothing of a label and are easily taken for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.evaluation.values import Suite
from training.examples import Example
from training.manifest import Manifest
from training.metrics.interval import DRAWS, by_group, draw, number, ratio
from training.scene import IOU, Scene

POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class Probe:
    """One item of a suite, with what the model wrongly says of it."""

    item: str
    group: str
    labels: Set[str]
    """Labels that are not to be found in it."""
    alarms: Set[str]
    """Those that were."""


def score_suites(
    suites: Mapping[str, Sequence[Probe]], *, draws: int = DRAWS, seed: int = 0
) -> tuple[Suite, ...]:
    """Count the items with any alarm, suite by suite, and over all of them as ``pooled``.

    An item that is in two suites counts once in the pool, with the labels of both.
    """
    found = [_suite(name, suites[name], draws, seed) for name in sorted(suites)]
    if len(found) > 1:
        found.append(_suite(POOLED, _pool(suites.values()), draws, seed))
    return tuple(found)


def _pool(suites: Iterable[Sequence[Probe]]) -> list[Probe]:
    pooled: dict[str, Probe] = {}
    for each in (probe for suite in suites for probe in suite):
        before = pooled.get(each.item)
        labels = each.labels | (before.labels if before else frozenset())
        alarms = each.alarms | (before.alarms if before else frozenset())
        pooled[each.item] = Probe(each.item, each.group, labels, alarms)
    return list(pooled.values())


def _suite(name: str, probes: Sequence[Probe], draws: int, seed: int) -> Suite:
    group, groups = number(each.group for each in probes)
    alarmed = np.array([bool(each.alarms) for each in probes])
    weights = draw(groups, draws=draws, seed=seed)
    whole = by_group(np.ones(len(probes)), group, groups)
    labels = sorted({label for each in probes for label in each.labels})
    counts = Counter(label for each in probes for label in each.alarms)
    return Suite(
        name=name,
        labels=tuple(labels),
        items=len(probes),
        alarmed=int(alarmed.sum()),
        per_100=ratio(by_group(alarmed, group, groups), whole, weights),
        by_label={label: counts[label] for label in labels},
    )


def picture_probes(
    scenes: Sequence[Scene], thresholds: Mapping[str, float], manifests: Sequence[Manifest]
) -> dict[str, list[Probe]]:
    """Gather the pictures of each suite with what is wrongly found in them.

    Every detection that counts is an alarm, also where the label is not annotated fully: a suite shows
    none of it. What lies in a region to be ignored by half is none.
    """
    absent = {
        (manifest.name, suite.name): frozenset(suite.labels) & thresholds.keys()
        for manifest in manifests
        for suite in manifest.suites
    }
    found: dict[str, list[Probe]] = {}
    for scene in scenes:
        example = scene.example
        for name in sorted(example.suites):
            labels = absent.get((example.source, name), frozenset())
            alarms = {
                label
                for label, confidence, box in zip(
                    scene.labels, scene.confidence, scene.boxes, strict=True
                )
                if label in labels and confidence >= thresholds[label]
                if not _ignored(example, label, box)
            }
            found.setdefault(name, []).append(Probe(example.id, example.group, labels, alarms))
    return found


def _ignored(example: Example, label: str, box: npt.NDArray[np.float64]) -> bool:
    x0, y0, x1, y1 = box.tolist()
    area = max((x1 - x0) * (y1 - y0), 1e-12)
    for region in example.ignore:
        if region.label in ("", label):
            width = min(x1, region.box[2]) - max(x0, region.box[0])
            height = min(y1, region.box[3]) - max(y0, region.box[1])
            if max(width, 0.0) * max(height, 0.0) / area >= IOU:
                return True
    return False
