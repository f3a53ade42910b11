"""Files of a post are local, regular, and inside the input's own folder, once links are resolved.

A list of posts comes from someone else. What it names is opened by the program, with the program's
rights: an address would make it call out, a device would hang it, a path with ``..`` would read
what was never submitted. Whoever names a file gets it refused by name.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from detector.intake.base import Cells
from detector.intake.fields import parse_value, shown
from detector.post import Media

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
"""``http:``, ``file:``, ``rtsp:``, ``concat:``, ``data:``, ``pipe:``, and the drive ``C:``."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def locate(written: str, root: Path) -> Media:
    """Find a file that a row names.

    Args:
        written: The path as the row has it, relative to `root`, with forward slashes.
        root: The input's folder, links resolved.

    Raises:
        ValueError: If it is not a readable regular file inside `root`.
    """
    name = parse_value(written)
    refusal = _refusal(name)
    if refusal:
        raise ValueError(
            f"found {shown(name)}, which {refusal}; expected a path relative to the input file, "
            f"in its folder, with forward slashes; copy the file there and name it so"
        )
    path = resolve_inside(root / name, root)
    kind = special_kind(path)
    if kind:
        raise ValueError(
            f"found {shown(name)}, which is {kind}; expected a regular file; name the video or "
            f"photo itself"
        )
    if not os.access(path, os.R_OK):
        raise ValueError(
            f"found {shown(name)}, which may not be read; expected a readable file; "
            f"give the program the right to read it"
        )
    return Media(PurePosixPath(name).as_posix(), path)


def locate_all(names: Sequence[str], root: Path, cells: Cells) -> tuple[Media, ...]:
    """Find the files that a row names; what is wrong with one becomes a flaw of the row."""
    found: list[Media] = []
    for name in names:
        try:
            media = locate(name, root)
        except ValueError as error:
            cells.flaw("media", str(error))
            continue
        if media.path in [each.path for each in found]:
            cells.flaw(
                "media",
                f"found the file {shown(name)} twice; expected each file of a post once; "
                f"remove one",
            )
        found.append(media)
    return tuple(found)


def _refusal(name: str) -> str:
    if not name:
        return "is empty"
    if _ADDRESS.match(name):
        return "is an address or a Windows path"
    if "\\" in name:
        return "has a backslash"
    if name.startswith("/"):
        return "is an absolute path"
    if ".." in PurePosixPath(name).parts:
        return "leads out by '..'"
    return ""


def resolve_inside(path: Path, root: Path) -> Path:
    """Follow all links of a path.

    Returns:
        The absolute path without links, inside `root`.

    Raises:
        ValueError: If nothing is there, the links turn in a circle, or it lies outside `root`.
    """
    # An absolute path that leads out of root would say where else on this machine something lies:
    # messages name the file as the input has it.
    name = shown(path.relative_to(root).as_posix())
    try:
        real = Path(os.path.realpath(path, strict=True))
    except OSError as error:
        raise ValueError(_unreachable(name, error)) from error
    if not real.is_relative_to(root):
        raise ValueError(
            f"found {name}, a link that leads out of the input's folder; expected a file inside "
            f"it; copy the file there"
        )
    return real


def _unreachable(name: str, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"found {name}, a link that turns in a circle; expected a file; correct the link"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return (
            f"found no file {name}; expected it beside the input; copy it there or correct the name"
        )
    return (
        f"found {name}, which cannot be reached ({error.strerror}); expected a readable file; "
        f"check its rights and the length of its path"
    )


def special_kind(path: Path) -> str:
    """Return what a path is if it is no regular file, e.g. ``a pipe``; empty if it is one."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return ""
    return next((name for test, name in _KINDS if test(mode)), "no regular file")
