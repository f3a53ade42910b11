"""Small drawn clips and photos for tests: every container, codec and oddity that can be encoded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def drawing(index: int, size: tuple[int, int] = (160, 120), scene: int = 0) -> Pixels:
    """Return an RGB picture: a textured scene with a square that moves with `index`."""
    width, height = size
    rng = np.random.default_rng(scene)
    coarse = rng.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    side = max(2, height // 4)
    x = (index * 3) % max(1, width - side)
    cv2.rectangle(picture, (x, height // 3), (x + side, height // 3 + side), (255, 255, 255), -1)
    return np.asarray(picture, np.uint8)


def corners(size: tuple[int, int] = (120, 80)) -> Pixels:
    """Return an RGB picture whose corners are red, green, blue and white, clockwise from top left."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (255, 0, 0)
    picture[: height // 2, width // 2 :] = (0, 255, 0)
    picture[height // 2 :, width // 2 :] = (0, 0, 255)
    picture[height // 2 :, : width // 2] = (255, 255, 255)
    return picture


def write_clip(
    path: Path,
    pictures: Sequence[Pixels],
    *,
    codec: str = "libx264",
    fps: int = 25,
    times_ms: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    pixel_format: str = "yuv420p",
    quarter_turns: int = 0,
    sound_s: float = 0.0,
) -> Path:
    """Encode pictures as a clip.

    Args:
        path: Where to; the suffix names the container.
        pictures: RGB, all of the same size.
        codec: FFmpeg's name of the encoder.
        fps: Frames per second, where `times_ms` does not say otherwise.
        times_ms: Presentation time of each frame.
        options: Of the encoder, e.g. ``{"g": "25"}``.
        container: Options of the container, e.g. ``{"movflags": "faststart"}``.
        pixel_format: FFmpeg's name.
        quarter_turns: Counter-clockwise turns written as metadata.
        sound_s: Seconds of silence beside the picture.
    """
    with av.open(
        str(path), "w", container_options={"fflags": "+bitexact"} | (container or {})
    ) as output:
        stream = output.add_stream(codec, rate=fps, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixel_format
        stream.codec_context.thread_count = 1  # the same bytes on every machine
        if times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if quarter_turns:
            stream.set_display_rotation(90 * quarter_turns)
        sound = output.add_stream("aac", rate=16000) if sound_s else None
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            if times_ms is not None:
                frame.time_base, frame.pts = Fraction(1, 1000), times_ms[index]
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if sound is not None:
            silence = np.zeros((1, 1024), np.float32)
            for start in range(0, int(16000 * sound_s), 1024):
                block = av.AudioFrame.from_ndarray(silence, "fltp", "mono")
                block.sample_rate, block.pts = 16000, start
                output.mux(sound.encode(block))
            output.mux(sound.encode(None))
    return path


def moving(seconds: float, fps: int = 25, size: tuple[int, int] = (160, 120)) -> list[Pixels]:
    """Return the pictures of a clip in which a square moves."""
    return [drawing(index, size) for index in range(round(seconds * fps))]


def write_photo(path: Path, picture: Pixels) -> Path:
    """Write a photo; the suffix names the format."""
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return path


def with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    """Return a JPEG with an Exif segment that says how it is to be turned."""
    tag = (0x0112).to_bytes(2, "little") + b"\x03\x00\x01\x00\x00\x00"
    directory = b"\x01\x00" + tag + orientation.to_bytes(4, "little") + b"\0\0\0\0"
    body = b"Exif\0\0II*\0\x08\0\0\0" + directory
    return jpeg[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]


def write_photo_bgra(path: Path, picture: Pixels) -> Path:
    """Write a photo with transparency, given as BGRA."""
    cv2.imwrite(str(path), picture)
    return path


def write_subtitled(path: Path, pictures: Sequence[Pixels], codec: str) -> Path:
    """Encode pictures as a clip with a track of subtitles of the given codec."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        words = output.add_stream(codec)
        words.codec_context.subtitle_header = b"[Script Info]\n"
        for picture in pictures:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        output.mux(stream.encode(None))
        said = av.Packet(b"Vote for us")
        said.stream, said.time_base = words, Fraction(1, 1000)
        said.pts, said.dts, said.duration = 0, 0, 1000
        output.mux(said)
    return path


def write_two_streams(path: Path, pictures: Sequence[Pixels]) -> Path:
    """Encode the same pictures twice, as two picture streams of one file."""
    with av.open(str(path), "w", container_options={"fflags": "+bitexact"}) as output:
        streams = [output.add_stream("libx264", rate=25) for _ in range(2)]
        for stream in streams:
            stream.height, stream.width = pictures[0].shape[:2]
            stream.pix_fmt = "yuv420p"
        for stream in streams:
            for picture in pictures:
                output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            output.mux(stream.encode(None))
    return path
