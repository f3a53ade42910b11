"""Reads every item of a source, held-out ones among them: the raw material of the loaders.

Only `training.corpus`, `training.heldout`, `training.lock` and `training.audit` may import this file; a
test holds it. Whatever fits, calibrates or chooses takes its examples from `training.corpus`.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from detector.errors import SetupError
from detector.evidence import Fractions
from training.examples import AnyExample, Example, LabelledBox, PairExample, TextExample, text_key
from training.manifest import BACKGROUND, IGNORE, LABELS, TOPICS, Label
from training.sources import Source

LETTERS: Mapping[str, Label] = {each[0]: each for each in LABELS}
"""Letters of the column `annotates_column` names: u, b, v, w."""
TOLERANCE = 1e-4
"""How far a box may reach over the edge of its picture, as a fraction: rounding of label files."""


def items(source: Source) -> Iterator[AnyExample]:
    """Yield every item of a source, in the order of its list.

    Raises:
        SetupError: If a file is missing or does not fit the manifest.
    """
    kind = source.manifest.kind
    if kind == "vision":
        return pictures(source)
    if kind == "text":
        return texts(source)
    if kind == "pairs":
        return pairs(source)
    return iter(())


def pictures(source: Source) -> Iterator[Example]:
    """Yield every picture of a source with its labels; no picture is opened."""
    said = source.manifest.labels
    classes = tuple(each for each in _text(source, "classes.txt").splitlines() if each.strip())
    if classes != said.classes:
        raise SetupError(
            f"{source.folder / 'classes.txt'} lists {list(classes)}; the manifest of {source.name} "
            f"says {list(said.classes)}; class numbers would be read wrongly: correct the one that "
            f"is wrong"
        )
    for row in _rows(source, "items.csv", {"image", "group", "width", "height"}):
        try:
            yield _picture(source, row)
        except (ValueError, IndexError, KeyError) as error:
            raise SetupError(
                f"{source.name}, {row['image']}: its row or label file cannot be read ({error}); "
                f"expected lines `class x y width height` in fractions and classes below "
                f"{len(classes)}; restore the source or correct the file"
            ) from error


def _picture(source: Source, row: Mapping[str, str]) -> Example:
    said = source.manifest.labels
    drawn = [(said.classes[number], box) for number, box in label_rows(source, row["image"])]
    mapped = [(said.mapping[name], box) for name, box in drawn]
    boxes = tuple(LabelledBox(label, box) for label, box in mapped if label in LABELS)
    ignore = tuple(
        LabelledBox(label.partition(":")[2], box)
        for label, box in mapped
        if label.partition(":")[0] == IGNORE
    )
    background = tuple(
        LabelledBox(name, box) for name, box in drawn if said.mapping[name] == BACKGROUND
    )
    full: frozenset[str] = frozenset(said.annotates_fully)
    if said.annotates_column:
        full = frozenset(LETTERS[each] for each in row[said.annotates_column])
    shows = frozenset(name for name, _ in drawn)
    slices = [*said.slices.items(), *((name, row[name]) for name in said.slice_columns)]
    return Example(
        id=f"{source.name}/{Path(row['image']).stem}",
        source=source.name,
        path=source.folder / row["image"],
        size_wh=(int(row["width"]), int(row["height"])),
        group=row["group"],
        heldout=_heldout(source, row),
        boxes=boxes,
        ignore=ignore,
        annotates=full,
        negative_for=frozenset(said.negative_for),
        shows=shows,
        suites=_suites(source, shows, {each.label for each in boxes}),
        slices=tuple(slices),
        background=background,
    )


def label_rows(source: Source, image: str) -> Iterator[tuple[int, Fractions]]:
    """Yield class number and box of each line of a picture's label file.

    Raises:
        SetupError: If there is no label file; a picture without objects has an empty one.
        ValueError: If a line is not five numbers, or a box reaches outside the picture.
    """
    for number, box in drawn_rows(source, image):
        if not inside(box):
            raise ValueError(f"the box {box} reaches outside the picture")
        left, top, right, bottom = box
        yield number, (max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0))


def drawn_rows(source: Source, image: str) -> Iterator[tuple[int, Fractions]]:
    """Yield the lines of a picture's label file as they are, inside the picture or not."""
    for line in _text(source, f"labels/{Path(image).stem}.txt").splitlines():
        if line.strip():
            number, *place = line.split()
            x, y, width, height = map(float, place)
            half_w, half_h = width / 2, height / 2
            yield int(number), (x - half_w, y - half_h, x + half_w, y + half_h)


