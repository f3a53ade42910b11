"""The process that decodes: one file after the other, with limits it cannot exceed, then killed.

Hostile files meet FFmpeg here and nowhere else. While a file is decoded the process may open no
further file or socket, write no file, and use no more memory and processor time than granted.
Started by `detector.media.process`, with shared memory as file descriptor 3; it ends when its
standard input does.
"""

from __future__ import annotations

import gc
import mmap
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from detector.evidence import Gap, Repeat
from detector.media import exif, extent, pixels, sound, wire
from detector.media.confine import confined, cpu_used_s, limit
from detector.media.decode import Decoder, FFmpegError, FFmpegLog, Picture, open_input
from detector.media.facts import Facts, read_facts
from detector.media.refusal import Unreadable, plain
from detector.media.sampler import Inspect, Sampler

_PROGRESS_S = 1.0
_SHARED_FD = 3

Shown = Any
"""A decoded frame; what it is made of is `detector.media.decode`'s matter."""


class Line:
    """The worker's end of the wire.

    Args:
        slot_bytes: Size of one slot of the shared memory.
    """

    def __init__(self, slot_bytes: int) -> None:
        self._in: BinaryIO = os.fdopen(0, "rb", buffering=0)
        self._out: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)  # a stray print of a library must not end up among the messages
        memory = mmap.mmap(_SHARED_FD, slot_bytes * wire.SLOTS)
        self._pixels = np.frombuffer(memory, np.uint8)
        self._slot_bytes = slot_bytes
        self._free = list(range(wire.SLOTS))
        self._rest = b""

    def receive(self) -> dict[str, object]:
        """Wait for a message; exit where the reader is gone."""
        while b"\n" not in self._rest:
            chunk = self._in.read(1 << 16)
            if not chunk:
                sys.exit(0)
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return wire.decode(line)

    def send(self, kind: str, **fields: object) -> None:
        """Say something to the reader; waits while it is behind."""
        self._out.write(wire.encode(kind, **fields))

    def send_frame(self, rgb: pixels.Pixels, time_s: float, *, scene_start: bool) -> None:
        """Put a frame into a free slot; waits until there is one."""
        slot = self._put(rgb.reshape(-1))
        height, width = rgb.shape[:2]
        self.send(
            "frame",
            time_s=time_s,
            slot=slot,
            width=width,
            height=height,
            scene_start=scene_start,
        )

    def send_sound(self, samples: npt.NDArray[np.int16]) -> None:
        """Put a block of sound into free slots; waits until there are some."""
        content = samples.view(np.uint8)
        for start in range(0, len(content), self._slot_bytes & ~1):
            part = content[start : start + (self._slot_bytes & ~1)]
            self.send("sound", slot=self._put(part), size=len(part))

    def _put(self, content: npt.NDArray[np.uint8]) -> int:
        while not self._free:
            self._free.append(int(str(self.receive()["slot"])))
        slot = self._free.pop()
        start = slot * self._slot_bytes
        self._pixels[start : start + content.size] = content
        return slot

    def next_job(self) -> wire.Job:
        """Wait for the next file."""
        while (message := self.receive())["kind"] != "job":
            self._free.append(int(str(message["slot"])))
        message.pop("kind")
        return wire.Job(**message)  # type: ignore[arg-type]


def serve(line: Line) -> None:
    """Decode files until the reader is gone."""
    while True:
        job = line.next_job()
        limit(resource.RLIMIT_AS, job.memory_mib << 20)
        try:
            with Path(job.path).open("rb", buffering=0) as file:
                facts = read_facts(file)
                first = extent.alone(file, facts.container, facts.end)
                with confined(job), FFmpegLog() as log:
                    if job.sound_rate:
                        sound.send(line, job, first, facts.container)
                    else:
                        _decode(line, job, first, facts, log)
        except Unreadable as error:
            line.send("failed", found=error.found, refused=error.refused)
        except (MemoryError, BlockingIOError):  # no memory for a frame, or for a thread
            found = f"decoding needs more than the {job.memory_mib} MiB that are granted"
            line.send("failed", found=found, refused=True, starved=True)
        except (OSError, ValueError, FFmpegError) as error:
            line.send("failed", found=plain(str(error)), refused=False)
        # PyAV's containers and streams hold each other; their threads and frames go only with them.
        gc.collect()


def _decode(line: Line, job: wire.Job, file: BinaryIO, facts: Facts, log: FFmpegLog) -> None:
    opened = open_input(file, facts.container, job.max_pixels)
    try:
        decoder = Decoder(
            opened,
            facts.container,
            log,
            header_s=facts.header_s,
            max_pixels=job.max_pixels,
            threads=job.threads,
            sample_fps=0.0 if job.exhaustive else job.sample_fps,
        )
        try:
            _Look(line, job, decoder, facts).run()
        finally:
            decoder.rest()
    finally:
        opened.close()


