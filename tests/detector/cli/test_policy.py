"""``wardi policy``: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detector.cli import INPUT, OK, run


def test_a_shipped_pack_passes_its_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "check", "karachi-2024"]) == OK
    assert capsys.readouterr().out == "karachi-2024: no faults; 4 of 8 clauses are judged\n"


def test_the_faults_of_a_pack_are_listed_and_the_status_is_that_of_a_wrong_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("extends: kp-2024\nid: own\nversion: '1'\ntitel: Own\nclauses: []\n")

    assert run(["policy", "check", str(path)]) == INPUT

    printed = capsys.readouterr()
    assert "own.yaml:4:1: the pack has no key 'titel'; did you mean 'title'?" in printed.out
    assert "3 faults; correct the file" in printed.err


def test_faults_are_printed_as_json_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("- nothing\n")

    assert run(["policy", "check", str(path), "--json"]) == INPUT
    fault = json.loads(capsys.readouterr().out)
    assert (fault["line"], fault["column"], fault["clause"]) == (1, 1, "")


def test_a_pack_that_is_not_there_is_a_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show", "karachi"]) == INPUT
    assert "did you mean 'karachi-2024'?" in capsys.readouterr().err


def test_show_prints_every_clause_with_its_wording(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show", "kp-2024"]) == OK
    printed = capsys.readouterr().out
    assert "\nW2  Official awareness content is no violation\n" in printed
    assert "severity (a choice of policy): 0.75" in printed


def test_show_prints_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show", "karachi-2024", "--json"]) == OK
    clauses = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["id"] for each in clauses] == [f"K{at}" for at in range(1, 9)]


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_list_names_the_packs(form: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "list", *form]) == OK
    printed = capsys.readouterr().out
    assert "karachi-2024" in printed
    assert "kp-2024" in printed


def test_diff_says_what_a_pack_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "extends: karachi-2024\nid: own\nversion: '2'\ntitle: Own\n"
        "clauses: [{id: K5, severity: 0.7}]\n"
    )

    assert run(["policy", "diff", "karachi-2024", str(path)]) == OK
    assert "K5 severity\n  - 0.6\n  + 0.7\n" in capsys.readouterr().out


def test_diff_of_a_pack_with_itself_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "diff", "kp-2024", "kp-2024"]) == OK
    assert capsys.readouterr().out == "no differences\n"