def inside(box: Fractions) -> bool:
    """Say whether a box lies in the picture, but for the rounding of label files."""
    return min(box) >= -TOLERANCE and max(box) <= 1 + TOLERANCE


def _suites(source: Source, shows: frozenset[str], labels: set[str]) -> frozenset[str]:
    return frozenset(
        each.name
        for each in source.manifest.suites
        if (not each.classes or shows & set(each.classes)) and not labels & set(each.labels)
    )


def texts(source: Source) -> Iterator[TextExample]:
    """Yield every row of a text source."""
    said = source.manifest.labels
    for row in _rows(source, "rows.csv", {"text", "lang"}):
        topics: dict[str, bool | None] = {
            each: _judged(row[each]) for each in TOPICS if row.get(each) is not None
        }
        yield TextExample(
            id=f"{source.name}/{hashlib.sha256(row['text'].encode()).hexdigest()[:16]}",
            source=source.name,
            text=row["text"],
            lang=row["lang"],
            labels=MappingProxyType(topics),
            target=row.get("target") or "",
            group=row.get("group") or row.get("pair") or text_key(row["text"]),
            heldout=_heldout(source, row),
            weak=frozenset(filter(None, (row.get("weak") or "").split(";"))),
            drawn=row.get("drawn") or "",
            register=row.get("register") or "",
            doubt=row.get("doubt") == "1",
            slices=tuple((name, row[name]) for name in said.slice_columns),
            pair=row.get("pair") or "",
        )


def _judged(value: str) -> bool | None:
    return {"1": True, "0": False, "": None}[value]


def pairs(source: Source) -> Iterator[PairExample]:
    """Yield every pair of a source."""
    for row in _rows(source, "pairs.tsv", {"src", "tgt", "src_lang", "tgt_lang"}):
        both = f"{row['src']}\t{row['tgt']}"
        yield PairExample(
            id=f"{source.name}/{hashlib.sha256(both.encode()).hexdigest()[:16]}",
            source=source.name,
            src=row["src"],
            tgt=row["tgt"],
            src_lang=row["src_lang"],
            tgt_lang=row["tgt_lang"],
            group=text_key(row["src"]),
            heldout=_heldout(source, row),
        )


def _heldout(source: Source, row: Mapping[str, str]) -> bool:
    rule = source.manifest.groups.heldout
    return rule == "all" or (rule == "column" and {"1": True, "0": False}[row["heldout"]])


def _rows(source: Source, name: str, needed: set[str]) -> Iterator[dict[str, Any]]:
    path = source.folder / name
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a row of a text source may be an article
    style: dict[str, Any] = {"delimiter": ","}
    if path.suffix == ".tsv":
        style = {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    if source.manifest.groups.heldout == "column":
        needed = needed | {"heldout"}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, **style)
            if missing := needed - set(reader.fieldnames or ()):
                raise SetupError(
                    f"{path} lacks the columns {sorted(missing)}; expected them in its first line; "
                    f"restore the source"
                )
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SetupError(
            f"{path} cannot be read ({error}); expected a table in UTF-8; restore the source"
        ) from error


def _text(source: Source, name: str) -> str:
    try:
        return (source.folder / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{source.folder / name} cannot be read ({error}); expected a text file in UTF-8 (an "
            f"empty one for a picture without objects); restore the source"
        ) from error