class _Look:
    """One pass over a file: decoder to sampler to the wire."""

    def __init__(self, line: Line, job: wire.Job, decoder: Decoder, facts: Facts) -> None:
        self._line = line
        self._job = job
        self._decoder = decoder
        self._facts = facts
        self._matrices: dict[int, exif.Matrix] = {}
        self._sampler: Sampler[Shown] = Sampler(
            job.sample_fps,
            exhaustive=job.exhaustive,
            skip_repeats=job.skip_repeats,
            fine=pixels.fine_thumb,
        )
        self._cpu_before_s = cpu_used_s()
        self._told_s = 0.0
        self._gaps_told = 0
        self._size: tuple[int, int] | None = None

    def run(self) -> None:
        """Send everything that is to be inspected, then the account of the file."""
        timeline, photo = self._decoder.timeline, self._facts.photo
        end_s, gaps = 0.0, 0
        for picture in self._decoder.pictures():
            if picture is None or len(timeline.gaps) > gaps:
                # What was on display before a gap is not shown for the length of the gap.
                self._emit(self._sampler.flush(end_s))
                self._sampler.forget()
                gaps = len(timeline.gaps)
            if picture is not None:
                end_s = picture.end_s
                self._take(picture)
                if photo:
                    break
            self._tell(timeline.end_s)
        if self._facts.cut and not photo:
            timeline.gaps.append(Gap(timeline.duration_s, timeline.duration_s, self._facts.cut))
        alone = self._decoder.decoded == 1 and not timeline.gaps
        if self._facts.unread:
            at_s = 0.0 if photo else timeline.duration_s
            timeline.gaps.append(Gap(at_s, at_s, self._facts.unread))
        if photo and self._decoder.beside:  # of a video the decoder says so at the end
            timeline.gaps.append(Gap(0.0, 0.0, self._decoder.beside))
        self._end(end_s, still=photo or (alone and self._facts.container.may_be_still))

    def _end(self, end_s: float, *, still: bool) -> None:
        """Send what is due after the last frame, and the account of the file."""
        timeline = self._decoder.timeline
        if not still:
            self._emit(self._sampler.flush(end_s))
        if not timeline.clean_frames:
            reason = timeline.gaps[0].reason if timeline.gaps else "no frame is whole"
            raise Unreadable(f"every frame is damaged ({reason})")
        self._tell_gaps()
        self._line.send(
            "done",
            photo=still,
            duration_s=0.0 if still else timeline.duration_s,
            decoded=self._decoder.decoded,
            subtitles=self._decoder.subtitles,
        )

    def _refuse_damage(self) -> None:
        """Take a photo as a whole or not at all: of a part of it nothing can be said in seconds."""
        damage = self._facts.cut or self._decoder.complaint()
        if damage:
            raise Unreadable(f"the photo is damaged ({damage})")

    def _take(self, picture: Picture) -> None:
        if self._facts.photo:
            self._refuse_damage()
        if self._size is None:
            self._size = pixels.upright_size(picture.frame, self._matrix(picture.frame))
            width, height = self._size
            announced_s = self._decoder.timeline.announced_s or 0.0
            self._line.send("opened", width=width, height=height, announced_s=announced_s)
        self._emit(self._sampler.feed(picture.frame, picture.time_s, pixels.thumb(picture.frame)))

    def _emit(self, chosen: Iterator[Inspect[Shown] | Repeat]) -> None:
        for each in chosen:
            if isinstance(each, Repeat):
                self._line.send("repeat", time_s=each.time_s)
            else:
                matrix = self._matrix(each.shown)
                rgb = pixels.upright_rgb(each.shown, self._job.max_side, matrix)
                self._line.send_frame(rgb, each.time_s, scene_start=each.scene_start)

    def _matrix(self, frame: Shown) -> exif.Matrix:
        """Return how a frame is turned; asked for once per rotation.

        PyAV's list of side data and its frame hold each other, so that a frame that was asked would
        stay in memory until the next garbage collection.
        """
        if frame.rotation not in self._matrices:
            self._matrices[frame.rotation] = pixels.display_matrix(frame, self._facts.turned)
        return self._matrices[frame.rotation]

    def _tell(self, end_s: float) -> None:
        """Report progress, which extends the time granted to the file."""
        if end_s - self._told_s < _PROGRESS_S:
            return
        self._told_s = end_s
        if not self._decoder.beside:
            self._tell_gaps()
        self._line.send("progress", end_s=end_s, decoded=self._decoder.decoded)
        granted_s = self._job.cpu_s + self._job.cpu_s_per_s * min(end_s, self._decoder.decoded)
        limit(resource.RLIMIT_CPU, int(self._cpu_before_s + granted_s) + 1)

    def _tell_gaps(self) -> None:
        gaps = self._decoder.timeline.gaps
        for gap in gaps[self._gaps_told :]:
            self._line.send("gap", start_s=gap.start_s, end_s=gap.end_s, reason=gap.reason)
        self._gaps_told = len(gaps)


def main() -> None:
    """Serve the reader at the other end of standard input and output."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    np.seterr(all="ignore")
    line = Line(int(sys.argv[1]))
    line.send("ready")
    serve(line)
