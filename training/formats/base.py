"""The seam between annotation files and the rest: what every format is read into and written from.

Add a format by:

1. Writing one file here with `read(bundle) -> LabelSet` and `write(labels, folder) -> troubles`.
2. Adding its name to `FORMATS` in `training/formats/table.py`.
3. Adding it to the parameters of `tests/contracts/test_label_format.py`.

A reader drops nothing silently: what it cannot use stands in `LabelSet.troubles`. A writer returns a
trouble for everything that its format cannot carry.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from detector.errors import InputError

Pixels = tuple[float, float, float, float]
"""``(x_min, y_min, x_max, y_max)`` in pixels of the upright picture, origin top left."""

TroubleKind = Literal[
    "box outside the picture",
    "empty box",
    "unknown class",
    "picture without labels",
    "picture without boxes",
    "labels without picture",
    "cannot be read",
    "rotated box",
    "not a rectangle",
    "not carried",
    "duplicate",
    "twin of a held-out picture",
]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in a label set that cannot be taken as it stands."""

    kind: TroubleKind
    where: str
    """Picture or file, with the line where there is one."""
    what: str
    """What was found and what becomes of it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that somebody drew."""

    label: str
    xyxy: Pixels
    occluded: bool = False
    crowd: bool = False
    """Stands for several objects at once (COCO's ``iscrowd``)."""
    track: int | None = None
    """Number of the object it shows, over the frames of a clip."""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with everything that was said of it."""

    name: str
    """Path in the label set, with forward slashes."""
    size_wh: tuple[int, int]
    """Width and height in pixels, upright."""
    boxes: tuple[Box, ...] = ()
    tags: tuple[str, ...] = ()
    """Labels of the picture as a whole."""
    subset: str = ""
    """``train``, ``val``, ``test`` ...; empty where the file does not say."""
    clip: str = ""
    """The clip whose frame it is; empty for a photo."""
    file: str = field(default="", compare=False)
    """Path of the picture itself in the bundle; empty where it is not there."""
    annotates: tuple[str, ...] | None = field(default=None, compare=False)
    """Our labels of which every instance outside ignored regions is boxed; None: as the importer says."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text with its topics."""

    text: str
    lang: str = ""
    labels: Mapping[str, bool | None] = field(default_factory=dict)
    target: str = ""
    group: str = ""
    """Texts of one author or thread share it; empty: the text stands for itself."""
    heldout: bool | None = None
    """None where the file does not say."""
    register: str = ""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """What an annotation file says."""

    classes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    texts: tuple[TextRow, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def looked_over(labels: LabelSet, where: str) -> LabelSet:
    """Add what is wrong with the boxes to the troubles.

    Raises:
        InputError: If there is no label at all: an export that went wrong, not a set of negatives.
    """
    said = any(each.boxes or each.tags for each in labels.pictures)
    judged = any(value is not None for each in labels.texts for value in each.labels.values())
    if not said and not judged:
        raise InputError(
            f"{where} holds no label at all ({len(labels.pictures)} pictures, {len(labels.texts)} "
            f"texts, {len(labels.troubles)} things that cannot be used"
            f"{': ' + labels.troubles[0].what if labels.troubles else ''}); expected at least one box "
            f"or choice; export it again with its annotations, and check --format"
        )
    found = [*labels.troubles, *_of_pictures(labels.pictures)]
    return LabelSet(labels.classes, labels.pictures, labels.texts, tuple(found))


def _of_pictures(pictures: Iterable[Picture]) -> Iterator[Trouble]:
    for picture in pictures:
        if not picture.boxes and not picture.tags:
            yield Trouble(
                "picture without boxes",
                picture.name,
                "taken as a picture that shows nothing of ours",
            )
        for number, times in Counter(picture.boxes).items():
            if times > 1:
                yield Trouble(
                    "duplicate", picture.name, f"the same {number.label} box {times} times"
                )
        for box in picture.boxes:
            trouble = box_trouble(box, picture)
            if trouble is not None:
                yield trouble


def box_trouble(box: Box, picture: Picture) -> Trouble | None:
    """Return what is wrong with the place of a box, or None."""
    left, top, right, bottom = box.xyxy
    width, height = picture.size_wh
    if not all(map(math.isfinite, box.xyxy)) or right <= left or bottom <= top:
        return Trouble("empty box", picture.name, f"{box.label} {box.xyxy}: left out")
    rounding = 1e-6 * max(width, height)
    if (
        left < -rounding
        or top < -rounding
        or right > width + rounding
        or bottom > height + rounding
    ):
        return Trouble(
            "box outside the picture",
            picture.name,
            f"{box.label} {box.xyxy} in {width}x{height}: cut at the edge, left out if nothing remains",
        )
    return None


def numbered(classes: Iterable[str], boxes: Iterable[Box]) -> tuple[str, ...]:
    """Return class names in order, with those that boxes use beside the list at its end."""
    listed = tuple(dict.fromkeys(classes))
    extra = {each.label for each in boxes} - set(listed)
    return (*listed, *sorted(extra))


def not_carried(
    pictures: Iterable[Picture], texts: Iterable[TextRow], kept: frozenset[str], name: str
) -> Iterator[Trouble]:
    """Yield a trouble for each picture or text of which a format cannot carry something.

    Args:
        pictures: What is written.
        texts: What is written.
        kept: Fields of `Box`, `Picture` and ``texts`` that the format has a place for.
        name: The format, for the message.
    """
    for picture in pictures:
        lost = {
            each
            for each in ("tags", "subset", "clip")
            if getattr(picture, each) and each not in kept
        }
        for box in picture.boxes:
            every = ("occluded", "crowd", "attributes")
            lost |= {each for each in every if getattr(box, each) and each not in kept}
            lost |= {"track"} if box.track is not None and "track" not in kept else set()
        if lost:
            what = f"{', '.join(sorted(lost))}: {name} has no place for it"
            yield Trouble("not carried", picture.name, what)
    if "texts" not in kept:
        for row in texts:
            yield Trouble("not carried", row.text[:40], f"a text: {name} has no place for it")


@dataclass(frozen=True, slots=True)
class Written:
    """A label set as files of one format."""

    files: Mapping[str, bytes]
    """Content by path in the archive."""
    places: Mapping[int, str]
    """Path in the archive at which each picture belongs, by its index."""
    troubles: tuple[Trouble, ...] = ()
    """What the format cannot carry."""
