"""Fuzz the media reader: ``python -m tests.fuzz.media --mutants 2000 --seed 0``.

Good clips are damaged (bits flipped, bytes cut, zeroed, exchanged, boxes swapped; seeded) and read.
Each mutant has to end as full coverage, as named gaps, or as a refusal in three parts, within the
time that a file is granted; nothing may hang, and this process may not notice. The clips are drawn
and encoded here, so that the run needs no data.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from detector.errors import MediaRefused, MediaUnreadable
from detector.media import MediaReader
from detector.settings import Limits, Sampling
from tests import clips

LIMITS = Limits(decode_seconds=20.0)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one mutant ended."""

    name: str
    kind: str
    """``whole``, ``gaps``, ``refused`` or ``unreadable``."""
    broken_promise: str
    """What was wrong with the ending; empty where nothing was."""
    seconds: float


def good_files(folder: Path) -> list[Path]:
    """Write the clips and photos that are mutated."""
    folder.mkdir(exist_ok=True)
    film = clips.moving(3.0)
    made = [
        clips.write_clip(folder / "index_last.mp4", film, options={"g": "25"}, sound_s=3.0),
        clips.write_clip(
            folder / "index_first.mp4",
            film,
            options={"g": "25"},
            container={"movflags": "faststart"},
        ),
        clips.write_clip(
            folder / "fragments.mp4",
            film,
            options={"g": "25"},
            container={"movflags": "frag_keyframe+empty_moov"},
        ),
        clips.write_clip(folder / "a.mkv", film, options={"g": "25"}),
        clips.write_clip(folder / "a.webm", film, codec="libvpx", options={"g": "25"}),
        clips.write_clip(folder / "vp9.webm", film, codec="libvpx-vp9", options={"cpu-used": "8"}),
        clips.write_clip(folder / "a.avi", film, codec="mpeg4"),
        clips.write_clip(folder / "a.ts", film, options={"g": "25"}),
        clips.write_clip(folder / "a.mpg", film, codec="mpeg2video"),
        clips.write_clip(folder / "a.flv", film, codec="flv"),
        clips.write_clip(folder / "mjpeg.mov", film[:25], codec="mjpeg", pixel_format="yuvj420p"),
        clips.write_clip(folder / "a.gif", film[:10], codec="gif", pixel_format="rgb8", fps=10),
    ]
    made += [
        clips.write_photo(folder / f"a.{suffix}", clips.drawing(0))
        for suffix in ("jpg", "png", "webp", "bmp", "tiff")
    ]
    return made


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Damage a file in one of the ways files get damaged."""
    ways = (_flip, _flip, _cut, _zero, _noise, _swap, _drop, _repeat, _lie)
    return chance.choice(ways)(bytearray(data), chance)


def _span(data: bytearray, chance: random.Random, most: int = 4000) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.randint(1, most))


def _flip(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 4, 32, 256))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(len(data))])


def _zero(data: bytearray, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    data[start:end] = bytes(end - start)
    return bytes(data)


def _noise(data: bytearray, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    data[start:end] = chance.randbytes(end - start)
    return bytes(data)


def _drop(data: bytearray, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    del data[start:end]
    return bytes(data)


def _repeat(data: bytearray, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return bytes(data[:end] + data[start:])


def _swap(data: bytearray, chance: random.Random) -> bytes:
    """Exchange two boxes, chunks or just stretches of the same kind of place."""
    marks = [at for at in (data.find(b) for b in (b"moov", b"mdat", b"trak", b"stbl")) if at >= 4]
    if len(marks) >= 2 and chance.random() < 0.7:
        one, other = chance.sample(marks, 2)
        data[one : one + 4], data[other : other + 4] = data[other : other + 4], data[one : one + 4]
        return bytes(data)
    cuts = sorted(chance.randrange(len(data)) for _ in range(3))
    first, second, third = cuts
    return bytes(data[:first] + data[second:third] + data[first:second] + data[third:])


def _lie(data: bytearray, chance: random.Random) -> bytes:
    """Overwrite four bytes near the start, or of a header box, with a large number."""
    names = (b"mvhd", b"mdhd", b"tkhd", b"stts", b"stsz", b"stco", b"avih", b"IHDR", b"\x44\x89")
    marks = [at for at in (data.find(name) for name in names) if at >= 0] or [0]
    at = min(chance.choice(marks) + 4 + chance.randrange(24), len(data) - 4)
    data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"))
    return bytes(data)


def read(reader: MediaReader, path: Path) -> Ending:
    """Read one file and say how it ended."""
    began = time.monotonic()
    duration_s = 0.0
    try:
        with reader.open(path) as stream:
            times = [each.time_s for each in stream]
            report = stream.report
        kind, wrong = "gaps" if report.gaps else "whole", ""
        duration_s = report.duration_s
        missed_s = sum(gap.end_s - gap.start_s for gap in report.gaps)
        if abs(report.looked_s + missed_s - duration_s) > 0.01:
            wrong = (
                f"{report.looked_s} s looked at and {missed_s} s of gaps do not make {duration_s}"
            )
        elif times != sorted(times):
            wrong = "times run backwards"
        elif not all(gap.reason for gap in report.gaps):
            wrong = "a gap without a reason"
    except (MediaRefused, MediaUnreadable) as error:
        kind = "refused" if isinstance(error, MediaRefused) else "unreadable"
        wrong = (
            "" if str(error).count("; ") >= 2 and path.name in str(error) else f"message: {error}"
        )
    seconds = time.monotonic() - began
    if not wrong and seconds > 60.0 + 2.0 * min(duration_s, 60.0):
        wrong = f"took {seconds:.0f} s"
    return Ending(path.name, kind, wrong, seconds)


def endings(folder: Path, *, mutants: int, seed: int) -> list[Ending]:
    """Make and read so many mutants; everything depends on `seed` alone."""
    chance = random.Random(seed)
    files = good_files(folder / "good")
    ended = []
    with MediaReader(Sampling(), LIMITS) as reader:
        for index in range(mutants):
            good = files[index % len(files)]
            path = folder / f"{index:05d}_{good.name}"
            path.write_bytes(mutate(good.read_bytes(), chance))
            ended.append(read(reader, path))
            if not ended[-1].broken_promise:
                path.unlink()
    return ended


def main() -> int:
    """Run from the command line; keep what breaks the promise where it can be looked at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for mutants that break the promise")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(exist_ok=True, parents=True)
        began = time.monotonic()
        ended = endings(folder, mutants=asked.mutants, seed=asked.seed)
    broken = [each for each in ended if each.broken_promise]
    for each in broken:
        print(f"{each.name}: {each.broken_promise}")
    counts = ", ".join(f"{n} {kind}" for kind, n in sorted(Counter(e.kind for e in ended).items()))
    slowest = max((each.seconds for each in ended), default=0.0)
    print(
        f"{len(ended)} mutants (seed {asked.seed}) in {time.monotonic() - began:.0f} s: {counts}; "
        f"slowest {slowest:.1f} s; {len(broken)} broke the promise"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
