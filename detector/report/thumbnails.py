"""Pictures of a report: the frames in which something is seen most clearly, small, faces blurred.

Boxes are not painted into the picture but laid over it as a drawing, so that they stay sharp on
every screen and a reader can be told what they show.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detector.evidence import WHOLE_FRAME, Fractions, MediaEvidence, Picture, Sighting
from detector.report.times import clock, percent, seen_at

LONGEST_SIDE = 400
"""Pixels. Frames of eleven phone and news clips took 2 to 8 kB each at `QUALITY`, 5.4 on average."""
QUALITY = 55
MOST = 6
"""Pictures of one file; the other sightings are on the time line and in the list."""
SAME_MOMENT_S = 0.02
"""Two times less apart than this are one frame."""
NEARBY_S = 1.0
"""A sighted uniform that peaks this near is taken to be in the picture too, face included."""


@dataclass(frozen=True, slots=True)
class Box:
    """A sighting in a picture; places are percentages of the picture's width and height."""

    x: float
    y: float
    width: float
    height: float
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture with what is seen in it."""

    time_s: float
    src: str
    """The picture as a data URI; empty where none is kept or it cannot be decoded."""
    size_wh: tuple[int, int]
    boxes: tuple[Box, ...]
    sightings: tuple[int, ...]
    """Indices into the file's sightings."""
    caption: tuple[str, ...]
    alt: str


def shots(
    media: MediaEvidence,
    pictures: Sequence[Picture],
    *,
    first: Collection[int] = (),
    show_faces: bool = False,
) -> tuple[tuple[Shot, ...], int]:
    """Make the pictures of a file, at most `MOST`, in the order of time.

    Args:
        media: The file.
        pictures: The frames that are kept of it.
        first: Indices of sightings that a finding rests on; their pictures come first.
        show_faces: Leave faces as they are.

    Returns:
        The pictures, and how many further moments there are.
    """
    moments = _moments(media.sightings)
    ranked = sorted(moments, key=lambda at: _rank(at, media.sightings, first))
    chosen = sorted(ranked[:MOST], key=lambda at: media.sightings[at[0]].peak_s)
    made = tuple(_shot(media, each, pictures, show_faces) for each in chosen)
    return made, len(moments) - len(chosen)


def _moments(sightings: Sequence[Sighting]) -> list[tuple[int, ...]]:
    """Group sightings whose clearest frame is the same one."""
    groups: list[list[int]] = []
    for index in sorted(range(len(sightings)), key=lambda at: sightings[at].peak_s):
        peak_s = sightings[index].peak_s
        if groups and peak_s - sightings[groups[-1][0]].peak_s < SAME_MOMENT_S:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [tuple(each) for each in groups]


def _rank(
    moment: tuple[int, ...], sightings: Sequence[Sighting], first: Collection[int]
) -> tuple[bool, float]:
    surest = max(sightings[at].probability for at in moment)
    return not any(at in first for at in moment), -surest


def _shot(
    media: MediaEvidence, moment: tuple[int, ...], pictures: Sequence[Picture], show_faces: bool
) -> Shot:
    seen = [media.sightings[at] for at in moment]
    time_s = seen[0].peak_s
    src, size_wh = _picture(media, time_s, pictures, show_faces)
    what = ", ".join(f"{each.label} ({percent(each.probability)})" for each in seen)
    where = "Photo" if media.kind == "photo" else f"Frame at {clock(time_s)}"
    return Shot(
        time_s=time_s,
        src=src,
        size_wh=size_wh,
        boxes=tuple(map(_box, seen)),
        sightings=moment,
        caption=tuple(seen_at(each, media.kind) for each in seen),
        alt=f"{where}: {what}",
    )


def _picture(
    media: MediaEvidence, time_s: float, pictures: Sequence[Picture], show_faces: bool
) -> tuple[str, tuple[int, int]]:
    whole = (each for each in pictures if each.box == WHOLE_FRAME)
    nearest = min(whole, key=lambda each: abs(each.time_s - time_s), default=None)
    if nearest is None or not nearest.webp or abs(nearest.time_s - time_s) >= SAME_MOMENT_S:
        return "", (0, 0)
    pixels = cv2.imdecode(np.frombuffer(nearest.webp, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        return "", (0, 0)
    image = pixels.astype(np.uint8, copy=False)
    if not show_faces:
        image = blurred(image, [*nearest.uniforms, *_uniforms(media, time_s)], nearest.doubtful)
    return as_data(image, LONGEST_SIDE, QUALITY)


def as_data(
    image: npt.NDArray[np.uint8], longest: int, quality: int
) -> tuple[str, tuple[int, int]]:
    """Return an RGB picture as a data URI, its longest side at most so many pixels, and its size."""
    small = _small(image, longest)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    _, webp = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, quality])
    data = base64.b64encode(webp.tobytes()).decode("ascii")
    return f"data:image/webp;base64,{data}", (small.shape[1], small.shape[0])


def _uniforms(media: MediaEvidence, time_s: float) -> list[Fractions]:
    return [
        each.box
        for each in media.sightings
        if each.label == "uniform" and abs(each.peak_s - time_s) <= NEARBY_S
    ]


def blurred(
    pixels: npt.NDArray[np.uint8], uniforms: Sequence[Fractions], doubtful: Sequence[Fractions]
) -> npt.NDArray[np.uint8]:
    """Return a picture with faces blurred; see `detector.report.faces.blur_faces`."""
    # Imported late: the face detector takes half a second to load, and a batch of texts needs none.
    from detector.report.faces import blur_faces

    return blur_faces(pixels, uniforms, doubtful)


def _small(pixels: npt.NDArray[np.uint8], longest: int) -> npt.NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1.0:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _box(sighting: Sighting) -> Box:
    left, top, right, bottom = (min(1.0, max(0.0, each)) * 100 for each in sighting.box)
    return Box(
        round(left, 2),
        round(top, 2),
        round(max(0.0, right - left), 2),
        round(max(0.0, bottom - top), 2),
        sighting.label,
        f"{sighting.label} {percent(sighting.probability)}",
    )
