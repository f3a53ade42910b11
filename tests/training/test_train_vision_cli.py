from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import run
from tests.training.making import Row, picture_source
from tests.training.networks import model_folder
from training.cli.train_vision import _replayed, _sources, vision
from training.sources import register
from training.vision import open_start


def test_help_shows_an_example() -> None:
    shown = CliRunner().invoke(vision, ["--help"]).output

    assert "wardi train vision --data" in shown


def test_a_start_that_is_not_there_is_the_users_to_correct(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    manifest = source.locks / "sources" / "made.toml"
    status = run(
        [
            *("train", "vision", "--data", str(manifest), "--root", str(tmp_path)),
            *("--from", str(tmp_path / "none.safetensors"), "--out", str(tmp_path / "1")),
        ]
    )

    assert status == 2
    assert "there is no file" in capsys.readouterr().err


def test_manifests_of_other_data_are_left_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    manifest = source.locks / "sources" / "made.toml"
    other = tmp_path / "texts.toml"
    other.write_text(
        manifest.read_text("utf-8").replace('kind = "vision"', 'kind = "pairs"'), "utf-8"
    )

    found = list(_sources((manifest, other), tmp_path))

    assert [each.name for each in found] == ["made"]
    assert "1 manifests are of other data" in capsys.readouterr().err


def test_a_folder_of_manifests_stands_for_what_is_registered(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    folder = source.locks / "sources"

    assert list(_sources((folder,), None)) == []
    register(source.locks, {"made": source.folder})
    assert [each.name for each in _sources((folder,), None)] == ["made"]


def test_what_the_start_learnt_from_is_shown_again_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    register(source.locks, {"made": source.folder})
    start = open_start(model_folder(tmp_path / "0", ("vehicle",)))
    monkeypatch.chdir(tmp_path)

    again = list(_replayed(start, None))

    assert [each.name for each in again] == ["made"]
    assert "not shown again, not registered here: elsewhere, older" in capsys.readouterr().err
