"""The strip that shows a video's length: what was seen when, and what could not be looked at.

Places are percentages of the strip's width, so that the drawing fits a phone and a printed page
alike while its writing keeps its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detector.evidence import Gap, MediaEvidence, Passage, Sighting
from detector.report.overview import number
from detector.report.times import clock, percent, seen_at, span

LEAST_WIDTH = 0.4
"""Percent of the strip that a bar takes at least: a second in an hour must still be seen."""
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lane."""

    x: float
    """Left end in percent of the strip."""
    width: float
    peak: float | None
    """Place of the clearest moment in percent; None where there is none."""
    strength: float
    """How surely, in [0, 1]."""
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything of one label or one channel."""

    name: str
    kind: str
    """The label, or ``words``."""
    bars: tuple[Bar, ...]
    summary: str
    """The lane in words, for those who do not see it."""
    gaps: tuple[Bar, ...] = ()
    """What could not be read or heard of this channel alone."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the ruler."""

    x: float
    text: str
    anchor: str
    """Which end of the text stands at the mark: ``start``, ``middle`` or ``end``."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The strip of one video."""

    lanes: tuple[Lane, ...]
    gaps: tuple[Bar, ...]
    """What could not be looked at; they go through all lanes."""
    ticks: tuple[Tick, ...]


def timeline(media: MediaEvidence, words: Sequence[Passage] = ()) -> Timeline | None:
    """Lay a video out in time; None for a photo, or a video of no length.

    Args:
        media: The file.
        words: Passages that were read or heard in it, with times.
    """
    length_s = media.duration_s
    if media.kind == "photo" or length_s <= 0.0:
        return None
    labels = dict.fromkeys(sorted(each.label for each in media.sightings))
    lanes = [_label_lane(label, media, length_s) for label in labels]
    for origin in ("on-screen text", "speech"):
        timed = [each for each in words if each.origin == origin and each.start_s is not None]
        missed = [each for each in media.gaps if each.channel.startswith(origin)]
        if timed or missed:
            lanes.append(_words_lane(origin, timed, missed, length_s))
    if media.unseen and not lanes:
        lanes.append(Lane("frames", "frames", (), "nothing was seen"))
    gaps = tuple(_gap(each, length_s) for each in media.unseen)
    return Timeline(tuple(lanes), gaps, _ticks(length_s))


def _label_lane(label: str, media: MediaEvidence, length_s: float) -> Lane:
    found = [each for each in media.sightings if each.label == label]
    clearest = max(found, key=lambda each: each.probability)
    summary = f"{label}: {number(len(found), 'sighting')}; the surest: {seen_at(clearest, 'video')}"
    return Lane(label, label, tuple(_bar(each, length_s) for each in found), summary)


def _words_lane(
    origin: str, timed: Sequence[Passage], missed: Sequence[Gap], length_s: float
) -> Lane:
    bars = []
    for each in timed:
        start_s = each.start_s or 0.0
        end_s = each.end_s if each.end_s is not None else start_s
        x, width = _place(start_s, end_s, length_s)
        strength = 1.0 if any(score.flagged for score in each.topics) else 0.4
        bars.append(Bar(x, width, None, strength, f"{origin} {span(start_s, end_s)}"))
    summary = f"{origin}: {number(len(bars), 'passage')}"
    if missed:
        summary += f", {number(len(missed), 'gap')}"
    gaps = tuple(_gap(each, length_s) for each in missed)
    return Lane(origin, "words", tuple(bars), summary, gaps)


def _bar(sighting: Sighting, length_s: float) -> Bar:
    x, width = _place(sighting.start_s, sighting.end_s, length_s)
    peak = min(100.0, max(0.0, sighting.peak_s / length_s * 100))
    return Bar(x, width, peak, sighting.probability, seen_at(sighting, "video"))


def _gap(gap: Gap, length_s: float) -> Bar:
    x, width = _place(gap.start_s, gap.end_s, length_s)
    title = f"{gap.missed} {span(gap.start_s, gap.end_s)}: {gap.reason}"
    return Bar(x, width, None, 1.0, title)


def _place(start_s: float, end_s: float, length_s: float) -> tuple[float, float]:
    start = min(100.0, max(0.0, start_s / length_s * 100))
    end = min(100.0, max(start, end_s / length_s * 100))
    width = max(end - start, LEAST_WIDTH)
    return round(min(start, 100.0 - width), 3), round(width, 3)


def _ticks(length_s: float) -> tuple[Tick, ...]:
    step = next((each for each in STEPS_S if length_s / each <= MOST_TICKS), STEPS_S[-1])
    inner = [at for at in range(step, int(length_s) + 1, step) if at < length_s - step * 0.6]
    ticks = [Tick(0.0, "0:00", "start")]
    ticks += [Tick(round(at / length_s * 100, 3), _whole(at), "middle") for at in inner]
    return (*ticks, Tick(100.0, clock(length_s), "end"))


def _whole(seconds: int) -> str:
    return clock(seconds).removesuffix(".0")


def share_looked(media: MediaEvidence) -> str:
    """Say how much of a file was looked at."""
    if media.kind == "photo":
        return "the whole picture" if not media.unseen else "not the whole picture"
    if media.duration_s <= 0.0:
        return "nothing"
    looked = percent(min(1.0, media.looked_s / media.duration_s))
    return f"{looked} of {clock(media.duration_s)}"
