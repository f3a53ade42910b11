"""CSV with line numbers: rows that can be used, and every row that cannot, by its line.

Used for posts and for registers. RFC 4180 with commas: the csv module's lenient reading would take
a stray quote for text and swallow the rows after it, so reading is strict, and after a broken row
it starts anew at the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from detector.errors import InputError
from detector.intake.fields import decode_utf8, field_name, shown
from detector.record import Problem

MAX_CELL_CHARS = 131_072
"""A cell that is longer spoils its row: an unclosed quote would swallow the rest of the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    line: int
    """Line on which it begins; the header is on line 1 where nothing stands above it."""
    cells: Mapping[str, str]
    """What is written, by column, without change."""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its columns, the rows that could be read, and the problems of those that not."""

    name: str
    """Name of the file, for messages."""
    line: int
    """Line of the header."""
    columns: tuple[str, ...]
    """As `field_name` spells them, in the file's order."""
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    def where(self, line: int, column: str = "") -> str:
        """Return a place as messages name it, e.g. ``posts.csv:7:posted_at``."""
        return f"{self.name}:{line}:{column}" if column else f"{self.name}:{line}"


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8.

    Raises:
        InputError: If it cannot be read, is not UTF-8, or has no usable header.
    """
    try:
        text = decode_utf8(path.read_bytes(), rows=True)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); expected a CSV file; check its rights"
        ) from error
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error
    lines = list(io.StringIO(text, newline=""))
    records = _records(lines)
    first = next(records, None)
    if first is None or isinstance(first[1], str):
        raise InputError(
            f"{path} has no header ({first[1] if first else 'nothing is in it'}); expected the "
            f"names of the columns in its first line, separated by commas; add them"
        )
    columns = _header(path, first[1])
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, record in records:
        flaw = record if isinstance(record, str) else _ragged(record, columns)
        if flaw:
            named = record[0].strip() if not isinstance(record, str) and columns[0] == "id" else ""
            problems.append(Problem(f"{path.name}:{line}", flaw, named))
        else:
            rows.append(Row(line, dict(zip(columns, record, strict=True))))
    return Table(path.name, first[0], columns, tuple(rows), tuple(problems))


def _records(lines: list[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each record with its first line: its cells, or what is wrong with it."""
    csv.field_size_limit(MAX_CELL_CHARS)  # the limit is the process's: others may have raised it
    start = 0
    while start < len(lines):
        reader = csv.reader(iter(lines[start:]), strict=True)
        read = 0
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield (
                    start + read + 1,
                    f"found a row that is no CSV ({error}); expected quotes doubled inside quoted "
                    f"fields and closed; correct the row",
                )
                start += read + 1
                break
            if any(cell.strip() for cell in record):
                yield start + read + 1, record
            read = reader.line_num


def _header(path: Path, names: list[str]) -> tuple[str, ...]:
    columns = tuple(field_name(each) for each in names)
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t|"):
        raise InputError(
            f"{path} has the header {shown(names[0])}; expected columns separated by commas; "
            f"save it again as CSV with commas"
        )
    twice = sorted({each for each in columns if columns.count(each) > 1})
    if twice or "" in columns:
        found = "a column without a name" if "" in columns else f"twice: {', '.join(twice)}"
        raise InputError(
            f"{path} has in its header {found}; expected every column once, with its name; "
            f"correct the header"
        )
    return columns


def _ragged(record: list[str], columns: tuple[str, ...]) -> str:
    if len(record) == len(columns):
        return ""
    return (
        f"found {len(record)} fields; expected {len(columns)}, as in the header; put a field that "
        f"holds a comma or a line end in quotes"
    )
