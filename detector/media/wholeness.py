"""Tell whether a file was cut short, where neither FFmpeg's demuxer nor its decoder says so.

FFmpeg fills the missing rows of a cut JPEG without a word, and a GIF that lost its last frames is a
shorter GIF to it. Both formats end with a mark, which is what is looked for. An AVI says its length.
Source: ITU-T T.81 (JPEG) B.1.1; GIF89a specification, 27; https://www.w3.org/TR/png-3/#11IEND.
"""

from __future__ import annotations

import math
import re
from typing import BinaryIO

from detector.media.kinds import APNG, GIF, JPEG, PNG, Container

_TAIL_BYTES = 1 << 16
_MOST_BYTES = 1 << 28
# Inside the coded data 0xFF is followed by 0x00 or a restart mark; anything else is a marker.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def cut_short(file: BinaryIO, container: Container) -> str:
    """Return what is missing, as a clause, or nothing; the file's position is set back to the start."""
    try:
        if container is JPEG:
            whole = _jpeg_ends(file)
        elif container is GIF:
            whole = b";" in _tail(file).rstrip(b"\0\r\n ")[-1:]
        elif container in (PNG, APNG):
            whole = b"IEND" in _tail(file)
        else:
            whole = True
    finally:
        file.seek(0)
    return "" if whole else f"the {container.name} file is cut short: its end mark is missing"


def avi_announced_s(head: bytes) -> float:
    """Return the seconds that the main header of an AVI file announces; 0.0 where there is none.

    FFmpeg shortens an AVI that lost its index to what is left of it, and does not say so.
    """
    if head[24:28] != b"avih" or len(head) < 52:
        return 0.0
    frame_us = int.from_bytes(head[32:36], "little")
    return frame_us * int.from_bytes(head[48:52], "little") / 1e6


def clock_s(stamp: str) -> float | None:
    """Return the seconds of a Matroska ``DURATION`` tag (``00:01:02.500000000``); None if it is none."""
    try:
        hours, minutes, seconds = map(float, stamp.split(":"))
    except ValueError:
        return None
    length_s = hours * 3600 + minutes * 60 + seconds
    return length_s if 0.0 <= length_s < math.inf else None


def _tail(file: BinaryIO) -> bytes:
    file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
    return file.read(_TAIL_BYTES)


def _jpeg_ends(file: BinaryIO) -> bool:
    """Walk a JPEG's segments and coded data up to its end-of-image marker."""
    file.seek(0)
    data = file.read(_MOST_BYTES)
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return False
        kind = data[at + 1]
        if kind == 0xD9:
            return True
        if kind == 0xFF:
            at += 1
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == 0xDA:
            marker = _MARKER.search(data, at)
            if marker is None:
                return False
            at = marker.start()
    return data[at : at + 2] == b"\xff\xd9"
