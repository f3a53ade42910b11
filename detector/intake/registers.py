"""Registers as CSV files: what a force keeps in a spreadsheet, read whole or not at all.

A register decides whether a sight is a breach, so that half a register is worse than none: every bad
row is named with line and column, and nothing is returned. To add a column, add it to the field's
class in `detector/registers.py` and to `COLUMNS`. `register_text` writes what `read_register` reads.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from detector.errors import InputError
from detector.intake.fields import parse_handle, parse_moment, parse_value, shown
from detector.intake.table import Row, Table, read_table
from detector.registers import ROWS, Account, Approval, RegisterName, RegisterRow

LABELS = ("uniform", "badge", "vehicle", "weapon", "all")
"""What an approval may cover."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register's file."""

    field: str
    """Field of the row it fills."""
    read: Callable[[str], Any]
    """Makes a value of a cell; raises `ValueError` with found, expected, next step."""
    required: bool = True


def _labels(written: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(re.findall(r"[^\s,;|]+", written.casefold())))
    for each in found:
        if each not in LABELS:
            raise ValueError(
                f"found the label {shown(each)}; expected some of {', '.join(LABELS)}, separated "
                f"by spaces; correct it"
            )
    return found


def _official(written: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if written.strip().casefold() not in known:
        raise ValueError(f"found {shown(written)}; expected yes or no; correct it")
    return known[written.strip().casefold()]


def _sha256(written: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", written.strip()):
        raise ValueError(
            f"found {shown(written)}; expected 64 hexadecimal digits; copy the SHA-256 of the file"
        )
    return written.strip().lower()


_UNTIL = partial(parse_moment, end_of_day=True)

COLUMNS: Mapping[RegisterName, Mapping[str, Column]] = {
    "approvals": {
        "reference": Column("reference", parse_value),
        "labels": Column("labels", _labels),
        "valid_from": Column("valid_from", parse_moment),
        "valid_until": Column("valid_until", _UNTIL),
        "given_by": Column("given_by", parse_value),
        "account": Column("account", parse_handle, required=False),
        "media_sha256": Column("media_sha256", _sha256, required=False),
    },
    "accounts": {
        "platform": Column("platform", parse_value),
        "handle": Column("handle", parse_handle),
        "unit": Column("unit", parse_value, required=False),
        "official": Column("official", _official),
        "run_by": Column("run_by", parse_value, required=False),
    },
    "duty": {
        "account": Column("account", parse_handle),
        "from": Column("start", parse_moment),
        "to": Column("end", _UNTIL),
    },
}
"""The columns of each register's file, as they are spelt in its header."""

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a cell that a spreadsheet takes for a formula."""


def read_register(name: RegisterName, path: Path) -> tuple[RegisterRow, ...]:
    """Read a register: CSV in UTF-8, with or without byte order mark.

    A time that names no zone is in Asia/Karachi. A day without a time is its first moment, and its
    last where something ends.

    Raises:
        InputError: If the file, its header or any row is wrong; every one is named.
    """
    table = read_table(path)
    _check_header(name, table)
    problems = [f"{each.where}: {each.problem}" for each in table.problems]
    rows: list[RegisterRow] = []
    lines: dict[tuple[object, ...], int] = {}
    for row in table.rows:
        values = _values(name, table, row, problems)
        if values is None:
            continue
        made = ROWS[name](**values)
        first = lines.setdefault(_identity(made), row.line)
        if first != row.line:
            problems.append(
                f"{table.where(row.line)}: says what line {first} says of the same; expected it "
                f"once; drop one of the two"
            )
        rows.append(made)
    if problems:
        listed = "\n".join(f"  {each}" for each in problems)
        raise InputError(
            f"{path} has {len(problems)} rows or cells that cannot be used; expected none, so that "
            f"nothing of it was loaded; correct them and load it again:\n{listed}"
        )
    return tuple(rows)


def _check_header(name: RegisterName, table: Table) -> None:
    columns = COLUMNS[name]
    unknown = [each for each in table.columns if each not in columns]
    missing = [key for key, each in columns.items() if each.required and key not in table.columns]
    if unknown or missing:
        raise InputError(
            f"{table.where(table.line)}: the register of {name} "
            + " and ".join(_header_faults(unknown, missing))
            + f"; expected {', '.join(columns)}; correct the header"
        )


def _header_faults(unknown: list[str], missing: list[str]) -> Iterable[str]:
    if unknown:
        yield f"has unknown columns: {', '.join(unknown)}"
    if missing:
        yield f"lacks columns: {', '.join(missing)}"


def _values(
    name: RegisterName, table: Table, row: Row, problems: list[str]
) -> dict[str, Any] | None:
    """Return a row's values by field, or None with what is wrong added to `problems`."""
    before = len(problems)
    values: dict[str, Any] = {}
    for key, column in COLUMNS[name].items():
        written = _unquoted(row.cells.get(key, ""))
        if not written.strip():
            if column.required:
                problems.append(f"{table.where(row.line, key)}: found nothing; expected a value")
            values[column.field] = ""
            continue
        try:
            values[column.field] = column.read(written)
        except ValueError as error:
            problems.append(f"{table.where(row.line, key)}: {error}")
    if len(problems) > before:
        return None
    for first, last in (("valid_from", "valid_until"), ("start", "end")):
        if first in values and values[first] > values[last]:
            problems.append(
                f"{table.where(row.line)}: ends at {values[last].isoformat()}, before it begins; "
                f"expected the end last; exchange the two"
            )
            return None
    return values


def register_text(name: RegisterName, rows: Iterable[RegisterRow]) -> str:
    """Return a register as CSV that `read_register` reads back; no cell acts as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS[name])
    for row in rows:
        writer.writerow(_cell(getattr(row, each.field)) for each in COLUMNS[name].values())
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _unquoted(written: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from running a cell."""
    return written[1:] if written[:1] == "'" and written[1:2] in _FORMULAS else written


def _identity(row: RegisterRow) -> tuple[object, ...]:
    """Return what a register may say once only; one approval may name several files or accounts."""
    if isinstance(row, Approval):
        return row.reference.casefold(), row.account.casefold(), row.media_sha256, row.labels
    if isinstance(row, Account):
        return row.platform.casefold(), row.handle.casefold()
    return row.account.casefold(), row.start, row.end
