"""A vision model held against labelled pictures: boxes, pictures, slices, sets, hard negatives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from detector.evidence import Detections, Frame
from detector.vision.base import VisionModel
from detector.vision.calibration import Calibration
from training import pictures
from training.evaluation.boxes import pictures_at_recall, score_boxes, score_pictures
from training.evaluation.reliable import reliability_of
from training.evaluation.sets import SIZES, PictureSet
from training.evaluation.slices import slices_of
from training.evaluation.suites import picture_probes, score_suites
from training.evaluation.values import AtRecall, Evaluation, Kind, Reliability, Scores
from training.evaluation.worst import worst_pictures
from training.examples import Example
from training.lock import locked
from training.manifest import Manifest
from training.matching import IN_USE, IOUS, Matches, match
from training.metrics.interval import DRAWS
from training.scene import Scene, explain

NOTES = (
    "A label counts only in pictures that annotate it fully or were checked to show none; a detection "
    "that meets a region to be ignored is neither right nor wrong.",
    "AP of boxes is at IoU 0.5. Recall at the threshold, and the positives, also count the boxes of "
    "pictures that are not annotated fully.",
    "Intervals are 95 %, bootstrapped over groups of pictures of one photo, shoot or clip (Wilson where "
    "every group brings one item).",
)
BATCH = 8
Progress = Callable[[int, int], None]
"""Told how many items of how many are done."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A vision model as a scan would use it."""

    model: VisionModel
    calibration: Calibration


def look_at(
    examples: Sequence[Example], model: VisionModel, progress: Progress = lambda done, of: None
) -> list[Scene]:
    """Run a model over pictures, in order.

    Raises:
        InputError: If a picture cannot be decoded.
    """
    scenes: list[Scene] = []
    waiting = iter(examples)
    while batch := list(islice(waiting, BATCH)):
        frames = [Frame(0.0, pictures.pixels(each.path)) for each in batch]
        found = model.detect(frames)
        scenes += map(_scene, batch, frames, found)
        progress(len(scenes), len(examples))
    return scenes


