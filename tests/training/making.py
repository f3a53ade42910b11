"""Builders for the tests of `training`: small sources and label sets that nobody drew."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import pictures, toml
from training.settling import seal_source, settle_sources
from training.sources import Source, open_source

CLASSES = ("car", "police car", "unclear")
MAPPING = {"car": "background", "police car": "vehicle", "unclear": "ignore:vehicle"}


@dataclass(frozen=True)
class Row:
    """A picture of a made source; `lines` are those of its label file."""

    name: str
    group: str
    heldout: int = 0
    lines: tuple[str, ...] = ("1 0.5 0.5 0.4 0.4",)
    seed: int | None = None
    """Of the noise that it shows; None takes one of its own."""


def noise(seed: int, side: int = 48) -> bytes:
    """Return a picture of coarse noise, which no other seed resembles."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return pictures.webp(np.kron(coarse, np.ones((side // 8, side // 8, 1), np.uint8)))


def manifest(**changes: Any) -> dict[str, Any]:
    """Return the content of a manifest of pictures, with changes to its tables."""
    content: dict[str, Any] = {
        "name": "made",
        "kind": "vision",
        "about": "made for a test",
        "origin": {
            "repository": "none",
            "version": "1",
            "path": "vision/made",
            "licence": '"CC0"',
            "ships": "yes",
        },
        "groups": {"rule": "as the test says", "heldout": "column"},
        "labels": {
            "classes": list(CLASSES),
            "annotates_fully": ["vehicle"],
            "mapping": dict(MAPPING),
        },
        "suites": [{"name": "civilian vehicles", "labels": ["vehicle"], "classes": ["car"]}],
    }
    for table, values in changes.items():
        content[table] = content[table] | values if isinstance(values, dict) else values
    return content


def picture_source(
    root: Path, rows: Sequence[Row], *, locked: bool = True, **changes: Any
) -> Source:
    """Write a source of pictures with its manifest, seal it, and lock it."""
    said = manifest(**changes)
    folder = root / said["origin"]["path"]
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True)
    (folder / "classes.txt").write_text("\n".join(CLASSES) + "\n")
    with (folder / "items.csv").open("w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["image", "group", "heldout", "width", "height", "boxes"])
        for at, row in enumerate(rows):
            image = f"images/{row.name}.webp"
            (folder / image).write_bytes(noise(at if row.seed is None else row.seed))
            (folder / "labels" / f"{row.name}.txt").write_text("\n".join(row.lines))
            table.writerow([image, row.group, row.heldout, 48, 48, len(row.lines)])
    return _registered(root, said, locked=locked)


def text_source(root: Path, rows: Sequence[dict[str, str]], **changes: Any) -> Source:
    """Write a source of texts with its manifest, seal it, and lock it."""
    said = manifest(kind="text", labels={"topics": ["political"]}, suites=[])
    for key in ("classes", "annotates_fully", "mapping"):
        said["labels"].pop(key)
    said["origin"]["path"] = "text/made"
    said |= changes
    folder = root / said["origin"]["path"]
    folder.mkdir(parents=True)
    columns = ["text", "lang", "political", "target", "heldout", "weak"]
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, columns, restval="")
        table.writeheader()
        table.writerows({"lang": "en", "heldout": "0"} | row for row in rows)
    return _registered(root, said, locked=True)


def _registered(root: Path, said: dict[str, Any], *, locked: bool) -> Source:
    path = root / "data" / "sources" / f"{said['name']}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    toml.write(path, said)
    seal_source(path, open_source(path, root=root))
    source = open_source(path, root=root)
    if locked:
        settle_sources([source])
    return source


@pytest.fixture
def two_sided(tmp_path: Path) -> Source:
    """Return a source whose groups stand on every side."""
    return picture_source(
        tmp_path, [*(Row(f"p{at}", f"g{at}") for at in range(24)), Row("h", "held", 1)]
    )
