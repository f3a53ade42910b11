"""The sound of a file: decoded in the worker, in its place in time, and what could not be is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from detector.media import MediaReader
from detector.settings import Limits, Sampling
from tests import clips

RATE = 16000


@pytest.fixture(scope="module")
def reader() -> Iterator[MediaReader]:
    with MediaReader(Sampling(), Limits()) as reader:
        yield reader


def tone(
    path: Path,
    seconds: float = 3.0,
    rate: int = 44100,
    *,
    tracks: int = 1,
    left_out_s: tuple[float, float] = (0.0, 0.0),
    container: dict[str, str] | None = None,
) -> Path:
    """Write a clip whose sound is 0.5 s of a loud tone in every second, in stereo.

    Args:
        path: Where to; the suffix names the container.
        seconds: Its length.
        rate: Samples per second.
        tracks: Sound tracks, all alike.
        left_out_s: Seconds of which the file holds no sound.
        container: Options of the container.
    """
    with av.open(str(path), "w", options=container or {}) as out:
        video = out.add_stream("libx264", rate=5)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sounds = [out.add_stream("aac", rate=rate, layout="stereo") for _ in range(tracks)]
        for at in range(int(seconds * 5)):
            frame = av.VideoFrame.from_ndarray(clips.drawing(at, (64, 48)), "rgb24")
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        times = np.arange(int(seconds * rate)) / rate
        wave = np.where(times % 1.0 < 0.5, 0.5 * np.sin(2 * np.pi * 440 * times), 0.0)
        for sound in sounds:
            for start in range(0, len(wave), 1024):
                part = wave[start : start + 1024].astype(np.float32)
                block = av.AudioFrame.from_ndarray(np.stack([part, part]), "fltp", "stereo")
                block.sample_rate, block.pts = rate, start
                for packet in sound.encode(block):
                    if not left_out_s[0] <= float(packet.pts * packet.time_base) < left_out_s[1]:
                        out.mux(packet)
            out.mux(sound.encode(None))
    return path


def test_sound_comes_as_one_channel_in_its_place(tmp_path: Path, reader: MediaReader) -> None:
    stream = reader.hear(tone(tmp_path / "clip.mp4"), RATE)
    sound = np.concatenate(list(stream))

    assert stream.problem == ""
    assert len(sound) / RATE == pytest.approx(3.0, abs=0.1)
    assert np.abs(sound[int(0.1 * RATE) : int(0.4 * RATE)]).max() == pytest.approx(0.5, abs=0.1)
    assert np.abs(sound[int(1.6 * RATE) : int(1.9 * RATE)]).max() < 0.05


def loudest(sound: npt.NDArray[np.float32], start_s: float, end_s: float) -> float:
    """Return the largest value in a stretch, away from its ends."""
    return float(np.abs(sound[int((start_s + 0.1) * RATE) : int((end_s - 0.1) * RATE)]).max())


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "ts"])
def test_what_is_said_after_a_stretch_without_sound_stays_in_its_second(
    tmp_path: Path, reader: MediaReader, suffix: str
) -> None:
    path = tone(tmp_path / f"clip.{suffix}", 6.0, left_out_s=(1.0, 3.0))

    sound = np.concatenate(list(reader.hear(path, RATE)))

    assert len(sound) / RATE == pytest.approx(6.0, abs=0.15)
    assert loudest(sound, 1.0, 3.0) < 0.05
    for second in (0, 3, 4, 5):
        assert loudest(sound, second, second + 0.5) > 0.4
        assert loudest(sound, second + 0.5, second + 1.0) < 0.05


def test_sound_that_starts_late_stays_in_its_second(tmp_path: Path, reader: MediaReader) -> None:
    path = tone(tmp_path / "clip.mkv", 4.0, left_out_s=(-1.0, 2.0))

    sound = np.concatenate(list(reader.hear(path, RATE)))

    assert loudest(sound, 0.0, 2.0) == 0.0
    assert loudest(sound, 2.0, 2.5) > 0.4


def test_a_hole_shorter_than_a_tenth_of_a_second_is_not_filled(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = tone(tmp_path / "clip.mkv", left_out_s=(0.5, 0.56))

    sound = np.concatenate(list(reader.hear(path, RATE)))

    assert len(sound) / RATE < 2.98


def test_recordings_that_are_joined_are_heard_one_after_the_other(
    tmp_path: Path, reader: MediaReader
) -> None:
    one = tone(tmp_path / "one.ts")
    later = tone(tmp_path / "later.ts", container={"output_ts_offset": "100"})
    joined = tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() + later.read_bytes())

    sound = np.concatenate(list(reader.hear(joined, RATE)))

    assert len(sound) / RATE == pytest.approx(6.0, abs=0.3)


def test_the_sound_tracks_that_are_not_heard_are_counted(
    tmp_path: Path, reader: MediaReader
) -> None:
    stream = reader.hear(tone(tmp_path / "clip.mp4", tracks=2), RATE)

    assert len(np.concatenate(list(stream))) / RATE == pytest.approx(3.0, abs=0.1)
    assert (stream.tracks, stream.problem) == (2, "")


def test_a_file_without_sound_has_none(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(tmp_path / "mute.mp4", clips.moving(1.0))
    stream = reader.hear(path, RATE)
    assert list(stream) == []
    assert stream.tracks == 0
    assert stream.problem == ""


def test_frames_and_sound_of_a_file_come_from_the_same_worker(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = tone(tmp_path / "clip.mp4")
    with reader.open(path) as frames:
        assert len(list(frames)) > 1
    worker = reader.worker_pid
    assert len(list(reader.hear(path, RATE))) >= 1
    with reader.open(path) as frames:
        assert len(list(frames)) > 1
    assert reader.worker_pid == worker


def test_damaged_sound_is_said(tmp_path: Path, reader: MediaReader) -> None:
    path = tone(tmp_path / "clip.mkv", 6.0)
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(1)
    for at in range(len(content) // 3, len(content) - 200, 97):
        content[at : at + 8] = rng.bytes(8)
    path.write_bytes(content)

    stream = reader.hear(path, RATE)
    list(stream)

    assert stream.problem


def test_a_worker_that_dies_leaves_what_was_heard(tmp_path: Path) -> None:
    path = tone(tmp_path / "clip.mp4")
    with MediaReader(Sampling(), Limits()) as reader:
        stream = reader.hear(path, RATE)
        worker = reader._worker
        assert worker is not None
        worker._process.kill()
        samples = sum(map(len, stream))
    assert stream.problem or samples / RATE >= 2.9
    assert samples / RATE >= stream.heard_s
