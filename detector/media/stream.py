"""The frames of one file as its reader sees them, and the account of the file at the end.

This side keeps the clock: a worker that dies, hangs or talks nonsense is killed and costs the file it
was reading, or the rest of it, which is then a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from detector import settings
from detector.errors import MediaRefused, MediaUnreadable, PostError
from detector.evidence import Frame, Gap, MediaEvidence, Repeat, Sighting
from detector.media import wire
from detector.media.process import WorkerLost, WorkerProcess


@dataclass(frozen=True, slots=True)
class MediaReport:
    """The account of one file: what it is, and which of its seconds were looked at."""

    kind: Literal["video", "photo"]
    size_wh: tuple[int, int]
    """True width and height of the upright picture in pixels, before any reduction."""
    duration_s: float
    """Seconds announced or decoded, whichever is longer; 0.0 for a photo."""
    looked_s: float
    """Seconds looked at; 0.0 for a photo."""
    frames_decoded: int
    """Frames decoded; of a fast video, frames that no other frame needs are left out."""
    frames_inspected: int
    """Frames handed on as `Frame`."""
    gaps: tuple[Gap, ...]
    subtitles: int = 0
    """Tracks of subtitles beside the picture, which are not read."""

    def evidence(self, name: str, sha256: str, sightings: tuple[Sighting, ...]) -> MediaEvidence:
        """Return the account of the file with what was seen in it."""
        return MediaEvidence(
            name=name,
            sha256=sha256,
            kind=self.kind,
            size_wh=self.size_wh,
            duration_s=self.duration_s,
            looked_s=self.looked_s,
            frames_decoded=self.frames_decoded,
            frames_inspected=self.frames_inspected,
            sightings=sightings,
            gaps=self.gaps,
        )


class Starved(Exception):
    """The worker had no memory left before the first frame."""

    def __init__(self, final: PostError) -> None:
        super().__init__(str(final))
        self.final = final


class MediaStream:
    """The frames of one file, in order of time; a context manager and an iterator.

    Pixels may be reduced to the settings' longest side; boxes found in them are turned into
    fractions later. When it is exhausted, `report` accounts for the file.
    """

    def __init__(self, path: Path, worker: WorkerProcess, limits: settings.Limits) -> None:
        self._path = path
        self._worker = worker
        self._limits = limits
        self._waited_s = 0.0
        self._progress_s = 0.0
        self._earned_s = 0.0
        self._announced_s = 0.0
        self._size_wh = (0, 0)
        self._gaps: list[Gap] = []
        self._inspected = 0
        self._subtitles = 0
        self._first: Frame | Repeat | None = None
        self._report: MediaReport | None = None
        self._idle = False
        self._events = self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame | Repeat]:
        return self

    def __next__(self) -> Frame | Repeat:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._events)

    @property
    def report(self) -> MediaReport:
        """The account of the file; there once the stream is exhausted.

        Raises:
            RuntimeError: If it is asked for earlier.
        """
        if self._report is None:
            raise RuntimeError(
                f"{self._path} is not read to its end; iterate over the stream first"
            )
        return self._report

    def begin(self) -> None:
        """Wait for the first frame.

        Raises:
            MediaRefused: See `MediaReader.open`.
            MediaUnreadable: See `MediaReader.open`.
        """
        self._first = next(self._events)

    def close(self) -> None:
        """Give the file up; a worker that is still at it is killed, the next file gets another."""
        if not self._idle:
            self._worker.kill()
            self._idle = True

    def _run(self) -> Iterator[Frame | Repeat]:
        """Turn what the worker says into frames; end with a report, whatever becomes of the worker."""
        try:
            while (message := self._next_message())["kind"] not in ("done", "failed"):
                event = self._take(message)
                if event is not None:
                    yield event
            self._idle = True
            if message["kind"] == "done":
                self._end(message)
            else:
                self._end_early(wire.words(message, "found"), message)
        except WorkerLost as lost:
            self._worker.kill()
            self._end_early(lost.found, {})
        except (ValueError, KeyError) as error:
            self._worker.kill()
            self._end_early(f"the decoding process sent nonsense ({error})", {})

    def _next_message(self) -> dict[str, Any]:
        """Wait for the worker; only the time spent waiting counts against the file.

        The time granted grows with what was decoded, not with what a header announces.
        """
        limits = self._limits
        granted_s = limits.decode_seconds + limits.decode_seconds_per_second * self._earned_s
        message, waited_s = self._worker.hear(granted_s - self._waited_s)
        self._waited_s += waited_s
        return message

    def _take(self, message: dict[str, Any]) -> Frame | Repeat | None:
        kind = message["kind"]
        if kind == "opened":
            most = self._limits.max_pixels
            self._size_wh = (
                wire.count(message, "width", most),
                wire.count(message, "height", most),
            )
            self._announced_s = wire.seconds(message, "announced_s")
        elif kind == "gap":
            start_s, end_s = wire.seconds(message, "start_s"), wire.seconds(message, "end_s")
            self._gaps.append(Gap(start_s, end_s, wire.words(message, "reason")))
        elif kind == "progress":
            self._progress_s = max(self._progress_s, wire.seconds(message, "end_s"))
            # A frame earns a second at most: a time stamp may claim any.
            self._earned_s = min(self._progress_s, wire.count(message, "decoded", 1 << 53))
        elif kind == "repeat":
            return Repeat(self._advance(message))
        elif kind == "frame":
            return self._frame(message)
        return None

    def _frame(self, message: dict[str, Any]) -> Frame:
        pixels = self._worker.take_slot(message)
        pixels.flags.writeable = False
        self._inspected += 1
        return Frame(self._advance(message), pixels, scene_start=bool(message.get("scene_start")))

    def _advance(self, message: dict[str, Any]) -> float:
        time_s = wire.seconds(message, "time_s")
        self._progress_s = max(self._progress_s, time_s)
        return time_s

    def _end(self, message: dict[str, Any]) -> None:
        duration_s = wire.seconds(message, "duration_s")
        decoded = wire.count(message, "decoded", 1 << 53)
        self._subtitles = wire.count(message, "subtitles", 1 << 16)
        self._finish("photo" if message["photo"] else "video", duration_s, decoded)

    def _end_early(self, found: str, message: dict[str, Any]) -> None:
        """Keep what was seen; the rest, up to the announced end, is a gap."""
        if self._inspected == 0:
            make = refused if message.get("refused") else unreadable
            final = make(self._path, found)
            raise Starved(final) if message.get("starved") else final
        start_s = max([self._progress_s, *(gap.end_s for gap in self._gaps)])
        duration_s = max(self._announced_s, start_s)
        self._gaps.append(Gap(start_s, max(duration_s, start_s), found))
        self._finish("video", duration_s, self._inspected)

    def _finish(self, kind: Literal["video", "photo"], duration_s: float, decoded: int) -> None:
        self._idle = True
        missed_s = sum(gap.end_s - gap.start_s for gap in self._gaps)
        self._report = MediaReport(
            kind=kind,
            size_wh=self._size_wh,
            duration_s=duration_s,
            looked_s=max(0.0, duration_s - missed_s),
            frames_decoded=decoded,
            frames_inspected=self._inspected,
            gaps=tuple(self._gaps),
            subtitles=self._subtitles,
        )


def refused(path: Path, found: str) -> MediaRefused:
    """Return the error for a file that is not opened."""
    return MediaRefused(
        f"{path.name} is refused: {found}; expected a video or photo within the limits of "
        f"`wardi settings`; convert it to MP4 or JPEG and submit it again"
    )


def unreadable(path: Path, found: str) -> MediaUnreadable:
    """Return the error for a file of which nothing could be seen."""
    return MediaUnreadable(
        f"nothing of {path.name} could be looked at: {found}; expected a video or photo with at least "
        f"one whole frame; ask for the original file, then scan this post again"
    )
