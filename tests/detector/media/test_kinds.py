"""What a file is taken for, by its first bytes and by its name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from detector.media import candidate, sniff
from detector.media.kinds import identify_bytes
from tests import clips


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("mp4", "libx264"),
        ("mov", "libx264"),
        ("mkv", "libx264"),
        ("webm", "libvpx"),
        ("avi", "mpeg4"),
        ("ts", "libx264"),
        ("mpg", "mpeg2video"),
        ("flv", "flv"),
        ("3gp", "mpeg4"),
        ("wmv", "wmv2"),
    ],
)
def test_a_clip_is_a_video_whatever_it_is_called(tmp_path: Path, suffix: str, codec: str) -> None:
    clip = clips.write_clip(tmp_path / f"clip.{suffix}", clips.moving(0.2), codec=codec)

    assert sniff(clip.rename(tmp_path / "harmless.txt")) == "video"


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tiff"])
def test_a_picture_is_a_photo_whatever_it_is_called(tmp_path: Path, suffix: str) -> None:
    photo = clips.write_photo(tmp_path / f"photo.{suffix}", clips.drawing(0))

    assert sniff(photo.rename(tmp_path / "harmless.txt")) == "photo"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"The moovie was free of charge", id="prose-with-a-box-name"),
        pytest.param(b"Get free samples", id="prose-with-a-padding-box-name"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n", id="hls"),
        pytest.param(b"ffconcat version 1.0\nfile other.mp4\n", id="concat"),
        pytest.param(b"<?xml version='1.0'?><MPD></MPD>", id="dash"),
        pytest.param(b"ID3\x04\x00\x00\x00\x00\x00\x00", id="mp3"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVEfmt ", id="wav"),
        pytest.param(b"OggS\x00\x02" + bytes(22) + b"\x01vorbis", id="ogg-sound"),
    ],
)
def test_text_playlists_and_sound_are_no_pictures(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip"
    path.write_bytes(content)

    assert sniff(path) is None
    assert candidate(path) is None


@pytest.mark.parametrize(
    ("name", "kind"), [("clip.MP4", "video"), ("clip.webm", "video"), ("photo.heic", "photo")]
)
def test_a_file_named_like_media_stays_a_candidate_with_any_content(
    tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"#EXTM3U\nsecret.ts\n")

    assert sniff(path) is None
    assert candidate(path) == kind


def test_sound_in_a_container_for_pictures_is_kept_so_that_it_can_fail(tmp_path: Path) -> None:
    head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"

    path = tmp_path / "voice"
    path.write_bytes(head + bytes(64))

    assert sniff(path) == "video"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "clip.mp4")

    assert sniff(tmp_path / "clip.mp4") is None


def test_an_animated_webp_is_told_from_a_still_one() -> None:
    moving = b"RIFF\x00\x01\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + bytes(20)

    container = identify_bytes(moving, len(moving))

    assert container is not None
    assert container.unsupported


def test_telling_kinds_needs_no_media_library() -> None:
    code = "import sys, detector.media; sys.exit('av' in sys.modules or 'cv2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
