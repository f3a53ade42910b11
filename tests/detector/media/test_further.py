"""What a file holds beside the picture that is looked at is named, never passed over."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from detector.media import MediaReader, MediaReport
from detector.media.further import METADATA_BYTES, unread
from detector.media.kinds import HEIF
from detector.media.ledger import WENT_BACK
from detector.settings import Limits, Sampling
from tests import clips

BIG, SMALL = (640, 480), (320, 240)


@pytest.fixture(scope="module")
def reader() -> Iterator[MediaReader]:
    with MediaReader(Sampling(), Limits()) as reader:
        yield reader


def report_of(reader: MediaReader, path: Path) -> MediaReport:
    with reader.open(path) as stream:
        list(stream)
        return stream.report


def reasons(reader: MediaReader, path: Path) -> list[str]:
    return [gap.reason for gap in report_of(reader, path).gaps]


def photo(folder: Path, suffix: str, size: tuple[int, int] = BIG) -> bytes:
    return clips.write_photo(folder / f"source.{suffix}", clips.drawing(0, size)).read_bytes()


def clip(folder: Path, suffix: str = "mp4", codec: str = "libx264") -> bytes:
    path = clips.write_clip(folder / f"source.{suffix}", clips.moving(1.0), codec=codec)
    return path.read_bytes()


def written(folder: Path, suffix: str, *parts: bytes) -> Path:
    path = folder / f"joined.{suffix}"
    path.write_bytes(b"".join(parts))
    return path


def with_index(first: bytes, second: bytes) -> bytes:
    """Return two JPEGs end to end, the first with a multi-picture index that declares the second."""
    length = 2 + 2 + 4 + 8 + 2 + 12 + 4 + 32
    # The index's offsets count from its own byte order mark.
    away = len(first) + length - (2 + 2 + 2 + 4)
    index = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0xB002, 7, 32, 26, 0)
    index += struct.pack("<IIIHH", 0x030000, len(first) + length, 0, 0, 0)
    index += struct.pack("<IIIHH", 0, len(second), away, 0, 0)
    segment = b"\xff\xe2" + struct.pack(">H", length - 2) + b"MPF\0" + index
    assert len(segment) == length
    return first[:2] + segment + first[2:] + second


def tiff(*pages: tuple[int, int], order: str = "<") -> bytes:
    """Return a TIFF of grey pages; each is its side in pixels and its NewSubfileType."""
    data = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    for at, (side, kind) in enumerate(pages):
        strip_at = len(data) + 2 + 12 * 10 + 4
        fields = [(254, kind), (256, side), (257, side), (258, 8), (259, 1), (262, 1)]
        fields += [(273, strip_at), (277, 1), (278, side), (279, side * side)]
        directory = struct.pack(order + "H", len(fields))
        for tag, value in fields:
            directory += struct.pack(order + "HHII", tag, 4, 1, value)
        following = 0 if at == len(pages) - 1 else strip_at + side * side
        data += directory + struct.pack(order + "I", following) + bytes([200]) * (side * side)
    return data


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp"])
def test_a_film_behind_a_photo_is_a_gap(tmp_path: Path, reader: MediaReader, suffix: str) -> None:
    path = written(tmp_path, suffix, photo(tmp_path, suffix), clip(tmp_path))

    report = report_of(reader, path)

    assert (report.kind, report.frames_inspected) == ("photo", 1)
    [gap] = report.gaps
    assert gap.start_s == gap.end_s == 0.0
    assert gap.reason == "a film behind the first picture was not looked at"


@pytest.mark.parametrize("second", ["jpg", "png", "webp"])
@pytest.mark.parametrize("first", ["jpg", "png"])
def test_a_second_picture_behind_a_photo_is_a_gap(
    tmp_path: Path, reader: MediaReader, first: str, second: str
) -> None:
    path = written(tmp_path, first, photo(tmp_path, first), photo(tmp_path, second))

    assert reasons(reader, path) == ["another picture behind the first picture was not looked at"]


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(1_500_000), id="padding"),
        pytest.param(b"\0\0Image_UTC_Data1700000000000SEFHSEFT" * 3, id="notes-of-a-camera"),
        pytest.param(b"\xff\xd8\xff\xe1 no picture", id="notes-that-begin-like-a-picture"),
    ],
)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_padding_and_notes_behind_a_photo_are_no_gap(
    tmp_path: Path, reader: MediaReader, suffix: str, tail: bytes
) -> None:
    assert reasons(reader, written(tmp_path, suffix, photo(tmp_path, suffix), tail)) == []


def test_more_bytes_behind_a_photo_than_notes_take_are_a_gap(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = written(tmp_path, "jpg", photo(tmp_path, "jpg"), b"x" * (METADATA_BYTES + 1))

    assert reasons(reader, path) == ["the bytes behind the first picture were not looked at"]


def test_a_declared_copy_behind_a_phone_photo_is_no_gap(
    tmp_path: Path, reader: MediaReader
) -> None:
    joined = with_index(photo(tmp_path, "jpg"), photo(tmp_path, "jpg", SMALL))

    assert reasons(reader, written(tmp_path, "jpg", joined, b"SEFT")) == []


def test_a_small_picture_that_is_not_declared_is_a_gap(tmp_path: Path, reader: MediaReader) -> None:
    path = written(tmp_path, "jpg", photo(tmp_path, "jpg"), photo(tmp_path, "jpg", SMALL))

    assert len(reasons(reader, path)) == 1


def test_a_declared_picture_as_large_as_the_first_is_a_gap(
    tmp_path: Path, reader: MediaReader
) -> None:
    joined = with_index(photo(tmp_path, "jpg"), photo(tmp_path, "jpg"))

    assert len(reasons(reader, written(tmp_path, "jpg", joined))) == 1


def test_a_film_behind_a_declared_copy_is_a_gap(tmp_path: Path, reader: MediaReader) -> None:
    joined = with_index(photo(tmp_path, "jpg"), photo(tmp_path, "jpg", SMALL))

    [reason] = reasons(reader, written(tmp_path, "jpg", joined, clip(tmp_path)))

    assert "film" in reason


def test_further_pages_of_a_tiff_are_a_gap(tmp_path: Path, reader: MediaReader) -> None:
    pages = [clips.drawing(index, BIG) for index in range(3)]
    path = tmp_path / "scan.tiff"
    cv2.imwritemulti(str(path), pages)

    assert reasons(reader, path) == ["only one of 3 pages was looked at"]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("pages", "gaps"),
    [
        pytest.param([(64, 0)], 0, id="one-page"),
        pytest.param([(64, 0), (32, 1)], 0, id="a-reduced-copy"),
        pytest.param([(64, 0), (64, 1)], 1, id="a-copy-that-is-not-reduced"),
        pytest.param([(64, 0), (32, 0)], 1, id="a-small-page"),
    ],
)
def test_only_reduced_copies_of_a_tiff_may_go_unseen(
    tmp_path: Path, reader: MediaReader, order: str, pages: list[tuple[int, int]], gaps: int
) -> None:
    path = written(tmp_path, "tiff", tiff(*pages, order=order))

    assert len(reasons(reader, path)) == gaps


def test_a_tiff_whose_pages_go_in_a_circle_ends(tmp_path: Path, reader: MediaReader) -> None:
    data = bytearray(tiff((64, 0)))
    data[8 + 2 + 120 : 8 + 2 + 124] = struct.pack("<I", 8)

    assert reasons(reader, written(tmp_path, "tiff", bytes(data))) == []


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("mp4", "libx264"),
        ("mov", "libx264"),
        ("avi", "mpeg4"),
        ("mkv", "libx264"),
        ("webm", "libvpx"),
        ("flv", "flv"),
        ("wmv", "wmv2"),
    ],
)
def test_a_second_recording_behind_the_first_is_a_gap_of_unknown_length(
    tmp_path: Path, reader: MediaReader, suffix: str, codec: str
) -> None:
    whole = clip(tmp_path, suffix, codec)

    report = report_of(reader, written(tmp_path, suffix, whole, whole))

    gap = report.gaps[-1]
    assert gap.start_s == gap.end_s == report.duration_s
    assert "film behind" in gap.reason


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp4", "libx264"), ("mkv", "libx264"), ("flv", "flv"), ("avi", "mpeg4")]
)
def test_a_photo_behind_a_film_is_a_gap(
    tmp_path: Path, reader: MediaReader, suffix: str, codec: str
) -> None:
    path = written(tmp_path, suffix, clip(tmp_path, suffix, codec), photo(tmp_path, "jpg"))

    assert len(reasons(reader, path)) == 1


def test_a_recording_behind_one_of_unstated_length_is_a_gap(
    tmp_path: Path, reader: MediaReader
) -> None:
    path = clips.write_clip(tmp_path / "a.mkv", clips.moving(3.0), container={"live": "1"})
    whole = path.read_bytes()

    assert reasons(reader, path) == []
    assert WENT_BACK in reasons(reader, written(tmp_path, "mkv", whole, whole))


def test_recordings_of_a_transport_stream_joined_byte_by_byte_are_both_looked_at(
    tmp_path: Path, reader: MediaReader
) -> None:
    whole = clips.write_clip(tmp_path / "a.ts", clips.moving(3.0)).read_bytes()

    report = report_of(reader, written(tmp_path, "ts", whole, whole))

    assert report.duration_s == pytest.approx(6.0, abs=0.3)


def test_a_film_in_fragments_is_one_film(tmp_path: Path, reader: MediaReader) -> None:
    path = clips.write_clip(
        tmp_path / "clip.mp4",
        clips.moving(2.0),
        options={"g": "10"},
        container={"movflags": "frag_keyframe+empty_moov"},
    )

    assert reasons(reader, path) == []


def test_a_second_animation_behind_a_gif_is_a_gap(tmp_path: Path, reader: MediaReader) -> None:
    pictures = [clips.drawing(index * 4) for index in range(4)]
    path = clips.write_clip(tmp_path / "a.gif", pictures, codec="gif", pixel_format="rgb8", fps=5)
    whole = path.read_bytes()

    assert reasons(reader, path) == []
    [reason] = reasons(reader, written(tmp_path, "gif", whole, whole))
    assert "another picture" in reason


@pytest.mark.parametrize(
    ("tail", "named"),
    [
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"\0\0\0\x10free" + bytes(8), False, id="free-space"),
        pytest.param(b"\0\0\0\x10mpvd" + bytes(8), True, id="a-film-of-a-motion-photo"),
        pytest.param(b"\0\0\0\x10ftypisom" + bytes(4), True, id="a-film"),
    ],
)
def test_a_film_in_the_boxes_behind_a_photo_is_named(tail: bytes, named: bool) -> None:
    heif = b"\0\0\0\x10ftypavif" + bytes(4) + b"\0\0\0\x10meta" + bytes(8)

    assert bool(unread(io.BytesIO(heif + tail), HEIF, None)) is named
