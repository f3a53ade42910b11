"""One JSON object with the fields of a post: a line of JSONL, or the file beside a clip.

Strict, because what a lenient reader takes silently is lost silently: a key that stands twice, a
number where words belong, NaN.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from detector.intake.base import Cells
from detector.intake.fields import FIELDS, field_name

_KINDS = {
    list: "a list",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a string",
}


class _Pairs(list[tuple[str, Any]]):
    """An object as written; a dict would keep only the last of equal keys."""


def read_object(cells: Cells, text: str, *, where: str = "") -> list[str] | None:
    """Read an object into the cells of a row; what is wrong with it becomes a flaw.

    Args:
        cells: The row to fill.
        text: One JSON object.
        where: File of the object where it is not the row's own; its errors then name a line too.

    Returns:
        The media paths that it names, in order; None where it is no object at all.
    """
    pairs = _parse(cells, text, where)
    if pairs is None:
        return None
    media: list[str] = []
    seen: set[str] = set()
    for key, value in pairs:
        name = field_name(key)
        if name in seen:
            cells.flaw(name, "found this key twice; expected it once; remove one", where=where)
        elif name == "media":
            media = _paths(cells, value, where)
        elif name not in FIELDS:
            cells.unknown_key(key, where=where)
        elif isinstance(value, str):
            cells.values[name] = value
        elif value is not None:
            cells.flaw(
                name,
                f"found {_kind(value)}; expected a string; write the value in quotes",
                where=where,
            )
        seen.add(name)
    return media


def _parse(cells: Cells, text: str, where: str) -> _Pairs | None:
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        column = f"{error.lineno}:{error.colno}" if where else f"{error.colno}"
        _no_object(cells, error.msg, column, where)
        return None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        _no_object(cells, reason, "", where)
        return None
    if not isinstance(pairs, _Pairs):
        _no_object(cells, f"it is {_kind(pairs)}", "", where)
        return None
    return pairs


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _no_object(cells: Cells, found: str, column: str, where: str) -> None:
    cells.flaw(
        column,
        f"found what is no JSON object ({found}); expected one object with the fields of a post, "
        f'such as {{"id": "a", "text": "…"}}; correct it',
        where=where,
    )


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "an object" if isinstance(value, _Pairs) else _KINDS[type(value)]


def _paths(cells: Cells, value: Any, where: str) -> list[str]:
    """Return the paths in a value: a list of them, one alone, or null for none."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    listed = value if type(value) is list else [value]
    for each in listed:
        if not isinstance(each, str):
            cells.flaw(
                "media",
                f'found {_kind(each)}; expected a list of paths such as ["clip.mp4"]; '
                f"write each path in quotes",
                where=where,
            )
            return []
    return listed
