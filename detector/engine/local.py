"""This machine: one process, or several that share the posts, each with its own models.

One long video is fastest in one process, whose inference uses every core; many short clips are
fastest with a process per core, because opening, judging and storing a post keep one core busy only.
Ctrl-C ends a run cleanly: records that were yielded are complete.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack

from detector.post import Post
from detector.record import Record

Work = Callable[[Post], Record]
"""Judges one post and keeps the record."""
OpenWork = Callable[[], AbstractContextManager[Work]]
"""Opens what the work needs, in the process that does it; pickled when there are several."""


class Interrupted(Exception):
    """The user ended the run; what was done is kept."""


def run(posts: Sequence[Post], open_work: OpenWork, *, jobs: int = 1) -> Iterator[Record]:
    """Do the work for every post; yield the records in the order of the posts.

    Args:
        posts: What to judge.
        open_work: Gives the work; called once per process.
        jobs: Number of processes; with 1 the work is done in this one.

    Raises:
        Interrupted: If the user pressed Ctrl-C; the records yielded before are complete.
    """
    try:
        if jobs == 1:
            with open_work() as work:
                yield from map(work, posts)
        else:
            yield from _in_processes(posts, open_work, jobs)
    except KeyboardInterrupt:
        raise Interrupted from None


def _in_processes(posts: Sequence[Post], open_work: OpenWork, jobs: int) -> Iterator[Record]:
    context = multiprocessing.get_context("spawn")  # a fork would copy half-started libraries
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(open_work,)) as pool:
        try:
            yield from pool.map(_do, posts)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_stack = ExitStack()
_work: Work | None = None


def _begin(open_work: OpenWork) -> None:
    """Open the work in a worker process, which ends with its parent."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a run ends
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _work = _stack.enter_context(open_work())
    multiprocessing.util.Finalize(None, _stack.close, exitpriority=10)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(post: Post) -> Record:
    if _work is None:
        raise RuntimeError("the worker process was not started by _begin")
    return _work(post)
