"""Tell whether a file was cut short, where neither FFmpeg's demuxer nor its decoder says so.

FFmpeg fills the missing rows of a cut JPEG without a word, and a GIF that lost its last frames is a
shorter GIF to it. Both formats end with a mark, which is what is looked for (how it is found:
`detector.media.extent`). An AVI says its length.
"""

from __future__ import annotations

import math
from typing import BinaryIO

from detector.media.kinds import APNG, GIF, JPEG, PNG, Container

_TAIL_BYTES = 1 << 16


def cut_short(file: BinaryIO, container: Container, end: int | None) -> str:
    """Return what is missing, as a clause, or nothing; the file's position is set back to the start.

    Args:
        file: The file.
        container: What its first bytes say it is.
        end: Offset after its first picture; None where no end was found.
    """
    if container not in (JPEG, GIF, PNG, APNG):
        return ""
    if end is None and container is not JPEG:
        # With the mark at the very end it is the middle that is damaged, which the decoder says.
        tail = _tail(file)
        marked = b"IEND" in tail or (container is GIF and tail.rstrip(b"\0\r\n ")[-1:] == b";")
    else:
        marked = end is not None and end <= file.seek(0, 2)
    file.seek(0)
    return "" if marked else f"the {container.name} file is cut short: its end mark is missing"


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
