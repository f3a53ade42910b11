"""Writing TOML: the one file that imports the library for it, and keeps what people wrote by hand.

Reading is the standard library's. A file that exists is edited, not rewritten: comments and the order
of keys stay, so that a manifest reads as its author left it after the tool filled in the figures.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
from pydantic import BaseModel, ValidationError
from tomlkit.items import Table

from detector.errors import InputError

RowT = TypeVar("RowT", bound=BaseModel)
LINE = 80
"""Characters up to which a list stands on one line."""


def read(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        InputError: If it is not there or is not TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} cannot be read ({error}); expected TOML in UTF-8; correct the file or its name"
        ) from error


def rows(path: Path, table: str, of: type[RowT]) -> tuple[RowT, ...]:
    """Read the tables ``[[table]]`` of a file; none where there is no file.

    Raises:
        InputError: If one does not say what it must.
    """
    if not path.is_file():
        return ()
    try:
        return tuple(of.model_validate(each) for each in read(path).get(table, ()))
    except ValidationError as error:
        wrong = error.errors()[0]
        raise InputError(
            f"the tables [[{table}]] in {path} are wrong ({'.'.join(map(str, wrong['loc']))}: "
            f"{wrong['msg']}); expected each with {', '.join(of.model_fields)}; correct them"
        ) from error


def write(path: Path, content: Mapping[str, Any], *, comment: str = "") -> None:
    """Write a new file, or replace one, with a comment on top."""
    document = tomlkit.document()
    for line in comment.splitlines():
        document.add(tomlkit.comment(line))
    if comment:
        document.add(tomlkit.nl())
    for key, value in content.items():
        document.add(key, _item(value))
    path.write_text(tomlkit.dumps(document), "utf-8", newline="\n")


def update(path: Path, table: str, values: Mapping[str, Any]) -> None:
    """Set the values of one table of a file and leave everything else as it stands."""
    document = tomlkit.parse(path.read_text("utf-8"))
    part = document.get(table)
    if not isinstance(part, Table):
        part = tomlkit.table()
        document[table] = part
    for key, value in values.items():
        part[key] = _item(value)
    path.write_text(tomlkit.dumps(document), "utf-8", newline="\n")


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        nested = tomlkit.table()
        for key, each in value.items():
            nested.add(key, _item(each))
        return nested
    if (
        isinstance(value, list | tuple)
        and value
        and all(isinstance(each, Mapping) for each in value)
    ):
        rows = tomlkit.aot()
        for each in value:
            rows.append(_item(each))
        return rows
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        array.extend(value)
        return array.multiline(len(str(value)) > LINE)
    return value


def replace(path: Path, table: str, values: Mapping[str, Any]) -> None:
    """Put one table of a file anew, whatever it held, and leave everything else as it stands."""
    document = tomlkit.parse(path.read_text("utf-8"))
    document.pop(table, None)
    document.add(table, _item(values))
    path.write_text(tomlkit.dumps(document), "utf-8", newline="\n")
