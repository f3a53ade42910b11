"""Posts from JSON lines: one object on each line, its keys the fields of `Post`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from detector.errors import InputError
from detector.intake.base import Cells, Draft, Intake, draft, settle
from detector.intake.fields import decode_utf8
from detector.intake.json_object import read_object
from detector.intake.local import locate_all


def read_jsonl(path: Path, *, defaults: Mapping[str, str]) -> Intake:
    """Read the posts of a JSON-lines file; media paths are relative to its folder.

    Raises:
        InputError: If the file cannot be read or is not UTF-8.
    """
    try:
        text = decode_utf8(path.read_bytes(), rows=True)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); expected JSON lines; check its rights"
        ) from error
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error
    root = path.parent.resolve()
    # Not splitlines(): it also splits at U+2028, which may stand in a JSON string.
    drafts = [
        _draft(line, f"{path.name}:{number}", root, defaults)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    return Intake(*settle(drafts))


def _draft(line: str, where: str, root: Path, defaults: Mapping[str, str]) -> Draft:
    cells = Cells(where)
    names = read_object(cells, line)
    if names is None:
        return Draft("", where, None, tuple(cells.flaws))
    cells.media = locate_all(names, root, cells)
    return draft(cells, defaults)
