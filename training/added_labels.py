"""Labels of our own for other people's posts, kept without the posts.

A file says, of the post of a source with a given SHA-256, what it is of. The post itself stays where its
source lies; where that is not on this machine, its labels are left out and counted.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from detector.errors import InputError
from training.examples import TextExample

TOPICS = ("political", "religious", "mockery")
TARGETS = ("", "race", "gender", "caste", "religion")


@dataclass(frozen=True, slots=True)
class AddedLabel:
    """What one post is of."""

    labels: Mapping[str, bool]
    target: str
    doubt: bool


Key = tuple[str, str]
"""Source and SHA-256 of the text in UTF-8, in hex."""


def read_labels(folder: Path) -> dict[Key, AddedLabel]:
    """Read every CSV file of a folder: source, sha256, a column per topic, target, doubt.

    Raises:
        InputError: If a file says something else, or one post is labelled in two ways.
    """
    found: dict[Key, AddedLabel] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                key, label = _row(row, f"line {number} of {path}")
                if found.setdefault(key, label) != label:
                    raise InputError(
                        f"line {number} of {path} labels {key[0]}/{key[1][:16]} otherwise than an "
                        f"earlier line; expected one label for each post; take one of them out"
                    )
    return found


def joined(
    examples: Iterable[TextExample], labels: Mapping[Key, AddedLabel]
) -> Iterator[TextExample]:
    """Yield the examples that are labelled, with these labels instead of their own."""
    for each in examples:
        given = labels.get((each.source, hashlib.sha256(each.text.encode()).hexdigest()))
        if given is not None:
            yield replace(
                each,
                labels=MappingProxyType(dict(given.labels)),
                target=given.target,
                weak=frozenset(),
                doubt=given.doubt,
            )


def _row(row: Mapping[str, str | None], where: str) -> tuple[Key, AddedLabel]:
    try:
        labels = {topic: {"1": True, "0": False}[row[topic] or ""] for topic in TOPICS}
        source, digest, target = row["source"], row["sha256"], row["target"] or ""
    except KeyError as error:
        raise InputError(
            f"{where} lacks {error}; expected the columns source, sha256, {', '.join(TOPICS)} (0 or 1), "
            f"target, doubt; correct it"
        ) from error
    if not source or not digest or len(digest) != 64 or target not in TARGETS:
        raise InputError(
            f"{where} names {source!r}, {digest!r}, {target!r}; expected a source, a SHA-256 in hex, and "
            f"one of {', '.join(TARGETS[1:])} or nothing; correct it"
        )
    return (source, digest), AddedLabel(labels, target, row.get("doubt") == "1")
