"""Settings: who wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.errors import SetupError
from detector.settings import Settings, load


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_stand_where_nothing_is_said() -> None:
    assert load(environ={}) == Settings()


def test_file_beats_default_environment_beats_file_flag_beats_environment(tmp_path: Path) -> None:
    file = tmp_path / "wardi.toml"
    file.write_text("[sampling]\nfps = 3\n")
    environ = {"WARDI_SAMPLING__FPS": "4"}

    assert load(environ={}).sampling.fps == 3
    assert load(environ=environ).sampling.fps == 4
    assert load(environ=environ, flags={"sampling": {"fps": 5}}).sampling.fps == 5


def test_a_flag_that_was_not_given_changes_nothing() -> None:
    assert load(environ={}, flags={"sampling": {"fps": None}}).sampling.fps == 2


@pytest.mark.parametrize(
    "text", ["[sampling]\nfsp = 3\n", "[samplings]\nfps = 3\n", "[sampling]\nfps = 0\n"]
)
def test_an_unknown_key_or_wrong_value_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "s.toml"
    file.write_text(text)

    with pytest.raises(SetupError, match="a setting is wrong"):
        load(file, environ={})


@pytest.mark.parametrize("name", ["WARDI_FPS", "WARDI_SAMPLING__FSP", "WARDI_SAMPLINGS__FPS"])
def test_a_variable_that_names_no_setting_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match="a setting is wrong"):
        load(environ={name: "3"})


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        load(tmp_path / "none.toml", environ={})


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(environ={}).sampling.fps = 9  # type: ignore[misc]
