"""Label Studio JSON (the full export): rectangles and choices on pictures, choices on texts.

Rectangles are percent of the original size. A task that nobody annotated is listed and left out; of
several annotations of a task the last is taken, which is listed. On a text, a choice that names a topic
says 1; the topics that the file offers and that were not chosen say 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from detector.errors import InputError
from training import pictures as opened
from training.formats.base import (
    Box,
    LabelSet,
    Picture,
    TextRow,
    Trouble,
    Written,
    not_carried,
    numbered,
)
from training.formats.bundle import Bundle
from training.manifest import TOPICS


def read(bundle: Bundle) -> LabelSet:
    """Read every Label Studio file of a bundle.

    Raises:
        InputError: If there is none.
    """
    tasks = list(_tasks(bundle))
    troubles: list[Trouble] = []
    offered = _offered(tasks)
    pictures: list[Picture] = []
    texts: list[TextRow] = []
    for task in tasks:
        where = str(task["data"].get("image") or task["data"].get("text", ""))[:80]
        try:
            results = _results(task, where, troubles)
            if results is None:
                continue
            if "image" in task["data"]:
                pictures.append(_picture(bundle, task["data"], results, where, troubles))
            else:
                texts.append(_text(task["data"], results, offered))
        except (InputError, KeyError, TypeError, ValueError) as error:
            what = f"{error} is missing or cannot be used: left out"
            troubles.append(Trouble("cannot be read", where, what))
    boxes = [box for each in pictures for box in each.boxes]
    return LabelSet(numbered((), boxes), tuple(pictures), tuple(texts), tuple(troubles))


def _tasks(bundle: Bundle) -> Iterator[Mapping[str, Any]]:
    found = False
    for name in bundle.names:
        if name.lower().endswith(".json"):
            said = _json(bundle, name)
            if isinstance(said, list) and said and all(_is_task(each) for each in said):
                found = True
                yield from said
    if not found:
        raise InputError(
            f"{bundle.label} holds no Label Studio tasks; expected the export named JSON (not "
            f"JSON-MIN); check --format"
        )


def _json(bundle: Bundle, name: str) -> Any:
    try:
        return json.loads(bundle.read(name))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{bundle.label}: {name} is not JSON ({error}); export it again"
        ) from error


def _is_task(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and isinstance(said.get("data"), dict)
        and isinstance(said.get("annotations"), list)
        and bool({"image", "text"} & set(said["data"]))
    )


def _results(
    task: Mapping[str, Any], where: str, troubles: list[Trouble]
) -> list[Mapping[str, Any]] | None:
    done = [each for each in task["annotations"] if not each.get("was_cancelled")]
    if not done:
        troubles.append(Trouble("picture without labels", where, "nobody annotated it: left out"))
        return None
    if len(done) > 1:
        what = f"{len(done)} annotations: the last is taken"
        troubles.append(Trouble("duplicate", where, what))
    return list(done[-1].get("result", []))


def _picture(
    bundle: Bundle,
    data: Mapping[str, Any],
    results: Iterable[Mapping[str, Any]],
    where: str,
    troubles: list[Trouble],
) -> Picture:
    name = _name(str(data["image"]))
    file = next((each for each in (f"images/{name}", name) if each in bundle.names), "")
    size: tuple[int, int] | None = None
    boxes: list[Box] = []
    tags: list[str] = []
    for result in results:
        if result["type"] == "rectanglelabels":
            size = (int(result["original_width"]), int(result["original_height"]))
            boxes += _boxes(result["value"], size)
            if result["value"].get("rotation"):
                raise ValueError("a rotated box")
        elif result["type"] == "choices":
            tags += map(str, result["value"]["choices"])
        else:
            raise ValueError(f"a result of type {result['type']}")
    if size is None and {"width", "height"} <= set(data):
        size = (int(data["width"]), int(data["height"]))
    if size is None:
        if not file:
            raise ValueError("the size of the picture")
        size = opened.size(bundle.read(file))
    return Picture(name, size, tuple(boxes), tuple(tags), file=file)


def _boxes(value: Mapping[str, Any], size: tuple[int, int]) -> Iterator[Box]:
    width, height = size
    left, top = float(value["x"]) * width / 100, float(value["y"]) * height / 100
    right = left + float(value["width"]) * width / 100
    bottom = top + float(value["height"]) * height / 100
    for label in value["rectanglelabels"]:
        yield Box(str(label), (left, top, right, bottom))


def _name(said: str) -> str:
    """Return the file's name of a path or address that Label Studio gave a picture."""
    parts = urlsplit(said)
    if "d" in (query := parse_qs(parts.query)):
        return query["d"][0].rsplit("/", 1)[-1]
    if parts.scheme or said.startswith("/"):
        return unquote(parts.path).rsplit("/", 1)[-1]
    return said


