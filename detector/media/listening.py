"""The sound of one file as its reader hears it: blocks of one channel, and what could not be decoded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from detector import settings
from detector.media import wire
from detector.media.process import WorkerLost, WorkerProcess

_FULL_SCALE = 32768.0


class SoundStream:
    """Blocks of sound in order of time; an iterator. A worker that fails is killed, as with frames.

    After the last block, `problem` says what was in the way of the rest; empty where nothing was.
    """

    def __init__(self, worker: WorkerProcess, limits: settings.Limits) -> None:
        self._worker = worker
        self._limits = limits
        self._idle = False
        self.heard_s = 0.0
        """Seconds that were decoded."""
        self.tracks = 0
        """Sound tracks in the file, of which the first is heard; known after the last block."""
        self.lost_from_s = 0.0
        """Second from which on `problem` may have cost sound."""
        self.problem = ""

    def close(self) -> None:
        """Give the file up."""
        if not self._idle:
            self._worker.kill()
            self._idle = True

    def __iter__(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield blocks in [-1, 1]; shape ``(samples,)``."""
        try:
            yield from self._blocks()
        except WorkerLost as lost:
            self._give_up(lost.found)
        except (ValueError, KeyError) as error:
            self._give_up(f"the decoding process sent nonsense ({error})")

    def _blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        limits, waited_s = self._limits, 0.0
        while True:
            granted_s = limits.decode_seconds + limits.decode_seconds_per_second * self.heard_s
            message, took_s = self._worker.hear(granted_s - waited_s)
            waited_s += took_s
            kind = message["kind"]
            if kind == "sound":
                yield self._worker.take_sound(message).astype(np.float32) / _FULL_SCALE
            elif kind == "progress":
                self.heard_s = wire.seconds(message, "end_s")
            elif kind == "failed":
                self._idle = True
                self._end_early(wire.words(message, "found"))
                return
            elif kind == "done":
                self._idle, self.tracks = True, wire.count(message, "tracks", 1 << 16)
                if errors := wire.count(message, "errors", 1 << 53):
                    packets = "1 packet" if errors == 1 else f"{errors} packets"
                    self.problem = f"{packets} of sound could not be decoded"
                return

    def _give_up(self, found: str) -> None:
        self._worker.kill()
        self._idle = True
        self._end_early(found)

    def _end_early(self, found: str) -> None:
        self.problem, self.lost_from_s = found, self.heard_s
