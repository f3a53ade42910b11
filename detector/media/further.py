"""Name what a file holds beside the picture that is looked at: further pages, pictures, films.

A phone's motion photo is a JPEG with a film behind it, a scan may have many pages, and two recordings
can be joined byte by byte: FFmpeg shows the first of each and is silent about the rest. How long the
rest is, or what it shows, nobody can tell; that it is there must not stay unsaid.
Not reported: padding, metadata, and the reduced copy or gain map that a JPEG declares (most phones
write one): it repeats the picture that was looked at.
Source: CIPA DC-007 (Multi-Picture Format) 5.2.3; TIFF 6.0, 2 and 8 (NewSubfileType); ISO/IEC
14496-12, 4.2.
"""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from detector.media.extent import ASF_SIGN, MOST_BYTES, MOST_PARTS, jpeg_extent
from detector.media.kinds import AVI, HEIF, JPEG, MP4, TIFF, Container

METADATA_BYTES = 1 << 16
"""Bytes behind a picture that pass for a camera's notes where they start no known picture format."""
COPY_AREA = 0.3
"""Share of the picture's pixels up to which a declared further one is a copy: half as wide and high,
with room for rounding."""

_BLOCK_BYTES = 1 << 20
_PADDING = b"\0\r\n \xff"
_SIGNS = re.compile(
    rb"(?P<film>....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI |FLV\x01|" + re.escape(ASF_SIGN) + rb")"
    rb"|(?P<jpeg>\xff\xd8\xff[\xc0-\xfe])"
    rb"|(?P<picture>\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*)",
    re.DOTALL,
)
_BOX_NAME = re.compile(rb"[\w \xa9.-]{4}", re.ASCII)
_SUBFILE, _WIDTH, _HEIGHT, _ENTRIES = 254, 256, 257, 0xB002


def unread(file: BinaryIO, container: Container, end: int | None) -> str:
    """Return what of a file is not looked at, as a clause, or nothing.

    Args:
        file: The file; its position is set back to the start.
        container: What its first bytes say it is.
        end: Offset after the first picture; None where it is not known.
    """
    try:
        if container is TIFF:
            return _pages(file)
        if container in (MP4, HEIF):
            return _movies(file, still=container is HEIF)
        if container is AVI:
            return _recordings(file)
        if end is None:
            return ""
        if container is JPEG:
            return _behind_jpeg(file, end)
        return _behind(file, end)
    finally:
        file.seek(0)


def _behind(file: BinaryIO, end: int) -> str:
    """Judge the bytes from `end` on."""
    file.seek(end)
    start = end
    while block := file.read(_BLOCK_BYTES):
        if kept := block.lstrip(b"\0"):
            start += len(block) - len(kept)
            break
        start += len(block)
    # The first bytes of a film are the length of its first box, and mostly zeros.
    file.seek(max(end, start - 4))
    return _judge(file.read(METADATA_BYTES + 1))


def _judge(tail: bytes) -> str:
    """Tell another picture from a camera's notes; a longer tail than those may be is cut off."""
    for sign in _SIGNS.finditer(tail):
        if sign.lastgroup != "jpeg" or jpeg_extent(tail, sign.start())[1]:
            what = "a film" if sign.lastgroup == "film" else "another picture"
            return f"{what} behind the first picture was not looked at"
    rest = len(tail.rstrip(_PADDING))
    return "" if rest <= METADATA_BYTES else "the bytes behind the first picture were not looked at"


def _behind_jpeg(file: BinaryIO, end: int) -> str:
    """Step over the declared copies behind a JPEG, then judge what is left."""
    data = file.read(MOST_BYTES)
    _, area = jpeg_extent(data, 0)
    for start in _declared(data[:end]):
        if start < end:
            continue
        if between := _judge(data[end : min(start, end + METADATA_BYTES + 1)]):
            return between
        copy_end, copy_area = jpeg_extent(data, start)
        if copy_end is None or not 0 < copy_area <= COPY_AREA * area:
            break
        end = copy_end
    return _behind(file, end)


