"""Choose which decoded frames are inspected: by time, after scene changes, and not twice the same.

A moment of the sampling grid is answered with the frame that is on display then, which is the last
one whose presentation time is not later. So the choice is right for a variable frame rate too, and a
picture that stands still for ten seconds is inspected once and then repeated.

The scene-change rule is the one of PySceneDetect's `AdaptiveDetector` (a frame differs from its
predecessor by much more than the frames around it do; ratio 3, least value 15), reduced to the frames
before it, because the stream is not known ahead, and to small samples of the picture's planes.
Source: https://www.scenedetect.com/docs/latest/api/detectors.html#scenedetect.detectors.AdaptiveDetector
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from detector.evidence import Repeat

T = TypeVar("T")
Thumb = npt.NDArray[np.int16]

CUT_RATIO = 3.0
"""How many times more than usual a frame differs from the one before it at a scene change."""
CUT_LEAST = 15.0
"""Least mean difference of a scene change, in grey levels of 255."""
CUT_SURE = 35.0
"""Mean difference from which less contrast with the frames before is asked ..."""
CUT_SURE_RATIO = 1.5
"""... namely this much: fast cuts are found, a flashing picture is not a cut at every flash."""
_USUAL_FRAMES = 8
SAME_MEAN = 1.0
"""Largest mean difference of two pictures that count as equal, in grey levels of 255."""
SAME_CELL = 10.0
"""Largest difference of any cell of such pictures: a small thing that appears shows in one cell."""
_MOMENTS_PER_PICTURE = 1000
"""A picture that stands for hours gives so many repeats at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Inspect(Generic[T]):
    """A frame that is to be inspected."""

    shown: T
    time_s: float
    scene_start: bool = False
    """Whether a scene change, the file's beginning or the end of a gap is right before it."""


@dataclass(slots=True, eq=False)
class _Held(Generic[T]):
    """The frame on display."""

    shown: T
    time_s: float
    thumb: Thumb
    inspected: bool = False


class Sampler(Generic[T]):
    """Turns frames in presentation order into what is inspected and what is a repeat.

    Args:
        fps: Moments per second.
        exhaustive: Inspect every frame.
        skip_repeats: Answer with `Repeat` where the picture equals the last inspected one.
        fine: Gives the finer thumbnail by which pictures are compared; called for sampled frames only.
    """

    def __init__(
        self,
        fps: float,
        *,
        exhaustive: bool,
        skip_repeats: bool,
        fine: Callable[[T], Thumb],
    ) -> None:
        self._step_s = 1.0 / fps
        self._exhaustive = exhaustive
        self._skip_repeats = skip_repeats
        self._fine = fine
        self._next = 0
        self._held: _Held[T] | None = None
        self._last_inspected: Thumb | None = None
        self._changes: deque[float] = deque(maxlen=_USUAL_FRAMES)

    def feed(self, shown: T, time_s: float, thumb: Thumb) -> Iterator[Inspect[T] | Repeat]:
        """Take the next frame; yield what is due before it, and itself where a scene begins.

        Args:
            shown: The frame, in whatever form the caller converts it later.
            time_s: Presentation time in seconds.
            thumb: A few samples of the picture; same shape for frames of the same size.
        """
        held = self._held
        yield from self.flush(time_s)
        self._held = now = _Held(shown, time_s, thumb)
        # The first frame after a gap begins a stretch that may end before the next moment.
        scene_start = held is None or self._is_cut(held.thumb, thumb)
        if scene_start or self._exhaustive:
            yield replace(self._inspect(now), scene_start=scene_start)

    def flush(self, until_s: float) -> Iterator[Inspect[T] | Repeat]:
        """Answer every moment before `until_s` with the frame on display."""
        held = self._held
        if held is None or self._exhaustive:
            return
        first, self._next = self._next, max(self._next, self._index_at(until_s))
        first = max(first, self._index_at(held.time_s))
        if first == self._next:
            return
        if not held.inspected:
            yield self._due(held, first)
            first += 1
        stride = max(1, (self._next - first) // _MOMENTS_PER_PICTURE)
        for index in range(first, self._next, stride):
            yield Repeat(max(index * self._step_s, held.time_s))

    def forget(self) -> None:
        """Drop the frame on display: what follows is a gap, or a new file."""
        self._held = None
        self._last_inspected = None
        self._changes.clear()

    def _index_at(self, time_s: float) -> int:
        """Return the first moment that is not before `time_s`; a millionth absorbs rounding."""
        return max(0, int(np.ceil(time_s / self._step_s - 1e-6)))

    def _due(self, held: _Held[T], index: int) -> Inspect[T] | Repeat:
        if self._skip_repeats and self._last_inspected is not None:
            thumb = self._fine(held.shown)
            if _same(thumb, self._last_inspected):
                return Repeat(held.time_s)
        return self._inspect(held)

    def _inspect(self, held: _Held[T]) -> Inspect[T]:
        held.inspected = True
        # A moment that falls on this very frame is answered by it.
        self._next = max(self._next, int(np.floor(held.time_s / self._step_s + 1e-6)) + 1)
        if self._skip_repeats:
            self._last_inspected = self._fine(held.shown)
        return Inspect(held.shown, held.time_s)

    def _is_cut(self, before: Thumb, after: Thumb) -> bool:
        if before.shape != after.shape:
            return True
        change = float(np.abs(before - after).mean())
        usual = sum(self._changes) / len(self._changes) if self._changes else 0.0
        self._changes.append(change)
        return (change >= CUT_LEAST and change >= CUT_RATIO * usual) or (
            change >= CUT_SURE and change >= CUT_SURE_RATIO * usual
        )


def _same(one: Thumb, other: Thumb) -> bool:
    if one.shape != other.shape:
        return False
    difference = np.abs(one - other)
    return bool(difference.mean() <= SAME_MEAN and difference.max() <= SAME_CELL)
