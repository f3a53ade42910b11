"""Files for other programs: JSON lines for machines, CSV for spreadsheets, Parquet for notebooks.

JSON lines hold everything (`detector.report.schema`); CSV and Parquet one flat row per post. Words
of a post are data: in CSV a cell that a spreadsheet would calculate is neutralised; passwords and
numbers of persons are covered; everything else stays as it was submitted. The files hold personal
data and are readable by their owner alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from detector.errors import ExtraMissing
from detector.record import Record
from detector.report.display import storable
from detector.report.masking import masked
from detector.report.overview import band_of
from detector.report.schema import as_json
from detector.report.table import gap_note
from detector.verdict import Failure

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that starts so for a formula (OWASP, "CSV Injection")."""

COLUMNS: dict[str, type] = {
    "post_id": str,
    "band": str,
    "score": float,
    "clauses": str,
    "found": str,
    "failure": str,
    "not_looked_at": str,
    "coverage": float,
    "clauses_not_judged": str,
    "channels_not_examined": str,
    "text": str,
    "media": str,
    "account": str,
    "platform": str,
    "unit": str,
    "author_role": str,
    "approval": str,
    "submitted_at": datetime,
    "posted_at": datetime,
    "judged_at": datetime,
    "policy": str,
    "models": str,
    "verdict_key": str,
}
"""Columns of CSV and Parquet with the type of their values; lists are joined by ``; ``."""


def write_jsonl(records: Iterable[Record], out: Path) -> Path:
    """Write one JSON line per record, in the given order; return the file."""
    with replacing(out, encoding="utf-8", newline="\n") as file:
        file.writelines(f"{as_json(record)}\n" for record in records)
    return out


def write_csv(records: Iterable[Record], out: Path) -> Path:
    """Write one row per record as UTF-8 with BOM, as spreadsheets expect it; return the file."""
    with replacing(out, encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for record in records:
            writer.writerow([_cell(value) for value in flat(record).values()])
    return out


def write_parquet(records: Iterable[Record], out: Path) -> Path:
    """Write one row per record, times in UTC; return the file.

    Raises:
        ExtraMissing: If the library for Parquet is not installed.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise ExtraMissing(
            "Parquet needs polars, which is not installed; expected the extra `parquet`; run "
            "`pip install 'wardi[parquet]'`, or write CSV"
        ) from error

    types = {str: pl.String(), float: pl.Float64(), datetime: pl.Datetime("us", "UTC")}
    schema = {name: types[kind] for name, kind in COLUMNS.items()}
    rows = [
        {name: storable(each) if isinstance(each, str) else each for name, each in row.items()}
        for row in map(flat, records)
    ]
    with replacing(out) as file:
        pl.DataFrame(rows, schema=schema).write_parquet(file)
    return out


def flat(record: Record) -> dict[str, Any]:
    """Return a record as one row; the keys are those of `COLUMNS`, in their order."""
    post, outcome = record.post, record.outcome
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    for name in ("account", "platform", "unit", "author_role", "approval"):
        row[name] = getattr(post, name)
    row |= {
        "post_id": post.id,
        "text": masked(post.text),
        "band": band_of(record),
        "not_looked_at": gap_note(record),
        "media": _joined(each.name for each in post.media),
        "submitted_at": post.submitted_at,
        "posted_at": post.posted_at,
        "judged_at": record.judged_at,
    }
    if isinstance(outcome, Failure):
        return row | {"failure": outcome.reason}
    unjudged = (each.clause for each in outcome.clauses if each.state == "not judged")
    return row | {
        "score": outcome.score,
        "clauses": _joined(dict.fromkeys(each.clause for each in outcome.findings)),
        "found": _joined(each.sentence for each in outcome.findings),
        "coverage": outcome.coverage,
        "clauses_not_judged": _joined(unjudged),
        "channels_not_examined": _joined(c.name for c in outcome.channels if not c.examined),
        "policy": f"{outcome.policy.id} {outcome.policy.version}",
        "models": _joined(f"{each.kind} {each.version}" for each in outcome.models),
        "verdict_key": record.verdict_key,
    }


@contextmanager
def replacing(out: Path, **options: Any) -> Iterator[IO[Any]]:
    """Open a file that takes its place only once it is whole; its owner alone may read it.

    Args:
        out: The place; a file that is there is replaced.
        options: Encoding and newline for text; none of them opens it for bytes.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    mode = "w" if options else "w+b"
    with NamedTemporaryFile(mode, dir=out.parent, prefix=".", delete=False, **options) as file:
        try:
            yield file
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(out)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    return storable(f"'{value}" if value.startswith(FORMULA) else value)


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)