def _declared(jpeg: bytes) -> list[int]:
    """Return the offsets of the pictures that a JPEG's multi-picture index declares, sorted."""
    base = jpeg.find(b"MPF\0") + 4
    if base < 4:
        return []
    block = jpeg[base : base + METADATA_BYTES]
    order = _order(block)
    starts = []
    with contextlib.suppress(struct.error):  # a damaged index declares what can be read of it
        (at,) = struct.unpack_from(order + "I", block, 4)
        for tag, _, count, value in _fields(block, order, at):
            if tag == _ENTRIES:
                for entry in range(value, value + min(count, METADATA_BYTES), 16):
                    starts.append(base + struct.unpack_from(order + "I", block, entry + 8)[0])
    return sorted(starts)


def _pages(file: BinaryIO) -> str:
    """Count the pages of a TIFF; reduced copies of the first do not count."""
    first_area = further = 0
    for page, (kind, area) in enumerate(_directories(file)):
        reduced = bool(kind & 1) and area <= COPY_AREA * first_area
        further += page > 0 and not reduced
        first_area = first_area or area
    return f"only one of {further + 1} pages was looked at" if further else ""


def _directories(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Follow the chain of a TIFF's directories as far as it leads; yield what each is, and its pixels."""
    head = file.read(8)
    order = _order(head)
    at = int.from_bytes(head[4:], "big" if order == ">" else "little")
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MOST_PARTS:
        seen.add(at)
        file.seek(at)
        count = int.from_bytes(file.read(2), "big" if order == ">" else "little")
        page = file.read(12 * count + 4)
        if not count or len(page) < 12 * count:
            return
        values = {
            tag: _number(order, kind, value) for tag, kind, _, value in _fields(page, order, -2)
        }
        yield values.get(_SUBFILE, 0), values.get(_WIDTH, 0) * values.get(_HEIGHT, 0)
        at = int.from_bytes(page[12 * count :], "big" if order == ">" else "little")


def _order(block: bytes) -> str:
    """Return the byte order of a TIFF block, as `struct` writes it."""
    return ">" if block[:2] == b"MM" else "<"


def _fields(block: bytes, order: str, at: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield tag, type, count and value of a directory's fields; at -2 its count is left out."""
    most = len(block) // 12
    count = most if at < 0 else min(most, struct.unpack_from(order + "H", block, at)[0])
    for index in range(count):
        tag, kind, number, value = struct.unpack_from(order + "HHII", block, at + 2 + 12 * index)
        yield tag, kind, number, value


def _number(order: str, kind: int, value: int) -> int:
    """Return a field's value: a number of two bytes stands in the first two of the four."""
    return value if kind != 3 else value >> 16 if order == ">" else value & 0xFFFF


def _movies(file: BinaryIO, *, still: bool) -> str:
    """Walk the top-level boxes of an MP4 or HEIF: a second file begins with another ``ftyp``."""
    size = file.seek(0, 2)
    at = movies = files = 0
    content = False
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(16)
        length, name = int.from_bytes(head[:4], "big"), head[4:8]
        if len(head) < 8 or not _BOX_NAME.fullmatch(name):
            return _behind(file, at) if movies or (still and content) else ""
        movies += name in (b"moov", b"mpvd")
        files += name == b"ftyp"
        if movies > (not still) or (name == b"ftyp" and files > 1 and content):
            return f"a film behind the first {'picture' if still else 'one'} was not looked at"
        content = content or name in (b"moov", b"mdat", b"moof", b"meta")
        length = int.from_bytes(head[8:16], "big") if length == 1 else length
        if length < 8:
            break
        at += length
        if at >= size:
            break
    return ""


def _recordings(file: BinaryIO) -> str:
    """Walk the RIFF chunks of an AVI: a long one goes on in ``AVIX``, a second file is ``AVI`` again."""
    size = file.seek(0, 2)
    at = 0
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(12)
        if head[:4] != b"RIFF" or (at and head[8:] != b"AVIX"):
            return _behind(file, at)
        length = int.from_bytes(head[4:8], "little")
        at += 8 + length + length % 2
        if not length or at >= size:
            break
    return ""