def _offered(tasks: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    chosen = {
        choice
        for task in tasks
        for annotation in task["annotations"]
        for result in annotation.get("result", ())
        if result.get("type") == "choices"
        for choice in result["value"]["choices"]
    }
    return frozenset(TOPICS) & chosen


def _text(
    data: Mapping[str, Any], results: Iterable[Mapping[str, Any]], offered: frozenset[str]
) -> TextRow:
    chosen = {
        str(choice)
        for result in results
        if result["type"] == "choices"
        for choice in result["value"]["choices"]
    }
    judged = data.get("judged", sorted(offered))
    target = next((each.partition(":")[2] for each in sorted(chosen) if ":" in each), "")
    return TextRow(
        str(data["text"]),
        str(data.get("lang", "")),
        {topic: topic in chosen for topic in judged},
        target,
        str(data.get("group", "")),
        {"1": True, "0": False}.get(str(data.get("heldout", ""))),
        str(data.get("register", "")),
    )


def write(labels: LabelSet) -> Written:
    """Write one file of tasks with an annotation each, pictures under ``images/``."""
    tasks: list[dict[str, Any]] = []
    places = {}
    for at, picture in enumerate(labels.pictures):
        places[at] = f"images/{picture.name}"
        width, height = picture.size_wh
        data: dict[str, Any] = {"image": picture.name, "width": width, "height": height}
        results = [_rectangle(box, picture.size_wh) for box in picture.boxes]
        tasks.append(_task(len(tasks) + 1, data, [*results, *_choices(picture.tags, "image")]))
    for row in labels.texts:
        judged = {key: value for key, value in row.labels.items() if value is not None}
        chosen = [key for key, value in judged.items() if value]
        chosen += [f"target:{row.target}"] if row.target else []
        data = {"text": row.text, "judged": sorted(judged)}
        data |= {
            key: getattr(row, key) for key in ("lang", "group", "register") if getattr(row, key)
        }
        data |= {} if row.heldout is None else {"heldout": str(int(row.heldout))}
        tasks.append(_task(len(tasks) + 1, data, _choices(chosen, "text")))
    content = json.dumps(tasks, ensure_ascii=False).encode()
    lost = not_carried(labels.pictures, (), frozenset({"tags", "texts"}), "Label Studio")
    return Written({"tasks.json": content}, places, tuple(lost))


def _task(number: int, data: Mapping[str, Any], results: Iterable[Any]) -> dict[str, Any]:
    return {"id": number, "data": data, "annotations": [{"id": number, "result": list(results)}]}


def _choices(chosen: Iterable[str], name: str) -> Iterator[dict[str, Any]]:
    if listed := list(chosen):
        value = {"choices": listed}
        yield {"type": "choices", "from_name": "choice", "to_name": name, "value": value}


def _rectangle(box: Box, size: tuple[int, int]) -> dict[str, Any]:
    left, top, right, bottom = box.xyxy
    width, height = size
    return {
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": width,
        "original_height": height,
        "value": {
            "x": left / width * 100,
            "y": top / height * 100,
            "width": (right - left) / width * 100,
            "height": (bottom - top) / height * 100,
            "rotation": 0,
            "rectanglelabels": [box.label],
        },
    }
