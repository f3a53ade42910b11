"""Read a file as frames with exact times, without letting it near this process.

One worker process decodes for all files of a reader and runs ahead of whoever consumes the frames,
by a fixed number of them. Nothing here imports a media library.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from detector import settings
from detector.errors import SetupError
from detector.media import kinds, wire
from detector.media.listening import SoundStream
from detector.media.process import WorkerLost, WorkerProcess
from detector.media.stream import MediaStream, Starved, refused, unreadable

_MAX_THREADS = 4
_WAIT_FOR_START_S = 60.0


class MediaReader:
    """Opens files one after the other; a context manager that owns the worker process.

    Args:
        sampling: Which frames are handed on.
        limits: What one file may cost.

    Example:
        >>> from detector.settings import Limits, Sampling
        >>> with MediaReader(Sampling(), Limits()) as reader:
        ...     reader.close()
    """

    def __init__(self, sampling: settings.Sampling, limits: settings.Limits) -> None:
        self._sampling = sampling
        self._limits = limits
        self._worker: WorkerProcess | None = None
        self._starting = False
        """Whether the worker was started and has not been heard yet."""
        self._current: MediaStream | SoundStream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker process and do not wait for it: it starts while the caller does other things.

        `open` does it where nobody did.
        """
        if self._worker is None or not self._worker.alive:
            self.close()
            self._worker = WorkerProcess(slot_bytes=3 * self._sampling.max_side**2)
            self._starting = True

    def ready(self) -> None:
        """Wait until the worker process stands.

        Raises:
            SetupError: If it does not start.
        """
        self._ready_worker()

    def close(self) -> None:
        """End the worker process; the reader may be used again and then starts another."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker, for monitoring; None before the first file."""
        return None if self._worker is None else self._worker.pid

    def open(self, path: Path) -> MediaStream:
        """Start reading a file; returns when its first frame is there.

        One stream is open at a time: a stream that was not read to its end is given up here.

        Raises:
            MediaRefused: If its kind, type or size forbids that it is opened.
            MediaUnreadable: If no clean frame of it could be decoded. Iteration itself raises neither.
            SetupError: If the worker process does not start.
        """
        if self._current is not None:
            self._current.close()
        self._check(path)
        used = self._worker is not None and not self._starting
        try:
            return self._begin(path)
        except Starved as error:
            # A worker that served other files may be short of memory because of them.
            self.close()
            if not used:
                raise error.final from None
        try:
            return self._begin(path)
        except Starved as error:
            self.close()
            raise error.final from None

    def hear(self, path: Path, rate: int) -> SoundStream:
        """Start reading the sound of a file whose frames were read before.

        Args:
            path: The file.
            rate: Samples per second of the one channel that is handed on.
        """
        if self._current is not None:
            self._current.close()
        worker = self._ready_worker()
        worker.say(wire.encode_job(replace(self._job(path), sound_rate=rate)))
        self._current = stream = SoundStream(worker, self._limits)
        return stream

    def _begin(self, path: Path) -> MediaStream:
        worker = self._ready_worker()
        worker.say(wire.encode_job(self._job(path)))
        self._current = stream = MediaStream(path, worker, self._limits)
        stream.begin()
        return stream

    def _check(self, path: Path) -> None:
        """Refuse what can be refused without opening it as media."""
        try:
            size = path.stat().st_size
            container = kinds.identify(path)
        except OSError as error:
            raise unreadable(path, f"it cannot be read ({error.strerror})") from error
        if not path.is_file():
            raise refused(path, "it is no regular file")
        if size == 0:
            raise refused(path, "it is empty")
        if size > self._limits.max_file_mib << 20:
            raise refused(
                path, f"it has {size >> 20} MiB, over the limit of {self._limits.max_file_mib}"
            )
        if container is None:
            raise refused(
                path, "its content is no known video or photo format (text, a playlist, sound)"
            )
        if container.unsupported:
            raise refused(path, container.unsupported)

    def _job(self, path: Path) -> wire.Job:
        limits, sampling = self._limits, self._sampling
        threads = limits.decode_threads or min(os.cpu_count() or 1, _MAX_THREADS)
        return wire.Job(
            path=str(path.absolute()),
            sample_fps=sampling.fps,
            exhaustive=sampling.exhaustive,
            skip_repeats=sampling.skip_repeats,
            max_side=sampling.max_side,
            max_pixels=limits.max_pixels,
            threads=threads,
            cpu_s=limits.decode_seconds * threads,
            cpu_s_per_s=limits.decode_seconds_per_second * threads,
            memory_mib=limits.decode_memory_mib,
        )

    def _ready_worker(self) -> WorkerProcess:
        self.start()
        worker = self._worker
        if worker is None:
            raise RuntimeError("start() leaves a worker")
        if self._starting:
            try:
                worker.hear(_WAIT_FOR_START_S)
            except (WorkerLost, ValueError) as error:
                self.close()
                raise SetupError(
                    f"the process that decodes videos did not start ({error}); expected a working "
                    f"installation of PyAV; install Wardi again"
                ) from error
            self._starting = False
        return worker
