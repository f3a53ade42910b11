"""Find where the first picture or film of a file ends, by the marks and lengths that its format states.

FFmpeg's demuxers stop there without a word. Whatever is short of that end is a cut file
(`detector.media.wholeness`); whatever lies beyond it is not looked at (`detector.media.further`).
Source: ITU-T T.81 (JPEG) B.1.1; GIF89a specification, 18-27; https://www.w3.org/TR/png-3/#5DataRep;
https://developers.google.com/speed/webp/docs/riff_container; RFC 8794 (EBML), 4 and 5; Adobe Flash
Video File Format 10.1, E; Microsoft ASF 01.20.06, 2.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO

from detector.media.kinds import (
    APNG,
    ASF,
    BMP,
    FLV,
    GIF,
    JPEG,
    MATROSKA,
    PNG,
    WEBP,
    Container,
)

MOST_BYTES = 1 << 28
"""Bytes of a file that are looked through at most."""
# Inside the coded data 0xFF is followed by 0x00 or a restart mark; anything else is a marker.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_NO_FRAME_HEADER = (0xC4, 0xC8, 0xCC)
_LARGEST_BMP_HEADER = 138
MOST_PARTS = 1_000_000
"""Parts of a file that are stepped over at most."""
_FLASH_TAGS = (8, 9, 18)
ASF_SIGN = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"


def first_end(file: BinaryIO, container: Container) -> int | None:
    """Return the offset after the first picture (of what moves: after its last frame).

    Args:
        file: The file; its position is set back to the start.
        container: What its first bytes say it is.

    Returns:
        The offset in bytes, or None where the end is not there or the format states none.
    """
    try:
        file.seek(0)
        if container is JPEG:
            return jpeg_extent(file.read(MOST_BYTES), 0)[0]
        if container is GIF:
            return _gif_end(file.read(MOST_BYTES))
        if container in (PNG, APNG):
            return _png_end(file)
        if container is WEBP:
            return 8 + int.from_bytes(file.read(8)[4:], "little")
        if container is BMP:
            length = int.from_bytes(file.read(6)[2:], "little")
            return length if length > _LARGEST_BMP_HEADER else None
        walk = {MATROSKA: _matroska_end, FLV: _flash_end, ASF: _asf_end}.get(container)
        return walk(file) if walk else None
    finally:
        file.seek(0)


def alone(file: BinaryIO, container: Container, end: int | None) -> BinaryIO:
    """Return a photo without what lies behind it, of which FFmpeg would complain as if it were damaged.

    Args:
        file: The file; its position is set back to the start.
        container: What its first bytes say it is.
        end: Offset after its first picture; None where it is not known.
    """
    if container not in (JPEG, PNG) or end is None or end >= file.seek(0, 2):
        file.seek(0)
        return file
    file.seek(0)
    first = io.BytesIO(file.read(end))
    file.seek(0)
    return first


def jpeg_extent(data: bytes, start: int) -> tuple[int | None, int]:
    """Walk the segments and coded data of a JPEG up to its end-of-image marker.

    Args:
        data: Bytes of the file.
        start: Offset of the JPEG's start-of-image marker in them.

    Returns:
        The offset after it, None where it does not end; and its size in pixels (width times height),
        0 where no frame header was met.
    """
    at, area = start + 2, 0
    while at + 2 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xD9:
            return at + 2, area
        if kind == 0xFF:
            at += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in _NO_FRAME_HEADER:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            area = int.from_bytes(height, "big") * int.from_bytes(width, "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == 0xDA:
            marker = _MARKER.search(data, at)
            if marker is None:
                break
            at = marker.start()
    return None, area


def _png_end(file: BinaryIO) -> int | None:
    """Walk the chunks of a PNG (length, name, data, sum) up to the one that ends it."""
    file.seek(8)
    while len(head := file.read(8)) == 8:
        end = file.seek(int.from_bytes(head[:4], "big") + 4, 1)
        if head[4:] == b"IEND":
            return end
    return None


def _matroska_end(file: BinaryIO) -> int | None:
    """Step over the header and the segment of a Matroska file; a live one states no length."""
    at = 0
    for _ in range(2):
        file.seek(at + 4)  # both names are four bytes long
        first = file.read(8)
        width = 9 - first[0].bit_length() if first else 9
        if width > 8:
            return None
        length = int.from_bytes(first[:width], "big") & ((1 << 7 * width) - 1)
        if length == (1 << 7 * width) - 1:
            return None
        at += 4 + width + length
    return at


def _flash_end(file: BinaryIO) -> int | None:
    """Walk the tags of a Flash Video: kind, length, nine more bytes, data, the tag's whole length."""
    at = 13
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(4)
        if not head or head[0] not in _FLASH_TAGS:
            return at
        at += 15 + int.from_bytes(head[1:], "big")
    return None


def _asf_end(file: BinaryIO) -> int | None:
    """Walk the objects of an ASF (name, length) up to the next one that is a header."""
    at = 0
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(24)
        length = int.from_bytes(head[16:], "little")
        if at and (length < 24 or head[:8] == ASF_SIGN):
            return at
        if length < 24:
            return None
        at += length
    return None


def _gif_end(data: bytes) -> int | None:
    """Walk the blocks of a GIF up to its trailer."""
    if len(data) < 13:
        return None
    at = 13 + _colours(data[10])
    while at < len(data):
        kind = data[at]
        if kind == 0x3B:
            return at + 1
        if kind == 0x21:  # an extension: label, then sub-blocks
            at += 2
        elif kind == 0x2C and at + 9 < len(data):  # a frame: place, colours, code size, sub-blocks
            at += 11 + _colours(data[at + 9])
        else:
            return None
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return None


def _colours(flags: int) -> int:
    """Return the bytes of a GIF's colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
