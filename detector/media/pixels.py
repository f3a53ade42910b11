"""Turn decoded frames into upright RGB and into small thumbnails; no decoding here.

A frame comes in as the decoder's own object and is converted by its `reformat` (swscale): only the
sampled ones are, at the size that is looked at.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.media.exif import UPRIGHT, Matrix
from detector.media.sampler import Thumb

Pixels = npt.NDArray[np.uint8]

_BACKDROP = 128
"""Grey behind transparent pixels: black and white shapes that exist in the alpha only both show."""
_CELLS = 32
_FINE_CELLS = 64
_PLANAR_8 = frozenset(
    ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "gray", "nv12")
)
_PLANAR_10 = {"yuv420p10le": 2, "yuv422p10le": 2, "yuv444p10le": 2, "yuv420p12le": 4}


def upright_rgb(frame: Any, max_side: int, matrix: Matrix) -> Pixels:
    """Return a frame as it is shown: upright, RGB, shape ``(height, width, 3)``, 8 bits.

    Args:
        frame: A decoded video frame of any pixel format.
        max_side: Longest side of the result in pixels; larger frames are reduced, none is enlarged.
        matrix: How it is to be turned, see `display_matrix`.
    """
    scale = min(1.0, max_side / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    interpolation = "AREA" if scale < 1.0 else "BILINEAR"
    if any(each.is_alpha for each in frame.format.components) or frame.format.name == "pal8":
        rgba = frame.reformat(
            width, height, "rgba", interpolation=interpolation, threads=1
        ).to_ndarray()
        rgb = _over_grey(rgba)
    else:
        rgb = frame.reformat(
            width, height, "rgb24", interpolation=interpolation, threads=1
        ).to_ndarray()
    return np.ascontiguousarray(turn(rgb, matrix))


def upright_size(frame: Any, matrix: Matrix) -> tuple[int, int]:
    """Return true width and height of a frame as it is shown, in pixels."""
    a, b, _, _ = matrix
    size: tuple[int, int] = (frame.width, frame.height)
    return size if abs(a) >= abs(b) else size[::-1]


def display_matrix(frame: Any, exif: Matrix | None) -> Matrix:
    """Return ``(a, b, c, d)``: pixel (x, y) is shown at (ax + cy, bx + dy).

    Args:
        frame: A decoded video frame; its container's or stream's matrix travels with it.
        exif: What the file's Exif says; it goes before, because PyAV cannot list the side data of a
            frame that has Exif.
    """
    if exif is not None:
        return exif
    try:
        data = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:
        return UPRIGHT
    if data is None or len(bytes(data)) < 20:
        return UPRIGHT
    a, b, _, c, d = struct.unpack("=5i", bytes(data)[:20])
    return (a, b, c, d)


def turn(rgb: Pixels, matrix: Matrix) -> Pixels:
    """Apply a display matrix, rounded to quarter turns and mirrorings; returns a view."""
    a, b, c, d = matrix
    if abs(a) >= abs(b):
        flip_x, flip_y = a < 0, d < 0
    else:
        rgb, flip_x, flip_y = rgb.transpose(1, 0, 2), c < 0, b < 0
    return rgb[:: -1 if flip_y else 1, :: -1 if flip_x else 1]


def thumb(frame: Any) -> Thumb:
    """Return a few samples of a frame's planes, for scene changes: cheap enough for every frame.

    Shape ``(planes, 32, 32)``; luma, then chroma where it has planes of its own.
    """
    name = frame.format.name
    if name in _PLANAR_8:
        planes = frame.planes[: 1 if name == "nv12" else 3]
        return np.stack([_samples(each, np.uint8, 0) for each in planes])
    if name in _PLANAR_10:
        return np.stack([_samples(each, np.uint16, _PLANAR_10[name]) for each in frame.planes[:3]])
    grey = frame.reformat(
        _CELLS, _CELLS, "gray", interpolation="FAST_BILINEAR", threads=1
    ).to_ndarray()
    return np.asarray(grey, np.int16)[np.newaxis]


def fine_thumb(frame: Any) -> Thumb:
    """Return area averages of a frame's colours, for near-duplicates; shape ``(64, 64, 3)``."""
    small = frame.reformat(_FINE_CELLS, _FINE_CELLS, "rgb24", interpolation="AREA", threads=1)
    return np.asarray(small.to_ndarray(), np.int16)


def _samples(plane: Any, kind: type[np.uint8] | type[np.uint16], shift: int) -> Thumb:
    flat: npt.NDArray[Any] = np.frombuffer(plane, kind)
    height = plane.height
    places = _places(height, plane.width, flat.size // height)
    return (flat.take(places) >> shift).astype(np.int16)


@lru_cache(maxsize=16)
def _places(height: int, width: int, row: int) -> npt.NDArray[np.intp]:
    """Return where the samples of a plane lie in its bytes; worked out once per size of plane.

    Args:
        height: Of the plane, in samples.
        width: Of the plane, in samples.
        row: Samples from one row to the next, padding included.
    """
    rows = np.linspace(0, height - 1, _CELLS).astype(np.intp)
    columns = np.linspace(0, width - 1, _CELLS).astype(np.intp)
    return rows[:, np.newaxis] * row + columns


def _over_grey(rgba: Pixels) -> Pixels:
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = (rgba[..., :3] * alpha + _BACKDROP * (255 - alpha)) // 255
    return mixed.astype(np.uint8)
