"""Does memory grow with the length of a video? ``python -m tests.bench.memory``.

The largest memory of all processes of a scan, for one minute and for one hour of the same pictures.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import clips
from tests.bench.processes import WARDI, peak_mib, say

BAR = 1.2


def main(clip: Path | None = None) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
        folder = Path(scratch)
        source = clip or clips.join(folder / "joined.mp4")
        peaks = {}
        for minutes in (1, 60):
            long = clips.repeat(source, folder / f"VID-20240101-{minutes:04d}.mp4", minutes * 60)
            out = str(folder / f"out-{minutes}")
            peaks[minutes] = peak_mib([*WARDI, "scan", str(long), "--out", out, "--json"])
            long.unlink()
            say(f"{minutes:3d} min: {peaks[minutes]:6.0f} MiB at most")
        say(f"60 min / 1 min = {peaks[60] / peaks[1]:.2f} (bar: {BAR})")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
