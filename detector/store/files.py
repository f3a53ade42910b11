"""The files of a SQLite store: made readable by their owner alone, for they hold personal data."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from detector.errors import StoreError

OWNER_ONLY = 0o600
COMPANIONS = ("", "-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite keeps for one database."""


def prepare(path: Path, *, create: bool) -> None:
    """See to it that the database file is there, with mode 0600, before SQLite opens it.

    SQLite gives the files beside it (``-wal``, ``-shm``) the mode of the database itself.

    Raises:
        StoreError: If there is no such file and none may be made, or its folder is missing.
    """
    if not create and not path.is_file():
        raise StoreError(
            f"there is no store at {path}; expected the file that `wardi scan` writes; "
            f"scan first, or name the right file with --store"
        )
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, OWNER_ONLY))
        restrict(path)
    except OSError as error:
        raise StoreError(
            f"the store {path} cannot be opened ({error.strerror}); expected a file in a folder "
            f"that exists and can be written; correct --store or the folder's rights"
        ) from error


def restrict(path: Path) -> None:
    """Take every right from group and others on the files of a database."""
    for suffix in COMPANIONS:
        # A companion may vanish meanwhile; another owner's file keeps the mode the owner gave it.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            file = Path(f"{path}{suffix}")
            if file.stat().st_mode & 0o077:
                file.chmod(OWNER_ONLY)


def new_backup(path: Path, version: str) -> Path:
    """Make an empty file, mode 0600, for a copy of the database as it was before ``version``."""
    for count in range(1, 1000):
        suffix = f"-{count}" if count > 1 else ""
        backup = path.with_name(f"{path.name}.before-{version}{suffix}")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(backup, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
            return backup
    raise StoreError(
        f"beside {path} lie 999 copies from before {version}; expected to add one; remove some"
    )


def backups(path: Path) -> list[Path]:
    """Return the copies that earlier upgrades left beside a database, oldest name first."""
    return sorted(path.parent.glob(f"{path.name}.before-*"))
