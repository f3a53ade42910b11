"""COCO: one JSON file with images, annotations and categories; boxes as ``x y width height`` in pixels.

A picture without annotations is taken as one that shows nothing, and listed. Outlines are not kept, only
the boxes around them, which is listed too. CVAT's ``attributes`` are understood.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from detector.errors import InputError
from training import pictures as opened
from training.formats.base import Box, LabelSet, Picture, Trouble, Written, not_carried, numbered
from training.formats.bundle import Bundle

_PARTS = ("images", "annotations", "categories")


def read(bundle: Bundle) -> LabelSet:
    """Read every COCO file of a bundle; the subset stands in the name ``instances_<subset>.json``.

    Raises:
        InputError: If there is none, or one is damaged.
    """
    sets = []
    for name in bundle.names:
        if name.lower().endswith(".json"):
            said = _json(bundle, name)
            if isinstance(said, dict) and all(isinstance(said.get(each), list) for each in _PARTS):
                sets.append(_one(bundle, name, said))
    if not sets:
        raise InputError(
            f"{bundle.label} holds no COCO file; expected JSON with images, annotations and "
            f"categories; check --format"
        )
    named = {each.file for one in sets for each in one.pictures if each.file}
    images = [
        each
        for each in bundle.names
        if PurePosixPath(each).suffix.lower() in opened.SUFFIXES and each not in named
    ]
    rest = [
        Trouble("picture without labels", each, "no file names it: left out") for each in images
    ]
    return LabelSet(
        tuple(dict.fromkeys(name for one in sets for name in one.classes)),
        tuple(each for one in sets for each in one.pictures),
        (),
        (*(each for one in sets for each in one.troubles), *rest),
    )


def _json(bundle: Bundle, name: str) -> Any:
    try:
        return json.loads(bundle.read(name))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{bundle.label}: {name} is not JSON ({error}); expected a COCO file; export it again"
        ) from error


def _one(bundle: Bundle, name: str, said: Mapping[str, Any]) -> LabelSet:
    categories, images = _heads(bundle, name, said)
    boxes: dict[Any, list[Box]] = {at: [] for at in images}
    unreadable: set[Any] = set()
    troubles: list[Trouble] = []
    for annotation in said["annotations"]:
        at = annotation.get("image_id") if isinstance(annotation, dict) else None
        if at not in images:
            what = "no such image: left out"
            troubles.append(Trouble("labels without picture", f"{name}: image {at}", what))
            continue
        where = images[at][0]
        try:
            boxes[at].append(_box(annotation, categories))
        except (KeyError, TypeError, ValueError) as error:
            unreadable.add(at)
            what = f"a box without a usable {error}: the picture is left out"
            troubles.append(Trouble("cannot be read", where, what))
        if annotation.get("segmentation"):
            troubles.append(Trouble("not a rectangle", where, "an outline: its box is taken"))
    stem = PurePosixPath(name).stem
    subset = stem.removeprefix("instances_") if stem.startswith("instances_") else ""
    subset = "" if subset == "default" else subset
    found = tuple(
        Picture(each, size, tuple(boxes[at]), subset=subset, file=_find(bundle, each, subset))
        for at, (each, size) in images.items()
        if at not in unreadable
    )
    every = numbered(categories.values(), (box for each in found for box in each.boxes))
    troubles += [
        Trouble("unknown class", each, "no such category: say what it is")
        for each in every[len(set(categories.values())) :]
    ]
    return LabelSet(every, found, (), tuple(troubles))


def _heads(
    bundle: Bundle, name: str, said: Mapping[str, Any]
) -> tuple[dict[Any, str], dict[Any, tuple[str, tuple[int, int]]]]:
    """Return the names of the categories, and name and size of the images, by id."""
    try:
        categories = {each["id"]: str(each["name"]) for each in said["categories"]}
        images = {
            each["id"]: (str(each["file_name"]), (int(each["width"]), int(each["height"])))
            for each in said["images"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{bundle.label}: {name} lacks {error} in an image or category; expected id, name, "
            f"file_name, width, height; export it again"
        ) from error
    return categories, images


def _box(said: Mapping[str, Any], categories: Mapping[Any, str]) -> Box:
    x, y, width, height = map(float, said["bbox"])
    more = dict(said.get("attributes") or {})
    occluded = bool(more.pop("occluded", False))
    track = more.pop("track_id", None)
    number = said["category_id"]
    return Box(
        categories.get(number, f"class_{number}"),
        (x, y, x + width, y + height),
        occluded=occluded,
        crowd=bool(said.get("iscrowd", 0)),
        track=None if track is None else int(track),
        attributes=tuple(sorted((str(key), str(value)) for key, value in more.items())),
    )


def _find(bundle: Bundle, name: str, subset: str) -> str:
    for path in (f"images/{subset}/{name}", f"images/{name}", f"{subset}/{name}", name):
        if path in bundle.names:
            return path
    return ""


def write(labels: LabelSet) -> Written:
    """Write one JSON file per subset, ``annotations/instances_<subset>.json``."""
    classes = numbered(labels.classes, (box for each in labels.pictures for box in each.boxes))
    categories = [{"id": at, "name": name} for at, name in enumerate(classes, 1)]
    sets: dict[str, dict[str, list[Any]]] = {}
    places: dict[int, str] = {}
    for at, picture in enumerate(labels.pictures):
        subset = picture.subset or "default"
        places[at] = f"images/{picture.subset}/{picture.name}".replace("//", "/")
        one = sets.setdefault(subset, {"images": [], "annotations": [], "categories": categories})
        width, height = picture.size_wh
        image = {"id": at + 1, "file_name": picture.name, "width": width, "height": height}
        one["images"].append(image)
        for box in picture.boxes:
            said = _annotation(box, at + 1, len(one["annotations"]) + 1, classes)
            one["annotations"].append(said)
    files = {
        f"annotations/instances_{subset}.json": json.dumps(one, ensure_ascii=False).encode()
        for subset, one in sets.items()
    }
    kept = frozenset({"subset", "occluded", "crowd", "track", "attributes"})
    return Written(files, places, tuple(not_carried(labels.pictures, labels.texts, kept, "COCO")))


def _annotation(box: Box, image: int, number: int, classes: tuple[str, ...]) -> dict[str, Any]:
    left, top, right, bottom = box.xyxy
    more: dict[str, Any] = dict(box.attributes)
    if box.occluded:
        more["occluded"] = True
    if box.track is not None:
        more["track_id"] = box.track
    return {
        "id": number,
        "image_id": image,
        "category_id": classes.index(box.label) + 1,
        "bbox": [left, top, right - left, bottom - top],
        "area": (right - left) * (bottom - top),
        "iscrowd": int(box.crowd),
        "segmentation": [],
        "attributes": more,
    }
