"""Registers in the database: loaded whole, read back whole, told apart by a hash of their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from detector.errors import StoreError
from detector.registers import ROWS, RegisterName, RegisterRow, Registers
from detector.store.codec import from_json, to_json
from detector.store.database import (
    Connection,
    count,
    delete,
    keep_row,
    register_rows,
    registers,
    select,
)
from detector.store.keys import rows_digest
from detector.store.listing import moment


@dataclass(frozen=True, slots=True)
class RegisterState:
    """A register that is loaded."""

    name: RegisterName
    rows: int
    loaded_at: datetime


def load(connection: Connection, name: RegisterName, rows: Sequence[RegisterRow]) -> None:
    """Put rows in place of everything that a register held."""
    names = get_args(RegisterName)
    if name not in names or not all(isinstance(each, ROWS[name]) for each in rows):
        raise StoreError(
            f"register {name!r} was given rows of another kind; expected one of "
            f"{', '.join(names)} with its own rows; load its own file"
        )
    coded = [to_json(each) for each in rows]
    now = moment(datetime.now(UTC))
    state = {"name": name, "loaded_at": now, "digest": rows_digest(coded)}
    keep_row(connection, registers, state, key="name")
    connection.execute(delete(register_rows).where(register_rows.c.register == name))
    if coded:
        numbered = [{"register": name, "position": at, "row": row} for at, row in enumerate(coded)]
        connection.execute(register_rows.insert(), numbered)


def digest(connection: Connection) -> str:
    """Return a hash of what every register holds, and of which are loaded at all."""
    query = select(registers.c.name, registers.c.digest)
    return rows_digest([f"{row.name} {row.digest}" for row in connection.execute(query)])


def read(connection: Connection) -> Registers:
    """Return every register; None for one that was never loaded."""
    found: dict[str, tuple[Any, ...]] = {}
    for name in connection.execute(select(registers.c.name)).scalars().all():
        query = select(register_rows.c.row).where(register_rows.c.register == name)
        rows = connection.execute(query.order_by(register_rows.c.position)).scalars()
        owner = f"register {name!r}"
        found[name] = tuple(from_json(ROWS[name], each, owner=owner) for each in rows)
    return Registers(**found)


def states(connection: Connection) -> tuple[RegisterState, ...]:
    """Return which registers are loaded, by name."""
    held = select(register_rows.c.register, count().label("n")).group_by(register_rows.c.register)
    sizes: dict[str, int] = {row.register: row.n for row in connection.execute(held)}
    loaded = connection.execute(select(registers).order_by(registers.c.name)).all()
    return tuple(
        RegisterState(row.name, sizes.get(row.name, 0), datetime.fromisoformat(row.loaded_at))
        for row in loaded
    )
