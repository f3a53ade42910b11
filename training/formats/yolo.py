"""Ultralytics YOLO: a text file of ``class x y width height`` in fractions beside each picture.

Read: ``images/<subset>`` with ``labels/<subset>``, Roboflow's ``<subset>/images``, and pictures with
their label files in one folder; class names from ``data.yaml``, ``obj.names`` or ``classes.txt``. A
picture without a label file is listed and not taken: whether nothing is on it, nobody said.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import yaml

from detector.errors import InputError
from training import pictures
from training.formats.base import Box, LabelSet, Picture, Trouble, Written, not_carried, numbered
from training.formats.bundle import Bundle

ALL = "all"
"""Folder for pictures of no subset."""
MAX_YAML = 2**20
_NO_LABELS = frozenset({"classes.txt", "train.txt", "val.txt", "test.txt", "readme.txt"})


def read(bundle: Bundle) -> LabelSet:
    """Read a data set; see the module's docstring.

    Raises:
        InputError: If it has no class names.
    """
    classes = _classes(bundle)
    images = [each for each in bundle.names if _suffix(each) in pictures.SUFFIXES]
    labels = {each for each in bundle.names if _is_label(each)}
    found: list[Picture] = []
    troubles: list[Trouble] = []
    used: set[str] = set()
    for image in images:
        label = next((each for each in _label_paths(image) if each in labels), None)
        if label is None or label in used:
            what = "no label file: left out" if label is None else f"shares {label}: left out"
            troubles.append(Trouble("picture without labels", image, what))
            continue
        used.add(label)
        try:
            found.append(_picture(bundle, image, label, classes))
        except (InputError, ValueError) as error:
            troubles.append(Trouble("cannot be read", image, f"{error}: left out"))
    troubles += [
        Trouble("labels without picture", each, "left out: its size is not known")
        for each in sorted(labels - used)
    ]
    boxes = [box for each in found for box in each.boxes]
    every = numbered(classes, boxes)
    troubles += [
        Trouble("unknown class", each, f"not among the {len(classes)} names: say what it is")
        for each in every[len(classes) :]
    ]
    return LabelSet(every, tuple(found), (), tuple(troubles))


def _classes(bundle: Bundle) -> tuple[str, ...]:
    for name in sorted(bundle.names, key=lambda each: each.count("/")):
        base = PurePosixPath(name).name
        if _suffix(name) in {".yaml", ".yml"}:
            content = bundle.read(name)
            names = _names(content, f"{bundle.label}: {name}") if len(content) < MAX_YAML else None
        elif base in {"obj.names", "classes.txt"}:
            text = bundle.read(name).decode("utf-8", "replace")
            names = [each.strip() for each in text.splitlines() if each.strip()]
        else:
            continue
        if names:
            return tuple(names)
    raise InputError(
        f"{bundle.label} names no classes; expected data.yaml with `names`, obj.names or classes.txt; "
        f"export it again with the names"
    )


def _names(content: bytes, where: str) -> list[str] | None:
    try:
        said = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{where} is not YAML ({error}); correct it") from error
    names = said.get("names") if isinstance(said, dict) else None
    if isinstance(names, dict):
        if sorted(names) != list(range(len(names))):
            raise InputError(f"{where} numbers its classes {sorted(names)}; expected 0, 1, 2 ...")
        names = [names[number] for number in sorted(names)]
    return [str(each) for each in names] if isinstance(names, list) else None


def _picture(bundle: Bundle, image: str, label: str, classes: tuple[str, ...]) -> Picture:
    width, height = pictures.size(bundle.read(image))
    boxes = []
    text = bundle.read(label).decode("utf-8")
    for at, line in enumerate(text.splitlines(), 1):
        values = line.split()
        if not values:
            continue
        if len(values) != 5:
            raise ValueError(f"{label}:{at} has {len(values)} numbers, expected 5 (a box)")
        number, (x, y, w, h) = int(values[0]), map(float, values[1:])
        name = classes[number] if 0 <= number < len(classes) else f"class_{number}"
        sides = (
            (x - w / 2) * width,
            (y - h / 2) * height,
            (x + w / 2) * width,
            (y + h / 2) * height,
        )
        boxes.append(Box(name, sides))
    subset, name = _subset(image)
    return Picture(name, (width, height), tuple(boxes), subset=subset, file=image)


def _subset(image: str) -> tuple[str, str]:
    """Return subset and name of ``images/<subset>/<name>`` or ``<subset>/images/<name>``."""
    parts = PurePosixPath(image).parts
    if "images" not in parts[:-1]:
        return "", image
    at = parts.index("images")
    before, after = parts[:at], parts[at + 1 :]
    if before and before[-1] in {"train", "val", "valid", "test"}:
        return before[-1], "/".join(after)
    if len(after) > 1:
        return "" if after[0] == ALL else after[0], "/".join(after[1:])
    return "", "/".join(after)


def _label_paths(image: str) -> Iterator[str]:
    stem = PurePosixPath(image).with_suffix(".txt")
    parts = list(stem.parts)
    for at in range(len(parts) - 1):
        if parts[at] == "images":
            yield "/".join([*parts[:at], "labels", *parts[at + 1 :]])
    yield stem.as_posix()


def _is_label(name: str) -> bool:
    base = PurePosixPath(name).name.lower()
    return base.endswith(".txt") and base not in _NO_LABELS and not base.startswith("readme")


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def write(labels: LabelSet) -> Written:
    """Write a data set as ``images/<subset>``, ``labels/<subset>`` and ``data.yaml``.

    Raises:
        InputError: If two pictures would share a label file.
    """
    classes = numbered(labels.classes, (box for each in labels.pictures for box in each.boxes))
    files: dict[str, bytes] = {}
    places: dict[int, str] = {}
    for at, picture in enumerate(labels.pictures):
        places[at] = f"images/{picture.subset or ALL}/{picture.name}"
        path = next(_label_paths(places[at]))
        if path in files:
            raise InputError(
                f"two pictures share the label file {path}; expected names that differ before the "
                f"dot; rename {picture.name}"
            )
        width, height = picture.size_wh
        lines = []
        for box in picture.boxes:
            left, top, right, bottom = box.xyxy
            x, y = (left + right) / 2 / width, (top + bottom) / 2 / height
            w, h = (right - left) / width, (bottom - top) / height
            lines.append(f"{classes.index(box.label)} {x!r} {y!r} {w!r} {h!r}\n")
        files[path] = "".join(lines).encode()
    files["data.yaml"] = _data_yaml(labels, classes)
    lost = not_carried(labels.pictures, labels.texts, frozenset({"subset"}), "YOLO")
    return Written(files, places, tuple(lost))


def _data_yaml(labels: LabelSet, classes: tuple[str, ...]) -> bytes:
    subsets = sorted({each.subset or ALL for each in labels.pictures})
    first = "train" if "train" in subsets else (subsets or [ALL])[0]
    second = next((each for each in ("val", "valid", "test") if each in subsets), first)
    said = {
        "train": f"images/{first}",
        "val": f"images/{second}",
        "names": dict(enumerate(classes)),
    }
    if "test" in subsets:
        said["test"] = "images/test"
    return str(yaml.safe_dump(said, sort_keys=False, allow_unicode=True)).encode()
