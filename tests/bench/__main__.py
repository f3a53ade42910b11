"""Every published figure, one table after the other: ``python -m tests.bench`` (``make bench``).

Takes about an hour on two cores. Needs the training extra for PyTorch's side of the comparison and the
development data for clips; each part also runs alone: ``python -m tests.bench.speed``.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import clips
from tests.bench.processes import machine, say

NEEDS_CLIP = ("speed", "batches", "memory")
ALONE = (
    ("interruption", "tests.bench.interruption"),
    ("store", "tests.bench.store"),
    ("reading", "tests.bench.reading"),
    ("fuzz", "tests.fuzz.media", "--mutants", "2000"),
    ("evaluation", "tests.bench.evaluation"),
)


def main() -> int:
    """Run every part; return 1 if one of them failed."""
    say(machine())
    failed = []
    with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
        clip = clips.join(Path(scratch) / "joined.mp4")
        for name in NEEDS_CLIP:
            say(f"\n== {name}")
            importlib.import_module(f"tests.bench.{name}").main(clip)
    for name, *command in ALONE:
        say(f"\n== {name}")
        failed += [name] * bool(subprocess.run([sys.executable, "-m", *command]).returncode)
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
