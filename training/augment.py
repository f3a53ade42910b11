"""Labelled pictures onto the square that the network learns from, changed as phone video changes them.

Every change of a picture is drawn from a generator of its own, seeded by run, epoch and place in the epoch
(a square of four pictures has four): a resumed run sees what the interrupted one would have seen. A thing
that is cut or covered too far to be recognised becomes a region to be ignored: it is neither to be found
nor to be taken for background.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import cv2
import numpy as np
import numpy.typing as npt

from detector.errors import InputError
from training import looks
from training.examples import LabelledBox

Pixels = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

GREY = (114, 114, 114)
"""Padding, as at inference."""
SEEN = 0.35
"""Share of a box that must stay in view for the box to stay a thing to be found."""
COVERED = 0.6
"""Share of a box that a sticker may cover before the box is ignored."""
SMALLEST = 2.0
"""Side in pixels of the square below which a box is ignored."""
LARGEST = {"degrees": 45.0, "scale": 0.9}
"""The most that may be asked of a change, where that is not 1."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How much a picture is changed; stands in the card's recipe. Chances are in [0, 1]."""

    scale: float = 0.5
    """Sizes between ``1 - scale`` and ``1 + scale`` times the fitting one."""
    translate: float = 0.1
    """Shift up to this fraction of the side."""
    degrees: float = 5.0
    flip: float = 0.5
    vertical_crop: float = 0.2
    """A 9:16 stretch of a wide picture, as phones cut it."""
    colour: float = 0.5
    low_light: float = 0.15
    blur: float = 0.15
    compression: float = 0.3
    """JPEG of low quality, in half of the cases after making it smaller."""
    overlay: float = 0.2
    """A line of text, a sticker, or both."""
    palette: float = 0.0
    """Other colours for the clothes of persons in uniform; see `training.clothing`."""
    badges: float = 0.0
    """Emblems sewn on their clothes, where every badge is boxed; see `training.badging`."""
    mosaic: float = 0.0
    """Four pictures on one square, each on a quarter of it (YOLOv4, arXiv:2004.10934, section 3.3)."""


