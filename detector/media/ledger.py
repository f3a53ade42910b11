"""Date the frames that come out of a decoder by the packets that went in.

Frames come out later than their packets went in, in another order, some of them never; errors are
reported late as well. The ledger keeps both sides apart by the packets' numbers, so that damage is
put where it happened in the picture's own time. No media library: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Iterable

from detector.evidence import Gap
from detector.media.timeline import Timeline

JUMP_S = 10.0
"""A transport stream whose clock jumps by more than this has been joined from two recordings (the
``dts_delta_threshold`` of the ffmpeg command)."""
_BACK_S = 1.0
_MOST_OPEN = 4096
_KEPT_OPEN = 1024
WENT_BACK = "the clock runs backwards, as if another recording were joined to the first"
FLAGGED = "the decoder marks the picture as damaged"


class Ledger:
    """Turns the stamps of packets and frames into seconds from the first frame.

    Args:
        timeline: Told of every frame and all damage, in presentation order.
        tick_s: Length of one unit of the stamps.
        interval_s: Length of a frame that states none.
        rejoins: Whether the clock of the container may jump.
    """

    def __init__(
        self, timeline: Timeline, *, tick_s: float, interval_s: float, rejoins: bool
    ) -> None:
        self._timeline = timeline
        self._tick_s = tick_s
        self._interval_s = interval_s
        self._rejoins = rejoins
        self._packets = 0
        self._open: dict[int, tuple[int, bool]] = {}
        self._earliest: int | None = None
        self._damaged_from: tuple[int, str] | None = None
        self._suspected: tuple[int, str] | None = None
        self._base_s: float | None = None
        self._last_s = 0.0
        self._packets_end_s = 0.0
        self._went_back = False

    @property
    def base_s(self) -> float:
        """The file's own time of the first frame, in seconds."""
        return self._base_s or 0.0

    @property
    def last_error(self) -> str:
        """The error that is not yet followed by a frame; empty where there is none."""
        return self._damaged_from[1] if self._damaged_from else ""

    def packet(self, pts: int | None, duration: int, *, corrupt: bool, shown: bool) -> int:
        """Enter a packet that goes into the decoder.

        Args:
            pts: Its presentation stamp.
            duration: Its length in stamps; 0 where unknown.
            corrupt: Whether the container marks it as damaged.
            shown: Whether its frame is to be shown; an edit list may cut it off.

        Returns:
            Its number.
        """
        number = self._packets
        self._packets += 1
        if pts is None:
            return number
        self._open[pts] = (number, corrupt)
        if shown and self._base_s is None:
            self._earliest = pts if self._earliest is None else min(self._earliest, pts)
        if shown and self._base_s is not None:
            end_s = (pts + duration) * self._tick_s - self._base_s
            self._packets_end_s = max(self._packets_end_s, end_s)
        if len(self._open) > _MOST_OPEN:
            oldest = number - _KEPT_OPEN
            self._open = {at: each for at, each in self._open.items() if each[0] > oldest}
        return number

    def error(self, number: int, reason: str) -> None:
        """Note that the decoder failed: what went in at `number` or later is damaged."""
        if self._damaged_from is None:
            self._damaged_from = (max(0, number), reason)

    def suspect(self, reason: str) -> None:
        """Note that the container is damaged before the next packet: a hole there is no pause."""
        if reason and self._suspected is None:
            self._suspected = (self._packets, reason)

    def frame(
        self, stamps: Iterable[int | None], duration: int, *, key: bool, damaged: str
    ) -> tuple[float, float, bool]:
        """Enter a frame that came out.

        Args:
            stamps: Its presentation stamp, and what may stand for it.
            duration: Its length in stamps; 0 where unknown.
            key: Whether it is a key frame.
            damaged: What is wrong with it; empty for a clean frame.

        Returns:
            Its start and end in seconds, and whether it may be looked at.
        """
        stamp = next((each for each in stamps if each is not None), None)
        number, corrupt = (
            self._open.get(stamp, (None, False)) if stamp is not None else (None, False)
        )
        start_s = self._date(stamp)
        if self._reached(self._damaged_from, number):
            self._timeline.damage(self.last_error)
            self._damaged_from = None
        if self._suspected is not None and self._reached(self._suspected, number):
            self._timeline.suspect(self._suspected[1])
            self._suspected = None
        end_s = start_s + (duration * self._tick_s if duration > 0 else self._interval_s)
        damaged = damaged or (FLAGGED if corrupt else "")
        return start_s, end_s, self._timeline.frame(start_s, end_s, key=key, damaged=damaged)

    def finish(self) -> None:
        """End the file; damage after the last frame lasts to its end."""
        if self._suspected is not None:
            self._timeline.suspect(self._suspected[1])
        if self._damaged_from is not None:
            self._timeline.damage(self.last_error)
        self._timeline.finish(self._packets_end_s)
        if self._went_back:
            end_s = self._timeline.duration_s
            self._timeline.gaps.append(Gap(end_s, end_s, WENT_BACK))

    @staticmethod
    def _reached(since: tuple[int, str] | None, number: int | None) -> bool:
        return since is not None and (number is None or number >= since[0])

    def _date(self, stamp: int | None) -> float:
        """Return seconds from the first frame; they never run backwards."""
        if stamp is None:
            self._last_s += 0.0 if self._base_s is None else self._interval_s
            self._base_s = self.base_s
            return self._last_s
        own_s = stamp * self._tick_s
        if self._base_s is None:
            # Frames that were lost before the first one that decodes count from the start.
            first = stamp
            if self._damaged_from is not None and self._earliest is not None:
                first = min(stamp, self._earliest)
            self._base_s = first * self._tick_s
        since_s = own_s - self._base_s
        jumped = abs(since_s - self._last_s) > JUMP_S or since_s < self._last_s - _BACK_S
        if self._rejoins and jumped:
            since_s = self._last_s + self._interval_s
            self._base_s = own_s - since_s
        # Elsewhere such frames have no place in time: a second recording is joined to the first.
        self._went_back = self._went_back or since_s < self._last_s - _BACK_S
        self._last_s = max(self._last_s, since_s)
        return self._last_s
