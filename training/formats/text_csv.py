"""CSV of texts: ``text``, ``lang``, one column per topic (1, 0, or empty: nobody said), and a few more.

A row that cannot be used is listed with its line and left out; a column that means nothing here is listed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from detector.errors import InputError
from training.formats.base import LabelSet, TextRow, Trouble, Written, not_carried
from training.formats.bundle import Bundle
from training.manifest import TOPICS

_MORE = ("target", "group", "heldout", "register")
_JUDGED = {"1": True, "0": False, "": None}
MAX_FIELD = 2**20


def read(bundle: Bundle) -> LabelSet:
    """Read every CSV file of a bundle.

    Raises:
        InputError: If there is none, or one lacks ``text`` or a topic.
    """
    names = [each for each in bundle.names if each.lower().endswith(".csv")]
    if not names:
        raise InputError(f"{bundle.label} holds no CSV file; expected one; check --format")
    texts: list[TextRow] = []
    troubles: list[Trouble] = []
    for name in names:
        _read_one(bundle, name, texts, troubles)
    return LabelSet((), (), tuple(texts), tuple(troubles))


def _read_one(bundle: Bundle, name: str, texts: list[TextRow], troubles: list[Trouble]) -> None:
    try:
        content = bundle.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{bundle.label}: {name} is not UTF-8 ({error}); save it as UTF-8"
        ) from error
    csv.field_size_limit(MAX_FIELD)
    lines = csv.DictReader(io.StringIO(content, newline=""))
    columns = [each for each in lines.fieldnames or [] if each]
    topics = [each for each in TOPICS if each in columns]
    if "text" not in columns or not topics:
        raise InputError(
            f"{bundle.label}: {name} has the columns {columns}; expected `text` and at least one of "
            f"{', '.join(TOPICS)}; name the columns in the first line"
        )
    for column in sorted(set(columns) - {"text", "lang", *topics, *_MORE}):
        troubles.append(Trouble("not carried", name, f"the column {column!r} is not known here"))
    try:
        for row in lines:
            where = f"{name}:{lines.line_num}"
            values = {each: row.get(each) or "" for each in ("text", "lang", *topics, *_MORE)}
            wrong = [each for each in (*topics, "heldout") if values[each] not in _JUDGED]
            if wrong or not values["text"].strip() or None in row:
                what = (
                    f"{wrong[0]} is {values[wrong[0]]!r}, not 1, 0 or empty" if wrong else "no text"
                )
                troubles.append(Trouble("cannot be read", where, f"{what}: left out"))
                continue
            texts.append(_row(values, topics))
    except csv.Error as error:
        raise InputError(f"{bundle.label}: {name}:{lines.line_num}: {error}; correct it") from error


def _row(values: dict[str, str], topics: Sequence[str]) -> TextRow:
    labels = {each: _JUDGED[values[each]] for each in topics}
    return TextRow(
        values["text"],
        values["lang"],
        labels,
        values["target"],
        values["group"],
        _JUDGED[values["heldout"]],
        values["register"],
    )


def write(labels: LabelSet) -> Written:
    """Write ``texts.csv``; pictures have no place in it."""
    topics = [each for each in TOPICS if any(each in row.labels for row in labels.texts)]
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["text", "lang", *topics, *_MORE])
    for row in labels.texts:
        judged = [_said(row.labels.get(each)) for each in topics]
        more = [row.target, row.group, _said(row.heldout), row.register]
        table.writerow([row.text, row.lang, *judged, *more])
    lost = [*not_carried(labels.pictures, (), frozenset(), "CSV")]
    lost += [
        Trouble("not carried", each.name, "a picture: CSV has no place for it")
        for each in labels.pictures
    ]
    return Written({"texts.csv": out.getvalue().encode()}, {}, tuple(lost))


def _said(value: bool | None) -> str:
    return "" if value is None else str(int(value))
