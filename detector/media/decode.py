"""Decode one file: the only importer of PyAV (FFmpeg). Runs inside the worker process.

The file is read through an object of ours, with the one demuxer its first bytes call for, and FFmpeg's
own way of opening anything further is closed. So a playlist, an external reference inside a MOV file,
or an address can never be followed. Size is checked before a frame is allocated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

import av
import av.audio.codeccontext
import av.audio.resampler
import av.audio.stream
import av.container
import av.error
import av.logging
import av.packet
import av.subtitles.codeccontext  # PyAV imports these late, when no file can be opened any more
import av.subtitles.stream
import av.video.codeccontext
import av.video.frame
import av.video.stream
from av.codec.context import ThreadType
from av.stream import Disposition

from detector.media.kinds import Container
from detector.media.ledger import FLAGGED, Ledger
from detector.media.refusal import MIN_SIDE, Unreadable, check_size, nothing_decoded, plain
from detector.media.timeline import TOLERANCE_S, Timeline
from detector.media.wholeness import clock_s

SKIP_FROM_RATE_RATIO = 4
"""Source frames per sampled moment from which frames that no other frame needs stay undecoded."""
_BUFFER_BYTES = 1 << 18
_DEMUX_RETRIES = 20
_DEFAULT_INTERVAL_S = 0.04
FFmpegError = av.error.FFmpegError
"""Any error that PyAV raises for FFmpeg."""
Resampler = av.audio.resampler.AudioResampler

_OVERSIZE = re.compile(r"Picture size (\d+)x(\d+) (?:is invalid|exceeds)")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A clean frame with its place in time, in seconds from the first frame."""

    frame: av.video.frame.VideoFrame
    time_s: float
    end_s: float


class FFmpegLog:
    """FFmpeg's error lines, of all its threads, while the context is open.

    They say what no return value does: that a demuxer lost its way, that a size was refused.
    """

    def __init__(self) -> None:
        av.logging.set_level(av.logging.ERROR)
        av.logging.set_skip_repeated(False)
        self._capture = av.logging.Capture(local=False)
        self._lines: list[tuple[int, str, str]] = []
        self.oversize = ""
        """The size of a picture that was refused as too large, e.g. ``30000x30000``."""

    def __enter__(self) -> Self:
        self._lines = self._capture.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._capture.__exit__(None, None, None)

    def drain(self, demuxer: str) -> str:
        """Read what came since the last call; return the first complaint of a demuxer, or nothing.

        Args:
            demuxer: Name of the demuxer; empty for whoever complains.
        """
        complaint = ""
        for _, name, text in self._lines:
            if found := _OVERSIZE.search(text):
                self.oversize = f"{found[1]}x{found[2]}"
            if not demuxer or demuxer in name.split(","):
                complaint = complaint or plain(text)
        self._lines.clear()
        return complaint


