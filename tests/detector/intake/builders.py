"""Small files that the intake tests put together: what a clip and a photo begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLIP = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64)
"""Looks like the start of an MP4; nothing of it decodes, and the intake does not try."""
PHOTO = b"\xff\xd8\xff\xe0" + bytes(64)


def put(folder: Path, name: str, content: bytes | str = b"") -> Path:
    """Write a file and the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def jsonl(folder: Path, *rows: dict[str, Any] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return put(folder, "posts.jsonl", "\n".join(lines) + "\n")
