"""Running the work on this machine, in one process or several."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from detector.engine.local import Interrupted, Work, run
from detector.post import Post
from detector.record import Record
from detector.verdict import Failure


def record(post: Post, reason: str) -> Record:
    return Record(post, None, Failure(post.id, reason), "", "", datetime(2026, 1, 1, tzinfo=UTC))


@contextmanager
def open_work() -> Iterator[Work]:
    yield lambda post: record(post, str(os.getpid()))


@contextmanager
def work_that_fails() -> Iterator[Work]:
    def work(post: Post) -> Record:
        raise RuntimeError(f"cannot judge {post.id}")

    yield work


@contextmanager
def work_that_is_interrupted() -> Iterator[Work]:
    def work(post: Post) -> Record:
        if post.id == "2":
            raise KeyboardInterrupt
        return record(post, "done")

    yield work


POSTS = [Post(str(number)) for number in range(5)]


def worker(each: Record) -> int:
    assert isinstance(each.outcome, Failure)
    return int(each.outcome.reason)


def test_one_job_works_in_this_process() -> None:
    done = list(run(POSTS, open_work))

    assert [each.post for each in done] == POSTS
    assert {worker(each) for each in done} == {os.getpid()}


def test_several_jobs_work_in_other_processes_and_keep_the_order() -> None:
    done = list(run(POSTS, open_work, jobs=2))

    assert [each.post for each in done] == POSTS
    assert os.getpid() not in {worker(each) for each in done}


def test_an_error_in_a_process_reaches_the_caller() -> None:
    with pytest.raises(RuntimeError, match="cannot judge 0"):
        list(run(POSTS, work_that_fails, jobs=2))


def test_an_interrupted_run_has_yielded_what_was_done() -> None:
    running = run(POSTS, work_that_is_interrupted)

    assert [next(running).post.id, next(running).post.id] == ["0", "1"]
    with pytest.raises(Interrupted):
        next(running)
