"""The one place from which whatever fits, calibrates or chooses takes its examples.

`load_pictures`, `load_texts` and `load_pairs` give the train or the calibration side of sources, never a
held-out item: the held-out list is held against its lock first, a source whose terms forbid it is
refused, and a `Corpus` cannot hold a held-out example. `training.heldout` is the other door, for
evaluation alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from detector.errors import InputError, SetupError
from training import lock, reading
from training.examples import Corpus, Example, ExampleT, PairExample, TextExample
from training.manifest import SourceKind
from training.sources import Source
from training.splits import checked, side_of


def load_pictures(
    sources: Sequence[Source], split: str, *, explore: bool = False
) -> Corpus[Example]:
    """Load one side of picture sources.

    Args:
        sources: Where from; see `training.sources.open_all`.
        split: ``train`` or ``calibration``.
        explore: Also take sources whose terms forbid to give away what is fitted on them; the corpus
            then says so (`Corpus.ships`).

    Raises:
        InputError: If the split is another one, or a source is of another kind or on other terms.
        SetupError: If a source is not what its manifest and the lock say.
    """
    return _load(sources, split, "vision", reading.pictures, explore=explore)


def load_texts(
    sources: Sequence[Source], split: str, *, explore: bool = False
) -> Corpus[TextExample]:
    """Load one side of text sources; see `load_pictures`."""
    return _load(sources, split, "text", reading.texts, explore=explore)


def load_pairs(
    sources: Sequence[Source], split: str, *, explore: bool = False
) -> Corpus[PairExample]:
    """Load one side of sources of pairs; see `load_pictures`."""
    return _load(sources, split, "pairs", reading.pairs, explore=explore)


def _load(
    sources: Sequence[Source],
    split: str,
    kind: SourceKind,
    read: Callable[[Source], Iterator[ExampleT]],
    *,
    explore: bool,
) -> Corpus[ExampleT]:
    side = checked(split)
    taken: list[ExampleT] = []
    giving = []
    for source in sources:
        _refuse(source, kind, explore=explore)
        items = list(read(source))
        check_counts(source, items)
        lock.check(source, items)
        yielded = lock.exceptions(source.locks)
        mine = [each for each in items if side_of(each, yielded) == side]
        taken += mine
        giving += [source.manifest] if mine else []  # one that is all held out sets no terms here
    return Corpus(tuple(taken), side, tuple(giving))


def _refuse(source: Source, kind: SourceKind, *, explore: bool) -> None:
    manifest = source.manifest
    if manifest.kind != kind:
        raise InputError(
            f"{source.name} holds {manifest.kind}; expected a source of {kind}; leave it out"
        )
    if not manifest.ships and not explore:
        raise InputError(
            f"weights fitted on {source.name} may not be given away (licence as stated: "
            f"{manifest.origin.licence}); expected a source whose terms allow it; leave it out, or "
            f"load it to explore and keep what comes of it"
        )


def check_counts(source: Source, items: Iterable[Example | TextExample | PairExample]) -> None:
    """Hold the number of items against the sealed manifest.

    Raises:
        SetupError: If the source was never sealed, or holds more or fewer items.
    """
    found = Counter(each.id for each in items)
    if twice := [item for item, times in found.items() if times > 1]:
        raise SetupError(
            f"{source.name} lists {twice[0]} and {len(twice) - 1} more items twice; expected each once; "
            f"take the second one out"
        )
    content = source.manifest.content
    if content is None or content.items != len(found):
        said = "was never sealed" if content is None else f"says {content.items}"
        raise SetupError(
            f"{source.folder} lists {len(found)} items; the manifest of {source.name} {said}; get the "
            f"data the manifest names, or run `wardi data seal` if the change is meant"
        )
