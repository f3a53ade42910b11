"""What a field may hold: moments with their zone, roles, handles, names that come near a field."""

from __future__ import annotations

from datetime import datetime

import pytest

from detector.intake import fields
from detector.intake.fields import field_meant, parse_handle, parse_moment, parse_role


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("2024-05-01T18:30", "2024-05-01T18:30:00+05:00", id="without-zone"),
        pytest.param(" 2024-05-01 18:30:05 ", "2024-05-01T18:30:05+05:00", id="with-space"),
        pytest.param("2024-05-01T18:30Z", "2024-05-01T18:30:00+00:00", id="utc"),
        pytest.param("2024-05-01T18:30+04:00", "2024-05-01T18:30:00+04:00", id="with-zone"),
        pytest.param("2008-07-01T12:00", "2008-07-01T12:00:00+06:00", id="summer-time-of-2008"),
        pytest.param("2024-05-01", "2024-05-01T00:00:00+05:00", id="day"),
        pytest.param("20240501T1830", "2024-05-01T18:30:00+05:00", id="basic-form"),
    ],
)
def test_a_moment_without_zone_is_of_karachi(written: str, moment: str) -> None:
    assert parse_moment(written).isoformat() == moment


@pytest.mark.parametrize("written", ["2024-05-01", "20240501", "2024-W18-3"])
def test_the_end_of_a_day_is_its_last_microsecond(written: str) -> None:
    end = parse_moment(written, end_of_day=True)
    assert end.isoformat() == "2024-05-01T23:59:59.999999+05:00"


def test_a_time_of_day_is_kept_where_days_mean_their_end() -> None:
    moment = parse_moment("2024-05-01T00:00", end_of_day=True)
    assert moment == datetime(2024, 5, 1, tzinfo=fields.HOME_ZONE)


@pytest.mark.parametrize(
    "written", ["01/05/2024", "2024-13-01", "yesterday", "۲۰۲۴-۰۵-۰۱", "1970-01-01", "2101-01-01"]
)
def test_what_is_no_moment_is_refused_with_the_value(written: str) -> None:
    with pytest.raises(ValueError, match="expected a date and time in ISO 8601") as error:
        parse_moment(written)
    assert written in str(error.value)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("official account", "official account"),
        ("Official_Account", "official account"),
        ("private-person", "private person"),
        ("", "unknown"),
    ],
)
def test_a_role_is_read_in_any_spelling(written: str, role: str) -> None:
    assert parse_role(written) == role


def test_a_handle_loses_its_at_sign() -> None:
    assert parse_handle(" @SindhPolice ") == "SindhPolice"


def test_every_other_name_of_a_field_leads_to_a_field() -> None:
    assert {field_meant(name) for name in fields._FIELD_MEANT} <= set(fields.FIELDS)


@pytest.mark.parametrize("name", ["likes", "views", "url", "language", "followers", "shares"])
def test_a_column_of_a_platform_means_no_field(name: str) -> None:
    assert field_meant(name) == ""
