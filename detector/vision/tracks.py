"""One object followed over the sampled frames of a video.

At two frames a second a hand-held camera moves a box by more than its own size, so overlap alone
would break one object into many: what overlaps is linked first, then what is left and near.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from detector.evidence import Fractions, Sighting
from detector.vision.calibration import Calibration

GAP_S = 1.25
"""Longest time in seconds that an object may go unseen: two samples at the usual two a second."""
MOMENTS = 3
"""How many of the best moments make up the probability; see `Track.sighting`."""
MIN_IOU = 0.1
MAX_SHIFT = 0.35
"""Farthest that a box may jump between two samples, as a fraction of the frame's diagonal ..."""
MAX_GROWTH = 2.0
"""... while its size (root of the area) changes by no more than this factor."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One detection in one frame."""

    label: str
    time_s: float
    confidence: float
    """Raw, in [0, 1]."""
    box: Fractions


class Track:
    """Detections of one object so far; memory does not grow with their number.

    Args:
        first: The detection that it starts with.
        moments: Samples from `GAP_S` before `first` up to it, itself included.
    """

    def __init__(self, first: Seen, moments: int) -> None:
        self.label = first.label
        self.start_s = first.time_s
        self.end_s = first.time_s
        self.last = first
        self.peak = first
        self.frames = 1
        self.moments = moments
        """Samples at which it could have been seen, up to `GAP_S` before and after it."""
        self._best = [first.confidence]

    def add(self, seen: Seen) -> None:
        """Take in its detection in a later frame."""
        self.frames += 1
        self.last = seen
        if seen.confidence > self.peak.confidence:
            self.peak = seen
        self.prolong(seen.time_s)

    def prolong(self, time_s: float) -> None:
        """Let its last detection stand at a later time too."""
        self.end_s = time_s
        heapq.heappush(self._best, self.last.confidence)
        while len(self._best) > MOMENTS:
            heapq.heappop(self._best)

    def sighting(self, calibration: Calibration) -> Sighting:
        """Return it as a finished sighting.

        Its probability is the mean of the calibrated probabilities of its `MOMENTS` best moments,
        where a moment without it counts 0; of fewer where fewer were sampled from `GAP_S` before it
        to `GAP_S` after it in its scene. So a photo is worth what its one frame is worth, a steady
        view what its best frames are, and one flickering frame among many a third.

        Frames of a video repeat each other. Combining them as independent proof (noisy-or) would make
        anything certain that is shown long enough; a mean is left unchanged by repetition.

        Source: Clemen and Winkler, Combining probability distributions from experts in risk
        analysis, Risk Analysis 19(2), 1999 (dependent sources: the linear pool); Han et al., Seq-NMS
        for video object detection, arXiv:1602.08465 (linked boxes rescored by their mean); Kang et
        al., T-CNN, arXiv:1604.02532 (top-k scores of a tubelet).
        """
        among = min(MOMENTS, self.moments)
        best = heapq.nlargest(among, self._best)
        worth = [calibration.probability(self.label, each) for each in best]
        return Sighting(
            label=self.label,
            start_s=self.start_s,
            end_s=self.end_s,
            peak_s=self.peak.time_s,
            box=self.peak.box,
            probability=math.fsum(worth) / among,
            frames=self.frames,
        )


def link(tracks: Sequence[Track], seen: Sequence[Seen]) -> list[Seen]:
    """Give each detection of one frame to the open track of its label that it continues, if any.

    Greedy: the best overlaps first, then the smallest jumps. A track takes one detection a frame.

    Returns:
        The detections that continue no track.
    """
    pairs = []
    for t, track in enumerate(tracks):
        for s, each in enumerate(seen):
            overlap, shift = iou(track.last.box, each.box), _shift(track.last.box, each.box)
            near = shift <= MAX_SHIFT and _growth(track.last.box, each.box) <= MAX_GROWTH
            if overlap >= MIN_IOU or near:
                pairs.append((-overlap if overlap >= MIN_IOU else 0.0, shift, t, s))
    taken_tracks: set[int] = set()
    taken_seen: set[int] = set()
    for _, _, t, s in sorted(pairs):
        if t not in taken_tracks and s not in taken_seen:
            tracks[t].add(seen[s])
            taken_tracks.add(t)
            taken_seen.add(s)
    return [each for s, each in enumerate(seen) if s not in taken_seen]


def iou(one: Fractions, other: Fractions) -> float:
    """Return the overlap of two boxes over their union, in [0, 1]; 0 where both are empty."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0.0, width) * max(0.0, height)
    union = _area(one) + _area(other) - both
    return both / union if union > 0 else 0.0


def _area(box: Fractions) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shift(one: Fractions, other: Fractions) -> float:
    """Return how far the centre moved, as a fraction of the frame's diagonal."""
    dx = (other[0] + other[2] - one[0] - one[2]) / 2
    dy = (other[1] + other[3] - one[1] - one[3]) / 2
    return math.hypot(dx, dy) / math.sqrt(2)


def _growth(one: Fractions, other: Fractions) -> float:
    areas = sorted((_area(one), _area(other)))
    return math.sqrt(areas[1] / areas[0]) if areas[0] > 0 else math.inf
