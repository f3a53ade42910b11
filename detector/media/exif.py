"""Which way up a photo is to be shown, from its Exif: one tag, read without trusting the file.

FFmpeg reads the tag too, but PyAV cannot hand it on (it knows no name for Exif side data), and a
rotation alone would lose the mirrored half of the eight orientations.
Source: Exif 2.32 (CIPA DC-008), 4.6.5.1.6 Orientation; https://www.w3.org/TR/png-3/#eXIf;
https://developers.google.com/speed/webp/docs/riff_container#metadata
"""

from __future__ import annotations

import struct
from typing import BinaryIO

Matrix = tuple[int, int, int, int]
"""``(a, b, c, d)``: pixel (x, y) is shown at (ax + cy, bx + dy), y downwards."""

UPRIGHT: Matrix = (1, 0, 0, 1)
_MATRICES: dict[int, Matrix] = {
    1: UPRIGHT,
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}
_ORIENTATION_TAG = 0x0112
_MOST_BYTES = 1 << 16
_MOST_PARTS = 1000


def orientation(file: BinaryIO) -> Matrix | None:
    """Return how a photo is to be turned, or None where it has no Exif that says so.

    Args:
        file: The photo; its position is set back to the start.
    """
    file.seek(0)
    head = file.read(12)
    try:
        if head[:2] == b"\xff\xd8":
            block = _in_jpeg(file)
        elif head[:8] == b"\x89PNG\r\n\x1a\n":
            block = _in_chunks(file, 8, b"eXIf", big_endian=True)
        elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            block = _in_chunks(file, 12, b"EXIF", big_endian=False)
        elif head[:4] in (b"II*\0", b"MM\0*"):
            file.seek(0)
            block = file.read(_MOST_BYTES)
        else:
            block = b""
        return _MATRICES.get(_tag(block.removeprefix(b"Exif\0\0")))
    except (struct.error, IndexError):
        return None
    finally:
        file.seek(0)


def _in_jpeg(file: BinaryIO) -> bytes:
    """Return the first Exif segment of a JPEG."""
    file.seek(2)
    for _ in range(_MOST_PARTS):
        marker, kind, length = struct.unpack(">BBH", file.read(4))
        if marker != 0xFF or kind == 0xDA or length < 2:
            break
        if kind == 0xE1:
            block = file.read(length - 2)
            if block.startswith(b"Exif\0\0"):
                return block
        else:
            file.seek(length - 2, 1)
    return b""


def _in_chunks(file: BinaryIO, start: int, wanted: bytes, *, big_endian: bool) -> bytes:
    """Return the contents of a chunk of a PNG (length, name, data, sum) or RIFF (name, length, data)."""
    file.seek(start)
    for _ in range(_MOST_PARTS):
        first = file.read(8)
        name, size = (first[4:8], first[:4]) if big_endian else (first[:4], first[4:8])
        length = int.from_bytes(size, "big" if big_endian else "little")
        if len(first) < 8:
            break
        if name == wanted:
            return file.read(min(length, _MOST_BYTES))
        file.seek(length + (4 if big_endian else length % 2), 1)
    return b""


def _tag(tiff: bytes) -> int:
    """Return the orientation in the first directory of a TIFF block; 0 where there is none."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, at)
    for index in range(min(entries, _MOST_PARTS)):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * index)
        if tag == _ORIENTATION_TAG and kind == 3:
            return int(value)
    return 0
