"""Nothing leaves the machine: a scan with every network socket blocked ends as usual."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import interruption

pytestmark = pytest.mark.shipped

BLOCKED = """
import socket
real = socket.socket
class Blocked(real):
    def __init__(self, family=-1, *rest, **options):
        if family in (socket.AF_INET, socket.AF_INET6):
            raise RuntimeError("a network socket was opened")
        super().__init__(family, *rest, **options)
def refuse(*arguments, **options):
    raise RuntimeError("a name was looked up")
socket.socket = Blocked
socket.getaddrinfo = socket.gethostbyname = refuse
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_scan_needs_no_network(jobs: int, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BLOCKED)
    posts = interruption.draw_posts(tmp_path / "posts")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{interruption.ROOT}"}
    command = [sys.executable, "-m", "detector.cli", "scan", str(posts), "--jobs", str(jobs)]

    blocked = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket(socket.AF_INET)"],
        env=environment,
        capture_output=True,
        text=True,
    )
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")], env=environment, capture_output=True, text=True
    )

    assert "a network socket was opened" in blocked.stderr  # the block itself works
    assert done.returncode == 3, done.stderr  # the samples hold a file that cannot be read
    assert "network socket" not in done.stdout + done.stderr
    assert interruption.kept(tmp_path / "out")
