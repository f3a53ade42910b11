"""``wardi explain`` and ``wardi schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detector.cli import INPUT, OK, run
from detector.report.schema import json_schema
from detector.store import open_store
from tests.detector.report import builders as make


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'wardi.db'}"
    with open_store(url) as kept:
        kept.keep(make.record("clip.mp4", make.finding()))
    return url


def test_explain_tells_of_a_kept_post(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "clip.mp4", "--store", store]) == OK

    text = " ".join(capsys.readouterr().out.split())
    assert "review, 55.0 of 100" in text
    assert "A person decides" in text


def test_explain_prints_the_line_for_machines(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "clip.mp4", "--store", store, "--json"]) == OK

    assert json.loads(capsys.readouterr().out)["post_id"] == "clip.mp4"


def test_explain_of_an_unknown_post_is_the_users_input(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "other\x1b[2J", "--store", store]) == INPUT

    error = capsys.readouterr().err
    assert "no post 'other<U+001B>[2J' in the store" in error


def test_explain_makes_no_store_where_there_is_none(tmp_path: Path) -> None:
    assert run(["explain", "x", "--store", f"sqlite:///{tmp_path / 'none.db'}"]) == INPUT

    assert not (tmp_path / "none.db").exists()


def test_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == OK

    assert capsys.readouterr().out == json_schema()
