"""What a file's own bytes say before FFmpeg sees it. Runs inside the worker process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import BinaryIO

from detector.media import exif, extent, further, kinds, wholeness
from detector.media.refusal import Unreadable


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file's bytes say before FFmpeg sees it."""

    container: kinds.Container
    turned: exif.Matrix | None
    """How its Exif turns a photo."""
    cut: str
    """What is missing at its end; empty where nothing is known to be."""
    end: int | None
    """Offset after its first picture; None where it is not known."""
    unread: str
    """What it holds beside the picture that is looked at; empty where nothing is known."""
    header_s: float
    """Seconds that its header announces where FFmpeg would not say so."""

    @property
    def photo(self) -> bool:
        """Whether only its first frame is looked at."""
        return self.container.kind == "photo"


def read_facts(file: BinaryIO) -> Facts:
    """Look at a file's own bytes; its position is set back to the start.

    Raises:
        Unreadable: If it is of no kind that may be opened.
    """
    head = file.read(kinds.HEAD_BYTES)
    container = kinds.identify_bytes(head, os.fstat(file.fileno()).st_size)
    if container is None or container.unsupported:
        found = container.unsupported if container else "its content is no known picture format"
        raise Unreadable(found, refused=True)
    end = extent.first_end(file, container)
    return Facts(
        container=container,
        turned=exif.orientation(file) if container.kind == "photo" else None,
        cut=wholeness.cut_short(file, container, end),
        end=end,
        unread=further.unread(file, container, end),
        header_s=wholeness.avi_announced_s(head),
    )
