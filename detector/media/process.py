"""Start, hear, and kill the process that decodes.

A plain subprocess with two pipes and one piece of shared memory: nothing of this process's state,
files or secrets is inherited, and nothing it says is unpickled.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from detector.media import wire

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_WAIT_S = 86400.0
_START = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); sys.path.insert(0, sys.argv[2]); "
    "sys.argv[1:3] = []; from detector.media.worker import main; main()"
)


class WorkerLost(Exception):
    """The worker died or was too slow.

    Args:
        found: What happened, as a clause.
    """

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class WorkerProcess:
    """A running worker.

    Args:
        slot_bytes: Size of one frame in the shared memory, at most.
    """

    def __init__(self, *, slot_bytes: int) -> None:
        self._slot_bytes = slot_bytes
        with _anonymous_file() as shared:
            os.ftruncate(shared.fileno(), slot_bytes * wire.SLOTS)
            self._memory = mmap.mmap(shared.fileno(), slot_bytes * wire.SLOTS)
            number = str(shared.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-c", _START, number, str(_ROOT), str(slot_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(shared.fileno(),),
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the scan, which then ends the worker itself
                bufsize=0,
            )
        self._rest = b""

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def say(self, line: bytes) -> None:
        """Send a message; a worker that is gone shows when it is heard next."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(line)

    def hear(self, patience_s: float) -> tuple[dict[str, Any], float]:
        """Wait for the next message.

        Returns:
            The message, and the seconds that were spent waiting for it.

        Raises:
            WorkerLost: If it died, or said nothing for so long.
            ValueError: If what it said is no message.
        """
        began = time.monotonic()
        while b"\n" not in self._rest:
            left_s = patience_s - (time.monotonic() - began)
            self._rest += self._read(left_s)
            if len(self._rest) > 4 * wire.MAX_LINE_BYTES:
                raise ValueError("a message without end")
        line, _, self._rest = self._rest.partition(b"\n")
        return wire.decode(line), time.monotonic() - began

    def take_slot(self, message: dict[str, Any]) -> npt.NDArray[np.uint8]:
        """Copy a frame out of the shared memory and give its slot back.

        Raises:
            ValueError: If the message describes no frame that fits a slot.
        """
        slot = wire.count(message, "slot", wire.SLOTS - 1)
        height = wire.count(message, "height", self._slot_bytes)
        width = wire.count(message, "width", self._slot_bytes)
        size = height * width * 3
        if not 0 < size <= self._slot_bytes:
            raise ValueError("a frame larger than its slot")
        start = slot * self._slot_bytes
        flat = np.frombuffer(self._memory, np.uint8, size, start).copy()
        self.say(wire.encode("free", slot=slot))
        return flat.reshape(height, width, 3)

    def take_sound(self, message: dict[str, Any]) -> npt.NDArray[np.int16]:
        """Copy a block of sound out of the shared memory and give its slot back.

        Raises:
            ValueError: If the message describes no block that fits a slot.
        """
        slot = wire.count(message, "slot", wire.SLOTS - 1)
        size = wire.count(message, "size", self._slot_bytes)
        if size % 2:
            raise ValueError("half a sample of sound")
        block = np.frombuffer(self._memory, np.int16, size // 2, slot * self._slot_bytes).copy()
        self.say(wire.encode("free", slot=slot))
        return block

    def kill(self) -> None:
        """End it at once; harmless where it is gone already."""
        if self._process.stdin is None or self._process.stdin.closed:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._memory.close()

    def _read(self, patience_s: float) -> bytes:
        pipe = self._process.stdout
        if pipe is None or pipe.closed:
            raise WorkerLost("the decoding process is gone")
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        if patience_s <= 0 or not poll.poll(min(patience_s, _LONGEST_WAIT_S) * 1000):
            raise WorkerLost("decoding took longer than the time granted to this file")
        chunk = os.read(pipe.fileno(), wire.MAX_LINE_BYTES)
        if not chunk:
            raise WorkerLost(_death(self._process.wait()))
        return chunk


def _death(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "decoding used more processor time than is granted to this file"
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
    return f"the decoding process ended with {how}"


def _anonymous_file() -> BinaryIO:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("wardi-frames"), "r+b")
    return tempfile.TemporaryFile()


def _environment() -> dict[str, str]:
    """Return the few variables a Python needs; one thread per numeric library keeps memory small."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
