"""What a built clip shows, second by second, from the boxes of its pictures and the way of the camera."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detector.evidence import Fractions
from training.examples import Example
from training.manifest import LABELS
from training.posts.recipe import PostRecipe, Shot

FPS = 12
VISIBLE = 0.5
"""Share of a box that must be in view for the label to be seen."""
GLIMPSE = 0.1
"""Share of a box below which nobody could see it; in between nobody can say."""
MIN_SIDE_PX = 8.0
"""Shorter side of a box on the screen below which nobody can say."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clip in which a label is seen, or may be."""

    label: str
    start_s: float
    end_s: float
    box: Fractions
    """Where it is at the start, as fractions of the frame."""

    def overlaps(self, start_s: float, end_s: float, slack_s: float = 0.0) -> bool:
        """Say whether another stretch touches this one, give or take some seconds."""
        return start_s <= self.end_s + slack_s and end_s >= self.start_s - slack_s


@dataclass(frozen=True, slots=True)
class ClipTruth:
    """What a clip shows."""

    duration_s: float
    seen: tuple[Span, ...]
    unsure: tuple[Span, ...]
    """Where something may be seen, and nobody can say: cut off, tiny, or to be ignored."""


def window(shot: Shot, of: Example, size_wh: tuple[int, int], moment: float) -> Fractions:
    """Return what the camera shows of a picture, as fractions of the picture.

    Args:
        shot: The way of the camera.
        of: The picture.
        size_wh: Of the clip.
        moment: From 0 at the start of the shot to 1 at its end.
    """
    across, down, zoom = (
        one + (other - one) * moment for one, other in zip(shot.start, shot.end, strict=True)
    )
    width, height = of.size_wh
    aspect = size_wh[0] / size_wh[1]
    tall = zoom * min(height, width / aspect)
    wide = tall * aspect
    x0, y0 = across * (width - wide) / width, down * (height - tall) / height
    return (x0, y0, x0 + wide / width, y0 + tall / height)


def clip_truth(recipe: PostRecipe, pictures: Mapping[str, Example]) -> ClipTruth:
    """Work out what a clip shows."""
    seen: list[Span] = []
    unsure: list[Span] = []
    begin_s = 0.0
    for shot in recipe.shots:
        of = pictures[shot.picture]
        for label in LABELS:
            spans = list(_spans(shot, of, recipe.size_wh, label, begin_s))
            seen += [span for sure, span in spans if sure]
            unsure += [span for sure, span in spans if not sure]
        begin_s += frames_of(shot) / FPS
    return ClipTruth(begin_s, tuple(seen), tuple(unsure))


def frames_of(shot: Shot) -> int:
    """Return how many frames a shot has."""
    return round(shot.seconds * FPS)


def _spans(
    shot: Shot, of: Example, size_wh: tuple[int, int], label: str, begin_s: float
) -> Iterator[tuple[bool, Span]]:
    """Yield the stretches in which a label is seen (True) or may be (False)."""
    frames = frames_of(shot)
    state: bool | None = None
    start, where = 0, (0.0, 0.0, 1.0, 1.0)
    for at in range(frames + 1):
        now, box = (
            _state(of, label, window(shot, of, size_wh, at / frames), size_wh)
            if at < frames
            else (None, where)
        )
        if now != state or at == frames:
            if state is not None:
                yield state, Span(label, begin_s + start / FPS, begin_s + (at - 1) / FPS, where)
            state, start, where = now, at, box


def _state(
    of: Example, label: str, view: Fractions, size_wh: tuple[int, int]
) -> tuple[bool | None, Fractions]:
    """Say whether a label is seen: True, False for nobody can say, None for no; and where."""
    found: tuple[bool | None, Fractions] = (None, (0.0, 0.0, 1.0, 1.0))
    for each in of.boxes:
        if each.label == label:
            share, box = _in_view(each.box, view)
            side = min((box[2] - box[0]) * size_wh[0], (box[3] - box[1]) * size_wh[1])
            if share >= VISIBLE and side >= MIN_SIDE_PX:
                return True, box
            if share >= GLIMPSE:
                found = (False, box)
    for each in of.ignore:
        if each.label in ("", label) and _in_view(each.box, view)[0] >= GLIMPSE:
            found = (False, _in_view(each.box, view)[1])
    return found


def _in_view(box: Fractions, view: Fractions) -> tuple[float, Fractions]:
    """Return which share of a box is in view, and that part as fractions of the view."""
    x0, y0 = max(box[0], view[0]), max(box[1], view[1])
    x1, y1 = min(box[2], view[2]), min(box[3], view[3])
    if x1 <= x0 or y1 <= y0:
        return 0.0, (0.0, 0.0, 0.0, 0.0)
    area = (box[2] - box[0]) * (box[3] - box[1])
    wide, tall = view[2] - view[0], view[3] - view[1]
    inside = (
        (x0 - view[0]) / wide,
        (y0 - view[1]) / tall,
        (x1 - view[0]) / wide,
        (y1 - view[1]) / tall,
    )
    return (x1 - x0) * (y1 - y0) / area if area else 0.0, inside
