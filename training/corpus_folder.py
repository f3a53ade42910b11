"""The files of an imported corpus: adding items, and reading them back as a label set.

Pictures are kept under a hash of their content, so that the same picture is never there twice, and no
name that somebody else chose becomes a path. What the label files have no column for (tags, tracks,
attributes) stands in ``extras.json``, so that an export gives back what was imported.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from detector.errors import InputError
from detector.settings import Limits
from training import likeness, pictures, reading
from training.examples import text_key
from training.formats.base import Box, LabelSet, Picture, Pixels, TextRow, Trouble
from training.formats.bundle import Bundle
from training.manifest import LABELS, TOPICS
from training.sources import Source
from training.splits import chosen_for_heldout

ITEMS, ROWS, EXTRAS = "items.csv", "rows.csv", "extras.json"
ITEM_COLUMNS = (
    *("image", "group", "heldout", "width", "height", "boxes", "annotated_fully"),
    *("name", "subset", "clip"),
)
ROW_COLUMNS = ("text", "lang", *TOPICS, "target", "heldout", "weak", "register", "group")
HELD = frozenset({"test", "heldout", "held-out"})
"""Subsets of an import that its maker held out."""
_ROBOFLOW = re.compile(r"\.rf\.[0-9a-f]{8,}$")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Pictures that are to be added."""

    pictures: Sequence[Picture]
    bundles: Sequence[Bundle]
    """Where their files are looked for, in this order."""
    letters: str
    """Labels annotated fully in each of them: u, b, v, w."""
    group_pattern: str
    """Regular expression on a picture's name for its group; empty: the name without its suffix."""
    known: Sequence[Path]
    """Files of perceptual hashes of held-out pictures."""
    limits: Limits


def add_pictures(
    incoming: Incoming, folder: Path, classes: Sequence[str]
) -> tuple[int, list[Trouble]]:
    """Add pictures to a corpus; return how many, and what was left out."""
    troubles: list[Trouble] = []
    rows, extras = _table(folder / ITEMS), _extras(folder)
    there = {row["image"] for row in rows}
    held = _fingerprints(incoming.known)
    by_subset = any(each.subset in HELD for each in incoming.pictures)
    first_new = len(rows)
    for picture in incoming.pictures:
        found = _accepted(picture, incoming, held)
        if isinstance(found, Trouble):
            troubles.append(found)
            continue
        image, content = found
        if image in there:
            troubles.append(Trouble("duplicate", picture.name, "it is there already: left out"))
            continue
        there.add(image)
        cut = [(box, _cut(box.xyxy, picture.size_wh)) for box in picture.boxes]
        boxes = [(box, place) for box, place in cut if place is not None]
        (folder / "images").mkdir(exist_ok=True)
        (folder / image).write_bytes(content)
        _write_labels(folder, image, boxes, classes, picture.size_wh)
        rows.append(_row(picture, image, len(boxes), incoming, by_subset=by_subset))
        if extra := _extra(picture, [box for box, _ in boxes]):
            extras[PurePosixPath(image).stem] = extra
    if len(rows) == first_new:
        return 0, troubles
    _write_table(folder / ITEMS, ITEM_COLUMNS, rows)
    (folder / "classes.txt").write_text("".join(f"{each}\n" for each in classes), "utf-8")
    if extras:
        (folder / EXTRAS).write_text(json.dumps(extras, ensure_ascii=False, indent=1), "utf-8")
    return len(rows) - first_new, troubles


def _row(
    picture: Picture, image: str, boxes: int, incoming: Incoming, *, by_subset: bool
) -> dict[str, str]:
    group = _group(picture, incoming.group_pattern)
    heldout = picture.subset in HELD if by_subset else chosen_for_heldout(group)
    letters = incoming.letters
    if picture.annotates is not None:
        letters = "".join(each[0] for each in LABELS if each in picture.annotates)
    values = (image, group, int(heldout), *picture.size_wh, boxes, letters)
    named = (picture.name, picture.subset, picture.clip)
    return dict(zip(ITEM_COLUMNS, map(str, (*values, *named)), strict=True))


