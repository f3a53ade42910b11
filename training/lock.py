"""Which items are held out, locked by hash: ``heldout.lock.toml`` beside the manifests, under git.

An item that leaves the held-out set, joins it, or is labelled anew changes the hash, and the loaders
refuse the source until the lock is renewed on purpose (`wardi data lock`), which a reviewer sees as a
changed line. Held-out labels are changed by nobody but the data's owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detector.errors import SetupError
from training import reading, toml
from training.examples import AnyExample, Example, PairExample, Side, TextExample
from training.sources import Source, digest
from training.splits import Yielded

LOCK, TWINS = "heldout.lock.toml", "twins.toml"


def entry(items: Iterable[AnyExample]) -> dict[str, Any]:
    """Return what the lock says of a source: how many items are held out, their ids, their labels."""
    held = [each for each in items if each.heldout]
    return {
        "heldout": len(held),
        "ids": digest(each.id for each in held),
        "labels": digest(f"{each.id} {_labels(each)}" for each in held),
    }


def locked(items: Iterable[AnyExample]) -> str:
    """Return one hash over ids and labels: whether two evaluations were made on the same items."""
    return digest(f"{each.id} {_labels(each)}" for each in items)


def _labels(item: AnyExample) -> str:
    if isinstance(item, Example):
        boxes = [(each.label, *(round(side, 6) for side in each.box)) for each in item.boxes]
        ignore = [(each.label, *(round(side, 6) for side in each.box)) for each in item.ignore]
        return repr((sorted(boxes), sorted(ignore), sorted(item.annotates)))
    if isinstance(item, TextExample):
        return repr((sorted(item.labels.items()), item.target))
    assert isinstance(item, PairExample)  # noqa: S101 - the union has no other member
    return repr((item.src_lang, item.tgt_lang))


def check(source: Source, items: Iterable[AnyExample]) -> None:
    """Hold the held-out items of a source against the lock.

    Raises:
        SetupError: If the source is not locked, or its held-out items or their labels changed.
    """
    path = source.locks / LOCK
    locked = toml.read(path) if path.is_file() else {}
    expected, found = locked.get(source.name), entry(items)
    if expected is None:
        raise SetupError(
            f"{path} does not name the source {source.name}; expected the hash of its held-out items; "
            f"run `wardi data lock` and commit the file"
        )
    if found != expected:
        what = "their labels" if found["ids"] == expected["ids"] else "which items they are"
        raise SetupError(
            f"{source.name} holds out {found['heldout']} items, {path} says {expected['heldout']}, and "
            f"{what} changed; nothing is loaded from it: restore the source, or, if its owner changed "
            f"it on purpose, run `wardi data lock` and commit the file"
        )


def renew(sources: Iterable[Source]) -> list[str]:
    """Write the lock anew for sources that share it; return the names whose entry changed."""
    changed = []
    by_file: dict[Path, dict[str, Any]] = {}
    for source in sources:
        path = source.locks / LOCK
        locked = by_file.setdefault(path, toml.read(path) if path.is_file() else {})
        found = entry(reading.items(source))
        if locked.get(source.name) != found:
            locked[source.name] = found
            changed.append(source.name)
    for path, locked in by_file.items():
        toml.write(
            path,
            {name: locked[name] for name in sorted(locked)},
            comment="Held-out items by source: count, hash of ids, hash of labels.\n"
            "Written by `wardi data lock`; a changed line is a changed test: review it.",
        )
    return changed


def exceptions(folder: Path) -> dict[str, Side]:
    """Return the groups that do not stand where the hash of their name says, by key."""
    path = folder / TWINS
    rows = toml.read(path).get("twins", []) if path.is_file() else []
    return {each["group"]: each["side"] for each in rows}


def covered(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what was settled before: by source the number of its first items and their hash."""
    path = folder / TWINS
    found: dict[str, dict[str, Any]] = toml.read(path).get("covered", {}) if path.is_file() else {}
    return found


def write_twins(folder: Path, yielded: Iterable[Yielded], sources: dict[str, Any]) -> None:
    """Keep who yields to whom, besides what was settled before."""
    path = folder / TWINS
    before = toml.read(path) if path.is_file() else {}
    rows = {each["group"]: each for each in before.get("twins", [])}
    for each in yielded:
        rows[each.group] = {"group": each.group, "side": each.side, "of": each.of, "how": each.how}
    every = {**before.get("covered", {}), **sources}
    toml.write(
        path,
        {
            "covered": {name: every[name] for name in sorted(every)},
            "twins": [rows[group] for group in sorted(rows)],
        },
        comment="Groups with near-duplicates in other groups, and where the one that yields stands.\n"
        "Written by `wardi data lock`; a group named here keeps its side.",
    )
