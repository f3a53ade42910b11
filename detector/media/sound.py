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

if TYPE_CHECKING:
    from detector.media.worker import Line

BLOCK_S = 5.0
_SILENCE_S = 0.5
"""A shorter hole in the time stamps is jitter."""
_LONGEST_SILENCE_S = 3600.0
_ERRORS = 50
"""Packets that cannot be decoded, from which on the rest of the sound is given up."""

Samples = npt.NDArray[np.int16]


def send(line: Line, job: wire.Job, file: BinaryIO, container: Container) -> None:
    """Decode a file's first sound stream and send it; nothing where there is none.

    Raises:
        Unreadable: If FFmpeg does not find the file's header.
    """
    opened = open_input(file, container, job.max_pixels)
    try:
        if not opened.streams.audio:
            line.send("done", seconds=0.0, there=False, errors=0)
            return
        decoding = _Decoding(opened, job.sound_rate)
        before_s = cpu_used_s()
        for block in decoding.blocks():
            line.send_sound(block)
            line.send("progress", end_s=decoding.end_s)
            granted_s = job.cpu_s + job.cpu_s_per_s * decoding.end_s
            limit(resource.RLIMIT_CPU, int(before_s + granted_s) + 1)
        line.send("done", seconds=decoding.end_s, there=True, errors=decoding.errors)
    finally:
        opened.close()


class _Decoding:
    """One pass over a sound stream."""

    def __init__(self, opened: Any, rate: int) -> None:
        self._input = opened
        self._rate = rate
        self._resampler = Resampler(format="s16", layout="mono", rate=rate)
        self._sent = 0
        self.errors = 0

    @property
    def end_s(self) -> float:
        """Seconds that were decoded."""
        return self._sent / self._rate

    def blocks(self) -> Iterator[Samples]:
        """Yield the sound in blocks of some `BLOCK_S`."""
        held: list[Samples] = []
        for samples in self._samples():
            held.append(samples)
            if sum(map(len, held)) >= BLOCK_S * self._rate:
                yield from self._count(held)
                held = []
        if held:
            yield from self._count(held)

    def _count(self, held: list[Samples]) -> Iterator[Samples]:
        whole = np.concatenate(held)
        self._sent += len(whole)
        yield whole

    def _samples(self) -> Iterator[Samples]:
        stream = self._input.streams.audio[0]
        place = 0
        for packet in self._input.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError as error:
                self.errors += 1
                if self.errors > _ERRORS:
                    raise ValueError(f"its sound is damaged ({why(error)})") from error
                continue
            for frame in frames:
                if frame.time is not None and place == 0 and frame.time > _SILENCE_S:
                    silent_s = min(frame.time, _LONGEST_SILENCE_S)
                    yield np.zeros(int(silent_s * self._rate), np.int16)
                for each in self._resampler.resample(frame):
                    samples = np.ascontiguousarray(each.to_ndarray().reshape(-1), np.int16)
                    place += len(samples)
                    yield samples
        for each in self._resampler.resample(None):
            yield np.ascontiguousarray(each.to_ndarray().reshape(-1), np.int16)
