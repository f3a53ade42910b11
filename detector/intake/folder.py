"""Posts from a folder: every video and photo is one, a text file belongs to the clip beside it.

Which file belongs to which:

* ``clip.txt`` is the caption of ``clip.mp4``, ``clip.json`` holds its other fields. Where several
  media share the name (``clip.mp4``, ``clip.jpg``), each gets the caption and the fields: words
  judged twice do less harm than words judged with the wrong picture or not at all.
* ``clip.mp4.txt`` and ``clip.mp4.json`` belong to ``clip.mp4`` alone and come before the others.
* A text file that belongs to no media is a post itself, ``note.json`` its fields.
* A post's id is its path in the folder, unless its fields give one.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from detector.errors import InputError
from detector.intake.base import Cells, Draft, Intake, draft, settle
from detector.intake.fields import MAX_TEXT_CHARS, decode_utf8
from detector.intake.json_object import read_object
from detector.intake.local import resolve_inside
from detector.intake.tree import Tree, walk
from detector.media.kinds import candidate, named
from detector.post import Media
from detector.record import Problem

TEXT = ".txt"
FIELDS = ".json"

_MOST_BYTES = 4 * MAX_TEXT_CHARS + 8
"""Bytes of a text or fields file that are read: UTF-8 needs at most four a character."""


class Partners:
    """The files of one suffix, found by the media they belong to."""

    def __init__(self, files: Iterable[str]) -> None:
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for name in files:
            self._by_stem[_stem(name)].append(name)
        self.taken: set[str] = set()

    def of(self, name: str) -> list[str]:
        """Return the files that belong to `name`, and remember them as taken."""
        whole = unicodedata.normalize("NFC", name)
        found = self._by_stem.get(whole) or self._by_stem.get(_stem(name)) or []
        self.taken.update(found)
        return found


def _stem(name: str) -> str:
    """Return a path without suffix; macOS writes é as two characters, others as one."""
    return unicodedata.normalize("NFC", PurePosixPath(name).with_suffix("").as_posix())


def read_folder(folder: Path, *, defaults: Mapping[str, str]) -> Intake:
    """Read the posts of a folder and all folders in it, sorted by path.

    Raises:
        InputError: If the folder cannot be listed.
    """
    return _read(walk(folder.resolve()), defaults)


def read_single(path: Path, *, defaults: Mapping[str, str]) -> Intake:
    """Read one media or text file as a post, with the caption and fields beside it.

    Raises:
        InputError: If its folder cannot be listed.
    """
    root = path.parent.resolve()
    beside = Tree({path.name: path.resolve()})
    try:
        partners = sorted(each for each in root.iterdir() if _suffix(each.name) in (TEXT, FIELDS))
    except OSError as error:
        raise InputError(
            f"{root} cannot be listed ({error.strerror}), so a caption beside {path.name} would be "
            f"missed; expected a readable folder; check its rights"
        ) from error
    for each in partners:
        try:
            beside.files.setdefault(each.name, resolve_inside(each, root))
        except ValueError as error:
            beside.refused[each.name] = str(error)
    intake = _read(beside, defaults, only=path.name)
    return Intake(intake.posts, intake.problems)


def _read(tree: Tree, defaults: Mapping[str, str], *, only: str = "") -> Intake:
    """Sort files into posts and partners; `only` leaves out every other post."""
    names = sorted({*tree.files, *tree.refused})
    chosen = [only] if only else names
    media = {name for name in chosen if _is_media(name, tree)}
    texts = Partners(name for name in names if _suffix(name) == TEXT and name not in media)
    fields = Partners(name for name in names if _suffix(name) == FIELDS and name not in media)
    drafts = {
        name: _post(name, tree, texts.of(name), fields.of(name), defaults)
        for name in chosen
        if name in media
    }
    for name in chosen:
        if _suffix(name) == TEXT and name not in media | texts.taken:
            drafts[name] = _post(name, tree, [name], fields.of(name), defaults)
    posts, problems = settle([drafts[name] for name in sorted(drafts)])
    rest = [name for name in names if name not in {*drafts, *texts.taken, *fields.taken}]
    refused = [Problem(name, tree.refused[name]) for name in rest if name in tree.refused]
    return Intake(
        posts,
        (*tree.problems, *refused, *problems),
        (*tree.not_posts, *(name for name in rest if name in tree.files)),
        tree.hidden,
    )


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_media(name: str, tree: Tree) -> bool:
    """Tell a post's file by content, else by the name it goes by here; a link may have another."""
    return bool(named(Path(name)) or (name in tree.files and candidate(tree.files[name])))


def _post(
    name: str, tree: Tree, texts: list[str], fields: list[str], defaults: Mapping[str, str]
) -> Draft:
    """Make a post of a media file or, where `name` is among `texts`, of a text file."""
    cells = Cells(name)
    if name not in texts:
        if name in tree.refused:
            cells.flaw("", tree.refused[name])
        else:
            cells.media = (Media(name, tree.files[name]),)
    _take_fields(cells, tree, fields)
    _take_text(cells, tree, texts)
    return draft(cells, defaults, own_id=name)


def _take_text(cells: Cells, tree: Tree, texts: list[str]) -> None:
    """Read the caption; one that cannot be read is a flaw, never an empty caption."""
    for name in texts:
        text = _words(cells, tree, name)
        if text is None:
            continue
        if cells.values.get("text", "").strip() and cells.values["text"] != text:
            cells.flaw(
                "",
                f"found a second caption for {cells.where}; expected one, in a text file or in the "
                f"fields; remove the wrong one",
                where=name,
            )
        cells.values["text"] = text


def _take_fields(cells: Cells, tree: Tree, fields: list[str]) -> None:
    for name in fields:
        if name != fields[0]:
            cells.flaw(
                "", f"found a second file of fields for {cells.where}; remove one", where=name
            )
            continue
        text = _words(cells, tree, name)
        media = None if text is None else read_object(cells, text, where=name)
        if media and media != [PurePosixPath(cells.where).name]:
            cells.flaw(
                "media",
                "found other media than the file beside it; expected none: a post of several files "
                "is given in JSONL or CSV; remove the key",
                where=name,
            )


def _words(cells: Cells, tree: Tree, name: str) -> str | None:
    """Return a file's text without its last line end; None where it cannot be read."""
    try:
        if name in tree.refused:
            raise ValueError(tree.refused[name])
        with tree.files[name].open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ValueError(
                f"found more than {_MOST_BYTES} bytes; expected a text of at most {MAX_TEXT_CHARS} "
                f"characters; shorten it or split the post"
            )
        return decode_utf8(data).rstrip("\r\n")
    except OSError as error:
        cells.flaw(
            "",
            f"found a file that cannot be read ({error.strerror}); expected a readable one; "
            f"check its rights",
            where=name,
        )
    except ValueError as error:
        cells.flaw("", str(error), where=name)
    return None
