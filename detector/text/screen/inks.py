"""Tell ink from ground: a line of any colour on any ground as black on white.

A reader of scanned pages expects black on white. Which colour of a line is the ink is not known: the
commonest colours beside edges are taken in turn, and those are likeliest that are made of strokes,
thinner than the line is high, spread over its length.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from detector.text.screen.base import Pixels

HEIGHT = 84
"""Pixels to which a line is scaled, the ground around it included."""
MOST = 3
"""Ways of telling ink from ground that are offered for a number of colours."""
COLOURS = (4, 5)
"""Numbers of colours that are told apart: ink, outline, and two of the ground; then one more."""
EDGES = 0.7
"""Share of the pixels that are no edges: what stands beside edges is ink, or around ink."""
_BORDER = 14
_THICK = 0.3
"""A blob thicker than this share of the line's height is no stroke."""
_SLICES = 12
_SPECK = 6
"""Pixels under which a piece is none of a letter, not even a dot."""

Map = npt.NDArray[np.float32]
Mask = npt.NDArray[np.uint8]


def inks(line: Pixels) -> Iterator[Pixels]:
    """Yield pictures of a line as black on white, the likeliest first.

    Args:
        line: RGB, upright, with a little ground around the words.

    Yields:
        At most `MOST` pictures for each of `COLOURS`, RGB, some `HEIGHT` pixels high.
    """
    scale = HEIGHT / max(1, line.shape[0])
    size = max(1, round(line.shape[1] * scale)), HEIGHT
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    scaled = cv2.resize(line, size, interpolation=how)
    lab = cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB).astype(np.float32)
    for count in COLOURS:
        colours = _colours(lab, count)
        far = np.stack([np.linalg.norm(lab - each, axis=2) for each in colours])
        nearest = far.argmin(axis=0)
        worth = [_strokes((nearest == at).astype(np.uint8)) for at in range(len(colours))]
        ranked = sorted(range(len(colours)), key=lambda at: -worth[at])
        yield from (_drawn(far, nearest, at) for at in ranked[:MOST] if worth[at] > 0)


def _colours(lab: Map, count: int) -> Map:
    """Return the commonest colours beside edges."""
    light = np.ascontiguousarray(lab[..., 0])
    slope = cv2.morphologyEx(light, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    points = lab[slope >= np.quantile(slope, EDGES)]
    some = np.ascontiguousarray(points[:: max(1, len(points) // 4000)])
    enough = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    cv2.setRNGSeed(0)  # the same line is read the same every time
    count = min(count, len(some))
    _, _, centres = cv2.kmeans(some, count, None, enough, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    return np.asarray(centres, np.float32)


def _strokes(mask: Mask) -> float:
    """Say how much a mask looks like words, in [0, 1]."""
    mask = np.where(_ground(mask) > 0, 0, mask).astype(np.uint8)
    share = float(mask.mean())
    if not 0.02 < share < 0.6:
        return 0.0
    side = max(3, round(mask.shape[0] * _THICK) | 1)
    blobs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    thin = 1.0 - float(blobs.sum()) / float(mask.sum())
    columns = np.array_split(mask.mean(axis=0), _SLICES)
    spread = sum(each.mean() > 0.3 * share for each in columns if each.size) / _SLICES
    # Noise is thin too: of letters, something is left after a pencil's width is taken off.
    solid = float(cv2.erode(mask, np.ones((3, 3), np.uint8)).sum()) / float(mask.sum())
    return float(thin * spread * min(1.0, 2.0 * solid))


def _drawn(far: Map, nearest: npt.NDArray[np.int64], ink: int) -> Pixels:
    """Draw one colour black and everything else white, its soft edges as they are."""
    others = np.delete(far, ink, axis=0)
    next_best = others.min(axis=0) if len(others) else np.full(far.shape[1:], 255.0, np.float32)
    share = far[ink] / np.maximum(far[ink] + next_best, 1e-6)
    grey = np.clip(share * 2.0 * 255.0, 0, 255)
    grey[_ground((nearest == ink).astype(np.uint8)) > 0] = 255
    framed = cv2.copyMakeBorder(
        grey.astype(np.uint8), _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=255
    )
    return np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2RGB), np.uint8)


def _ground(mask: Mask) -> Mask:
    """Return what has the ink's colour and is ground: pieces that run off, thick blobs, specks."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height = mask.shape[0]
    top, tall, area = (
        stats[:, at] for at in (cv2.CC_STAT_TOP, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
    )
    drop = (top == 0) | (top + tall >= height) | (area < _SPECK)
    drop[0] = False
    return np.asarray(drop[labels], np.uint8)
