"""Registers as CSV: all or nothing, with every bad cell named by line and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.intake.registers import read_register
from detector.registers import Account, Approval, DutyPeriod

APPROVALS = "reference,labels,valid_from,valid_until,given_by,account,media_sha256\n"
ACCOUNTS = "platform,handle,unit,official,run_by\n"


def written(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "register.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_an_approval_is_read_with_its_days_in_karachi_from_first_to_last_moment(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, APPROVALS + "A-1,uniform weapon,2024-10-01,2024-10-31,DIGP,@unit,\n")

    (row,) = read_register("approvals", path)

    assert isinstance(row, Approval)
    assert row.labels == ("uniform", "weapon")
    assert row.account == "unit"
    assert row.valid_from.astimezone(UTC) == datetime(2024, 9, 30, 19, tzinfo=UTC)
    assert row.valid_until.astimezone(UTC).replace(microsecond=0) == datetime(
        2024, 10, 31, 18, 59, 59, tzinfo=UTC
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_account_is_read_with_or_without_a_byte_order_mark(
    tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, ACCOUNTS + "TikTok,@khi,South,yes,Media Team\n", encoding=encoding)

    assert read_register("accounts", path) == (
        Account("TikTok", "khi", "South", official=True, run_by="Media Team"),
    )


def test_a_duty_period_keeps_the_zone_that_it_names(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "account,from,to\nali,2024-10-01T22:00,2024-10-02T06:00\n"
        "ali,2024-10-02T17:00Z,2024-10-03T01:00Z\n",
    )

    rows = read_register("duty", path)

    assert [each.start.astimezone(UTC).hour for each in rows if isinstance(each, DutyPeriod)] == [
        17,
        17,
    ]


def test_every_bad_cell_is_named_and_nothing_is_returned(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        APPROVALS
        + "A-1,uniform,2024-10-01,2024-10-31,DIGP,,\n"
        + "A-2,helmet,yesterday,2024-10-31,,,abc\n",
    )

    with pytest.raises(InputError) as caught:
        read_register("approvals", path)

    for place in ("labels", "valid_from", "given_by", "media_sha256"):
        assert f"register.csv:3:{place}: " in str(caught.value)
    assert "nothing of it was loaded" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            APPROVALS + "A,all,2024-10-31,2024-10-01,D,,\n", "before it begins", id="ends-first"
        ),
        pytest.param(
            ACCOUNTS + "X,a,,yes,\nx,A,,no,\n", "says what line 2 says", id="account-twice"
        ),
        pytest.param(ACCOUNTS + "X,a,,maybe,\n", "expected yes or no", id="neither-yes-nor-no"),
        pytest.param(ACCOUNTS + "X,a,,yes\n", "found 4 fields; expected 5", id="ragged"),
        pytest.param("platform,handle\nX,a\n", "lacks columns: official", id="column-missing"),
        pytest.param(
            ACCOUNTS.replace("unit", "untis") + "X,a,,yes,\n", "unknown columns: untis", id="typo"
        ),
    ],
)
def test_a_register_with_a_fault_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    name = "approvals" if text.startswith("reference") else "accounts"

    with pytest.raises(InputError, match=expected):
        read_register(name, written(tmp_path, text))  # type: ignore[arg-type]


def test_one_approval_may_name_several_files(tmp_path: Path) -> None:
    rows = "".join(f"A,all,2024-10-01,2024-10-31,D,,{digit * 64}\n" for digit in "ab")

    assert len(read_register("approvals", written(tmp_path, APPROVALS + rows))) == 2
