"""How well words are read off the picture: ``python -m tests.bench.overlays``.

Overlays are drawn by seed over moving grounds (drawn ones, and real clips where the development data
lies beside the checkout), encoded as phones do, and read back through the decoder, as in a scan.
Characters right = 1 - edit distance / characters, over all overlays of a style together; spaces count,
letters that Urdu keyboards write in several codes count as one, and case counts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from detector.evidence import Frame, Passage
from detector.media import MediaReader
from detector.settings import Limits, Sampling
from detector.text.screen.setup import ScreenReader, open_screen_reader
from tests.bench import clips, lettering
from tests.bench.lettering import Overlay, Pixels
from tests.bench.phrases import PLAIN
from tests.bench.processes import machine, say

COUNTS = {"English": 80, "Roman Urdu": 60, "Urdu, Naskh": 100, "Urdu, Nastaliq": 80}
STYLES = {
    "English": ("en", "Latin"),
    "Roman Urdu": ("ur-Latn", "Latin"),
    "Urdu, Naskh": ("ur", "Naskh"),
    "Urdu, Nastaliq": ("ur", "Nastaliq"),
}
SIZES = ((720, 1280), (1280, 720), (480, 848))
FPS, SHOWN_S, BARE_S, A_CLIP = 10, 1.6, 0.6, 8
BITS_PER_PIXEL = 1.1
"""A second: 1 Mbit/s for 720x1280, what messengers send."""
ONE_CODE = str.maketrans("يىكهة", "ییکہہ")


@dataclass(frozen=True, slots=True)
class Shown:
    """An overlay and when it is shown."""

    overlay: Overlay
    start_s: float
    end_s: float
    rows: tuple[float, float]
    """Top and bottom of its words, as shares of the frame's height."""


def main() -> None:
    """Draw, read, print characters right by style."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="share of the overlays")
    parser.add_argument("--only", choices=sorted(COUNTS))
    parser.add_argument("--ground", choices=("drawn", "real", "both"), default="both")
    parser.add_argument("--errors", type=Path, help="write every overlay with what was read here")
    given = parser.parse_args()
    if lacks := lettering.missing():
        raise SystemExit(f"{lacks}; run requirements/system")
    say(machine())
    reader = open_screen_reader()
    say(f"read by {reader.ref.version}")
    lines = []
    for name in [given.only] if given.only else list(COUNTS):
        lines += _style(name, given, reader)
    if given.errors:
        given.errors.write_text("\n".join(map(_as_json, lines)) + "\n", "utf-8")


def _style(name: str, given: argparse.Namespace, reader: ScreenReader) -> list[dict[str, object]]:
    rng = random.Random(f"{given.seed} {name}")
    language, style = STYLES[name]
    rows: list[dict[str, object]] = []
    count = max(1, round(COUNTS[name] * given.share))
    cpu_s = 0.0
    for first in range(0, count, A_CLIP):
        size = rng.choice(SIZES)
        some = min(A_CLIP, count - first)
        texts = rng.sample(PLAIN[language], some)
        overlays = [lettering.draw_one(rng, each, style, min(size)) for each in texts]
        real = {"drawn": False, "real": True, "both": first // A_CLIP % 2 == 1}[given.ground]
        with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
            path = Path(scratch) / "clip.mp4"
            shown = write(path, overlays, size, rng, real=real)
            before = time.process_time()
            passages = read_file(path, reader)
            cpu_s += time.process_time() - before
        rows += [_row(name, each, passages, real) for each in shown]
    _say(name, rows, cpu_s)
    return rows


def _row(name: str, shown: Shown, passages: Sequence[Passage], real: bool) -> dict[str, object]:
    wanted = shown.overlay.text
    here = during(passages, shown)
    read = " ".join(each.text for each in here)
    sure = [each.reading_confidence for each in here]
    return {
        "style": name,
        "wanted": wanted,
        "read": read,
        "errors": min(len(wanted), distance(wanted, read)),
        "real": real,
        "sure": round(sum(sure) / len(sure), 3) if sure else 0.0,
        "font": shown.overlay.font,
        "size": shown.overlay.size,
        "around": shown.overlay.around,
        "ink": shown.overlay.ink,
        "at": shown.start_s,
    }


def _say(name: str, rows: Sequence[dict[str, object]], cpu_s: float) -> None:
    def right(some: Sequence[dict[str, object]]) -> str:
        letters = sum(len(str(each["wanted"])) for each in some)
        wrong = sum(int(str(each["errors"])) for each in some)
        return f"{1 - wrong / letters:.3f} of {len(some)}" if letters else "none"

    drawn = [each for each in rows if not each["real"]]
    real = [each for each in rows if each["real"]]
    nothing = sum(1 for each in rows if not each["read"])
    say(
        f"{name:15s} characters right {right(rows)} (drawn ground {right(drawn)}, real clips "
        f"{right(real)}); nothing read {nothing}; {cpu_s:.1f} s of processor"
    )


def during(passages: Sequence[Passage], shown: Shown) -> list[Passage]:
    """Return the passages that are shown when and where an overlay is.

    A real clip has words of its own: signs, number plates.
    """
    found = []
    for each in passages:
        from_s, to_s = each.start_s or 0.0, (each.end_s or 0.0) + 0.2
        shared_s = min(shown.end_s, to_s) - max(shown.start_s, from_s)
        middle = (each.box[1] + each.box[3]) / 2 if each.box else -1.0
        if shared_s > 0.5 * (to_s - from_s) and shown.rows[0] <= middle <= shown.rows[1]:
            found.append(each)
    return found


def distance(wanted: str, read: str) -> int:
    """Return the edit distance of two texts, Urdu's double codes apart."""
    one, other = (" ".join(each.translate(ONE_CODE).split()) for each in (wanted, read))
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, beside in enumerate(other, 1):
            now = min(row[place] + 1, row[place - 1] + 1, before + (char != beside))
            before, row[place] = row[place], now
    return row[-1]


