"""CVAT 1.1 XML: "for images" (boxes and tags in each image) and "for video" (boxes along tracks).

Reading tells the two apart by itself. XML is parsed by `defusedxml`, the only use of it: no entities, no
references to other files. A rotated box is replaced by the upright one around it, and listed; outlines,
points and masks are listed and leave their picture out, because something on it would be missing.
"""

from __future__ import annotations

import math
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as Tree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from detector.errors import InputError
from training import pictures as opened
from training.formats.base import Box, LabelSet, Picture, Trouble, Written, not_carried, numbered
from training.formats.bundle import Bundle

FRAME = "frame_{:06d}"


def read(bundle: Bundle) -> LabelSet:
    """Read every CVAT file of a bundle.

    Raises:
        InputError: If there is none, or one is damaged.
    """
    sets = []
    for name in bundle.names:
        if name.lower().endswith(".xml"):
            root = _parsed(bundle, name)
            if root.tag == "annotations":
                video = root.find("track") is not None
                sets.append(_video(bundle, name, root) if video else _images(bundle, root))
    if not sets:
        raise InputError(
            f"{bundle.label} holds no CVAT file; expected annotations.xml (CVAT for images or video "
            f"1.1); check --format"
        )
    named = {each.file for one in sets for each in one.pictures}
    listed = {PurePosixPath(each.where).name for one in sets for each in one.troubles}
    rest = tuple(
        Trouble("picture without labels", each, "no file names it: left out")
        for each in bundle.names
        if PurePosixPath(each).suffix.lower() in opened.SUFFIXES
        and each not in named
        and PurePosixPath(each).name not in listed
    )
    return LabelSet(
        tuple(dict.fromkeys(name for one in sets for name in one.classes)),
        tuple(each for one in sets for each in one.pictures),
        (),
        (*(each for one in sets for each in one.troubles), *rest),
    )


def _parsed(bundle: Bundle, name: str) -> Any:
    try:
        return fromstring(bundle.read(name))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputError(
            f"{bundle.label}: {name} is not plain XML ({error}); expected a CVAT file without "
            f"entities; export it again"
        ) from error


def _label_names(root: Any) -> list[str]:
    return [each.text.strip() for each in root.findall("./meta//labels/label/name") if each.text]


def _images(bundle: Bundle, root: Any) -> LabelSet:
    troubles: list[Trouble] = []
    found: list[Picture] = []
    for image in root.findall("image"):
        name = image.get("name", "")
        odd = {each.tag for each in image} - {"box", "tag"}
        try:
            size = (int(image.attrib["width"]), int(image.attrib["height"]))
            boxes = tuple(_box(each, name, troubles) for each in image.findall("box"))
            tags = tuple(each.attrib["label"] for each in image.findall("tag"))
        except (KeyError, ValueError) as error:
            what = f"{error} is missing or no number: the picture is left out"
            troubles.append(Trouble("cannot be read", name, what))
            continue
        if odd:
            what = f"holds {', '.join(sorted(odd))}, not boxes: the picture is left out"
            troubles.append(Trouble("not a rectangle", name, what))
            continue
        subset = image.get("subset", "")
        found.append(Picture(name, size, boxes, tags, subset, file=_find(bundle, name, subset)))
    used = [box for each in found for box in each.boxes]
    listed = _label_names(root)
    every = numbered(listed, used)
    if listed:
        troubles += [
            Trouble("unknown class", each, "not among the labels of the task: say what it is")
            for each in every[len(set(listed)) :]
        ]
    return LabelSet(every, tuple(found), (), tuple(troubles))