def _accepted(
    picture: Picture, incoming: Incoming, held: Mapping[str, int]
) -> tuple[str, bytes] | Trouble:
    """Return the name and content under which a picture is kept, or why it is not."""
    try:
        content = _content(picture, incoming.bundles)
        if content is None:
            what = "its file is not among the files given: left out"
            return Trouble("labels without picture", picture.name, what)
        trouble = _refused(picture, content, held, incoming.limits)
    except InputError as error:
        return Trouble("cannot be read", picture.name, f"{error}: left out")
    image = f"images/{hashlib.sha256(content).hexdigest()[:16]}{_suffix(picture)}"
    return trouble or (image, content)


def _content(picture: Picture, bundles: Sequence[Bundle]) -> bytes | None:
    if picture.file:
        return bundles[0].read(picture.file)
    name = PurePosixPath(picture.name)
    for bundle in bundles:
        for each in bundle.names:
            path = PurePosixPath(each)
            same = path.name == name.name or (picture.clip and path.stem == name.name)
            if same and path.suffix.lower() in pictures.SUFFIXES:
                return bundle.read(each)
    return None


def _refused(
    picture: Picture, content: bytes, held: Mapping[str, int], limits: Limits
) -> Trouble | None:
    size = pictures.size(content, limits)
    if size != picture.size_wh:
        what = f"is {size[0]}x{size[1]}, its labels say {picture.size_wh}: left out"
        return Trouble("cannot be read", picture.name, what)
    own = pictures.perceptual_hash(content, limits)
    for twins in likeness.twin_pictures({"": own, **held}, new=frozenset({""})):
        what = f"{twins.how}, to a held-out picture: left out"
        return Trouble("twin of a held-out picture", picture.name, what)
    return None


def _suffix(picture: Picture) -> str:
    suffix = PurePosixPath(picture.file or picture.name).suffix.lower()
    return suffix if suffix in pictures.SUFFIXES else ".img"


def _cut(sides: Pixels, size: tuple[int, int]) -> Pixels | None:
    width, height = size
    left, right = max(sides[0], 0.0), min(sides[2], float(width))
    top, bottom = max(sides[1], 0.0), min(sides[3], float(height))
    return (left, top, right, bottom) if right > left and bottom > top else None


def _group(picture: Picture, pattern: str) -> str:
    if picture.clip:
        return picture.clip
    if pattern and (match := re.search(pattern, picture.name)):
        return match[1] if match.re.groups else match[0]
    return _ROBOFLOW.sub("", PurePosixPath(picture.name).with_suffix("").as_posix())


def _write_labels(
    folder: Path,
    image: str,
    boxes: Iterable[tuple[Box, Pixels]],
    classes: Sequence[str],
    size: tuple[int, int],
) -> None:
    lines = []
    for box, (left, top, right, bottom) in boxes:
        x, y = (left + right) / 2 / size[0], (top + bottom) / 2 / size[1]
        width, height = (right - left) / size[0], (bottom - top) / size[1]
        lines.append(f"{classes.index(box.label)} {x!r} {y!r} {width!r} {height!r}\n")
    path = folder / "labels" / f"{PurePosixPath(image).stem}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(lines), "utf-8", newline="\n")


def _extra(picture: Picture, boxes: Sequence[Box]) -> dict[str, Any]:
    said: dict[str, Any] = {"tags": list(picture.tags)} if picture.tags else {}
    every = {}
    for at, box in enumerate(boxes):
        more: dict[str, Any] = {each: True for each in ("occluded", "crowd") if getattr(box, each)}
        more |= {} if box.track is None else {"track": box.track}
        more |= {"attributes": [list(each) for each in box.attributes]} if box.attributes else {}
        if more:
            every[str(at)] = more
    return {**said, **({"boxes": every} if every else {})}


