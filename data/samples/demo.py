"""The demonstration: ``python -m data.samples.demo OUT`` draws the sample posts and scans them.

The registers beside this file are loaded first, so that one clip is clear where it is approved and
comes from an official account, and held where the same clip comes from a personal handle. Where the
development data lies beside the checkout, three real clips are added.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VIDEOS = HERE.parents[2] / "shared" / "data" / "videos"
REAL = ("derived_slideshow_cuts.mp4", "derived_vertical_street.mp4", "imageio_cockatoo.mp4")
SOME_POSTS_FAILED = 3
"""Exit status of a scan in which not every post could be judged: two samples are broken on purpose."""


def main(out: Path) -> int:
    """Draw, load the registers, scan; return the exit status."""
    posts = out / "posts"
    shutil.rmtree(posts, ignore_errors=True)
    _run(str(HERE / "draw.py"), str(posts))
    for name in REAL:
        if (VIDEOS / name).is_file():
            shutil.copyfile(VIDEOS / name, posts / name)
    for register in ("accounts", "approvals"):
        _wardi("register", "load", str(HERE / "registers" / f"{register}.csv"), "--out", str(out))
    status = _wardi("scan", str(posts), "--policy", "karachi-2024", "--out", str(out))
    return 0 if status == SOME_POSTS_FAILED else status


def _wardi(*arguments: str) -> int:
    return _run("-m", "detector.cli", *arguments)


def _run(*arguments: str) -> int:
    status = subprocess.run([sys.executable, *arguments], check=False).returncode
    if status not in (0, SOME_POSTS_FAILED):
        sys.exit(status)
    return status


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m data.samples.demo OUT (a folder for the posts and the report)")
    sys.exit(main(Path(sys.argv[1])))
