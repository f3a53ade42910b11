"""Cells of a card's tables in Markdown: numbers with their intervals, words that break no table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

NONE = "–"


def measure(row: Mapping[str, Any], name: str, times: float = 1.0, digits: int = 2) -> str:
    """Say a number of a card with its interval, e.g. ``0.85 [0.79, 0.91]``."""
    value, interval = row.get(name), row.get(f"{name}_interval")
    if value is None:
        return NONE
    shown = f"{value * times:.{digits}f}"
    if interval is None:
        return shown
    low, high = (f"{each * times:.{digits}f}" for each in interval)
    return f"{shown} [{low}, {high}]"


def cell(value: Any) -> str:
    """Say a value on one line, without what would end the cell."""
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return str(value).replace("|", "\\|").replace("\n", " ").strip()


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield a table and an empty line after it."""
    yield "| " + " | ".join(heading) + " |"
    yield "|---" * len(heading) + "|"
    for each in rows:
        yield "| " + " | ".join(map(cell, each)) + " |"
    yield ""
