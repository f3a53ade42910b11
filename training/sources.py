"""Where labelled data lies on this machine, and whether it is what its manifest says.

A manifest (``data/sources/<name>.toml``) is written by hand, except its table ``[content]``, which
`seal` measures: a hash over the file list, and counts. Where a source lies is no part of it: `register`
writes that to ``registered.toml`` beside the folder of manifests, a file that git ignores. A corpus that
was imported is a source as well: its manifest ``corpus.toml`` lies in the folder it describes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.errors import InputError, SetupError
from training import toml
from training.manifest import Manifest, SourceKind, read_manifest

SOURCES = Path("data/sources")
"""Where the manifests of a checkout lie, relative to the working folder."""
KEPT_BY_US = frozenset({"corpus.toml", "heldout.lock.toml", "twins.toml", "heldout.phash.txt"})
"""Files in the folder of an imported corpus that speak of the data and are none."""


@dataclass(frozen=True, slots=True)
class Source:
    """A manifest and the folder that it describes, on this machine."""

    manifest: Manifest
    folder: Path
    locks: Path
    """Folder with ``heldout.lock.toml`` and ``twins.toml``, which speak for the source."""

    @property
    def name(self) -> str:
        """The manifest's name."""
        return self.manifest.name

    @property
    def is_own(self) -> bool:
        """Whether it is a corpus that was imported, not a source that a checkout describes."""
        return self.manifest.origin.path == "."


def open_source(path: Path, *, root: Path | None = None) -> Source:
    """Find the data that a manifest describes.

    Args:
        path: The manifest.
        root: The data root; None looks up where the source was registered.

    Raises:
        InputError: If the manifest is wrong.
        SetupError: If the source is not registered, or is not where it was.
    """
    manifest = read_manifest(path)
    if manifest.origin.path == ".":
        return Source(manifest, path.parent, path.parent)
    locks = path.resolve().parent.parent
    folder = _place(manifest, locks, root, registered(locks))
    if folder is None or not folder.is_dir():
        raise SetupError(
            f"the source {manifest.name} is not {'at ' + str(folder) if folder else 'registered'}; "
            f"expected its folder; run `wardi data add PATH/{manifest.origin.path}`"
        )
    return Source(manifest, folder, locks)


def open_all(
    sources: Path = SOURCES, *, root: Path | None = None, kind: SourceKind | None = None
) -> list[Source]:
    """Open the sources of a folder of manifests that lie on this machine, sorted by name."""
    here = registered(sources.resolve().parent)
    found = []
    for path in sorted(sources.glob("*.toml")):
        manifest = read_manifest(path)
        place = _place(manifest, sources.resolve().parent, root, here)
        if place is not None and place.is_dir() and kind in (None, manifest.kind):
            found.append(Source(manifest, place, sources.resolve().parent))
    return found


def _place(
    manifest: Manifest, locks: Path, root: Path | None, here: Mapping[str, Path]
) -> Path | None:
    """Return where a source should lie: in the project, under the data root, or where registered."""
    if manifest.origin.within == "project":
        return locks.parent / manifest.origin.path
    return root / manifest.origin.path if root else here.get(manifest.name)


def open_given(
    paths: Iterable[Path], *, root: Path | None = None, kind: SourceKind | None = None
) -> list[Source]:
    """Open what people name: a manifest, the folder of a corpus, or a folder of manifests.

    Of a folder of manifests, the sources that lie on this machine are taken.

    Raises:
        InputError: If a manifest is wrong, or a folder holds none.
        SetupError: If a source that is named by its manifest is not on this machine.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        manifest = path / "corpus.toml" if path.is_dir() else path
        if path.is_dir() and not manifest.is_file():
            every = open_all(path, root=root, kind=kind)
            if not every:
                raise InputError(
                    f"{path} holds no manifest of {kind or 'a source'} whose data lies on this machine; "
                    f"expected a corpus or a folder of manifests; run `wardi data add`, or name another"
                )
            found |= {each.folder.resolve(): each for each in every}
        else:
            source = open_source(manifest, root=root)
            found[source.folder.resolve()] = source
    return list(found.values())


def registered(locks: Path) -> dict[str, Path]:
    """Return where sources lie on this machine, by name; empty where none was added."""
    path = locks / "registered.toml"
    return {name: Path(each) for name, each in toml.read(path).items()} if path.is_file() else {}


def register(locks: Path, places: Mapping[str, Path]) -> None:
    """Note where sources lie on this machine."""
    every = {**registered(locks), **places}
    toml.write(
        locks / "registered.toml",
        {name: str(every[name].resolve()) for name in sorted(every)},
        comment="Where sources lie on this machine, written by `wardi data add`; not for git.",
    )


def matching(folder: Path, sources: Path = SOURCES) -> Iterator[tuple[Path, Path]]:
    """Yield the manifests whose data a folder is, or holds as a data root, with that data's folder."""
    folder = folder.resolve()
    for path in sorted(sources.glob("*.toml")):
        origin = read_manifest(path).origin
        if origin.within == "project":
            continue  # it is where it belongs
        wanted = origin.path
        if folder.as_posix().endswith("/" + wanted):
            yield path, folder
        elif (folder / wanted).is_dir():
            yield path, folder / wanted


def file_list(folder: Path) -> list[tuple[str, int, str]]:
    """List the files of a source: relative path, size in bytes, sha256; sorted, without notes of ours.

    Notes are no data: correcting a typing error in SOURCE.md must not look like other pictures.

    Raises:
        InputError: If a link is among them; a source holds its own files.
    """
    found = []
    for path in sorted(folder.rglob("*"), key=lambda each: each.relative_to(folder).as_posix()):
        if path.is_symlink():
            raise InputError(f"{path} is a link; a source holds plain files; put the file there")
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix != ".md" and name not in KEPT_BY_US:
            content = path.read_bytes()
            found.append((name, len(content), hashlib.sha256(content).hexdigest()))
    return found


def digest(lines: Iterable[str]) -> str:
    """Hash lines of text, sorted, each ended by a line feed."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(lines)).encode()).hexdigest()


def verify(source: Source) -> list[tuple[str, int, str]]:
    """Hash every file of a source and hold it against the manifest; return the file list.

    Raises:
        SetupError: If the manifest was never sealed, or the files are not those it was sealed with.
    """
    expected = source.manifest.content
    if expected is None:
        raise SetupError(
            f"the manifest of {source.name} was never sealed; expected [content] with a sha256; "
            f"run `wardi data seal` on it once its data is as it should be"
        )
    files = file_list(source.folder)
    found = list_digest(files)
    if found != expected.sha256:
        raise SetupError(
            f"{source.folder} holds {len(files)} files with list hash {found}; the manifest of "
            f"{source.name} was sealed with {expected.files} files and {expected.sha256}; get the "
            f"data the manifest names, or seal it anew if the change is meant"
        )
    return files


def list_digest(files: Iterable[tuple[str, int, str]]) -> str:
    """Hash a file list as manifests do."""
    return digest(f"{sha256}  {name}" for name, _, sha256 in files)


def seal(path: Path, folder: Path, counts: Mapping[str, Any]) -> None:
    """Measure a source and write the figures into its manifest.

    Args:
        path: The manifest; everything but ``[content]`` stays as it is.
        folder: The data.
        counts: ``items``, ``heldout``, ``boxes``, as far as the kind has them.
    """
    files = file_list(folder)
    size = sum(each for _, each, _ in files)
    figures = {"sha256": list_digest(files), "files": len(files), "bytes": size, **counts}
    toml.update(path, "content", figures)
