"""``wardi register``: load, list, export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detector.cli import INPUT, OK, run
from detector.store import open_store

ACCOUNTS = "platform,handle,unit,official,run_by\ntiktok,ps_saddar,South,yes,PRO\n"


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'wardi.db'}"


def written(folder: Path, content: str, name: str = "accounts.csv") -> str:
    path = folder / name
    path.write_text(content, "utf-8")
    return str(path)


def test_a_loaded_register_is_in_the_store(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["register", "load", written(tmp_path, ACCOUNTS), "--store", store]) == OK

    assert capsys.readouterr().out == "accounts: 1 row loaded\n"
    with open_store(store) as kept:
        [account] = kept.registers().accounts or ()
    assert (account.handle, account.official) == ("ps_saddar", True)


def test_a_load_makes_the_output_folder(tmp_path: Path) -> None:
    out = tmp_path / "new"
    assert run(["register", "load", written(tmp_path, ACCOUNTS), "--out", str(out)]) == OK
    assert (out / "wardi.db").is_file()


def test_a_file_by_another_name_needs_the_registers_name(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, ACCOUNTS, "march.csv")
    assert run(["register", "load", path, "--store", store]) == INPUT
    assert "--name" in capsys.readouterr().err
    assert run(["register", "load", path, "--name", "accounts", "--store", store]) == OK


def test_a_bad_row_is_named_and_the_former_register_stays(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["register", "load", written(tmp_path, ACCOUNTS), "--store", store])
    bad = written(tmp_path, ACCOUNTS + "x,y,z,perhaps,\n")

    assert run(["register", "load", bad, "--store", store]) == INPUT
    assert "accounts.csv:3:official: found 'perhaps'" in capsys.readouterr().err
    with open_store(store) as kept:
        assert len(kept.registers().accounts or ()) == 1


def test_list_tells_a_loaded_register_from_one_that_never_was(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["register", "load", written(tmp_path, ACCOUNTS), "--store", store])
    capsys.readouterr()

    assert run(["register", "list", "--store", store]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert "never loaded" in lines[0]
    assert "1 rows" in lines[1]

    assert run(["register", "list", "--json", "--store", store]) == OK
    rows = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [(each["register"], each["rows"]) for each in rows] == [
        ("approvals", None),
        ("accounts", 1),
        ("duty", None),
    ]


def test_list_says_what_follows_where_a_register_was_never_loaded(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(store).close()
    assert run(["register", "list", "--store", store]) == OK
    assert capsys.readouterr().out.splitlines() == [
        "approvals  never loaded: posts count as shown without an approval on file",
        "accounts   never loaded: no account counts as official",
        "duty       never loaded: clauses on duty hours are not judged",
    ]


def test_an_export_loads_again(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["register", "load", written(tmp_path, ACCOUNTS), "--store", store])
    capsys.readouterr()
    assert run(["register", "export", "accounts", "--store", store]) == OK
    printed = capsys.readouterr().out

    target = tmp_path / "again.csv"
    assert run(["register", "export", "accounts", "--to", str(target), "--store", store]) == OK
    assert target.read_bytes().decode("utf-8").splitlines() == printed.splitlines()
    again = ["register", "load", str(target), "--name", "accounts", "--store", store]
    assert run(again) == OK


def test_a_register_that_was_never_loaded_is_not_exported(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(store).close()
    assert run(["register", "export", "duty", "--store", store]) == INPUT
    assert "never loaded" in capsys.readouterr().err