def _refuse_io(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError("a media file may not open another file or address")


def open_input(
    file: BinaryIO, container: Container, max_pixels: int
) -> av.container.InputContainer:
    """Open a file with the one demuxer its first bytes call for.

    Raises:
        Unreadable: If the demuxer finds no header it understands.
    """
    try:
        return av.open(
            file,
            "r",
            format=container.demuxer,
            options={"max_pixels": str(max_pixels)},
            metadata_errors="replace",
            buffer_size=_BUFFER_BYTES,
            io_open=_refuse_io,
        )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise Unreadable(why(error)) from error


def shown_streams(opened: av.container.InputContainer) -> list[av.video.stream.VideoStream]:
    """Return the picture streams of a file, the one that a player shows first.

    Raises:
        Unreadable: If there is none, only the cover picture of a sound file, or a photo in tiles.
    """
    streams = list(opened.streams.video)
    if any(each.disposition & Disposition.dependent for each in streams):
        raise Unreadable("it is a photo in tiles (HEIC), which is not put together", refused=True)
    aside = Disposition.attached_pic | Disposition.timed_thumbnails
    shown = [each for each in streams if not each.disposition & aside]
    if not shown:
        kinds = ", ".join(sorted({each.type for each in opened.streams})) or "nothing"
        cover = " (a cover picture)" if streams else ""
        raise Unreadable(f"it holds no picture stream, only {kinds}{cover}")
    best = opened.streams.best("video")
    return sorted(shown, key=lambda each: each is not best)


class Decoder:
    """Decodes the picture stream of an opened file and keeps its timeline.

    Args:
        opened: The file.
        container: What its first bytes say it is.
        log: What FFmpeg says meanwhile.
        header_s: Seconds that the header announces where FFmpeg makes its own guess; else 0.
        max_pixels: Pixels of one frame at most.
        threads: Decoder threads.
        sample_fps: Sampled moments per second; 0 where every frame is wanted.

    Raises:
        Unreadable: If it holds no picture, or one that is too large or too small.
    """

    def __init__(
        self,
        opened: av.container.InputContainer,
        container: Container,
        log: FFmpegLog,
        *,
        header_s: float,
        max_pixels: int,
        threads: int,
        sample_fps: float,
    ) -> None:
        self._input = opened
        self.container = container
        self._log = log
        self._threads = threads
        self.stream, *self._others = shown_streams(opened)
        context = self.stream.codec_context
        check_size(context.width, context.height, max_pixels)
        context.options = {"max_pixels": str(max_pixels)}
        context.thread_count = threads
        context.thread_type = ThreadType.AUTO
        rate = self.stream.average_rate
        if sample_fps and rate and rate >= SKIP_FROM_RATE_RATIO * sample_fps:
            context.skip_frame = "NONREF"
        self._tick_s = float(self.stream.time_base or 0)
        self._announced_s = self._announced(header_s)
        self.timeline = Timeline(self._announced_s)
        self._ledger = Ledger(
            self.timeline,
            tick_s=self._tick_s,
            interval_s=float(1 / rate) if rate else _DEFAULT_INTERVAL_S,
            rejoins=container.rejoins,
        )
        self.subtitles = len(opened.streams.subtitles)
        self.decoded = 0
        self._last_number = 0
        self._others_end_s = 0.0

    @property
    def beside(self) -> str:
        """What is said of further picture streams, which are not looked at; empty without any."""
        if not self._others or self.container.may_be_still:
            return ""
        return f"only one of {len(self._others) + 1} picture streams was looked at"

    def pictures(self) -> Iterator[Picture | None]:
        """Yield clean frames in presentation order, and None for each frame inside a gap.

        Raises:
            Unreadable: Before the first frame, if none can be decoded.
        """
        for packet in self._demux():
            if packet.stream_index != self.stream.index:
                self._others_end_s = max(self._others_end_s, _end_s(packet))
                continue
            number = self._enter(packet)
            try:
                frames = packet.decode()
            except av.error.FFmpegError as error:
                # With threads the error is that of a packet sent a little earlier.
                self._ledger.error(number - self._threads, why(error))
                continue
            for frame in frames:
                yield self._place(frame)
        self._finish()

    def rest(self) -> None:
        """Bring the decoder's threads to rest before the file is closed: they may be at the log."""
        self.stream.codec_context.flush_buffers()

    def complaint(self) -> str:
        """Return the first error that demuxer or decoder logged since this was asked last."""
        return self._log.drain("")

    def _demux(self) -> Iterator[av.packet.Packet[Any]]:
        """Yield packets; after an error in the container, read on where it can be read on."""
        wanted = () if self._announced_s is not None else self._input.streams.video
        errors = 0
        while True:
            try:
                for packet in self._input.demux(*(wanted or ())):
                    errors = 0
                    self._ledger.suspect(self._log.drain(self.container.demuxer))
                    yield packet
            except av.error.FFmpegError as error:
                errors += 1
                self._ledger.suspect(why(error))
                if errors <= _DEMUX_RETRIES:
                    continue
            return

    def _enter(self, packet: av.packet.Packet[Any]) -> int:
        """Enter a packet in the ledger; the empty one at the end, which flushes, counts as the last."""
        if packet.size == 0:
            return self._last_number
        self._last_number = self._ledger.packet(
            packet.pts,
            packet.duration or 0,
            corrupt=packet.is_corrupt,
            shown=not packet.is_discard,
        )
        return self._last_number

    def _place(self, frame: av.video.frame.VideoFrame) -> Picture | None:
        """Give a frame its place in time; None if it stands in a gap."""
        self.decoded += 1
        damaged = FLAGGED if frame.is_corrupt else ""
        if min(frame.width, frame.height) < MIN_SIDE:
            damaged = f"the picture is {frame.width}x{frame.height} pixels: nothing can be seen"
        start_s, end_s, clean = self._ledger.frame(
            (frame.pts, frame.dts), frame.duration, key=frame.key_frame, damaged=damaged
        )
        return Picture(frame, start_s, end_s) if clean else None

    def _finish(self) -> None:
        timeline = self.timeline
        self._ledger.suspect(self._log.drain(self.container.demuxer))
        if self.decoded == 0:
            raise nothing_decoded(self._announced_s, self._log.oversize, self._ledger.last_error)
        if timeline.announced_s is None and self.container.announces and self._input.duration:
            # The file's length is that of its longest stream: only what no stream reached is missing.
            whole_s = self._input.duration / av.time_base
            if whole_s > self._others_end_s + TOLERANCE_S:
                timeline.announced_s = whole_s - self._ledger.base_s
        self._ledger.finish()
        if self.beside:
            timeline.leave_out(self.beside)

    def _announced(self, header_s: float) -> float | None:
        """Return the seconds that the header announces for the picture stream alone."""
        if not self.container.announces:
            return None
        if self.stream.duration is not None:
            return max(header_s, self.stream.duration * self._tick_s)
        return clock_s(self.stream.metadata.get("DURATION", ""))


def _end_s(packet: av.packet.Packet[Any]) -> float:
    """Return the file's own time at which a packet ends; 0.0 where it has no stamp."""
    if packet.pts is None:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * (packet.time_base or 0))


def why(error: Exception) -> str:
    """Return FFmpeg's own words for an error, on one line, without its numbers and file names."""
    log = getattr(error, "log", None)
    return plain(log[2] if log else str(getattr(error, "strerror", "") or error))
