"""``wardi list``, ``wardi stats``, ``wardi forget``."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.cli import INPUT, INTERRUPTED, OK, run
from detector.cli.display import shown
from detector.store import Wanted, open_store
from tests.kept import PICTURE, a_failure, a_record, media_evidence

HOSTILE = "[red]x[/red]\u202e\x1b[2J:fire:"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)  # a wardi.toml elsewhere must not matter
    monkeypatch.setenv("COLUMNS", "200")
    url = f"sqlite:///{tmp_path / 'wardi.db'}"
    with open_store(url) as kept:
        kept.keep(a_record("held", score=90, band="hold", clauses=("K1", "K2"), unit="East"))
        kept.keep(a_record(HOSTILE, score=40))
        kept.keep(a_failure("broken"))
    return url


def posts_in(store: str) -> int:
    with open_store(store) as kept:
        return kept.count(Wanted())


def test_list_shows_the_posts_and_their_names_as_they_are(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["list", "--store", store]) == OK
    told = capsys.readouterr()
    assert told.out.index("held") < told.out.index("[red]x[/red]<U+202E><U+001B>[2J:fire:")
    assert "K1, K2" in told.out
    assert "failure" in told.out
    assert "3 posts" in told.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--band", "hold", "--unit", "East"], ["held"], id="band-and-unit"),
        pytest.param(["--band", "failure"], ["broken"], id="failures"),
        pytest.param(["--clause", "K2"], ["held"], id="clause"),
        pytest.param(["--since", "2024-02-02"], [], id="since"),
        pytest.param(["--since", "2024-02-01"], ["held", HOSTILE, "broken"], id="since-that-day"),
        pytest.param(["--limit", "1"], ["held"], id="limit"),
    ],
)
def test_list_for_machines_holds_the_wanted_posts(
    store: str, arguments: list[str], expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["list", "--json", *arguments, "--store", store]) == OK
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["post_id"] for each in lines] == expected


def test_list_says_how_many_it_leaves_out(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--limit", "1", "--store", store]) == OK
    assert "3 posts, the 1 highest shown: --limit 0 lists all" in capsys.readouterr().err


def test_a_day_that_is_none_is_the_users_input(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["list", "--since", "yesterday", "--store", store]) == INPUT
    assert "found 'yesterday'; expected a date and time" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["list"], ["stats"], ["forget", "x"], ["judge"]])
def test_verbs_on_a_store_that_is_not_there_make_none(verb: list[str], tmp_path: Path) -> None:
    assert run([*verb, "--store", str(tmp_path / "none.db")]) == INPUT
    assert not (tmp_path / "none.db").exists()


def test_stats_add_up(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stats", "--json", "--store", store]) == OK
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert sum(each["posts"] for each in lines if "week" in each) == 3
    assert {
        (each["clause"], each["band"]): each["posts"] for each in lines if "clause" in each
    } == {
        ("K1", "hold"): 1,
        ("K1", "review"): 1,
        ("K2", "hold"): 1,
    }


def test_stats_show_a_table_per_unit_week_and_clause(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["stats", "--store", store]) == OK
    rows = [" ".join(each.split("│")) for each in capsys.readouterr().out.splitlines()]
    words = [each.split() for each in rows]
    assert ["East", "1", "0", "0", "0", "1"] in words
    assert ["South", "0", "1", "0", "1", "2"] in words
    assert ["2024-W05", "1", "1", "0", "1", "3"] in words
    assert ["K1", "1", "1", "0", "0", "2"] in words


def test_forget_removes_a_post(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forget", "held", "--store", store]) == OK
    told = capsys.readouterr()
    assert told.out == "removed 1 post with evidence and pictures\n"
    assert "reports and exports" in told.err
    assert posts_in(store) == 2


def test_forget_names_the_copies_that_still_hold_a_post(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wardi.db.before-0002").touch()
    assert run(["forget", "held", "--store", store]) == OK
    assert "wardi.db.before-0002" in capsys.readouterr().err


def test_forgetting_an_unknown_post_is_the_users_input(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forget", "other\x1b[2J", "--store", store]) == INPUT
    assert "no post 'other<U+001B>[2J' in the store" in capsys.readouterr().err
    assert posts_in(store) == 3


@pytest.mark.parametrize(
    "arguments", [[], ["held", "--expired"], ["held", "--before", "2024-01-01"]]
)
def test_forget_wants_to_know_what(store: str, arguments: list[str]) -> None:
    assert run(["forget", *arguments, "--store", store]) == INPUT
    assert posts_in(store) == 3


def test_forget_before_a_day_asks_first(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert run(["forget", "--before", tomorrow, "--store", store]) == INTERRUPTED
    assert posts_in(store) == 3

    assert run(["forget", "--before", tomorrow, "--yes", "--store", store]) == OK
    assert posts_in(store) == 0


def test_forget_expired_keeps_to_the_settings(
    store: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forget", "--expired", "--yes", "--store", store]) == INPUT
    assert "no retention is set" in capsys.readouterr().err

    monkeypatch.setenv("WARDI_STORE__RETENTION_DAYS", "30")
    assert run(["forget", "--expired", "--yes", "--store", store]) == OK
    assert posts_in(store) == 3

    with open_store(store) as kept, kept._database.writing() as connection:
        old = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="microseconds")
        connection.exec_driver_sql(f"UPDATE posts SET kept_at = '{old}' WHERE id = 'held'")
    assert run(["forget", "--expired", "--yes", "--store", store]) == OK
    assert posts_in(store) == 2


def test_forget_removes_the_pictures_of_the_post(store: str) -> None:
    with open_store(store) as kept:
        kept.keep_look("k", media_evidence("7" * 64), (PICTURE,))
        kept.keep(a_record("mine", sha256="7" * 64))
    assert run(["forget", "mine", "--store", store]) == OK
    with open_store(store) as kept:
        assert kept.pictures("7" * 64) == ()


def test_shown_text_prints_as_itself_where_markup_is_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from detector.cli.display import console

    console().print(shown(HOSTILE))
    assert capsys.readouterr().out == "[red]x[/red]<U+202E><U+001B>[2J:fire:\n"
