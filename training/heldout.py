"""The door to the held-out items, for evaluation alone.

Only what measures a finished model may import this file; a test holds it against every other part of
`training`. Nothing here returns a `Corpus`: what takes a corpus fits, calibrates or chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from training import lock, reading
from training.corpus import check_counts
from training.examples import Example, ExampleT, PairExample, TextExample
from training.sources import Source


def pictures(sources: Sequence[Source]) -> tuple[Example, ...]:
    """Return the held-out pictures of sources, in the order of their lists.

    Raises:
        SetupError: If a source is not what its manifest and the lock say.
    """
    return _held(sources, reading.pictures)


def texts(sources: Sequence[Source]) -> tuple[TextExample, ...]:
    """Return the held-out texts of sources; see `pictures`."""
    return _held(sources, reading.texts)


def pairs(sources: Sequence[Source]) -> tuple[PairExample, ...]:
    """Return the held-out pairs of sources; see `pictures`."""
    return _held(sources, reading.pairs)


def _held(
    sources: Sequence[Source], read: Callable[[Source], Iterator[ExampleT]]
) -> tuple[ExampleT, ...]:
    taken: list[ExampleT] = []
    for source in sources:
        items = list(read(source))
        check_counts(source, items)
        lock.check(source, items)
        taken += [each for each in items if each.heldout]
    return tuple(taken)