def read_file(path: Path, reader: ScreenReader, fps: float = 2.0) -> Sequence[Passage]:
    """Read a file as a scan does."""
    words = reader.begin()
    with MediaReader(Sampling(fps=fps), Limits()) as media, media.open(path) as stream:
        for sample in stream:
            words.add(sample)
        photo = stream.report.kind == "photo"
    return words.finish(photo=photo).passages


def write(
    path: Path,
    overlays: Sequence[Overlay],
    size: tuple[int, int],
    rng: random.Random,
    *,
    real: bool,
) -> list[Shown]:
    """Encode overlays one after the other over a moving ground; return when each is shown."""
    shown, at_s = [], 0.5
    for each in overlays:
        _, top, _, bottom = (
            lettering.layer(replace(each, sticker=False), size).getbbox() or size * 2
        )
        rows = top / size[1], bottom / size[1]
        shown.append(Shown(each, at_s, at_s + SHOWN_S, rows))
        at_s += SHOWN_S + BARE_S
    layers = [lettering.layer(each, size) for each in overlays]
    ground = real_ground(size, rng) if real else drawn_ground(size, rng)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = int(size[0] * size[1] * BITS_PER_PIXEL)
        for number in range(int(at_s * FPS)):
            now_s, pixels = number / FPS, next(ground)
            for each, over in zip(shown, layers, strict=True):
                if each.start_s <= now_s < each.end_s:
                    pixels = lettering.laid_over(pixels, over)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return shown


def drawn_ground(size: tuple[int, int], rng: random.Random) -> Iterator[Pixels]:
    """Yield a coloured, textured scene that pans, with shapes moving through it."""
    width, height = size
    noise = np.random.default_rng(rng.getrandbits(32))
    scene = np.zeros((height + 200, width + 200, 3), np.float32)
    for cells, strength in ((4, 90), (12, 50), (48, 25), (160, 12)):
        # As outdoors: brightness varies more than colour does.
        grid = 0.35 * noise.normal(0, strength, (cells, cells, 3)).astype(np.float32)
        grid += noise.normal(0, strength, (cells, cells, 1)).astype(np.float32)
        scene += cv2.resize(grid, (width + 200, height + 200), interpolation=cv2.INTER_CUBIC)
    scene = np.clip(scene + 115, 0, 255)
    colours = [tuple(map(int, noise.integers(0, 255, 3))) for _ in range(4)]
    number = 0
    while True:
        x = int(100 + 90 * np.sin(number / 11))
        y = int(100 + 90 * np.cos(number / 17))
        frame = scene[y : y + height, x : x + width].astype(np.uint8).copy()
        for at, colour in enumerate(colours):
            centre = (
                int(width * ((0.2 * at + number * 0.013 * (at + 1)) % 1)),
                height * (at + 1) // 5,
            )
            cv2.ellipse(frame, centre, (width // 9, height // 14), 20 * at, 0, 360, colour, -1)
        yield frame
        number += 1


def real_ground(size: tuple[int, int], rng: random.Random) -> Iterator[Pixels]:
    """Yield frames of a real clip, over and over, cut to size."""
    width, height = size
    names = [each for each in clips.MOVING if (clips.VIDEOS / each).is_file()]
    if not names:
        yield from drawn_ground(size, rng)
        return
    name = rng.choice(names)
    while True:
        with av.open(str(clips.VIDEOS / name)) as container:
            step = max(1, round(float(container.streams.video[0].average_rate or FPS) / FPS))
            for number, frame in enumerate(container.decode(video=0)):
                if number % step:
                    continue
                pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                scale = max(width / pixels.shape[1], height / pixels.shape[0])
                large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
                top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
                yield np.ascontiguousarray(large[top : top + height, left : left + width], np.uint8)


def frames_of(path: Path) -> list[Frame]:
    """Return the sampled frames of a file, for a look at what is read."""
    with MediaReader(Sampling(), Limits()) as media, media.open(path) as stream:
        return [each for each in stream if isinstance(each, Frame)]


def _as_json(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False)


if __name__ == "__main__":
    main()
