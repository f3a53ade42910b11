"""A run that is killed loses at most the post in work, and its rerun ends like an undisturbed one."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench import interruption
from tests.bench.interruption import Kill

pytestmark = pytest.mark.shipped


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return interruption.draw_posts(tmp_path_factory.mktemp("drawn") / "posts")


@pytest.fixture(scope="module")
def whole(posts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list, list[str], float]:  # type: ignore[type-arg]
    out = tmp_path_factory.mktemp("whole")
    found, seconds = interruption.undisturbed(posts, out)
    return found, interruption.kept(out), seconds


@pytest.mark.parametrize("kill", interruption.kills(4, seed=0), ids=str)
def test_a_killed_run_loses_at_most_the_post_in_work(
    posts: Path,
    whole: tuple[list, list[str], float],  # type: ignore[type-arg]
    kill: Kill,
    tmp_path: Path,
) -> None:
    expected, order, seconds = whole

    left = interruption.disturbed(posts, tmp_path, kill, seconds)
    again, _ = interruption.undisturbed(posts, tmp_path)

    assert left == order[: len(left)]
    assert again == expected


def test_ctrl_c_ends_cleanly_with_what_is_done(posts: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "detector.cli", "scan", str(posts), "--out", str(tmp_path)]
    run = subprocess.Popen(
        [*command, "--jobs", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 120
    while not interruption.kept(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    shown, errors = run.communicate(timeout=60)

    assert run.returncode in {0, 3, 130}  # it may have been done by then
    assert "Traceback" not in errors
    assert "report:" in shown
    assert len(interruption.verdicts(tmp_path)) == len(interruption.kept(tmp_path))
