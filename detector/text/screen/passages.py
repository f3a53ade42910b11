"""Lines that stand together and come and go together are one passage; a logo is one, however often.

What is read off a screen has no order of its own: lines go from top to bottom, pieces of one line in
the direction of their script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from detector.evidence import Fractions, Passage, Picture
from detector.text.screen.lines import Track, overlap, stacked

TOGETHER_S = 0.8
"""Lines that begin and end within so many seconds of each other may belong together."""
BETWEEN = 1.0
"""Largest space between two lines of a passage, as a share of the lower one's height."""
HEIGHTS = 1.8
"""Largest ratio of the heights of two lines of a passage."""
ALIKE = 0.8
"""Share of equal characters from which two readings at one place are one."""
APART_S = 3.0
"""A passage that is gone for longer and comes back is another one ..."""
EDGE = 0.12
"""... unless it stands this near to the frame's edge: a logo, a watermark, a name."""


@dataclass(frozen=True, slots=True)
class Words:
    """A passage with the picture of it."""

    passage: Passage
    strip: Picture


def gather(tracks: Iterable[Track]) -> list[Words]:
    """Put lines together to passages, in order of time; those without words are left out."""
    read = [each for each in tracks if each.reading is not None and each.reading.text]
    read.sort(key=lambda each: (each.start_s, each.box[1]))
    groups: list[list[Track]] = []
    for track in read:
        home = next((each for each in groups if any(_together(track, one) for one in each)), None)
        if home is None:
            groups.append([track])
        else:
            home.append(track)
    return _once([_words(each) for each in groups])


def _together(one: Track, other: Track) -> bool:
    if one.reading is None or other.reading is None or one.reading.script != other.reading.script:
        return False
    if abs(one.start_s - other.start_s) > TOGETHER_S or abs(one.end_s - other.end_s) > TOGETHER_S:
        return False
    upper, lower = sorted((one.box, other.box), key=lambda box: box[1])
    heights = sorted(box[3] - box[1] for box in (upper, lower))
    if heights[1] > HEIGHTS * heights[0]:
        return False
    space = lower[1] - upper[3]
    beside = min(upper[2], lower[2]) - max(upper[0], lower[0])
    if space > -0.5 * heights[0]:  # one below the other
        return space <= BETWEEN * heights[0] and beside > 0
    return -beside <= 2.0 * heights[1]  # pieces of one line


def _words(lines: Sequence[Track]) -> Words:
    ordered = _in_order(lines)
    boxes = [each.box for each in ordered]
    box: Fractions = (
        min(each[0] for each in boxes),
        min(each[1] for each in boxes),
        max(each[2] for each in boxes),
        max(each[3] for each in boxes),
    )
    readings = [each.reading for each in ordered if each.reading is not None]
    letters = sum(len(each.text) for each in readings)
    passage = Passage(
        text=" ".join(each.text for each in readings),
        origin="on-screen text",
        start_s=min(each.start_s for each in ordered),
        end_s=max(each.end_s for each in ordered),
        box=box,
        reading_confidence=sum(len(each.text) * each.confidence for each in readings) / letters,
    )
    strip = Picture(ordered[0].sharp_s, stacked([each.strip for each in ordered]), box=box)
    return Words(passage, strip)


def _in_order(lines: Sequence[Track]) -> list[Track]:
    """Sort lines from top to bottom, pieces side by side in the direction of their script."""
    rows: list[list[Track]] = []
    for line in sorted(lines, key=lambda each: each.box[1] + each.box[3]):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and rows[-1][0].box[1] < middle < rows[-1][0].box[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    arabic = any(each.reading is not None and each.reading.script == "Arab" for each in lines)
    return [
        line
        for row in rows
        for line in sorted(row, key=lambda each: -each.box[2] if arabic else each.box[0])
    ]


def _once(found: Sequence[Words]) -> list[Words]:
    """Join what was read twice at one place: a caption seen through a cut, a logo all along."""
    kept: list[Words] = []
    for words in found:
        at = next((at for at, each in enumerate(kept) if _same(each.passage, words.passage)), None)
        if at is None:
            kept.append(words)
            continue
        former, now = kept[at], words
        better = max(former, now, key=lambda each: each.passage.reading_confidence)
        passage = replace(
            better.passage,
            start_s=min(former.passage.start_s or 0.0, now.passage.start_s or 0.0),
            end_s=max(former.passage.end_s or 0.0, now.passage.end_s or 0.0),
        )
        kept[at] = Words(passage, better.strip)
    return kept


def _same(one: Passage, other: Passage) -> bool:
    if one.box is None or other.box is None or overlap(one.box, other.box) < 0.4:
        return False
    apart_s = (other.start_s or 0.0) - (one.end_s or 0.0)
    if apart_s > APART_S and not (_at_edge(one.box) and _at_edge(other.box)):
        return False
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() >= ALIKE


def _at_edge(box: Fractions) -> bool:
    """Say whether a box lies within the frame's rim, and is small as logos are."""
    x0, y0, x1, y1 = box
    rim = min(x1, y1, 1 - x0, 1 - y0) <= EDGE or y1 <= 2 * EDGE or y0 >= 1 - 2 * EDGE
    return rim and (x1 - x0) <= 0.4
