"""Opens what a label set comes in: a ZIP archive, a folder, or one file. All of it is untrusted.

Nothing is unpacked: files are read by name, each within its limit, and written, if at all, under names
of our own. An archive with a path that leads outside, a link, a password or more than the limits is
refused as a whole, before its first file is read.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from detector.errors import InputError


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """What an archive may cost."""

    entries: int = 200_000
    total_bytes: int = 16 * 2**30
    """Of all files together, unpacked."""
    file_bytes: int = 512 * 2**20
    """Of one file, unpacked."""
    ratio: int = 200
    """Unpacked over packed size of a file above 1 MiB. XML of boxes packs 20 to 60 times."""


class Bundle(Protocol):
    """Files by name, with forward slashes."""

    @property
    def label(self) -> str:
        """What it is called in messages."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Every file, sorted."""
        ...

    def read(self, name: str) -> bytes:
        """Read one file.

        Raises:
            InputError: If it cannot be read within the limits.
        """
        ...


@contextmanager
def open_bundle(path: Path, limits: BundleLimits | None = None) -> Iterator[Bundle]:
    """Open a ZIP archive, a folder, or one file as a bundle.

    Raises:
        InputError: If it is none of them, or an archive that is damaged or breaks a rule.
    """
    limits = limits or BundleLimits()
    if path.is_dir():
        yield _Folder(path, limits)
    elif not path.is_file():
        raise InputError(f"{path} is not there; expected a ZIP archive, a folder or a label file")
    elif zipfile.is_zipfile(path):
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise InputError(
                f"{path} is damaged ({error}); expected a ZIP; export it again"
            ) from error
        with archive:
            yield _Archive(path, archive, limits)
    elif path.suffix.lower() in {".zip", ".tar", ".gz", ".tgz", ".rar", ".7z"}:
        raise InputError(f"{path} is no ZIP archive; expected one; export or pack it again as ZIP")
    else:
        yield _Folder(path.parent, limits, only=path.name)


class _Folder:
    def __init__(self, folder: Path, limits: BundleLimits, only: str = "") -> None:
        self.label = str(folder / only)
        self._folder, self._limits = folder, limits
        if only:
            self.names: tuple[str, ...] = (only,)
            return
        found = []
        for path in folder.rglob("*"):
            if path.is_symlink():
                raise InputError(
                    f"{path} is a link; expected plain files; put the file itself there"
                )
            if path.is_file():
                found.append(path.relative_to(folder).as_posix())
        if len(found) > limits.entries:
            raise InputError(
                f"{folder} holds {len(found)} files; expected at most {limits.entries}"
            )
        self.names = tuple(sorted(found))

    def read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            length = path.stat().st_size
            if length > self._limits.file_bytes:
                raise InputError(
                    f"{path} has {length} bytes; expected at most {self._limits.file_bytes}"
                )
            return path.read_bytes()
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}); check it") from error


class _Archive:
    def __init__(self, path: Path, archive: zipfile.ZipFile, limits: BundleLimits) -> None:
        self.label = str(path)
        self._archive, self._limits = archive, limits
        entries = archive.infolist()
        if len(entries) > limits.entries:
            raise InputError(
                f"{path} holds {len(entries)} files; expected at most {limits.entries}; split it"
            )
        if sum(each.file_size for each in entries) > limits.total_bytes:
            raise InputError(
                f"{path} unpacks to more than {limits.total_bytes} bytes; expected less; split it"
            )
        files: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            if problem := _forbidden(entry, limits):
                raise InputError(
                    f"{path}: the entry {entry.filename!r} {problem}; expected plain files below the "
                    f"archive's own folder; nothing of it is read: pack it again"
                )
            if not entry.is_dir():
                if entry.filename in files:
                    raise InputError(f"{path} holds {entry.filename!r} twice; pack it again")
                files[entry.filename] = entry
        self._files = files
        self.names = tuple(sorted(each for each in files if not each.startswith("__MACOSX/")))

    def read(self, name: str) -> bytes:
        try:
            with self._archive.open(self._files[name]) as stream:
                content = stream.read(self._limits.file_bytes + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise InputError(
                f"{self.label}: {name} cannot be unpacked ({error}); expected an undamaged archive; "
                f"export it again"
            ) from error
        except Exception as error:  # zlib.error and lzma.LZMAError share no other base
            raise InputError(
                f"{self.label}: {name} is damaged ({error}); export the archive again"
            ) from error
        if len(content) > self._limits.file_bytes:
            raise InputError(
                f"{self.label}: {name} unpacks to more than {self._limits.file_bytes} bytes; "
                f"expected less"
            )
        return content


def _forbidden(entry: zipfile.ZipInfo, limits: BundleLimits) -> str:
    name = entry.orig_filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in name:
        return "leads outside"
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and stat.S_IFMT(mode):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "is locked with a password"
    if entry.file_size > limits.file_bytes:
        return f"unpacks to {entry.file_size} bytes, more than {limits.file_bytes}"
    if entry.file_size > 2**20 and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        return f"unpacks to more than {limits.ratio} times its size"
    return ""
