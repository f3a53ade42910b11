"""Reading posts, whatever they come in: a folder, one file, JSON lines, CSV.

Add a format by:

1. Writing one file here whose function takes a path and the defaults and returns an `Intake`.
2. Adding its suffix to `_LISTS`.
3. Adding it to the parameters of `tests/detector/intake/test_reading.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from detector.errors import InputError
from detector.intake.base import Intake, check_defaults
from detector.intake.csv import read_csv
from detector.intake.folder import read_folder, read_single
from detector.intake.jsonl import read_jsonl
from detector.media.kinds import candidate

_LISTS = {".jsonl": read_jsonl, ".ndjson": read_jsonl, ".csv": read_csv}

_EXPECTED = "a folder, a video or photo, a text file, a .jsonl or a .csv"


def read_posts(source: Path, *, defaults: Mapping[str, str]) -> Intake:
    """Read the posts of an input; rows and files that cannot be used are named, the others go on.

    Args:
        source: A folder, a media or text file, a ``.jsonl`` or a ``.csv``.
        defaults: Account, author_role, unit and platform of the posts that give none.

    Raises:
        InputError: If the source cannot be used at all, or a default is wrong.
    """
    try:
        given = check_defaults(defaults)
    except ValueError as error:
        raise InputError(str(error)) from error
    intake = _read(source, given)
    if not intake.posts and not intake.problems:
        raise InputError(
            f"{source} holds no post ({len(intake.not_posts)} other files, {intake.hidden} hidden); "
            f"expected {_EXPECTED} with at least one post; check the path"
        )
    return intake


def _read(source: Path, defaults: Mapping[str, str]) -> Intake:
    if source.is_dir():
        return read_folder(source, defaults=defaults)
    if not source.is_file():
        raise InputError(_unusable(source))
    reader = _LISTS.get(source.suffix.lower())
    # A video is one by its content, even under the name posts.csv.
    if candidate(source) is None and reader is not None:
        return reader(source, defaults=defaults)
    if candidate(source) is None and source.suffix.lower() != ".txt":
        raise InputError(
            f"{source} is neither a video nor a photo, nor a list of posts; expected {_EXPECTED}; "
            f"convert it, or give the folder it lies in"
        )
    return read_single(source, defaults=defaults)


def _unusable(source: Path) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.\-]+:/", str(source)):
        return f"{source} is an address; expected {_EXPECTED} on this machine; download it first"
    if source.exists():
        return f"{source} is no regular file; expected {_EXPECTED}; copy what it holds into one"
    return f"{source} is not there; expected {_EXPECTED}; check the path"
