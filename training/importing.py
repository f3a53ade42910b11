"""Label sets into a corpus: a folder that is a source of data like any other.

``corpus.toml`` is its manifest, ``items.csv`` (or ``rows.csv``) its list, ``labels/*.txt`` the boxes in
the words of those who drew them; `[labels.mapping]` says what the words mean. An import adds to a corpus
that is there: what was in it keeps its place and its side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from detector.errors import InputError
from detector.settings import Limits
from training import corpus_folder, lock, reading, toml
from training.formats.base import LabelSet, Trouble
from training.formats.bundle import Bundle
from training.manifest import BACKGROUND, IGNORE, LABELS, TOPICS, Manifest, Ships
from training.settling import seal_source, settle_sources
from training.sources import Source, open_source

MANIFEST = "corpus.toml"


@dataclass(frozen=True, slots=True)
class Terms:
    """What only the importer knows of a label set."""

    mapping: Mapping[str, str]
    """Class of the label set -> our label, ``ignore`` or ``background``; a class of our name means it."""
    annotates: tuple[str, ...] = ()
    """Our labels of which every instance is boxed; empty: every label that a class means."""
    licence: str = "none stated"
    ships: str = "none stated"
    group_pattern: str = ""
    """Regular expression on a picture's name; what its first bracket matches is the group."""

    def __post_init__(self) -> None:
        if self.ships not in get_args(Ships):
            raise InputError(
                f"--ships {self.ships!r} is not known; expected one of {', '.join(get_args(Ships))}"
            )
        try:
            re.compile(self.group_pattern)
        except re.error as error:
            raise InputError(f"--group {self.group_pattern!r} is no pattern ({error})") from error


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a label set."""

    taken: int
    items: int
    """Items of the corpus now."""
    heldout: int
    """Held-out items of the corpus now."""
    troubles: tuple[Trouble, ...]
    """What was left out, cut or changed, and what the reader listed."""

    @property
    def left_out(self) -> bool:
        """Whether something of the label set is not in the corpus, or not as it was."""
        return any(each.kind != "picture without boxes" for each in self.troubles)


def import_labels(
    labels: LabelSet,
    bundle: Bundle,
    folder: Path,
    terms: Terms,
    *,
    beside: Bundle | None = None,
    known: Sequence[Path] = (),
    limits: Limits | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Imported:
    """Add a label set to a corpus, or begin one.

    Args:
        labels: From `training.formats.table.read_labels`.
        bundle: Where its pictures are.
        folder: The corpus.
        terms: What the label set does not say itself.
        beside: More files with its pictures, where the bundle holds labels alone.
        known: Files of perceptual hashes of held-out pictures; what is like them is left out.
        limits: What a picture may cost; None takes the defaults.

    Raises:
        InputError: If a class has no meaning, nothing can be taken, or the corpus is of another kind.
        SetupError: If the corpus is not what its manifest and its lock say.
    """
    kind = "text" if labels.texts else "vision"
    classes = _meant(labels, terms, _before(labels, folder, kind))
    letters = _letters(classes, terms)
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "text":
        taken, troubles = corpus_folder.add_texts(labels.texts, folder)
    else:
        bundles = (bundle, *([beside] if beside else []))
        incoming = corpus_folder.Incoming(
            labels.pictures, bundles, letters, terms.group_pattern, known, limits or Limits()
        )
        taken, troubles = corpus_folder.add_pictures(incoming, folder, tuple(classes))
    every = (*labels.troubles, *troubles)
    if not taken:
        raise _nothing(bundle, every)
    source = _finished(folder, kind, classes, terms)
    settle_sources([source], progress)
    content = source.manifest.content
    counted = (content.items, content.heldout) if content else (0, 0)
    return Imported(taken, *counted, every)


def _nothing(bundle: Bundle, troubles: Sequence[Trouble]) -> InputError:
    first = f"{troubles[0].where}: {troubles[0].what}" if troubles else "it is there already"
    return InputError(
        f"nothing of {bundle.label} was taken ({len(troubles)} things listed; the first: {first}); "
        f"expected pictures beside their labels; export with pictures, or give --images"
    )


def _before(labels: LabelSet, folder: Path, kind: str) -> Manifest | None:
    if labels.pictures and labels.texts:
        raise InputError(
            f"the label set holds {len(labels.pictures)} pictures and {len(labels.texts)} texts; "
            f"expected one of them; export them apart"
        )
    path = folder / MANIFEST
    if not path.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(
                f"{folder} is not empty and no corpus; expected a new folder; name one"
            )
        return None
    source = open_source(path)
    if source.manifest.kind != kind:
        raise InputError(
            f"{folder} holds {source.manifest.kind}; expected a corpus of {kind}; name another folder"
        )
    lock.check(source, reading.items(source))
    return source.manifest


def _meant(labels: LabelSet, terms: Terms, before: Manifest | None) -> dict[str, str]:
    """Return class -> meaning: the corpus' own classes first, then new ones.

    Raises:
        InputError: If a class means nothing we know, or something else than before.
    """
    known = dict(before.labels.mapping) if before else {}
    classes = {} if before is None else {name: known[name] for name in before.labels.classes}
    allowed = {*LABELS, IGNORE, BACKGROUND, *(f"{IGNORE}:{each}" for each in LABELS)}
    if odd := sorted(set(terms.mapping) - set(labels.classes)):
        raise InputError(
            f"--map names {odd}; the label set has the classes {list(labels.classes)}; name one of those"
        )
    missing = []
    for name in labels.classes:
        own = name if name in {*LABELS, IGNORE} else None
        meaning = terms.mapping.get(name, known.get(name, own))
        if meaning is None:
            missing.append(name)
        elif meaning not in allowed or known.get(name, meaning) != meaning:
            raise InputError(
                f"the class {name!r} is mapped to {meaning!r}"
                f"{f', before to {known[name]!r}' if name in known else ''}; expected "
                f"{'the same' if name in known else 'one of ' + ', '.join(sorted(allowed))}; correct --map"
            )
        else:
            classes[name] = meaning
    if missing:
        raise InputError(
            f"the classes {missing} are none of ours; expected a meaning for each, because what is not "
            f"mapped would be taught as background; give --map NAME=LABEL, =ignore or =background"
        )
    return classes


def _letters(classes: Mapping[str, str], terms: Terms) -> str:
    """Return the labels annotated fully, in the letters of the column annotated_fully."""
    said = set(terms.annotates or classes.values()) & set(LABELS)
    if odd := set(terms.annotates) - set(LABELS):
        raise InputError(
            f"--annotates names {sorted(odd)}; expected some of {', '.join(LABELS)}; correct it"
        )
    return "".join(each[0] for each in LABELS if each in said)


def _finished(folder: Path, kind: str, classes: Mapping[str, str], terms: Terms) -> Source:
    path = folder / MANIFEST
    if not path.is_file():
        groups = {"rule": "as imported: clip, pattern, or the item itself", "heldout": "column"}
        content: dict[str, Any] = {
            "name": "".join(
                each if each.isalnum() else "_" for each in folder.resolve().name.lower()
            ),
            "kind": kind,
            "about": "imported by `wardi data import`",
            "origin": {
                "repository": "own labels",
                "version": "not recorded",
                "path": ".",
                "licence": terms.licence,
                "ships": terms.ships,
            },
            "groups": groups,
            "labels": {},
        }
        toml.write(path, content)
    if kind == "text":
        toml.update(path, "labels", {"topics": list(TOPICS)})
    else:
        said = {"classes": list(classes), "annotates_column": "annotated_fully", "mapping": classes}
        toml.update(path, "labels", said)
    seal_source(path, open_source(path))
    return open_source(path)