def _extras(folder: Path) -> dict[str, Any]:
    path = folder / EXTRAS
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _fingerprints(paths: Iterable[Path]) -> dict[str, int]:
    lines = [line for path in paths if path.is_file() for line in path.read_text("utf-8").split()]
    return {line: int(line, 16) for line in lines}


def add_texts(texts: Iterable[TextRow], folder: Path) -> tuple[int, list[Trouble]]:
    """Add texts to a corpus; return how many, and what was left out."""
    troubles: list[Trouble] = []
    rows = _table(folder / ROWS)
    there = {text_key(row["text"]) for row in rows}
    first_new = len(rows)
    for text in texts:
        key = text_key(text.text)
        if key in there:
            troubles.append(
                Trouble("duplicate", text.text[:60], "the same text is there: left out")
            )
            continue
        there.add(key)
        heldout = chosen_for_heldout(text.group or key) if text.heldout is None else text.heldout
        row = dict.fromkeys(ROW_COLUMNS, "")
        row |= {"text": text.text, "lang": text.lang, "target": text.target, "group": text.group}
        row |= {"register": text.register, "heldout": str(int(heldout))}
        row |= {
            topic: str(int(value))
            for topic in TOPICS
            if (value := text.labels.get(topic)) is not None
        }
        rows.append(row)
    if len(rows) > first_new:
        _write_table(folder / ROWS, ROW_COLUMNS, rows)
    return len(rows) - first_new, troubles


def label_set(source: Source) -> tuple[LabelSet, dict[int, Path]]:
    """Read a corpus back as the label set it was imported from, with the files of its pictures.

    Works for any source of pictures or texts; only an imported one knows names, subsets and extras.

    Raises:
        InputError: If the source holds neither pictures nor texts.
        SetupError: If a file is missing or does not fit the manifest.
    """
    if source.manifest.kind == "text":
        rows = _table(source.folder / ROWS)
        return LabelSet((), (), tuple(_text_row(each) for each in rows)), {}
    if source.manifest.kind != "vision":
        raise InputError(
            f"{source.name} holds {source.manifest.kind}; expected pictures or texts; name another source"
        )
    extras = _extras(source.folder)
    found, files = [], {}
    for at, row in enumerate(_table(source.folder / ITEMS)):
        found.append(_picture(source, row, extras.get(PurePosixPath(row["image"]).stem, {})))
        files[at] = source.folder / row["image"]
    return LabelSet(source.manifest.labels.classes, tuple(found)), files


def _picture(source: Source, row: Mapping[str, str], extra: Mapping[str, Any]) -> Picture:
    width, height = int(row["width"]), int(row["height"])
    boxes = []
    for at, (number, (left, top, right, bottom)) in enumerate(
        reading.label_rows(source, row["image"])
    ):
        more = dict(extra.get("boxes", {}).get(str(at), {}))
        more["attributes"] = tuple((key, value) for key, value in more.get("attributes", ()))
        sides = (left * width, top * height, right * width, bottom * height)
        boxes.append(Box(source.manifest.labels.classes[number], sides, **more))
    return Picture(
        row.get("name") or PurePosixPath(row["image"]).name,
        (width, height),
        tuple(boxes),
        tuple(extra.get("tags", ())),
        row.get("subset", ""),
        row.get("clip", ""),
        file=row["image"],
    )


def _text_row(row: Mapping[str, str]) -> TextRow:
    labels: dict[str, bool | None] = {each: row[each] == "1" for each in TOPICS if row.get(each)}
    more = {each: row.get(each, "") for each in ("lang", "target", "group", "register")}
    return TextRow(row["text"], labels=labels, heldout=row.get("heldout") == "1", **more)


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, columns)
        table.writeheader()
        table.writerows(rows)
