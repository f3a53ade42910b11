"""How `wardi` ends: what its exit status says, whoever reads its output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from detector.cli import INPUT, OK, run

WARDI = f"{sys.executable} -m detector.cli"


def shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )


@pytest.mark.parametrize("verb", ["policy show kp-2024", "schema", "settings"])
def test_a_reader_that_has_had_enough_is_no_error(verb: str) -> None:
    done = shell(f"{WARDI} {verb} | head -1; exit ${{PIPESTATUS[0]}}")

    assert done.returncode == OK
    assert done.stderr == ""


def test_an_output_without_room_is_told_in_a_sentence() -> None:
    done = shell(f"{WARDI} settings > /dev/full")

    assert done.returncode == INPUT
    assert "expected room for it" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_verb_is_the_users_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scna"]) == INPUT
    assert "scna" in capsys.readouterr().err


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == OK
    assert "a person decides" in capsys.readouterr().out
