"""Renews what is kept under git about the sides of items: the held-out lock and the twins.

`settle_sources` is what `wardi data lock` runs when a source was added or grew. It looks at every item of
every source once (perceptual hashes, MinHash: minutes), so that loading never has to. A source may only
grow at its end: the first items that were settled before must still be there, in their order.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.errors import InputError, SetupError
from training import likeness, lock, pictures, reading
from training.corpus import check_counts
from training.examples import AnyExample, Example, PairExample, Side, TextExample
from training.sources import Source, seal
from training.splits import Twins, Yielded, group_key, settle, side_of

FINGERPRINTS = "heldout.phash.txt"
"""Perceptual hashes of the held-out pictures: an import finds them without the pictures."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What renewing changed."""

    relocked: tuple[str, ...]
    """Sources whose held-out items or labels are locked anew."""
    yielded: tuple[Yielded, ...]
    """Groups that newly yield to a twin."""


def settle_sources(
    sources: Sequence[Source], progress: Callable[[str], None] = lambda _: None
) -> Settled:
    """Renew the held-out lock and the twins of sources that share a folder of locks.

    Raises:
        InputError: If the sources do not share one, or one lost or reordered items.
        SetupError: If a source is not what its manifest says.
    """
    folders = {each.locks for each in sources}
    if len(folders) != 1:
        raise InputError(f"{len(folders)} folders of locks; expected sources of one; name those")
    folder = folders.pop()
    items: dict[str, AnyExample] = {}
    covered, now, standing = lock.covered(folder), dict[str, Any](), set[str]()
    for source in sources:
        progress(f"reading {source.name}")
        own = list(reading.items(source))
        if own:
            check_counts(source, own)
        ids = [each.id for each in own]
        standing |= _settled_before(source.name, ids, covered.get(source.name))
        now[source.name] = {"items": len(ids), "sha256": _in_order(ids)}
        items.update((each.id, each) for each in own)
    hashes = _hashes(items.values(), progress)
    progress("comparing")
    new = frozenset(items) - standing
    twins = [*_declared(sources, items), *_alike(items, hashes, new if standing else None)]
    yielded = _settle(items, twins, standing, lock.exceptions(folder))
    relocked = lock.renew(sources)
    lock.write_twins(folder, yielded, now)
    held = [f"{hashes[item]:064x}" for item in hashes if items[item].heldout]
    _keep(folder / FINGERPRINTS, held, every=covered.keys() <= now.keys())
    return Settled(tuple(relocked), tuple(yielded))


def _keep(path: Path, held: Sequence[str], *, every: bool) -> None:
    """Write the perceptual hashes; those of sources that were not given stay."""
    before = path.read_text("utf-8").split() if path.is_file() and not every else []
    new = set(held)
    kept = sorted([*held, *(each for each in before if each not in new)])
    path.write_text("".join(f"{each}\n" for each in kept), "utf-8")


def seal_source(manifest: Path, source: Source) -> tuple[int, int]:
    """Write what a source holds into its manifest; return its items and how many are held out."""
    items = list(reading.items(source))
    held = sum(each.heldout for each in items)
    seal(manifest, source.folder, {"items": len(items), "heldout": held} if items else {})
    return len(items), held


def _settle(
    items: Mapping[str, AnyExample],
    twins: Iterable[Twins],
    standing: Collection[str],
    exceptions: Mapping[str, Side],
) -> list[Yielded]:
    """Settle by group: a group is held out if one of its items is, and settled if one of them was."""
    groups = {item: group_key(each) for item, each in items.items()}
    sides: dict[str, Side] = {}
    for item, each in items.items():
        if sides.get(groups[item]) != "heldout":
            sides[groups[item]] = side_of(each, exceptions)
    between = {
        (groups[each.one], groups[each.other]): each.how
        for each in twins
        if groups[each.one] != groups[each.other]
    }
    pairs = [Twins(one, other, how) for (one, other), how in sorted(between.items())]
    moved = settle(sides, pairs, standing=frozenset(groups[item] for item in standing))
    split = {groups[item] for item, each in items.items() if not each.heldout}
    moved += [
        Yielded(group, "aside", group, "items of the group itself are held out")
        for group in sorted(split)
        if sides[group] == "heldout" and exceptions.get(group) != "aside"
    ]
    return moved


def _settled_before(name: str, ids: Sequence[str], before: Mapping[str, Any] | None) -> set[str]:
    if before is None:
        return set()
    first = ids[: before["items"]]
    if _in_order(first) != before["sha256"]:
        raise SetupError(
            f"{name} lists {len(ids)} items, and the first {before['items']} are not those that were "
            f"settled before; expected new items at the end; put the old ones back in their order, "
            f"or give the changed data a name of its own"
        )
    return set(first)


def _in_order(ids: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{each}\n" for each in ids).encode()).hexdigest()


def _hashes(items: Iterable[AnyExample], progress: Callable[[str], None]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in items:
        if isinstance(item, Example):
            found[item.id] = pictures.perceptual_hash(item.path)
            if len(found) % 1000 == 0:
                progress(f"{len(found)} pictures hashed")
    return found


def _alike(
    items: Mapping[str, AnyExample], hashes: Mapping[str, int], new: frozenset[str] | None
) -> Iterator[Twins]:
    yield from likeness.twin_pictures(hashes, new=new)
    texts = [(each.id, each.text) for each in items.values() if isinstance(each, TextExample)]
    yield from likeness.twin_texts(texts, new=new)
    pairs = [each for each in items.values() if isinstance(each, PairExample)]
    yield from _pairs_like_heldout(pairs)


def _pairs_like_heldout(pairs: Sequence[PairExample]) -> Iterator[Twins]:
    """Yield the pairs whose first text is like one that is held out; nothing is calibrated on pairs."""
    members: dict[str, list[str]] = {}
    for each in pairs:
        members.setdefault(each.group, []).append(each.id)
    held = frozenset(each.group for each in pairs if each.heldout)
    for twins in likeness.twin_texts(((group, group) for group in members), new=held):
        for one in members[twins.one]:
            for other in members[twins.other]:
                yield Twins(one, other, twins.how)


def _declared(sources: Sequence[Source], items: Mapping[str, AnyExample]) -> Iterator[Twins]:
    """Yield the twins that manifests declare."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in items.values():
        groups.setdefault((item.source, item.group), []).append(item.id)
    for source in sources:
        for same in source.manifest.groups.same_as:
            for (name, group), here in groups.items():
                match = re.fullmatch(same.pattern, group) if name == source.name else None
                for other in (
                    groups.get((same.source, match.expand(same.group)), ()) if match else ()
                ):
                    for one in here:
                        yield Twins(one, other, f"the manifest of {source.name} says so")