def _box(said: Any, where: str, troubles: list[Trouble], track: int | None = None) -> Box:
    left, top = float(said.attrib["xtl"]), float(said.attrib["ytl"])
    right, bottom = float(said.attrib["xbr"]), float(said.attrib["ybr"])
    turn = math.radians(float(said.get("rotation", 0)))
    if turn:
        # CVAT turns a box about its centre.
        x, y, w, h = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
        half_w = (abs(w * math.cos(turn)) + abs(h * math.sin(turn))) / 2
        half_h = (abs(w * math.sin(turn)) + abs(h * math.cos(turn))) / 2
        left, top, right, bottom = x - half_w, y - half_h, x + half_w, y + half_h
        troubles.append(Trouble("rotated box", where, "the upright box around it is taken"))
    more = sorted((each.attrib["name"], each.text or "") for each in said.findall("attribute"))
    return Box(
        said.get("label", ""),
        (left, top, right, bottom),
        occluded=said.get("occluded", "0") == "1",
        track=track,
        attributes=tuple(more),
    )


def _find(bundle: Bundle, name: str, subset: str) -> str:
    for path in (f"images/{subset}/{name}", f"images/{name}", name):
        if path in bundle.names:
            return path
    return ""


def _video(bundle: Bundle, name: str, root: Any) -> LabelSet:
    troubles: list[Trouble] = []
    size = _size(root, f"{bundle.label}: {name}")
    clip = _clip(root, name)
    frames: dict[int, list[Box]] = {}
    seen: dict[int, dict[int, bool]] = {}
    for at, track in enumerate(root.findall("track")):
        number = int(track.get("id", at))
        for said in track.findall("box"):
            frame = int(said.attrib["frame"])
            gone = said.get("outside", "0") == "1"
            seen.setdefault(number, {})[frame] = gone
            frames.setdefault(frame, [])
            if not gone:
                said.set("label", track.get("label", ""))
                frames[frame].append(_box(said, f"{clip}, frame {frame}", troubles, number))
        if odd := {each.tag for each in track} - {"box"}:
            what = f"track {number} holds {', '.join(sorted(odd))}, not boxes: it is left out"
            troubles.append(Trouble("not a rectangle", clip, what))
    files = _frame_files(bundle)
    frames.update({at: [] for at in files if at not in frames})
    holes = _holes(seen, sorted(frames))
    troubles += [
        Trouble("cannot be read", files.get(at, f"{clip}, frame {at}"), why)
        for at, why in holes.items()
    ]
    found = tuple(
        Picture(FRAME.format(at), size, tuple(frames[at]), clip=clip, file=files.get(at, ""))
        for at in sorted(frames)
        if at not in holes
    )
    used = [box for each in found for box in each.boxes]
    return LabelSet(numbered(_label_names(root), used), found, (), tuple(troubles))


def _holes(seen: dict[int, dict[int, bool]], frames: list[int]) -> dict[int, str]:
    """Return the frames at which a track is on but has no box, with the reason: keyframes alone."""
    holes: dict[int, str] = {}
    for track, boxes in seen.items():
        on = False
        for frame in frames:
            if frame in boxes:
                on = not boxes[frame]
            elif on and frame < max(boxes):
                holes[frame] = f"track {track} has no box here, only before and after: left out"
    return holes


def _size(root: Any, where: str) -> tuple[int, int]:
    width, height = (
        root.find("./meta//original_size/width"),
        root.find("./meta//original_size/height"),
    )
    if width is None or height is None:
        raise InputError(
            f"{where} lacks meta/task/original_size; expected the size of the clip; export it again"
        )
    return int(width.text or 0), int(height.text or 0)


def _clip(root: Any, name: str) -> str:
    said = root.find("./meta//source")
    return said.text if said is not None and said.text else PurePosixPath(name).stem


def _frame_files(bundle: Bundle) -> dict[int, str]:
    found = {}
    for name in bundle.names:
        path = PurePosixPath(name)
        number = path.stem.removeprefix("frame_")
        if path.suffix.lower() in opened.SUFFIXES and number.isdecimal():
            found[int(number)] = name
    return found


