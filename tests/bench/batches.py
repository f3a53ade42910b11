"""Many short clips, one process against several: ``python -m tests.bench.batches``.

The rate of one process is taken twice: as a scan with ``--jobs 1`` runs, whose decoding and inference use
every core, and held to one core, which is what one more process adds at most.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import clips
from tests.bench.processes import WARDI, Took, machine, middle, once, say

COUNT, SECONDS, ROUNDS = 40, 3, 3
BAR = 1.7


def main(clip: Path | None = None) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
        folder = Path(scratch)
        source = clip or clips.join(folder / "joined.mp4")
        posts = clips.cut(source, folder / "posts", COUNT, SECONDS)

        def scan(jobs: int) -> list[str]:
            shutil.rmtree(folder / "out", ignore_errors=True)
            out = ["--out", str(folder / "out"), "--json"]
            return [*WARDI, "scan", str(posts), "--jobs", str(jobs), *out]

        runs: dict[str, list[Took]] = {"one": [], "one core": [], "two": []}
        for _ in range(ROUNDS):
            runs["one"].append(once(scan(1)))
            runs["one core"].append(once(["taskset", "-c", "0", *scan(1)]))
            runs["two"].append(once(scan(2)))
        say(machine())
        took = {name: middle(each) for name, each in runs.items()}
        for name, each in took.items():
            rate = COUNT / each.wall_s
            say(
                f"{name:10s} {each.wall_s:6.1f} s, {each.cpu_s:6.1f} s processor: {rate:.2f} clips/s"
            )
        for name in ("one", "one core"):
            say(f"--jobs 2 / {name} = {took[name].wall_s / took['two'].wall_s:.2f} (bar {BAR})")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
