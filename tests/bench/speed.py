"""How fast a scan is, side by side with Ultralytics' own command: ``python -m tests.bench.speed``.

Whole processes, start-up included, on the same clip, weights, input size and cores:

a. ``yolo predict`` (PyTorch, CPU) with ``vid_stride`` at 2 frames a second
b. the same on every frame
c. ``wardi scan --fps 2 --keep-repeats``
d. ``wardi scan`` as it comes
e. as d, with a file name that has words in it: the text model is loaded too

Runs of a, c, d and e take turns, so that what else the machine does falls on all of them; the median
of each counts. Processor seconds are given beside, which other programs disturb less.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np

from detector.artifact import load_model_folder
from detector.evidence import Frame
from detector.settings import Vision
from detector.vision.card import read_vision_card
from detector.vision.runtimes import open_vision_model
from tests.bench import clips
from tests.bench.processes import WARDI, Took, machine, middle, once, say
from tests.bench.yolo import YOLO, checkpoint, predict

START_S = 2.0
"""What the floor grants for start-up, report and store."""
Commands = dict[str, Callable[[], list[str]]]


def commands(clip: Path, folder: Path, yolo: Path) -> Commands:
    """Return how each row of the table is run; a scan's store is new every time."""
    size = read_vision_card(load_model_folder("current", "vision")).input_size
    weights = checkpoint(folder / "weights.pt")
    words = folder / "jalsa in the city.mp4"
    shutil.copy(clip, words)
    photo = folder / "IMG-20240101-WA0001.jpg"
    cv2.imwrite(str(photo), np.full((64, 64, 3), 90, np.uint8))

    def scan(source: Path, *flags: str) -> list[str]:
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        return [*WARDI, "scan", str(source), "--out", str(out), *flags]

    return {
        "a": lambda: predict(yolo, weights, clip, size, folder / "runs", stride=clips.FPS // 2),
        "b": lambda: predict(yolo, weights, clip, size, folder / "runs", stride=1),
        "c": lambda: scan(clip, "--fps", "2", "--keep-repeats"),
        "d": lambda: scan(clip),
        "e": lambda: scan(words),
        "start": lambda: scan(photo),
    }


def measure(run: Commands, rounds: int) -> dict[str, Took]:
    """Run everything in turn, `b` once because it takes minutes; return the medians."""
    found: dict[str, list[Took]] = {name: [] for name in run}
    for at in range(rounds):
        for name, command in run.items():
            if name != "b" or at == 0:
                found[name].append(once(command()))
    return {name: middle(each) for name, each in found.items()}


def parts(clip: Path) -> dict[str, float]:
    """Return the processor seconds of what a scan cannot do without, each alone on one core."""
    model = open_vision_model(load_model_folder("current", "vision"), Vision(threads=1))
    pixels = np.full((clips.SIZE_WH[1], clips.SIZE_WH[0], 3), 90, np.uint8)
    frames = [Frame(0.0, pixels)] * 8
    model.detect(frames)
    moments = clips.SECONDS * 2
    return {
        "decoding every frame": _cpu(lambda: _decode(clip, "DEFAULT")),
        "decoding without frames that no other needs": _cpu(lambda: _decode(clip, "NONREF")),
        f"inference, {moments} frames": _cpu(
            lambda: [model.detect(frames) for _ in range(moments // 8)]
        ),
    }


def _decode(clip: Path, skip: str) -> int:
    with av.open(str(clip)) as container:
        context = container.streams.video[0].codec_context
        context.thread_count, context.skip_frame = 1, skip
        return sum(1 for _ in container.decode(video=0))


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


TITLES = {
    "a": "yolo predict, 2 frames a second",
    "b": "yolo predict, every frame",
    "c": "wardi scan --fps 2 --keep-repeats",
    "d": "wardi scan",
    "e": "wardi scan, words in the file name",
    "start": "wardi scan of one small photo (start-up, store, report)",
}


def table(took: dict[str, Took], alone: dict[str, float]) -> list[str]:
    """Return the lines to print."""
    lines = [f"   {'':55s} {'seconds':>8s} {'processor':>10s}"]
    lines += [
        f"{name if len(name) == 1 else ' '}  {TITLES[name]:55s} {each.wall_s:8.1f} {each.cpu_s:10.1f}"
        for name, each in took.items()
    ]
    lines += [f"   {title + ', alone':55s} {'':8s} {cpu_s:10.1f}" for title, cpu_s in alone.items()]
    every, fewer, infer = alone.values()
    cores = os.cpu_count() or 1
    for what, decode in (("every frame decoded", every), ("as a scan decodes", fewer)):
        floor = (decode + infer) / cores + START_S
        lines.append(
            f"c / floor = {took['c'].wall_s / floor:.2f} (floor {floor:.1f} s, {what}; bar 1.3)"
        )
    for one, other, bar in (("a", "c", 5), ("b", "d", 40)):
        wall = took[one].wall_s / took[other].wall_s
        cpu = took[one].cpu_s / took[other].cpu_s
        lines.append(
            f"{one} / {other} = {wall:.1f} in seconds, {cpu:.1f} in processor seconds (bar {bar})"
        )
    return lines


def main(clip: Path | None = None, *, yolo: Path = YOLO, rounds: int = 3) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
        folder = Path(scratch)
        source = folder / clips.NAME
        if clip is None:
            clips.join(source)
        else:
            shutil.copy(clip, source)
        run = commands(source, folder, yolo)
        say(machine())
        took = measure(run, rounds)
        for line in table(took, parts(source)):
            say(line)
        say(machine())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clip", type=Path, help="a clip made earlier; default: made anew")
    parser.add_argument("--yolo", type=Path, default=YOLO, help="the command of Ultralytics")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    main(given.clip, yolo=given.yolo, rounds=given.rounds)