def write(labels: LabelSet) -> Written:
    """Write "CVAT for images 1.1": ``annotations.xml``, pictures under ``images/``."""
    root = _head(labels)
    places = {}
    for at, picture in enumerate(labels.pictures):
        places[at] = f"images/{picture.subset}/{picture.name}".replace("//", "/")
        width, height = map(str, picture.size_wh)
        about = {"id": str(at), "name": picture.name, "width": width, "height": height}
        image = Tree.SubElement(
            root, "image", about | ({"subset": picture.subset} if picture.subset else {})
        )
        for box in picture.boxes:
            _write_box(image, box, {"label": box.label, "source": "manual", "z_order": "0"})
        for tag in picture.tags:
            Tree.SubElement(image, "tag", {"label": tag, "source": "manual"})
    kept = frozenset({"subset", "tags", "occluded", "attributes"})
    lost = not_carried(labels.pictures, labels.texts, kept, "CVAT for images")
    return Written({"annotations.xml": _bytes(root)}, places, tuple(lost))


def write_video(labels: LabelSet) -> Written:
    """Write "CVAT for video 1.1" of one clip.

    Raises:
        InputError: If the pictures are not frames of one clip, or a box belongs to no track.
    """
    clips = {(each.clip, each.size_wh) for each in labels.pictures}
    frames = {each.name.removeprefix("frame_"): each for each in labels.pictures}
    untracked = any(box.track is None for each in labels.pictures for box in each.boxes)
    if len(clips) != 1 or untracked or not all(each.isdecimal() for each in frames):
        raise InputError(
            f"{len(labels.pictures)} pictures of {len(clips)} clips cannot be one CVAT video; expected "
            f"frames of one clip, every box on a track; export them as cvat"
        )
    [(clip, size)] = clips
    root = _head(labels, clip, size)
    _write_tracks(root, {int(name): each for name, each in frames.items()})
    places = {
        at: f"images/{each.name}{PurePosixPath(each.file).suffix or '.png'}"
        for at, each in enumerate(labels.pictures)
    }
    kept = frozenset({"clip", "track", "occluded", "attributes"})
    lost = not_carried(labels.pictures, labels.texts, kept, "CVAT for video")
    return Written({"annotations.xml": _bytes(root)}, places, tuple(lost))


def _write_tracks(root: Tree.Element, frames: dict[int, Picture]) -> None:
    order = sorted(frames)
    tracks: dict[tuple[int, str], dict[int, Box]] = {}
    for at, picture in frames.items():
        for box in picture.boxes:
            tracks.setdefault((box.track or 0, box.label), {})[at] = box
    for (number, label), boxes in sorted(tracks.items()):
        about = {"id": str(number), "label": label, "source": "manual"}
        track = Tree.SubElement(root, "track", about)
        for before, frame in zip([None, *order], [*order, None], strict=True):
            said = {"frame": str(frame), "keyframe": "1", "outside": "0", "z_order": "0"}
            if frame in boxes:
                _write_box(track, boxes[frame], said)
            elif before in boxes and frame is not None:
                _write_box(track, boxes[before], said | {"outside": "1"})


def _head(labels: LabelSet, clip: str = "", size: tuple[int, int] = (0, 0)) -> Tree.Element:
    root = Tree.Element("annotations")
    Tree.SubElement(root, "version").text = "1.1"
    task = Tree.SubElement(Tree.SubElement(root, "meta"), "task")
    every = numbered(labels.classes, (box for each in labels.pictures for box in each.boxes))
    names = Tree.SubElement(task, "labels")
    for name in every:
        Tree.SubElement(Tree.SubElement(names, "label"), "name").text = name
    if clip:
        original = Tree.SubElement(task, "original_size")
        Tree.SubElement(original, "width").text, Tree.SubElement(original, "height").text = map(
            str, size
        )
        Tree.SubElement(task, "source").text = clip
    return root


def _write_box(parent: Tree.Element, box: Box, more: dict[str, str]) -> None:
    sides = dict(zip(("xtl", "ytl", "xbr", "ybr"), map(repr, map(float, box.xyxy)), strict=True))
    element = Tree.SubElement(parent, "box", {**more, "occluded": str(int(box.occluded)), **sides})
    for name, value in box.attributes:
        Tree.SubElement(element, "attribute", {"name": name}).text = value


def _bytes(root: Tree.Element) -> bytes:
    Tree.indent(root)
    return bytes(Tree.tostring(root, "utf-8", xml_declaration=True))