def changed(values: Mapping[str, float]) -> Changes:
    """Return the usual changes with other values for some.

    Raises:
        InputError: If there is no such change, or a value is out of range.
    """
    known = [each.name for each in fields(Changes)]
    for name, value in values.items():
        if name not in known:
            raise InputError(
                f"--change {name}: there is no such change; expected one of {', '.join(known)}"
            )
        most = LARGEST.get(name, 1.0)
        if not 0 <= value <= most:
            raise InputError(
                f"--change {name}={value:g}: expected a number from 0 to {most:g}; correct it"
            )
    return replace(Changes(), **values)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture on the square with what is to be learnt from it; boxes as fractions of the square."""

    pixels: Pixels
    """RGB, shape ``(side, side, 3)``."""
    boxes: tuple[LabelledBox, ...]
    ignore: tuple[LabelledBox, ...]


def fitted(
    pixels: Pixels, boxes: Sequence[LabelledBox], ignore: Sequence[LabelledBox], side: int
) -> Scene:
    """Put a picture on the square as it is: centred, as large as it fits."""
    height, width = pixels.shape[:2]
    matrix = _placing(width, height, side)
    return _warped(pixels, boxes, ignore, side, matrix)


def augmented(
    pixels: Pixels,
    boxes: Sequence[LabelledBox],
    ignore: Sequence[LabelledBox],
    side: int,
    rng: np.random.Generator,
    changes: Changes,
) -> Scene:
    """Put a picture on the square, changed at random.

    Args:
        pixels: RGB, shape ``(height, width, 3)``.
        boxes: Things to be found, as fractions of the picture.
        ignore: Regions of which nobody can say, likewise.
        side: Of the square, in pixels.
        rng: Source of every draw.
        changes: How much is changed.
    """
    if rng.random() < changes.vertical_crop:
        pixels, boxes, ignore = _cropped(pixels, boxes, ignore, rng)
    height, width = pixels.shape[:2]
    matrix = _turned(side, rng, changes) @ _placing(width, height, side)
    scene = _warped(pixels, boxes, ignore, side, matrix)
    shown = looks.relit(scene.pixels, rng, colour=changes.colour, low_light=changes.low_light)
    scene = replace(scene, pixels=shown)
    if rng.random() < changes.overlay:
        scene = _overlaid(scene, rng)
    worn = looks.worn(scene.pixels, rng, blur=changes.blur, compression=changes.compression)
    return replace(scene, pixels=worn)


def tiled(quarters: Sequence[Scene]) -> Scene:
    """Put four squares of one side onto a square of twice the side, row by row."""
    rows = [np.concatenate([each.pixels for each in quarters[at : at + 2]], 1) for at in (0, 2)]
    places = ((0, 0), (1, 0), (0, 1), (1, 1))
    moved = [
        tuple(_quartered(box, at) for box in boxes)
        for each, at in zip(quarters, places, strict=True)
        for boxes in (each.boxes, each.ignore)
    ]
    return Scene(np.concatenate(rows), sum(moved[::2], ()), sum(moved[1::2], ()))


def _quartered(box: LabelledBox, at: tuple[int, int]) -> LabelledBox:
    left, top, right, bottom = box.box
    x, y = at
    return replace(box, box=((left + x) / 2, (top + y) / 2, (right + x) / 2, (bottom + y) / 2))


def _cropped(
    pixels: Pixels,
    boxes: Sequence[LabelledBox],
    ignore: Sequence[LabelledBox],
    rng: np.random.Generator,
) -> tuple[Pixels, Sequence[LabelledBox], Sequence[LabelledBox]]:
    """Cut a 9:16 stretch out of a wide picture, around one of its things where there is one."""
    height, width = pixels.shape[:2]
    cut = round(height * 9 / 16)
    if cut >= width:
        return pixels, boxes, ignore
    middle = rng.uniform(0, width)
    if boxes:
        left, _, right, _ = boxes[int(rng.integers(len(boxes)))].box
        middle = rng.uniform(left, right) * width
    start = int(np.clip(middle - cut / 2, 0, width - cut))
    shift = np.array([[1.0, 0, -start], [0, 1, 0], [0, 0, 1]])
    kept, hidden = _moved(boxes, ignore, (width, height), (cut, height), shift)
    return pixels[:, start : start + cut], kept, hidden


def _placing(width: int, height: int, side: int) -> Matrix:
    scale = side / max(width, height)
    left, top = (side - width * scale) / 2, (side - height * scale) / 2
    return np.array([[scale, 0, left], [0, scale, top], [0, 0, 1]])


def _turned(side: int, rng: np.random.Generator, changes: Changes) -> Matrix:
    """Return a random scale, turn, flip and shift about the middle of the square."""
    scale = rng.uniform(1 - changes.scale, 1 + changes.scale)
    angle = math.radians(rng.uniform(-changes.degrees, changes.degrees))
    mirror = -1.0 if rng.random() < changes.flip else 1.0
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    dx, dy = side / 2 + side * rng.uniform(-changes.translate, changes.translate, 2)
    about = np.array([[1.0, 0, -side / 2], [0, 1, -side / 2], [0, 0, 1]])
    back = np.array([[mirror * cos, -mirror * sin, dx], [sin, cos, dy], [0, 0, 1]])
    turned: Matrix = back @ about
    return turned


def _warped(
    pixels: Pixels,
    boxes: Sequence[LabelledBox],
    ignore: Sequence[LabelledBox],
    side: int,
    matrix: Matrix,
) -> Scene:
    height, width = pixels.shape[:2]
    # OpenCV counts from the middle of a pixel, boxes from its corner.
    centred = matrix.copy()
    centred[:2, 2] += (matrix[:2, :2].sum(axis=1) - 1) / 2
    shown = cv2.warpAffine(
        pixels, centred[:2], (side, side), flags=cv2.INTER_LINEAR, borderValue=GREY
    )
    kept, hidden = _moved(boxes, ignore, (width, height), (side, side), matrix)
    return Scene(np.asarray(shown, np.uint8), kept, hidden)


def _moved(
    boxes: Sequence[LabelledBox],
    ignore: Sequence[LabelledBox],
    from_wh: tuple[int, int],
    to_wh: tuple[int, int],
    matrix: Matrix,
) -> tuple[tuple[LabelledBox, ...], tuple[LabelledBox, ...]]:
    """Take boxes and regions along; what is cut too far becomes a region."""
    kept: list[LabelledBox] = []
    hidden: list[LabelledBox] = []
    for each, is_region in [*((b, False) for b in boxes), *((r, True) for r in ignore)]:
        corners = np.array([(x, y, 1.0) for x in each.box[::2] for y in each.box[1::2]])
        corners *= (*from_wh, 1.0)
        x, y = (corners @ matrix.T).T[:2]
        whole = float((x.max() - x.min()) * (y.max() - y.min()))
        x, y = np.clip(x, 0, to_wh[0]), np.clip(y, 0, to_wh[1])
        wide, high = float(x.max() - x.min()), float(y.max() - y.min())
        if wide <= 0 or high <= 0:
            continue
        box = (x.min() / to_wh[0], y.min() / to_wh[1], x.max() / to_wh[0], y.max() / to_wh[1])
        moved = LabelledBox(each.label, tuple(map(float, box)))  # type: ignore[arg-type]
        lost = wide * high < SEEN * whole or min(wide, high) < SMALLEST
        (hidden if is_region or lost else kept).append(moved)
    return tuple(kept), tuple(hidden)


def _overlaid(scene: Scene, rng: np.random.Generator) -> Scene:
    """Draw text or a sticker over the picture; what it covers too far is ignored."""
    pixels, patches = looks.overlaid(scene.pixels, rng)
    covered = {each for each in scene.boxes if _share(each, patches) > COVERED}
    return Scene(
        pixels,
        tuple(each for each in scene.boxes if each not in covered),
        (*scene.ignore, *(each for each in scene.boxes if each in covered)),
    )


def _share(box: LabelledBox, patches: Sequence[tuple[float, float, float, float]]) -> float:
    left, top, right, bottom = box.box
    most = 0.0
    for x0, y0, x1, y1 in patches:
        wide, high = min(right, x1) - max(left, x0), min(bottom, y1) - max(top, y0)
        most = max(most, max(wide, 0.0) * max(high, 0.0))
    return most / max((right - left) * (bottom - top), 1e-12)
