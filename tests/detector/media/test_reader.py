"""Good files are read whole, at the right times, upright; the worker's end costs one file."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.errors import MediaRefused, MediaUnreadable
from detector.evidence import Frame, Repeat
from detector.media import MediaReader, MediaReport
from detector.settings import Limits, Sampling
from tests import clips

EVERY = Sampling(exhaustive=True)


@pytest.fixture(scope="module")
def reader() -> Iterator[MediaReader]:
    with MediaReader(Sampling(), Limits()) as reader:
        yield reader


def read(reader: MediaReader, path: Path) -> tuple[list[Frame | Repeat], MediaReport]:
    with reader.open(path) as stream:
        return list(stream), stream.report


def frames(reader: MediaReader, path: Path) -> list[Frame]:
    return [each for each in read(reader, path)[0] if isinstance(each, Frame)]


@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [
        pytest.param("mp4", "libx264", {"bf": "3"}, id="mp4-h264-with-b-frames"),
        pytest.param("mp4", "libx265", {"x265-params": "log-level=none"}, id="mp4-hevc"),
        pytest.param("mov", "mjpeg", {}, id="mov-mjpeg"),
        pytest.param("mkv", "libx264", {}, id="matroska"),
        pytest.param("webm", "libvpx-vp9", {"cpu-used": "8"}, id="webm-vp9"),
        pytest.param("avi", "mpeg4", {}, id="avi"),
        pytest.param("ts", "libx264", {}, id="transport-stream-that-starts-late"),
        pytest.param("mpg", "mpeg2video", {}, id="programme-stream"),
        pytest.param("flv", "flv", {}, id="flash"),
        pytest.param("wmv", "wmv2", {}, id="asf"),
    ],
)
def test_a_good_clip_is_looked_at_from_first_frame_to_last(
    tmp_path: Path, reader: MediaReader, suffix: str, codec: str, options: dict[str, str]
) -> None:
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = clips.write_clip(
        tmp_path / f"clip.{suffix}",
        clips.moving(2.0),
        codec=codec,
        options=options,
        pixel_format=pixel_format,
    )

    events, report = read(reader, path)

    assert report.gaps == ()
    assert (report.kind, report.size_wh) == ("video", (160, 120))
    assert report.duration_s == pytest.approx(2.0, abs=0.1)
    assert report.looked_s == report.duration_s
    assert events[0].time_s == 0.0
    assert report.frames_inspected == sum(isinstance(each, Frame) for each in events) >= 4


def test_frames_carry_their_own_times_where_the_rate_varies(tmp_path: Path) -> None:
    times = [0, 40, 80, 1000, 1033, 2500, 4000, 4017, 9000]
    pictures = [clips.drawing(index * 5) for index in range(len(times))]
    path = clips.write_clip(tmp_path / "vfr.mp4", pictures, times_ms=times, options={"bf": "2"})

    with MediaReader(EVERY, Limits()) as reader:
        seen, report = read(reader, path)

    assert [round(1000 * each.time_s) for each in seen] == times
    assert report.gaps == ()


def test_pixels_are_rgb(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", [clips.corners((320, 240))] * 5)

    [first, *_] = frames(reader, path)

    assert first.pixels.dtype == np.uint8
    assert first.pixels[30, 30].argmax() == 0
    assert first.pixels[30, -30].argmax() == 1
    assert first.pixels[-30, -30].argmax() == 2


@pytest.mark.parametrize(("turns", "red_at"), [(1, (-30, 30)), (2, (-30, -30)), (3, (30, -30))])
def test_a_clip_rotated_by_metadata_is_upright(
    tmp_path: Path, reader: MediaReader, turns: int, red_at: tuple[int, int]
) -> None:
    pictures = [clips.corners((320, 240))] * 5
    path = clips.write_clip(tmp_path / "clip.mp4", pictures, quarter_turns=turns)

    events, report = read(reader, path)

    first = events[0]
    assert isinstance(first, Frame)
    assert report.size_wh == ((240, 320) if turns % 2 else (320, 240))
    assert first.pixels[red_at].tolist() == pytest.approx([255, 0, 0], abs=25)


def test_a_large_frame_is_reduced_and_its_true_size_reported(tmp_path: Path) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", [clips.drawing(0, (640, 360))] * 3)

    with MediaReader(Sampling(max_side=320), Limits()) as reader:
        events, report = read(reader, path)

    assert isinstance(events[0], Frame)
    assert events[0].pixels.shape == (180, 320, 3)
    assert report.size_wh == (640, 360)


def test_what_exists_only_in_the_alpha_is_seen(tmp_path: Path, reader: MediaReader) -> None:
    bgra = np.zeros((80, 120, 4), np.uint8)
    bgra[20:60, 30:90, 3] = 255
    path = clips.write_photo_bgra(tmp_path / "shape.png", bgra)

    [frame] = frames(reader, path)

    assert frame.pixels[40, 60].tolist() == [0, 0, 0]
    assert frame.pixels[5, 5].tolist() == [128, 128, 128]


def test_the_first_frame_of_each_scene_is_inspected(tmp_path: Path, reader: MediaReader) -> None:
    starts = [0, 7, 19, 40]
    scenes = [clips.drawing(0, scene=sum(at >= start for start in starts)) for at in range(50)]
    path = clips.write_clip(tmp_path / "cuts.mp4", scenes, options={"bf": "0"})

    seen = {round(each.time_s * 25): each for each in frames(reader, path)}

    assert set(starts) <= set(seen)
    assert [at for at, each in seen.items() if each.scene_start] == starts


def test_a_picture_that_does_not_change_is_inspected_once(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = clips.write_clip(tmp_path / "still.mp4", [clips.drawing(0)] * 75)

    events, report = read(reader, path)

    assert report.frames_inspected == 1
    assert [type(each) for each in events[1:]] == [Repeat] * 5
    assert report.looked_s == pytest.approx(3.0)


def test_a_small_thing_that_appears_is_no_repeat(tmp_path: Path, reader: MediaReader) -> None:
    before = clips.drawing(0, (640, 480))
    after = before.copy()
    after[200:224, 300:324] = 255 - after[200:224, 300:324]
    path = clips.write_clip(tmp_path / "clip.mp4", [before] * 30 + [after] * 30)

    assert any(each.time_s > 1.0 for each in frames(reader, path))


def test_sound_that_outlasts_the_picture_is_no_gap(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(tmp_path / "clip.mkv", clips.moving(1.0), sound_s=3.0)

    _, report = read(reader, path)

    assert report.gaps == ()


def test_a_photo_has_no_length(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_photo(tmp_path / "photo.png", clips.drawing(0))

    events, report = read(reader, path)

    assert [type(each) for each in events] == [Frame]
    assert (report.kind, report.duration_s, report.looked_s) == ("photo", 0.0, 0.0)


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    short = clips.write_clip(tmp_path / "short.mp4", clips.moving(1.0), options={"g": "25"})
    long = clips.write_clip(tmp_path / "long.mp4", clips.moving(40.0), options={"g": "25"})

    def peak_kib(path: Path) -> int:
        with MediaReader(EVERY, Limits()) as reader, reader.open(path) as stream:
            for _ in stream:
                pass
            status = Path(f"/proc/{reader.worker_pid}/status")
            if not status.exists():
                pytest.skip("this system does not tell the memory of a process in /proc")
            peak = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
            return int(peak.split()[1])

    assert peak_kib(long) < 1.2 * peak_kib(short)


def test_a_worker_that_is_killed_midway_leaves_a_gap_and_the_next_file_is_read(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(30.0))
    with reader.open(path) as stream:
        next(stream)
        os.kill(reader.worker_pid or 0, signal.SIGKILL)
        rest = list(stream)
        report = stream.report

    [gap] = report.gaps
    assert gap.end_s == pytest.approx(30.0)
    assert gap.start_s == pytest.approx(max((each.time_s for each in rest), default=0.0), abs=1.5)
    assert "SIGKILL" in gap.reason
    assert read(reader, path)[1].gaps == ()


def test_a_worker_that_hangs_is_killed_at_the_time_limit(tmp_path: Path) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(30.0))
    limits = Limits(decode_seconds=1.0, decode_seconds_per_second=0.0)
    with MediaReader(Sampling(), limits) as reader:
        with reader.open(path) as stream:
            pid = reader.worker_pid or 0
            os.kill(pid, signal.SIGSTOP)
            list(stream)
            assert "time granted" in stream.report.gaps[-1].reason
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_stream_that_is_given_up_does_not_disturb_the_next(
    tmp_path: Path, reader: MediaReader
) -> None:
    long = clips.write_clip(tmp_path / "long.mp4", clips.moving(20.0))
    photo = clips.write_photo(tmp_path / "photo.png", clips.drawing(0))
    next(reader.open(long))

    assert read(reader, photo)[1].kind == "photo"


def test_one_worker_serves_many_files(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(0.4))
    read(reader, path)
    first = reader.worker_pid

    for _ in range(30):
        read(reader, path)

    assert reader.worker_pid == first


def test_the_worker_may_open_nothing_and_use_no_more_than_granted(tmp_path: Path) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(20.0))
    limits = Limits(decode_seconds=30.0, decode_memory_mib=1500, decode_threads=1)
    with MediaReader(Sampling(), limits) as reader, reader.open(path):
        proc = Path(f"/proc/{reader.worker_pid}/limits")
        if not proc.exists():
            pytest.skip("this system does not tell the limits of a process in /proc")
        table = {line[:26].strip(): line[26:].split()[0] for line in proc.read_text().splitlines()}

    assert table["Max open files"] == "0"
    assert table["Max file size"] == "0"
    assert int(table["Max address space"]) == 1500 << 20
    assert int(table["Max cpu time"]) <= 30 + 2 * 20 + 5


def test_too_little_memory_is_a_refusal_that_says_so(tmp_path: Path) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(1.0, size=(1280, 720)))

    with (
        MediaReader(Sampling(), Limits(decode_memory_mib=120)) as reader,
        pytest.raises((MediaRefused, MediaUnreadable)),
    ):
        reader.open(path)


@pytest.mark.parametrize(
    ("name", "limits", "found"),
    [
        ("photo.png", Limits(max_pixels=10_000), "160x120"),
        ("photo.jpg", Limits(max_pixels=10_000), "160x120"),
        ("clip.mp4", Limits(max_pixels=10_000), "160x120"),
    ],
)
def test_a_picture_over_the_pixel_limit_is_refused(
    tmp_path: Path, name: str, limits: Limits, found: str
) -> None:
    path = tmp_path / name
    if path.suffix == ".mp4":
        clips.write_clip(path, clips.moving(0.4))
    else:
        clips.write_photo(path, clips.drawing(0))

    with MediaReader(Sampling(), limits) as reader, pytest.raises(MediaRefused, match=found):
        reader.open(path)


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    path = clips.write_photo(tmp_path / "photo.bmp", clips.drawing(0, (1024, 768)))

    with (
        MediaReader(Sampling(), Limits(max_file_mib=1)) as reader,
        pytest.raises(MediaRefused, match="over the limit of 1"),
    ):
        reader.open(path)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_photo_that_is_cut_short_is_not_looked_at_in_part(
    tmp_path: Path, reader: MediaReader, cut: float
) -> None:
    path = clips.write_photo(tmp_path / "photo.jpg", clips.drawing(0, (640, 480)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])

    with pytest.raises(MediaUnreadable, match="cut short"):
        reader.open(path)


@pytest.mark.parametrize("suffix", ["mkv", "flv", "avi"])
def test_a_clip_that_is_cut_short_has_a_gap_to_its_announced_end(
    tmp_path: Path, reader: MediaReader, suffix: str
) -> None:
    codec = {"avi": "mpeg4", "flv": "flv"}.get(suffix, "libx264")
    path = clips.write_clip(tmp_path / f"clip.{suffix}", clips.moving(4.0), codec=codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    _, report = read(reader, path)

    assert report.gaps[-1].end_s == pytest.approx(4.0, abs=0.5)
    assert report.looked_s < 3.0


def test_a_lost_stretch_in_the_middle_is_a_gap(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(
        tmp_path / "clip.mkv",
        clips.moving(6.0),
        options={"g": "25"},
        container={"cluster_time_limit": "1000"},
    )
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(data)

    _, report = read(reader, path)

    assert 0.3 < sum(gap.end_s - gap.start_s for gap in report.gaps) < 3.5


def test_a_header_that_lies_about_the_length_does_not_buy_time(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = clips.write_clip(tmp_path / "clip.avi", clips.moving(1.0), codec="mpeg4")
    data = bytearray(path.read_bytes())
    length = data.index(b"strh") + 8 + 32
    data[length : length + 4] = (2_000_000_000).to_bytes(4, "little")
    path.write_bytes(data)

    _, report = read(reader, path)

    assert report.looked_s == pytest.approx(1.0, abs=0.1)
    assert report.duration_s > 1e6


def test_a_second_picture_stream_is_named_as_not_looked_at(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = clips.write_two_streams(tmp_path / "clip.mkv", clips.moving(1.0))

    _, report = read(reader, path)

    assert report.looked_s == 0.0
    assert "one of 2 picture streams" in report.gaps[0].reason


@pytest.mark.parametrize(
    ("transparent", "reasons"),
    [(False, []), (True, ["only one of 2 picture streams was looked at"])],
)
def test_a_second_picture_in_a_photo_is_named_as_not_looked_at(
    tmp_path: Path, reader: MediaReader, transparent: bool, reasons: list[str]
) -> None:
    path, picture = tmp_path / "photo.avif", clips.drawing(0, (128, 96))
    if transparent:  # what is seen through is a picture of its own in such a file
        picture = np.dstack([picture, picture[..., :1]])
    Image.fromarray(picture).save(path)

    shown, report = read(reader, path)

    assert (report.kind, len(shown)) == ("photo", 1)
    assert [(each.reason, each.end_s) for each in report.gaps] == [(each, 0.0) for each in reasons]


@pytest.mark.parametrize(("name", "codec"), [("clip.mkv", "subrip"), ("clip.mp4", "mov_text")])
def test_tracks_of_subtitles_are_counted(
    tmp_path: Path, reader: MediaReader, name: str, codec: str
) -> None:
    _, report = read(reader, clips.write_subtitled(tmp_path / name, clips.moving(1.0), codec))

    assert report.subtitles == 1
    assert report.gaps == ()


@pytest.mark.parametrize("name", ["clip.mp4", "clip.m3u8", "photo.jpg"])
def test_no_address_and_no_other_file_is_opened(
    tmp_path: Path, reader: MediaReader, name: str
) -> None:
    asked: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *words: object) -> None:
            pass

    clips.write_clip(tmp_path / "decoy.ts", clips.moving(1.0))
    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    playlists = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}/a.ts\n#EXTINF:9,\ndecoy.ts\n",
        f"ffconcat version 1.0\nfile decoy.ts\nfile {address}/b.ts\n",
        f'<?xml version="1.0"?><MPD><BaseURL>{address}/c</BaseURL></MPD>',
        f"[playlist]\nFile1={address}/d.ts\n",
    ]
    try:
        for text in playlists:
            (tmp_path / name).write_text(text)
            with pytest.raises(MediaRefused, match=name):
                reader.open(tmp_path / name)
    finally:
        server.shutdown()
        server.server_close()

    assert asked == []


def test_the_report_is_there_only_at_the_end(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(1.0))

    with reader.open(path) as stream, pytest.raises(RuntimeError, match="iterate"):
        _ = stream.report


def test_a_message_says_what_was_found_expected_and_next(
    tmp_path: Path, reader: MediaReader
) -> None:
    (tmp_path / "notes.mp4").write_text("just words")

    with pytest.raises(MediaRefused) as caught:
        reader.open(tmp_path / "notes.mp4")

    found, expected, todo = str(caught.value).split("; ")
    assert "notes.mp4" in found
    assert "expected" in expected
    assert "again" in todo


def test_an_animated_gif_that_lost_its_end_says_so(tmp_path: Path, reader: MediaReader) -> None:
    pictures = [clips.drawing(index * 4) for index in range(8)]
    path = clips.write_clip(tmp_path / "a.gif", pictures, codec="gif", pixel_format="rgb8", fps=5)
    whole = read(reader, path)[1]
    path.write_bytes(path.read_bytes()[:-1])

    report = read(reader, path)[1]

    assert (whole.kind, whole.gaps) == ("video", ())
    assert "end mark" in report.gaps[-1].reason


def test_a_gif_with_one_frame_is_a_photo(tmp_path: Path, reader: MediaReader) -> None:
    picture = [clips.drawing(0)]
    path = clips.write_clip(tmp_path / "a.gif", picture, codec="gif", pixel_format="rgb8")

    assert read(reader, path)[1].kind == "photo"


def test_an_edit_list_that_cuts_the_start_off_is_followed(
    tmp_path: Path, reader: MediaReader
) -> None:
    times = [-400 + 40 * index for index in range(50)]
    path = clips.write_clip(
        tmp_path / "clip.mp4",
        clips.moving(2.0),
        times_ms=times,
        options={"bf": "2", "g": "100"},
        container={"avoid_negative_ts": "disabled", "use_editlist": "1"},
    )

    events, report = read(reader, path)

    assert events[0].time_s == 0.0
    assert report.gaps == ()
    assert 1.5 < report.duration_s < 2.1


def test_a_transport_stream_that_lost_packets_has_a_gap(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = clips.write_clip(tmp_path / "clip.ts", clips.moving(4.0), options={"g": "25"})
    data = path.read_bytes()
    at = len(data) // 188 // 3 * 188
    path.write_bytes(data[:at] + data[at + 188 * 12 :])

    _, report = read(reader, path)

    assert report.gaps
    assert 0.0 < report.looked_s < report.duration_s


def test_the_worker_is_not_disturbed_by_files_beside_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('planted')")
    path = clips.write_clip(tmp_path / "clip.mp4", clips.moving(0.4))
    monkeypatch.chdir(tmp_path)

    with MediaReader(Sampling(), Limits()) as reader:
        assert read(reader, path)[1].gaps == ()


def test_nothing_is_repeated_during_a_hole(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(
        tmp_path / "clip.mkv",
        [clips.drawing(0)] * 150,
        options={"g": "25"},
        container={"cluster_time_limit": "500"},
    )
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(data)

    events, report = read(reader, path)

    inside = [
        each.time_s
        for each in events
        for gap in report.gaps
        if gap.start_s + 0.05 < each.time_s < gap.end_s - 0.05
    ]
    assert report.gaps
    assert inside == []
