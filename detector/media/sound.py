"""The sound of one file, decoded inside the worker process: one channel of 16-bit samples.

Sound without a place in time would put words at the wrong second, so silence is filled in where a
stream starts late or leaves out a stretch.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from detector.media import wire
from detector.media.confine import cpu_used_s, limit
from detector.media.decode import FFmpegError, Resampler, open_input, why
from detector.media.kinds import Container
from detector.media.ledger import JUMP_S

if TYPE_CHECKING:
    from detector.media.worker import Line

BLOCK_S = 5.0
_JITTER_S = 0.1
"""A shorter hole in the time stamps is none: stamps are rounded, and clocks are not even."""
_MOST_SILENCE_S = 3600.0
"""Silence that is filled in at most, all in all: a stamp may claim any second."""
_ERRORS = 50
"""Packets that cannot be decoded, from which on the rest of the sound is given up."""

Samples = npt.NDArray[np.int16]


def send(line: Line, job: wire.Job, file: BinaryIO, container: Container) -> None:
    """Decode a file's first sound track and send it; nothing where there is none.

    How many there are is said at the end.

    Raises:
        Unreadable: If FFmpeg does not find the file's header.
    """
    opened = open_input(file, container, job.max_pixels)
    try:
        tracks = len(opened.streams.audio)
        if not tracks:
            line.send("done", seconds=0.0, tracks=0, errors=0)
            return
        decoding = _Decoding(opened, job.sound_rate, rejoins=container.rejoins)
        before_s = cpu_used_s()
        for block in decoding.blocks():
            line.send_sound(block)
            line.send("progress", end_s=decoding.end_s)
            granted_s = job.cpu_s + job.cpu_s_per_s * decoding.end_s
            limit(resource.RLIMIT_CPU, int(before_s + granted_s) + 1)
        line.send("done", seconds=decoding.end_s, tracks=tracks, errors=decoding.errors)
    finally:
        opened.close()


def _first_picture_s(opened: Any) -> float:
    """Return the file's own time of its first picture: seconds are counted from there."""
    video = opened.streams.best("video")
    if video is None or video.start_time is None:
        return 0.0
    return float(video.start_time * video.time_base)


class _Decoding:
    """One pass over a sound track.

    Args:
        opened: The file.
        rate: Samples per second that are wanted.
        rejoins: Whether the clock of the container may jump.
    """

    def __init__(self, opened: Any, rate: int, *, rejoins: bool) -> None:
        self._input = opened
        self._rate = rate
        self._rejoins = rejoins
        self._resampler = Resampler(format="s16", layout="mono", rate=rate)
        self._base_s = _first_picture_s(opened)
        self._placed = 0
        self._silence_left = int(_MOST_SILENCE_S * rate)
        self.errors = 0

    @property
    def end_s(self) -> float:
        """Seconds that were decoded or filled in."""
        return self._placed / self._rate

    def blocks(self) -> Iterator[Samples]:
        """Yield the sound in blocks of some `BLOCK_S`."""
        held: list[Samples] = []
        for samples in self._samples():
            held.append(samples)
            self._placed += len(samples)
            if sum(map(len, held)) >= BLOCK_S * self._rate:
                yield np.concatenate(held)
                held = []
        if held:
            yield np.concatenate(held)

    def _samples(self) -> Iterator[Samples]:
        stream = self._input.streams.audio[0]
        for packet in self._input.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError as error:
                self.errors += 1
                if self.errors > _ERRORS:
                    raise ValueError(f"its sound is damaged ({why(error)})") from error
                continue
            for frame in frames:
                yield from self._silence(frame.time)
                for each in self._resampler.resample(frame):
                    yield np.ascontiguousarray(each.to_ndarray().reshape(-1), np.int16)
        for each in self._resampler.resample(None):
            yield np.ascontiguousarray(each.to_ndarray().reshape(-1), np.int16)

    def _silence(self, time_s: float | None) -> Iterator[Samples]:
        """Yield what is left out between the sound so far and a frame's place in time."""
        if time_s is None:
            return
        hole_s = time_s - self._base_s - self.end_s
        if self._rejoins and abs(hole_s) > JUMP_S:
            self._base_s += hole_s  # another recording is joined: its clock is its own
            return
        if hole_s < _JITTER_S:
            return
        hole = min(int(hole_s * self._rate), self._silence_left)
        self._silence_left -= hole
        size = int(BLOCK_S * self._rate)
        for start in range(0, hole, size):
            yield np.zeros(min(size, hole - start), np.int16)
