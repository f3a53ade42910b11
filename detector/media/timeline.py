"""Account for every second of a file: which were looked at, and which are gaps, with the reason.

FFmpeg goes on after a broken packet and hands out grey or green frames that look decoded. So a
stretch counts as looked at only between clean frames: from the first damaged frame, or the first
error of decoder or container, up to the next clean key frame is a gap, and so are announced seconds
that never came. Pure arithmetic on seconds; no media library.
"""

from __future__ import annotations

from detector.evidence import Gap

TOLERANCE_S = 0.3
"""Seconds by which a file may end before its announced end without a gap: headers round, and the
length of the last frame is often unknown."""
SKIPPED_S = 0.5
"""Seconds at the end of which frames may have been left undecoded on purpose."""
HOLE_S = 0.25
"""Seconds without a frame that count as missing once the container is known to be damaged; without
damage any pause is a variable frame rate."""


class Timeline:
    """Collects frames and errors in presentation order; says what was looked at.

    Times are seconds from the first frame.

    Args:
        announced_s: Duration the header announces, or None where it announces none.
    """

    def __init__(self, announced_s: float | None) -> None:
        self.announced_s = announced_s
        self.gaps: list[Gap] = []
        self.end_s = 0.0
        """End of the last frame, clean or not; of a file without frames 0.0."""
        self.clean_frames = 0
        self._clean_end_s = 0.0
        self._open: tuple[float, str] | None = None
        self._suspected = ""

    def suspect(self, reason: str) -> None:
        """Note that the container is damaged somewhere before the next frame."""
        self._suspected = self._suspected or reason

    def damage(self, reason: str) -> None:
        """Note an error: the picture is damaged from the end of the last clean frame."""
        if self._open is None:
            self._open = (self._clean_end_s, reason)

    def frame(self, start_s: float, end_s: float, *, key: bool, damaged: str = "") -> bool:
        """Take the next frame in presentation order.

        Args:
            start_s: Its presentation time.
            end_s: Time at which its stated duration ends.
            key: Whether it is a key frame.
            damaged: What is wrong with it; empty for a clean frame.

        Returns:
            Whether it may be looked at: it is clean and every frame since the last error's end is.
        """
        if self._suspected and start_s - self._clean_end_s > HOLE_S:
            self.damage(self._suspected)
        self._suspected = ""
        if damaged and self._open is None:
            self._open = (min(start_s, max(self._clean_end_s, start_s - HOLE_S)), damaged)
        elif self._open is not None and key and not damaged:
            self._close(start_s)
        self.end_s = max(self.end_s, end_s)
        if self._open is not None:
            return False
        self._clean_end_s = max(self._clean_end_s, end_s)
        self.clean_frames += 1
        return True

    def finish(self, packets_end_s: float = 0.0, reason: str = "") -> None:
        """End the file; open damage lasts to the end, announced seconds that never came are a gap.

        Args:
            packets_end_s: End of the last packet; counts where its frame was left out on purpose.
            reason: Why the file ended early, where that is known.
        """
        if self._open is None and packets_end_s - self.end_s <= SKIPPED_S:
            self.end_s = max(self.end_s, packets_end_s)
            self._clean_end_s = max(self._clean_end_s, self.end_s)
        self.end_s = max(self.end_s, packets_end_s)
        self._clean_end_s = min(self._clean_end_s, self.end_s)
        missing = self.duration_s - self._clean_end_s > TOLERANCE_S
        if self._open is None and (missing or reason):
            announced = f"{self.announced_s or self.end_s:.2f} s are announced"
            self._open = (
                self._clean_end_s,
                reason or f"{announced}, the picture ends at {self._clean_end_s:.2f} s",
            )
        lost = self._suspected if self._open is None else self._open[1]
        before = len(self.gaps)
        self._close(self.duration_s)
        if lost and len(self.gaps) == before:
            # Damage after the last frame: how much is lost is not known, that something is, is.
            self.gaps.append(Gap(self.duration_s, self.duration_s, lost))

    def leave_out(self, reason: str) -> None:
        """Count nothing as looked at, because something was shown beside it all along."""
        self.gaps = [Gap(0.0, self.duration_s, reason)]

    @property
    def duration_s(self) -> float:
        """Seconds announced or decoded, whichever is longer."""
        return max(self.announced_s or 0.0, self.end_s)

    @property
    def looked_s(self) -> float:
        """Seconds that were looked at; valid after `finish`."""
        return max(0.0, self.duration_s - sum(gap.end_s - gap.start_s for gap in self.gaps))

    def _close(self, end_s: float) -> None:
        if self._open is None:
            return
        start_s, reason = self._open
        self._open = None
        if end_s > start_s:
            self.gaps.append(Gap(start_s, end_s, reason))
        self._clean_end_s = max(self._clean_end_s, end_s)
