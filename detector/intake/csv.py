"""Posts from a CSV file: one row, one post; the columns are the fields of `Post`.

Several files of a post are separated by ``|``, which no file name on Windows may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from detector.errors import InputError
from detector.intake.base import Cells, Draft, Intake, draft, settle, unknown_field
from detector.intake.fields import FIELDS, field_meant
from detector.intake.local import locate_all
from detector.intake.table import Row, Table, read_table
from detector.record import Problem

SEPARATOR = "|"


def read_csv(path: Path, *, defaults: Mapping[str, str]) -> Intake:
    """Read the posts of a CSV file; media paths are relative to its folder.

    Raises:
        InputError: If the file cannot be used at all.
    """
    table = read_table(path)
    if "id" not in table.columns or not {"text", "media"} & set(table.columns):
        raise InputError(
            f"{path} has the columns {', '.join(table.columns)}; expected 'id', and 'text' or "
            f"'media' or both; name the columns so"
        )
    root = path.parent.resolve()
    drafts = [_draft(table, row, root, defaults) for row in table.rows]
    broken = [
        Draft(each.post_id, each.where, None, (each,)) for each in table.problems if each.post_id
    ]
    posts, problems = settle(sorted([*drafts, *broken], key=_line))
    nameless = tuple(each for each in table.problems if not each.post_id)
    return Intake(posts, (*_unknown_columns(table), *nameless, *problems))


def _line(row: Draft) -> int:
    return int(row.where.rpartition(":")[2])


def _draft(table: Table, row: Row, root: Path, defaults: Mapping[str, str]) -> Draft:
    cells = Cells(table.where(row.line))
    for column, written in row.cells.items():
        if column == "media":
            names = [each.strip() for each in written.split(SEPARATOR)] if written.strip() else []
            cells.media = locate_all(names, root, cells)
        elif column in FIELDS:
            cells.values[column] = written
        elif field_meant(column) and written.strip():
            cells.unknown_key(column)
    return draft(cells, defaults)


def _unknown_columns(table: Table) -> list[Problem]:
    problems = []
    for column in table.columns:
        if column not in FIELDS:
            meant = field_meant(column)
            message = unknown_field(column, "the header")
            if meant:
                message += f"; did you mean {meant!r}? Rows with a value in it are not judged"
            problems.append(Problem(table.where(table.line, column), message))
    return problems