def _scene(example: Example, frame: Frame, found: Detections) -> Scene:
    height, width = frame.pixels.shape[:2]
    small = frame.pixels[:: max(1, height // 64), :: max(1, width // 64)]
    return Scene(
        example=example,
        boxes=found.xyxy.astype(np.float64) / np.array([width, height, width, height], np.float64),
        confidence=found.confidence.astype(np.float64),
        labels=found.labels,
        brightness=float(small.mean()),
    )


def evaluate_pictures(
    scenes: Sequence[Scene],
    deployed: Deployed,
    *,
    on: str,
    manifests: Sequence[Manifest],
    sets: Sequence[PictureSet] = (),
    restricted: str = "",
    draws: int = DRAWS,
    seed: int = 0,
) -> Evaluation:
    """Measure what was found in pictures.

    Args:
        scenes: Labelled pictures with detections.
        deployed: The model, for its labels, thresholds and calibration.
        on: What the pictures are: ``heldout`` or ``calibration``.
        manifests: Of their sources, for the labels of suites.
        sets: Named sets to score as well.
        restricted: What the run was restricted to; empty for all.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
    """
    ref, calibration = deployed.model.ref, deployed.calibration
    matches = match(scenes, ref.labels, ious=IOUS)
    plain = {label: each[0] for label, each in matches.items()}
    scoring = Scoring(calibration, draws, seed)
    shown = {label: each.at(calibration.threshold(label)) for label, each in plain.items()}
    return Evaluation(
        kind="vision",
        models=({"kind": ref.kind, "version": ref.version, "sha256": ref.sha256},),
        on=on,
        restricted=restricted,
        items=len(scenes),
        groups=len({each.example.group for each in scenes}),
        lock=locked(each.example for each in scenes),
        sources=dict(sorted(Counter(each.example.source for each in scenes).items())),
        draws=draws,
        seed=seed,
        scores=tuple(scoring.every(scenes, matches, sets)),
        suites=score_suites(
            picture_probes(scenes, calibration.thresholds, manifests), draws=draws, seed=seed
        ),
        reliability=tuple(scoring.reliability(each) for each in plain.values()),
        errors=_kinds(scenes, shown),
        worst=worst_pictures({each.example.id: each for each in scenes}, shown),
        notes=NOTES,
        at_recall=tuple(scoring.at_recall(scenes, sets)),
    )


def _kinds(scenes: Sequence[Scene], shown: Mapping[str, Matches]) -> tuple[Kind, ...]:
    """Explain the errors among the detections that count."""
    kept = {
        (each.examples[at].id, index)
        for each in shown.values()
        for at, index in zip(each.picture.tolist(), each.detection.tolist(), strict=True)
    }
    kinds = explain(scenes, tuple(shown), kept)
    return tuple(Kind(name, int(each["count"]), each["ap_gain"]) for name, each in kinds.items())


@dataclass(frozen=True, slots=True)
class Scoring:
    """What every score of one run shares."""

    calibration: Calibration
    draws: int
    seed: int

    def every(
        self,
        scenes: Sequence[Scene],
        matches: Mapping[str, Sequence[Matches]],
        sets: Sequence[PictureSet],
    ) -> Iterator[Scores]:
        """Score every label over all pictures, then over slices, then the named sets."""
        for label, each in matches.items():
            yield from self.whole(label, each)
        for each in matches.values():
            yield from self.parts(scenes, each[0])
        for wanted in sets:
            yield from self.set(scenes, wanted)

    def whole(self, label: str, matches: Sequence[Matches]) -> Iterator[Scores]:
        """Score a label over all pictures, by boxes and by pictures."""
        limit = self.calibration.threshold(label)
        yield score_boxes(matches, limit, draws=self.draws, seed=self.seed, curve=True)
        yield score_pictures(matches[0], limit, draws=self.draws, seed=self.seed, curve=True)

    def parts(self, scenes: Sequence[Scene], matches: Matches) -> Iterator[Scores]:
        """Score a label over every slice in which there is something to find."""
        limit = self.calibration.threshold(matches.label)
        brightness = {each.example.id: each.brightness for each in scenes}
        for part, chosen in slices_of(matches, brightness):
            inner = matches.of(chosen)
            if inner.positives.sum():
                yield score_boxes([inner], limit, part=part, draws=self.draws, seed=self.seed)
        for name in ("scene", "close-up"):
            sized = match(scenes, [matches.label], size=SIZES[name])[matches.label]
            if sized[0].positives.sum():
                yield score_boxes(
                    sized, limit, part=f"size={name}", draws=self.draws, seed=self.seed
                )

    def set(self, scenes: Sequence[Scene], wanted: PictureSet) -> Iterator[Scores]:
        """Score a named set, by boxes, and by pictures where boxes of every size count."""
        if wanted.label not in self.calibration.thresholds:
            return
        limit = self.calibration.threshold(wanted.label)
        chosen = wanted.of(scenes)
        matched = match(chosen, [wanted.label], size=SIZES[wanted.size])[wanted.label]
        if not matched[0].positives.sum():
            return
        yield score_boxes(matched, limit, part=wanted.name, draws=self.draws, seed=self.seed)
        if wanted.size == "every":
            yield score_pictures(
                matched[0], limit, part=wanted.name, draws=self.draws, seed=self.seed
            )

    def at_recall(self, scenes: Sequence[Scene], sets: Sequence[PictureSet]) -> Iterator[AtRecall]:
        """Say how precise pictures are where a set's recall of them is reached."""
        for wanted in sets:
            if wanted.at_recall is None or wanted.label not in self.calibration.thresholds:
                continue
            matched = match(wanted.of(scenes), [wanted.label])[wanted.label][0]
            if matched.positives.sum():
                yield pictures_at_recall(
                    matched, wanted.at_recall, part=wanted.name, draws=self.draws, seed=self.seed
                )

    def reliability(self, matches: Matches) -> Reliability:
        """Say what the raw confidence and the calibrated probability of a label are worth.

        Over the detections that may become part of a sighting: thousands of hesitant ones that nobody
        is shown would make any map look good.
        """
        full = matches.judged.at(IN_USE * self.calibration.threshold(matches.label))
        after = [self.calibration.probability(full.label, each) for each in full.confidence]
        groups = [full.examples[at].group for at in full.picture.tolist()]
        return reliability_of(
            full.label,
            "all",
            full.confidence,
            np.array(after),
            full.hit,
            groups,
            draws=self.draws,
            seed=self.seed,
        )
