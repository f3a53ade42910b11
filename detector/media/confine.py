"""Limits of the process that decodes, set before it meets a file and again for every file.

With no file descriptor left to be had, FFmpeg can open neither a second file nor a socket, whatever a
file asks it to; those that are open keep working.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from detector.media import wire


@contextmanager
def confined(job: wire.Job) -> Iterator[None]:
    """Take away what decoding does not need; files that are open stay open."""
    limit(resource.RLIMIT_NOFILE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_CPU, int(cpu_used_s() + job.cpu_s) + 1)
    try:
        yield
    finally:
        for each in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
            limit(each, None)


def cpu_used_s() -> float:
    """Return the processor seconds this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def limit(what: int, value: int | None) -> None:
    """Set a soft limit; None lifts it as far as it may be lifted."""
    _, hard = resource.getrlimit(what)
    soft = hard if value is None else value
    if hard != resource.RLIM_INFINITY and soft != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(what, (soft, hard))
