"""This machine: posts one after the other, ended cleanly by Ctrl-C between or within posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from detector.post import Post
from detector.record import Record


class Interrupted(Exception):
    """The user ended the run; what was done is kept."""


def run(
    posts: Iterable[Post], work: Callable[[Iterable[Post]], Iterator[Record]]
) -> Iterator[Record]:
    """Do the work on this machine; yield each record when its post is done.

    Raises:
        Interrupted: If the user pressed Ctrl-C; the records yielded before are complete.
    """
    try:
        yield from work(posts)
    except KeyboardInterrupt:
        raise Interrupted from None
