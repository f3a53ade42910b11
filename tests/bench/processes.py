"""Whole processes, measured from outside: seconds, processor seconds, memory."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

WARDI = [sys.executable, "-m", "detector.cli"]
_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Took:
    """What a process and its children took."""

    wall_s: float
    cpu_s: float


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def machine() -> str:
    """Return what a number is worth: processor, cores, and what else the machine is doing."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        names = [each.split(":")[1].strip() for each in lines if each.startswith("model name")]
        return f"{names[0]}, {len(names)} cores, load {os.getloadavg()[0]:.1f}"
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def once(command: list[str]) -> Took:
    """Run a command to its end.

    Raises:
        RuntimeError: If it fails; a scan with gaps (status 3) has not failed.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall_s, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 3}:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall_s, used_s)


def middle(runs: list[Took]) -> Took:
    """Return the median of seconds and of processor seconds."""
    return Took(median(each.wall_s for each in runs), median(each.cpu_s for each in runs))


def peak_mib(command: list[str]) -> float:
    """Run a command; return the largest sum of resident memory of its processes."""
    run = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while run.poll() is None:
        most = max(most, _memory(run))
        time.sleep(_LOOK_EVERY_S)
    if run.returncode not in {0, 3}:
        raise RuntimeError(f"{' '.join(command)} ended with {run.returncode}")
    return most / 2**20


def _memory(run: psutil.Popen) -> int:
    total = 0
    with contextlib.suppress(psutil.Error):
        for each in [run, *run.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += each.memory_info().rss
    return total
