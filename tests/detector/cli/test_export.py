"""``wardi export``."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from detector.cli import INPUT, OK, run
from detector.store import open_store
from tests.kept import a_failure, a_record


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)  # a wardi.toml elsewhere must not matter
    url = f"sqlite:///{tmp_path / 'wardi.db'}"
    with open_store(url) as kept:
        kept.keep(a_record("held", score=90, band="hold", unit="East"))
        kept.keep(a_record("other", score=40))
        kept.keep(a_failure("broken"))
    return url


def ids(file: Path) -> list[str]:
    if file.suffix == ".parquet":
        return pl.read_parquet(file)["post_id"].to_list()
    if file.suffix == ".jsonl":
        return [json.loads(each)["post_id"] for each in file.read_text("utf-8").splitlines()]
    with file.open(encoding="utf-8-sig", newline="") as content:
        return [each["post_id"] for each in csv.DictReader(content)]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_the_ending_says_the_format(
    store: str, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", name, "--store", store]) == OK

    assert ids(tmp_path / name) == ["held", "other", "broken"]
    assert capsys.readouterr().err == f"wrote 3 posts to {name}\n"


def test_an_ending_in_capitals_is_the_same(store: str, tmp_path: Path) -> None:
    assert run(["export", "A.CSV", "--store", store]) == OK

    assert ids(tmp_path / "A.CSV") == ["held", "other", "broken"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--band", "hold"], ["held"], id="band"),
        pytest.param(["--unit", "East"], ["held"], id="unit"),
        pytest.param(["--since", "2024-02-02"], [], id="since"),
        pytest.param(["--since", "2024-02-01"], ["held", "other", "broken"], id="since-that-day"),
    ],
)
def test_only_the_wanted_posts_are_written(
    store: str, tmp_path: Path, arguments: list[str], expected: list[str]
) -> None:
    assert run(["export", "a.csv", *arguments, "--store", store]) == OK

    assert ids(tmp_path / "a.csv") == expected


@pytest.mark.parametrize("name", ["a.xlsx", "verdicts", "a.csv.gz"])
def test_another_ending_is_the_users_input(
    store: str, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", name, "--store", store]) == INPUT

    assert ".csv, .parquet, .jsonl" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_a_file_that_cannot_be_written_is_the_users_input(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plain").touch()

    assert run(["export", "plain/a.csv", "--store", store]) == INPUT

    assert "plain/a.csv cannot be written" in capsys.readouterr().err


def test_parquet_without_its_library_names_the_extra(
    store: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)

    assert run(["export", "a.parquet", "--store", store]) == INPUT

    assert "pip install 'wardi[parquet]'" in capsys.readouterr().err


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"

    assert run(["export", str(tmp_path / "a.csv"), "--store", url]) == INPUT

    assert list(tmp_path.iterdir()) == []


def test_help_shows_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "--help"]) == OK

    assert "wardi export verdicts.csv --band hold" in capsys.readouterr().out
