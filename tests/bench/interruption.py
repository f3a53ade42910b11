"""Kill a scan at seeded moments and see that nothing but the post in work is lost.

``python -m tests.bench.interruption`` kills twenty runs; the tests kill four. A run is killed with
SIGKILL, which no program can answer, after a part of the time that an undisturbed run takes, or at
the moment its n-th COMMIT reaches the database.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.store import open_store

ROOT = Path(__file__).resolve().parents[2]

KILLED_IN_COMMIT = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
left = int(sys.argv.pop(1))
@event.listens_for(Engine, "connect")
def watch(connection, record):
    def seen(statement):
        global left
        if statement.strip().upper().startswith("COMMIT"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(seen)
from detector.cli import main
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Kill:
    """When a run is ended: after a part of an undisturbed run's time, or in its n-th COMMIT."""

    part: float = 0.0
    commit: int = 0


def kills(count: int, seed: int) -> list[Kill]:
    """Return seeded moments; every fourth is inside a commit."""
    draw = random.Random(seed)
    return [
        Kill(commit=draw.randint(2, 12)) if at % 4 == 0 else Kill(part=draw.uniform(0.1, 0.95))
        for at in range(count)
    ]


def undisturbed(posts: Path, out: Path) -> tuple[list[dict[str, Any]], float]:
    """Scan to the end; return the verdicts and the seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(_command(posts, out), capture_output=True, text=True, check=False)
    if done.returncode not in {0, 3}:
        raise RuntimeError(f"the scan ended with {done.returncode}: {done.stderr}")
    return verdicts(out), time.perf_counter() - start


def disturbed(posts: Path, out: Path, kill: Kill, seconds: float) -> list[str]:
    """Scan and kill the run; return the ids of the posts that are kept, in the order of judging."""
    command = _command(posts, out)
    if kill.commit:
        command = [sys.executable, "-c", KILLED_IN_COMMIT, str(kill.commit), *command[3:]]
    run = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        run.wait(timeout=kill.part * seconds if kill.part else 300)
    except subprocess.TimeoutExpired:
        os.kill(run.pid, signal.SIGKILL)
    run.wait()
    return kept(out)


def kept(out: Path) -> list[str]:
    """Return the ids of the posts in the store, in the order of judging; open it to see."""
    if not (out / "wardi.db").exists():
        return []
    with open_store(f"sqlite:///{out / 'wardi.db'}") as store:
        found = sorted(store.records(), key=lambda each: each.judged_at)
    return [each.post.id for each in found]


def verdicts(out: Path) -> list[dict[str, Any]]:
    """Return the verdicts of a run without the times of day."""
    lines = (out / "verdicts.jsonl").read_text("utf-8").splitlines()
    return [_timeless(json.loads(each)) for each in lines]


def _timeless(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "judged_at"}


def _command(posts: Path, out: Path) -> list[str]:
    scan = ["scan", str(posts), "--out", str(out), "--jobs", "1", "--json"]
    return [sys.executable, "-m", "detector.cli", *scan, "--author-role", "officer"]


def draw_posts(folder: Path) -> Path:
    """Make twelve posts: the drawn samples, and texts to fill up."""
    subprocess.run(
        [sys.executable, str(ROOT / "data/samples/draw.py"), str(folder)],
        check=True,
        capture_output=True,
    )
    return folder


def main() -> int:
    """Kill twenty runs; print a line for each; return 1 if one lost more than it may."""
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        posts = draw_posts(Path(scratch) / "posts")
        whole, seconds = undisturbed(posts, Path(scratch) / "whole")
        for at, kill in enumerate(kills(20, seed=0)):
            out = Path(scratch) / str(at)
            left = disturbed(posts, out, kill, seconds)
            again, _ = undisturbed(posts, out)
            same = again == whole
            bad += not same
            where = f"COMMIT {kill.commit}" if kill.commit else f"{kill.part:.0%} of the run"
            print(f"killed in {where}: {len(left)} posts kept; rerun equal: {same}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
