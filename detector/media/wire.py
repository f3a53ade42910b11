"""What the reader and its worker process say to each other: lines of JSON, pixels in shared memory.

JSON and not pickle, because the worker handles hostile files and its words are not trusted: the
reader checks every number before it uses it.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

MAX_LINE_BYTES = 1 << 16
SLOTS = 16
"""Frames that decoding may be ahead of inference: two batches, or what comes while models are loaded."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to decode."""

    path: str
    sample_fps: float
    exhaustive: bool
    skip_repeats: bool
    max_side: int
    max_pixels: int
    threads: int
    cpu_s: float
    """Processor seconds granted to the file ..."""
    cpu_s_per_s: float
    """... plus this many for every second of it that is decoded."""
    memory_mib: int
    sound_rate: int = 0
    """Samples per second of the sound that is wanted instead of frames; 0 where frames are."""


def encode(kind: str, /, **fields: Any) -> bytes:
    """Return one message as a line."""
    return json.dumps({"kind": kind, **fields}).encode() + b"\n"


def encode_job(job: Job) -> bytes:
    """Return the message that hands a job to the worker."""
    return encode("job", **asdict(job))


def decode(line: bytes) -> dict[str, Any]:
    """Return the message of a line.

    Raises:
        ValueError: If it is none.
    """
    message = json.loads(line)
    if not isinstance(message, dict) or not isinstance(message.get("kind"), str):
        raise ValueError("not a message")
    return message


def seconds(message: dict[str, Any], field: str) -> float:
    """Return a field that must be seconds: finite and not negative.

    Raises:
        ValueError: If it is not.
    """
    value = message.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{field} is no number")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{field} is no time")
    return float(value)


def count(message: dict[str, Any], field: str, most: int) -> int:
    """Return a field that must be a whole number from 0 to `most`.

    Raises:
        ValueError: If it is not.
    """
    value = message.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{field} is out of range")
    return value


def words(message: dict[str, Any], field: str) -> str:
    """Return a field that must be text, cut to a length that fits a message, control characters out.

    Raises:
        ValueError: If it is no text.
    """
    value = message.get(field)
    if not isinstance(value, str):
        raise ValueError(f"{field} is no text")
    return "".join(each for each in value[:400] if each.isprintable())
