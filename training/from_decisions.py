"""Reviewers' decisions into corpora: one of pictures, one of texts, like any other imported corpus.

What a post showed and said goes in; who posted it and who decided does not. Pictures and words are
personal data all the same, and `wardi forget` does not reach into a corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.errors import InputError
from training.decisions import Decision
from training.formats.base import LabelSet, Trouble
from training.importing import Terms, import_labels
from training.judged import CLASSES, Judgements, Kept, picture_of

PICTURES, TEXTS = "decisions_pictures", "decisions_texts"
"""Folders in the one that is named, each a corpus."""
OWNER_ONLY = 0o700
LICENCE = "posts under review, decided on by this unit"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of decisions."""

    pictures: int
    texts: int
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class _InMemory:
    """`Bundle` of the pictures that came out of the store."""

    files: dict[str, bytes]
    label: str = "the store"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def read(self, name: str) -> bytes:
        return self.files[name]


def from_decisions(
    decisions: Sequence[tuple[str, Decision]],
    store: Kept,
    folder: Path,
    *,
    known: Sequence[Path] = (),
) -> Taken:
    """Turn decisions into labelled data.

    Args:
        decisions: With file and line, in the order in which they were made.
        store: Where the posts' evidence and pictures are.
        folder: Gets a corpus of pictures and a corpus of texts; what is there is added to.
        known: Files of perceptual hashes of held-out pictures; what is like them is left out.

    Raises:
        InputError: If nothing at all could be taken.
        SetupError: If a corpus that is there is not what its manifest and its lock say.
    """
    judged = Judgements()
    for where, decision in decisions:
        judged.add(where, decision, store)
    troubles = judged.troubles
    seen, files = _pictures(judged)
    pictures = _imported(seen, files, folder / PICTURES, known, troubles)
    read = LabelSet(texts=tuple(judged.texts.values()))
    texts = _imported(read, {}, folder / TEXTS, (), troubles)
    if not pictures + texts:
        first = f"; the first: {troubles[0].where}: {troubles[0].what}" if troubles else ""
        raise InputError(
            f"nothing of {len(decisions)} decisions was taken ({len(troubles)} things listed{first}); "
            f"expected decisions on posts that are in the store and not yet in {folder}"
        )
    return Taken(pictures, texts, tuple(troubles))


def _pictures(judged: Judgements) -> tuple[LabelSet, dict[str, bytes]]:
    """Return the pictures as a label set, with their files by name."""
    shown, files = [], {}
    for key, each in sorted(judged.pictures.items()):
        try:
            picture = picture_of(key, each)
        except InputError as error:
            judged.troubles.append(Trouble("cannot be read", key[0][:16], f"{error}: left out"))
            continue
        shown.append(picture)
        files[picture.name] = each.webp
    return LabelSet(CLASSES, tuple(shown)), files


def _imported(
    labels: LabelSet,
    files: dict[str, bytes],
    folder: Path,
    known: Sequence[Path],
    troubles: list[Trouble],
) -> int:
    """Import what there is; a kind of which nothing is new must not keep the other one out."""
    if not (labels.pictures or labels.texts):
        return 0
    folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    try:
        terms = Terms({each: each for each in labels.classes}, licence=LICENCE)
        done = import_labels(labels, _InMemory(files), folder, terms, known=known)
    except InputError as error:
        troubles.append(Trouble("not carried", folder.name, str(error)))
        return 0
    troubles.extend(done.troubles)
    return done.taken
