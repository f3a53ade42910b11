"""Every file below a folder, once, by its path in it; and what in it can be no file of a post.

Links are resolved. A link to a folder is walked only where no other path leads to that folder, so
circles end and nothing is read twice. Hidden entries are skipped and counted.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from detector.errors import InputError
from detector.intake.fields import escaped, shown
from detector.intake.local import resolve_inside, special_kind
from detector.record import Problem


@dataclass(slots=True)
class Tree:
    """What a walk found."""

    files: dict[str, Path] = field(default_factory=dict)
    """Absolute path, links resolved, by the path in the folder, with forward slashes; sorted."""
    refused: dict[str, str] = field(default_factory=dict)
    """What is wrong with each entry that is there and cannot be used, by its path in the folder."""
    problems: list[Problem] = field(default_factory=list)
    """Folders that cannot be listed."""
    not_posts: list[str] = field(default_factory=list)
    """Links to folders that are read under another path."""
    hidden: int = 0
    """Hidden entries; a folder counts once."""


def walk(root: Path) -> Tree:
    """Find every file below a folder, however deep.

    Args:
        root: The folder, absolute and without links.

    Raises:
        InputError: If the folder itself cannot be listed.
    """
    tree = Tree()
    linked: list[tuple[str, Path]] = []
    visited: set[Path] = set()
    pending = deque([("", root)])
    while pending or linked:
        # Real folders first: a link must not take their files' own paths from them.
        name, folder = pending.popleft() if pending else linked.pop(0)
        if folder in visited:
            tree.not_posts.append(f"{name}/ (a link to a folder that is read already)")
            continue
        visited.add(folder)
        for entry in _entries(folder, name, root, tree):
            within = f"{name}/{entry.name}" if name else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    pending.append((within, folder / entry.name))
                elif (real := _file_or_link(folder / entry.name, root)).is_dir():
                    linked.append((within, real))
                else:
                    tree.files[within] = real
            except (OSError, ValueError) as error:
                tree.refused[within] = _problem(error, within)
    tree.files = dict(sorted(tree.files.items()))
    return tree


def _file_or_link(path: Path, root: Path) -> Path:
    """Return a regular file, or what a link leads to: a regular file or a folder.

    Raises:
        OSError: If it cannot be reached.
        ValueError: If it is something else, or a link that leads nowhere or out of `root`.
    """
    real = resolve_inside(path, root) if path.is_symlink() else path
    kind = "" if real.is_dir() else special_kind(real)
    if kind:
        raise ValueError(f"found {kind}; expected a regular file; remove it")
    return real


def _entries(folder: Path, name: str, root: Path, tree: Tree) -> list[os.DirEntry[str]]:
    """Return a folder's visible entries, sorted; count the hidden, name what cannot be listed."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        if folder == root:
            raise InputError(
                f"{root} cannot be listed ({error.strerror}); expected a readable folder; "
                f"check its rights"
            ) from error
        tree.problems.append(
            Problem(
                f"{name}/",
                f"found a folder that cannot be listed ({error.strerror}); expected a readable "
                f"one; its files were not read: check its rights and the length of its path",
            )
        )
        return []
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    tree.hidden += len(entries) - len(visible)
    readable = []
    for entry in visible:
        if escaped(entry.name) == entry.name:
            readable.append(entry)
            continue
        tree.refused[escaped(f"{name}/{entry.name}" if name else entry.name)] = (
            f"found the name {shown(entry.name)}, which is not UTF-8; expected a name that can be "
            f"written down; rename it"
        )
    return readable


def _problem(error: Exception, name: str) -> str:
    if isinstance(error, OSError):
        return (
            f"found {shown(name)}, which cannot be reached ({error.strerror}); expected a readable "
            f"file; check its rights"
        )
    return str(error)
