"""Registers: what the force itself has on file about approvals, accounts and duty hours.

A detection becomes a breach only through them. `Registers` holds what is loaded; a register that was
never loaded is None, which is not the same as one that is loaded and empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Approval:
    """A prior approval by the competent authority."""

    reference: str
    labels: tuple[str, ...]
    """Vision labels it covers; ``("all",)`` for every one."""
    valid_from: datetime
    valid_until: datetime
    given_by: str
    account: str = ""
    """The account it is given for; empty where it names none."""
    media_sha256: str = ""
    """The file it is given for; empty where it names none."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the force knows."""

    platform: str
    handle: str
    unit: str
    official: bool
    run_by: str


@dataclass(frozen=True, slots=True)
class DutyPeriod:
    """A stretch of time in which the holder of an account is on duty."""

    account: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Registers:
    """Every register that is loaded; None where it is not."""

    approvals: tuple[Approval, ...] | None = None
    accounts: tuple[Account, ...] | None = None
    duty: tuple[DutyPeriod, ...] | None = None


RegisterName = Literal["approvals", "accounts", "duty"]
RegisterRow = Approval | Account | DutyPeriod
ROWS: Mapping[RegisterName, type[RegisterRow]] = {
    "approvals": Approval,
    "accounts": Account,
    "duty": DutyPeriod,
}
"""What a row of each register is."""
