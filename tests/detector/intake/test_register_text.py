"""Registers from CSV: the ways they are written, and what is written reads back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detector.intake.registers import read_register, register_text
from detector.registers import Account, Approval, DutyPeriod, RegisterName, RegisterRow

KARACHI = ZoneInfo("Asia/Karachi")
APPROVALS = "reference,labels,valid_from,valid_until,given_by,account,media_sha256\n"
GOOD = "A-1,badge uniform,2024-03-01,2024-03-31,AIG,@ps_saddar,\n"


def written(folder: Path, content: str | bytes, name: str = "approvals.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_an_approval_is_read(tmp_path: Path) -> None:
    [row] = read_register("approvals", written(tmp_path, APPROVALS + GOOD))
    assert row == Approval(
        reference="A-1",
        labels=("badge", "uniform"),
        valid_from=datetime(2024, 3, 1, tzinfo=KARACHI),
        valid_until=datetime(2024, 3, 31, 23, 59, 59, 999999, tzinfo=KARACHI),
        given_by="AIG",
        account="ps_saddar",
    )


def test_accounts_and_duty_are_read(tmp_path: Path) -> None:
    accounts = "platform,handle,official\ntiktok,@ps,Yes\nx,ps,0\n"
    assert read_register("accounts", written(tmp_path, accounts)) == (
        Account("tiktok", "ps", "", True, ""),
        Account("x", "ps", "", False, ""),
    )
    duty = "account,from,to\nps,2024-03-01T20:00,2024-03-02T04:00Z\n"
    [period] = read_register("duty", written(tmp_path, duty))
    assert period == DutyPeriod(
        "ps",
        datetime(2024, 3, 1, 20, tzinfo=KARACHI),
        datetime(2024, 3, 2, 4, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + APPROVALS + GOOD, id="byte-order-mark"),
        pytest.param((APPROVALS + GOOD).replace("\n", "\r\n"), id="crlf"),
        pytest.param(APPROVALS + "\n" + GOOD + ",,,,,,\n", id="empty-lines"),
        pytest.param(
            " Reference , LABELS,valid_from,valid_until,given_by\nA-1,all,2024-03-01,"
            "2024-03-02,AIG\n",
            id="headers-in-any-case",
        ),
    ],
)
def test_ways_to_write_a_file_that_are_accepted(tmp_path: Path, content: str) -> None:
    assert len(read_register("approvals", written(tmp_path, content))) == 1


MOMENT = datetime(2024, 3, 1, 9, 30, 0, 5, tzinfo=KARACHI)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        pytest.param("approvals", [], id="empty"),
        pytest.param(
            "approvals",
            [Approval("=A(1)", ("all",), MOMENT, MOMENT, 'a "b", c وردی', "-x", "a" * 64)],
            id="odd-words",
        ),
        pytest.param("accounts", [Account("x", "+92", "", False, "@me")], id="formulas"),
        pytest.param("duty", [DutyPeriod("x", MOMENT, MOMENT + timedelta(1))], id="duty"),
    ],
)
def test_what_is_written_reads_back(
    tmp_path: Path, name: RegisterName, rows: list[RegisterRow]
) -> None:
    path = written(tmp_path, register_text(name, rows))
    assert read_register(name, path) == tuple(rows)


def test_no_written_cell_acts_as_a_formula() -> None:
    text = register_text("accounts", [Account("=cmd|' /C calc'!A0", "+1", "-2", True, "@SUM(A1)")])
    cells = text.splitlines()[1].split(",")
    assert [each[:2] for each in cells if each != "yes"] == ["'=", "'+", "'-", "'@"]
