"""Tell pictures from everything else by the first bytes of a file, without opening it as media.

The intake asks here which files of a folder are posts, and the reader asks which demuxer may open a
file. Only containers that hold pictures themselves are known: a playlist (HLS, DASH, concat, image
sequence) is text and therefore unknown whatever its name, so no demuxer is ever chosen for it.
Import-light on purpose: no media library is needed to list a folder.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["video", "photo"]

HEAD_BYTES = 4096
"""Bytes of a file that are looked at: more than twenty MPEG transport packets."""

_VIDEO_NAMES = (
    "mp4 m4v mov qt 3gp 3g2 mj2 mkv webm avi divx mpg mpeg mpe m2v vob ts mts m2ts flv f4v wmv asf "
    "ogv gif apng"
)
_PHOTO_NAMES = "jpg jpeg jpe jfif png webp bmp dib tif tiff heic heif hif avif jxl"
VIDEO_SUFFIXES = frozenset(f".{each}" for each in _VIDEO_NAMES.split())
PHOTO_SUFFIXES = frozenset(f".{each}" for each in _PHOTO_NAMES.split())

_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"moof", b"styp", b"sidx"))
_PADDING_BOXES = frozenset((b"free", b"skip", b"wide", b"pnot", b"uuid", b"junk"))
_AUDIO_BRANDS = frozenset((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "))
_PHOTO_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"mif2"))
_TRANSPORT_PACKETS = (188, 192, 204)


@dataclass(frozen=True, slots=True)
class Container:
    """A container format that may be opened."""

    name: str
    """What people call it."""
    kind: Kind
    """What it usually holds; whether a GIF moves is known only once it is decoded."""
    demuxer: str
    """FFmpeg's name of the one demuxer that may open it."""
    announces: bool = False
    """Whether its header says how long it lasts; elsewhere FFmpeg's duration is a guess."""
    rejoins: bool = False
    """Whether recordings may be joined byte by byte, so that its clock may jump."""
    unsupported: str = ""
    """Why it is refused although it holds pictures, as a clause; empty where it is opened."""
    may_be_still: bool = False
    """Whether a file with a single frame is a photo rather than a very short video."""


MP4 = Container("MP4/QuickTime", "video", "mov", announces=True)
HEIF = Container("HEIF/AVIF", "photo", "mov")
MATROSKA = Container("Matroska/WebM", "video", "matroska", announces=True)
AVI = Container("AVI", "video", "avi", announces=True)
FLV = Container("Flash Video", "video", "flv", announces=True)
ASF = Container("ASF/WMV", "video", "asf", announces=True)
OGG = Container("Ogg", "video", "ogg")
TRANSPORT = Container("MPEG transport stream", "video", "mpegts", rejoins=True)
PROGRAM = Container("MPEG programme stream", "video", "mpeg", rejoins=True)
ELEMENTARY = Container("MPEG video", "video", "mpegvideo", rejoins=True)
GIF = Container("GIF", "video", "gif", may_be_still=True)
PNG = Container("PNG", "photo", "png_pipe")
APNG = Container("animated PNG", "video", "apng", may_be_still=True)
WEBP = Container("WebP", "photo", "webp_pipe")
MOVING_WEBP = Container(
    "animated WebP", "video", "", unsupported="it is an animated WebP, which FFmpeg cannot decode"
)
JPEG = Container("JPEG", "photo", "jpeg_pipe")
BMP = Container("BMP", "photo", "bmp_pipe")
TIFF = Container("TIFF", "photo", "tiff_pipe")
JPEG_XL = Container("JPEG XL", "photo", "jpegxl_pipe")

_MAGIC: tuple[tuple[bytes, Container], ...] = (
    (b"\x1a\x45\xdf\xa3", MATROSKA),
    (b"FLV\x01", FLV),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ASF),
    (b"\x00\x00\x01\xba", PROGRAM),
    (b"\x00\x00\x01\xb3", ELEMENTARY),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\xff\x0a", JPEG_XL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JPEG_XL),
)


def sniff(path: Path) -> Kind | None:
    """Tell by content whether a file is a video or a photo; cheap, nothing is decoded.

    A container that may hold pictures is a ``video`` even if it turns out to hold sound only: the
    reader then says so, and nothing is dropped in silence. Text, playlists, sound files, devices,
    pipes and empty files are None; use `candidate` to keep those that claim to be media.

    Raises:
        OSError: If the file cannot be read.
    """
    container = identify(path)
    return None if container is None else container.kind


def candidate(path: Path) -> Kind | None:
    """Tell whether a file of a folder has to be treated as a post's media: by content, else by name.

    A file named like media (``clip.mp4``) with unknown content, no content, or without permission
    to read it is a candidate too. Opening it fails with a message, so it ends as a failure and not
    among the files that "are no posts".
    """
    try:
        kind = sniff(path)
    except OSError:
        kind = None
    return kind or named(path)


def named(path: Path) -> Kind | None:
    """Tell what a file's name claims it to be; its content is not looked at."""
    suffix = path.suffix.lower()
    if suffix in VIDEO_SUFFIXES:
        return "video"
    return "photo" if suffix in PHOTO_SUFFIXES else None


def identify(path: Path) -> Container | None:
    """Return the container format of a file by its first bytes, or None if it is not a known one.

    Raises:
        OSError: If the file cannot be read.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return None
    with path.open("rb") as file:
        return identify_bytes(file.read(HEAD_BYTES), status.st_size)


def identify_bytes(head: bytes, size: int) -> Container | None:
    """Return the container format that the first bytes of a file of `size` bytes belong to."""
    for magic, container in _MAGIC:
        if head.startswith(magic):
            return container
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and head[20:21] and head[20] & 2:
        return MOVING_WEBP
    if head[:4] == b"RIFF":
        return {b"AVI ": AVI, b"AVIX": AVI, b"WEBP": WEBP}.get(head[8:12])
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        # The animation control chunk stands before the first picture data.
        return APNG if b"acTL" in head.partition(b"IDAT")[0] else PNG
    if head[:4] == b"OggS":
        return OGG if b"\x80theora" in head or b"OVP80" in head else None
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[15:18] == b"\0\0\0":
        return BMP
    return _boxes(head, size) or (TRANSPORT if _is_transport(head) else None)


def _boxes(head: bytes, size: int) -> Container | None:
    """Recognise the ISO base media family by its first box."""
    kind, length = head[4:8], int.from_bytes(head[:4], "big")
    # The length tells a box from prose: "The moovie" has "moov" at the right place too.
    plausible = length in (0, 1) or 8 <= length <= size
    if kind in _PADDING_BOXES:
        return MP4 if plausible else None
    if kind not in _BOXES or not (plausible or length >> 24 < 9):
        return None
    brands = {head[at : at + 4] for at in range(8, min(max(length, 12), 256), 4) if at != 12}
    if kind == b"ftyp" and head[8:12] in _PHOTO_BRANDS and not brands & {b"isom", b"mp42"}:
        return HEIF
    if kind == b"ftyp" and head[8:12] in _AUDIO_BRANDS and size <= HEAD_BYTES:
        return MP4 if b"vide" in head else None
    return MP4


def _is_transport(head: bytes) -> bool:
    for packet in _TRANSPORT_PACKETS:
        for start in range(packet):
            starts = head[start::packet]
            if len(starts) >= 3 and starts.count(0x47) == len(starts):
                return True
    return False
