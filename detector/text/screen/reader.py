"""The words that a file shows: frames in, passages out, each line read once.

It is fed with the frames that the vision model is given, and asks the network that finds text only
where something new has come to a stand (`edges`), at a cut, and every few seconds for what moves; at
a small size first, and in earnest where that shows a line that is not followed yet. So a caption over
half a minute is found once, followed by its edges, and read once, at its sharpest. A line is read that
was seen at two moments at least `APART_S` apart: in two frames, or in one that stood for so long (a
slide, an end card: one frame, then repeats).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from detector.evidence import ChannelName, Frame, Gap, Repeat
from detector.text.screen.base import (
    LineFinder,
    LineReader,
    LineUnread,
    Reading,
    ScreenWords,
    Script,
)
from detector.text.screen.choosing import read_line
from detector.text.screen.edges import SAME, Edges, Sketch, Watch, likeness, sketch
from detector.text.screen.lines import (
    Track,
    box_of,
    is_line,
    overlap,
    share_in,
    start,
    steady,
)
from detector.text.screen.passages import gather

LONGEST_VIDEO, LONGEST_PHOTO = 640, 960
"""Longest side in pixels at which text is looked for: a photo is looked at once and may be dense."""
LOOK_AGAIN_S = 8.0
"""Text is looked for at least so often, for words that never stand still, in seconds of video."""
APART_S = 0.3
"""Frames nearer to the last one than this are passed over, in seconds: captions stand for longer."""
MOST_LINES = 600
"""Lines read of one file; what shows more is said to be read in part."""
COVERED = 0.7
"""Share of what a glance shows that must lie in a line that is followed, to be that line."""
_REMEMBERED = 40
"""Finished lines that are recognised when they come back, without being read again."""


class ScreenFile:
    """Reads one file: give it every sample in order, then ask for the words.

    Args:
        finder: Finds lines.
        readers: Read lines, the cheap one first.
    """

    def __init__(self, finder: LineFinder, readers: Sequence[LineReader]) -> None:
        self._finder = finder
        self._readers = readers
        self._watch = Watch()
        self._open: list[Track] = []
        self._done: list[Track] = []
        self._read = 0
        self._before: tuple[float, Sketch] | None = None
        self._first: Frame | None = None
        self._shown: tuple[Frame, Sketch | None] | None = None
        """The last frame, its edges where it was not passed over; None once it stood."""
        self._frames = 0
        self._looked_s = 0.0
        self._full_s: float | None = None

    def add(self, sample: Frame | Repeat) -> None:
        """Take the next sample."""
        if isinstance(sample, Repeat):
            self._prolong(sample.time_s)
        elif self._too_soon(sample):
            self._shown = sample, None
        else:
            self._first = sample if self._before is None else None
            self._shown = sample, self._take(sample)

    def _take(self, frame: Frame) -> Sketch:
        self._frames += 1
        now = sketch(frame.pixels)
        self._follow(frame, now)
        changed = self._watch.changed(now)
        due = frame.time_s - self._looked_s >= LOOK_AGAIN_S
        if changed or due or frame.scene_start or self._before is None:
            self._look(frame, now, LONGEST_VIDEO)
        self._before = frame.time_s, now
        return now

    def _prolong(self, time_s: float) -> None:
        """Take a moment at which the last frame is shown still."""
        if self._shown is not None and time_s - self._shown[0].time_s >= APART_S:
            frame, now = self._shown
            self._shown = None
            self._stand(frame, now or self._take(frame), time_s)
        for track in self._open:
            if not track.missed:
                track.end_s = time_s

    def _stand(self, frame: Frame, now: Sketch, time_s: float) -> None:
        """Look at a picture that has come to a stand; go on as with a second frame that is the same."""
        if self._watch.changed(now):
            self._look(frame, now, LONGEST_VIDEO)
        self._follow(replace(frame, time_s=time_s), now)

    def _too_soon(self, frame: Frame) -> bool:
        """Say whether too little time has passed to tell what stands from what moves."""
        soon = self._before is not None and frame.time_s - self._before[0] < APART_S
        return soon and not frame.scene_start

    def finish(self, *, photo: bool) -> ScreenWords:
        """Read what is still to be read; return everything.

        Args:
            photo: Whether the file is a photo, which is looked at once more and closer.
        """
        if photo and self._first is not None:
            self._look(self._first, sketch(self._first.pixels), LONGEST_PHOTO)
        for track in self._open:
            self._close(track)
        self._open = []
        words = gather(self._done)
        return ScreenWords(
            tuple(each.passage for each in words),
            tuple(each.strip for each in words),
            tuple(self._gaps()),
        )

    def _gaps(self) -> Iterator[Gap]:
        if self._full_s is not None:
            end_s = max(self._full_s, self._before[0] if self._before else 0.0)
            found = (
                f"more than {MOST_LINES} lines of on-screen text; the further ones were not read"
            )
            yield Gap(self._full_s, end_s, found, "on-screen text")
        yield from _unread(self._done)

    def _follow(self, frame: Frame, now: Sketch) -> None:
        still = []
        for track in self._open:
            if track.follow(frame, now):
                still.append(track)
                if track.ready and track.reading is None:
                    self._say(track)
            else:
                self._close(track)
        self._open = still

    def _look(self, frame: Frame, now: Sketch, longest: int) -> None:
        """Ask the network; begin to follow every line that is not followed yet."""
        self._watch.looked(now)
        self._looked_s = frame.time_s
        if longest == LONGEST_VIDEO and not self._promises(frame):
            return
        for line in self._finder.find(frame.pixels, longest):
            box = box_of(line, frame.pixels)
            if not is_line(line, frame.pixels):
                continue
            if any(overlap(each.box, box) >= 0.5 and not each.missed for each in self._open):
                continue
            track = start(frame, line, now, frame.time_s)
            if self._before is not None:
                before_s, before = self._before
                if likeness(track.edges, before.part(box)) >= SAME:
                    track.start_s = before_s  # it was there before it was looked for
            known = self._known(track, now)
            if known is not None and known.reading is not None:
                track.read_as(known.reading)
                track.strip, track.unread = known.strip, known.unread
            self._open.append(track)

    def _promises(self, frame: Frame) -> bool:
        """Say whether a glance shows a line that is not followed yet; then it is worth a search."""
        followed = [each.box for each in self._open if not each.missed]
        return any(
            is_line(line, frame.pixels)
            and all(share_in(box_of(line, frame.pixels), each) < COVERED for each in followed)
            for line in self._finder.glance(frame.pixels)
        )

    def _known(self, track: Track, now: Sketch) -> Track | None:
        """Return a finished line of which this is a second showing, at the same place."""
        for each in reversed(self._done[-_REMEMBERED:]):
            here = overlap(each.box, track.box) >= 0.5
            if here and likeness(each.edges, now.part(each.box)) >= SAME:
                return each
        return None

    def _close(self, track: Track) -> None:
        if track.reading is None:
            if len(track.crops) < 2 and self._frames > 1:
                return  # what stands in one frame of a video and no longer is no caption
            self._say(track)
        self._done.append(track)
        if len(self._done) > _REMEMBERED:
            old = self._done[-_REMEMBERED - 1]
            old.edges = NO_EDGES
            if old.reading is NO_WORDS:
                del self._done[-_REMEMBERED - 1]

    def _say(self, track: Track) -> None:
        """Read a line, once."""
        if self._read >= MOST_LINES:
            self._full_s = track.start_s if self._full_s is None else self._full_s
            track.read_as(NO_WORDS)
            return
        self._read += 1
        crops = track.crops
        try:
            reading = read_line(crops[0], steady(crops), self._readers) or NO_WORDS
        except LineUnread as error:
            reading, track.unread = Reading("", 0.0, error.script), str(error)
        track.read_as(reading)


def _unread(tracks: Sequence[Track]) -> Iterator[Gap]:
    """Yield the stretch over which lines of a script could not be read, and why."""
    for script, channel in _CHANNELS.items():
        lines = [
            each
            for each in tracks
            if each.unread and each.reading is not None and each.reading.script == script
        ]
        if not lines:
            continue
        count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
        why = "; ".join(sorted({each.unread for each in lines}))
        start_s, end_s = min(each.start_s for each in lines), max(each.end_s for each in lines)
        found = f"{count} that may be {channel} could not be read: {why}"
        yield Gap(start_s, end_s, found, channel)


_CHANNELS: dict[Script, ChannelName] = {
    "Latn": "on-screen text",
    "Arab": "on-screen text in Urdu script",
}
_LATIN: Script = "Latn"
NO_EDGES: Edges = np.empty((0, 0, 2), np.float32)
NO_WORDS = Reading("", 0.0, _LATIN)
"""What a line says that is none: a fence, a grille, a keyboard."""
