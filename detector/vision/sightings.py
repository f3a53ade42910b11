"""Frames in, sightings out: what one file shows, over which stretch of it, and how sure that is.

This is where pixels end: of a whole video at most `MAX_PICTURES` small pictures are kept, and memory
does not grow with its length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from detector.errors import ContractBroken
from detector.evidence import Detections, Frame, Picture, Repeat, Sighting
from detector.vision.base import VisionModel
from detector.vision.calibration import Calibration
from detector.vision.pictures import Shelf
from detector.vision.tracks import GAP_S, Seen, Track, link

Sample = Frame | Repeat

_REPEATS_A_FRAME = 16
"""A batch is not waited for longer than this many repeats a frame: an hour may show one still."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the frames of one file showed."""

    sightings: tuple[Sighting, ...]
    """By start, then label."""
    pictures: tuple[Picture, ...]
    """Peak frames of the strongest sightings, by time; one picture per peak time."""


def look(
    stream: Iterable[Sample], model: VisionModel, calibration: Calibration, *, batch_size: int
) -> Look:
    """Look at the frames of one file.

    A sighting is one object followed over the sampled frames. It holds at least one detection at the
    frozen threshold of its label; detections down to half of it prolong a sighting but do not make
    one (two thresholds, as in Canny, A computational approach to edge detection, 1986). A `Repeat`
    prolongs what its frame showed; a scene change ends every sighting.

    Its probability is the mean over its best moments, never a product: see `Track.sighting`.

    Args:
        stream: Frames in order of time, and repeats after the frame that they repeat.
        model: What looks at the frames.
        calibration: Threshold and probability per label.
        batch_size: Frames given to the model at a time.

    Raises:
        ContractBroken: If the model answers with another number of results than it was given frames.
    """
    gathering = _Gathering(calibration)
    for sample, found in _detect(stream, model, batch_size):
        if found is None or not isinstance(sample, Frame):
            gathering.prolong(sample.time_s)
        else:
            gathering.add(sample, found)
    return gathering.finish()


def _detect(
    stream: Iterable[Sample], model: VisionModel, batch_size: int
) -> Iterator[tuple[Sample, Detections | None]]:
    """Yield every sample with what was found in it; None for a repeat."""
    waiting: list[Sample] = []
    frames = 0
    for sample in stream:
        waiting.append(sample)
        frames += isinstance(sample, Frame)
        if frames >= batch_size or len(waiting) >= _REPEATS_A_FRAME * batch_size:
            yield from _answers(waiting, model)
            waiting, frames = [], 0
    yield from _answers(waiting, model)


def _answers(
    samples: Sequence[Sample], model: VisionModel
) -> Iterator[tuple[Sample, Detections | None]]:
    frames = [each for each in samples if isinstance(each, Frame)]
    found = model.detect(frames) if frames else ()
    if len(found) != len(frames):
        raise ContractBroken(
            f"{type(model).__name__} was given {len(frames)} frames and returned {len(found)} "
            f"results; expected one per frame; correct the runtime"
        )
    answers = iter(found)
    for sample in samples:
        yield sample, next(answers) if isinstance(sample, Frame) else None


class _Gathering:
    """The state of one look: open tracks, finished sightings, pictures worth keeping."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self._open: list[Track] = []
        self._done: list[Sighting] = []
        self._recent: deque[float] = deque()
        """Times of the samples of the last `GAP_S`."""
        self._shelf = Shelf(calibration)

    def add(self, frame: Frame, found: Detections) -> None:
        """Take in a frame with what was found in it."""
        if frame.scene_start:
            self._end_scene()
        self._pass(frame.time_s)
        seen = [each for each in _seen(frame, found) if self._strong(each, share=0.5)]
        for label, group in groupby(sorted(seen, key=lambda each: each.label), _label):
            tracks = [track for track in self._open if track.label == label]
            fresh = link(tracks, list(group))
            self._open += [Track(each, len(self._recent)) for each in fresh]
        peaks = [track for track in self._open if track.peak.time_s == frame.time_s]
        if any(self._strong(track.peak) for track in peaks):
            self._shelf.put(frame, found)
            self._tidy()

    def prolong(self, time_s: float) -> None:
        """Take in a moment at which the last frame is shown still."""
        last = self._recent[-1] if self._recent else None
        self._pass(time_s)
        for track in self._open:
            if track.end_s == last:
                track.prolong(time_s)

    def finish(self) -> Look:
        """Close what is still open."""
        self._end_scene()
        self._done.sort(key=lambda each: (each.start_s, each.label, each.box))
        return Look(tuple(self._done), self._shelf.pictures())

    def _pass(self, time_s: float) -> None:
        """Move on to a sample: count it for the open tracks, close those not seen for too long."""
        over = [track for track in self._open if time_s - track.end_s > GAP_S]
        self._open = [track for track in self._open if time_s - track.end_s <= GAP_S]
        self._close(over)
        for track in self._open:
            track.moments += 1
        while self._recent and time_s - self._recent[0] > GAP_S:
            self._recent.popleft()
        self._recent.append(time_s)

    def _end_scene(self) -> None:
        over, self._open = self._open, []
        self._recent.clear()
        self._close(over)

    def _close(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            if self._strong(track.peak):
                sighting = track.sighting(self._calibration)
                self._done.append(sighting)
                self._shelf.claim(sighting)
        if tracks:
            self._tidy()

    def _tidy(self) -> None:
        needed = {each.peak.time_s for each in self._open if self._strong(each.peak)}
        self._shelf.drop_unclaimed(needed)

    def _strong(self, seen: Seen, *, share: float = 1.0) -> bool:
        return seen.confidence >= share * self._calibration.threshold(seen.label)


def _seen(frame: Frame, found: Detections) -> Iterator[Seen]:
    height, width = frame.pixels.shape[:2]
    for label, confidence, box in zip(found.labels, found.confidence, found.xyxy, strict=True):
        x0, y0, x1, y1 = (float(each) for each in box)
        fractions = (x0 / width, y0 / height, x1 / width, y1 / height)
        yield Seen(label, found.time_s, float(confidence), fractions)


def _label(seen: Seen) -> str:
    return seen.label
