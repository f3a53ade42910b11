"""What decisions say of pictures and texts: found in the store, put together, turned into labels.

A reviewer who rejects a finding has looked at one box, not at the whole picture. So the rest of the picture
is marked to be ignored for that label: the box is taught as "none of it here", and nothing else is.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from detector.errors import InputError
from detector.evidence import WHOLE_FRAME, Evidence, Fractions, Passage, Picture, Sighting
from detector.record import Record
from detector.verdict import EvidenceRef, Verdict
from training import pictures
from training.decisions import Correction, Decision
from training.formats.base import Box, TextRow, Trouble
from training.formats.base import Picture as LabelledPicture
from training.manifest import IGNORE, LABELS, TOPICS

CLASSES = (*LABELS, *(f"{IGNORE}:{each}" for each in LABELS))
"""Classes of a corpus of decisions: each means what it is called."""
SAME_MOMENT_S = 1e-6


class Kept(Protocol):
    """What is read of a store."""

    def record(self, post_id: str) -> Record | None:
        """Return a post's record, or None."""
        ...

    def pictures(self, media_sha256: str) -> tuple[Picture, ...]:
        """Return every picture of a file."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting that was judged."""

    sha256: str
    sighting: Sighting


@dataclass(frozen=True, slots=True)
class Read:
    """A passage that was judged for a topic."""

    passage: Passage
    topic: str


@dataclass(slots=True)
class JudgedPicture:
    """A kept picture with everything that was decided of it."""

    webp: bytes
    rulings: dict[tuple[str, Fractions], tuple[str, Fractions]] = field(default_factory=dict)
    """By label and box as they were found: label and box that are right; an empty label for none."""


@dataclass(slots=True)
class Judgements:
    """All of it; later decisions stand in place of earlier ones."""

    pictures: dict[tuple[str, float], JudgedPicture] = field(default_factory=dict)
    """By file and second."""
    texts: dict[str, TextRow] = field(default_factory=dict)
    """By the words."""
    troubles: list[Trouble] = field(default_factory=list)

    def add(self, where: str, decision: Decision, store: Kept) -> None:
        """Take a decision, or note why not."""
        try:
            record = store.record(decision.post_id)
            targets = _teaching(_targets(record, decision), decision)
            _check(targets, decision.corrected)
            for each in targets:
                if isinstance(each, Seen):
                    self._seen(each, decision, store)
                else:
                    self._read(each, decision)
        except InputError as error:
            self.troubles.append(Trouble("cannot be read", where, f"{error}: left out"))

    def _seen(self, target: Seen, decision: Decision, store: Kept) -> None:
        found, correction = target.sighting, decision.corrected or Correction()
        key = (target.sha256, found.peak_s)
        if key not in self.pictures:
            self.pictures[key] = JudgedPicture(_picture(store, target))
        label = correction.label or (found.label if correction.box else "")
        after = label if decision.decision == "wrong" else found.label
        self.pictures[key].rulings[found.label, found.box] = (after, correction.box or found.box)

    def _read(self, target: Read, decision: Decision) -> None:
        passage = target.passage
        labels = dict(self.texts[passage.text].labels) if passage.text in self.texts else {}
        labels[target.topic] = decision.decision == "right"
        if decision.corrected and decision.corrected.label:
            labels[decision.corrected.label] = True
        self.texts[passage.text] = TextRow(
            passage.text,
            passage.language,
            labels,
            group=hashlib.sha256(decision.post_id.encode()).hexdigest()[:16],
            register=passage.origin,
        )


def _targets(record: Record | None, decision: Decision) -> list[Seen | Read]:
    if record is None or record.evidence is None or not isinstance(record.outcome, Verdict):
        what = "no such post" if record is None else "that nothing could be read of the post"
        raise InputError(f"the store knows {what}; expected one that was judged")
    found = [
        each
        for each in _referred(record.outcome, record.evidence, decision)
        if _meant(each, record.evidence, decision)
    ]
    if not found:
        raise InputError(
            f"nothing in the post fits (clause {decision.clause_id or 'any'!s}, label "
            f"{decision.label or 'any'}); expected a finding of the verdict that is stored now"
        )
    return found


def _teaching(targets: Sequence[Seen | Read], decision: Decision) -> Sequence[Seen | Read]:
    """Return what a decision teaches of: excused words are of the topic for one reader, not for another."""
    if decision.decision != "excused":
        return targets
    seen = [each for each in targets if isinstance(each, Seen)]
    if not seen:
        raise InputError("excused words teach nothing; expected `right` or `wrong` for a passage")
    return seen


def _referred(verdict: Verdict, evidence: Evidence, decision: Decision) -> Iterator[Seen | Read]:
    if not decision.clause_id:
        for at, _, sighting in evidence.sightings:
            yield Seen(evidence.media[at].sha256, sighting)
        for passage in evidence.passages:
            for score in passage.topics:
                if score.flagged:
                    yield Read(passage, score.topic)
        return
    for finding in verdict.findings:
        if finding.clause == decision.clause_id:
            for ref in finding.evidence:
                yield from _piece(ref, evidence)


def _piece(ref: EvidenceRef, evidence: Evidence) -> Iterator[Seen | Read]:
    if ref.kind == "sighting" and ref.media is not None:
        media = evidence.media[ref.media]
        yield Seen(media.sha256, media.sightings[ref.index])
    elif ref.kind == "passage":
        yield Read(evidence.passages[ref.index], ref.topic)


def _meant(target: Seen | Read, evidence: Evidence, decision: Decision) -> bool:
    if isinstance(target, Read):
        here = decision.time_s is None and not decision.media
        return here and decision.label in ("", target.topic) and target.topic in TOPICS
    names = {each.name for each in evidence.media if each.sha256 == target.sha256}
    found = target.sighting
    at = decision.time_s
    return (
        found.label in LABELS
        and decision.label in ("", found.label)
        and (not decision.media or decision.media in names)
        and (at is None or found.start_s - SAME_MOMENT_S <= at <= found.end_s + SAME_MOMENT_S)
    )


def _check(targets: Sequence[Seen | Read], correction: Correction | None) -> None:
    if correction is None:
        return
    if correction.box and (len(targets) != 1 or isinstance(targets[0], Read)):
        raise InputError(
            f"a box is given for {len(targets)} things; expected it for one sighting; name `label`, "
            f"`media` and `time_s`"
        )
    known = {TOPICS if isinstance(each, Read) else LABELS for each in targets}
    if correction.label and any(correction.label not in each for each in known):
        raise InputError(
            f"the corrected label {correction.label} is none of {', '.join(known.pop())}; expected a "
            f"label for what is seen, a topic for what is read"
        )


def _picture(store: Kept, target: Seen) -> bytes:
    for each in store.pictures(target.sha256):
        if each.box == WHOLE_FRAME and math.isclose(
            each.time_s, target.sighting.peak_s, abs_tol=SAME_MOMENT_S
        ):
            return each.webp
    raise InputError(
        f"the picture at {target.sighting.peak_s:.2f} s is not kept; expected it in the store; scan the "
        f"post again"
    )


def picture_of(key: tuple[str, float], judged: JudgedPicture) -> LabelledPicture:
    """Return a picture with its labels, named by hash and second: nothing in it names the post.

    Raises:
        InputError: If it cannot be decoded.
    """
    sha256, time_s = key
    width, height = size = pictures.size(judged.webp)
    right = [ruling for ruling in judged.rulings.values() if ruling[0]]
    wrong = [found for found, ruling in judged.rulings.items() if ruling[0] != found[0]]
    drawn = list(dict.fromkeys(right))
    negative = tuple(each for each in LABELS if any(label == each for label, _ in wrong))
    for label in negative:
        known = [box for name, box in (*right, *wrong) if name == label]
        drawn += [(f"{IGNORE}:{label}", box) for box in outside(known)]
    boxes = tuple(
        Box(label, (x0 * width, y0 * height, x1 * width, y1 * height))
        for label, (x0, y0, x1, y1) in drawn
    )
    name = f"{sha256[:16]}-{time_s:.3f}s.webp"
    return LabelledPicture(name, size, boxes, clip=sha256[:16], file=name, annotates=negative)


def outside(boxes: Iterable[Fractions]) -> list[Fractions]:
    """Return rectangles that cover what lies outside all of the boxes, without overlap.

    Example:
        >>> outside([(0.0, 0.0, 1.0, 0.5)])
        [(0.0, 0.5, 1.0, 1.0)]
    """
    known = list(boxes)
    columns = sorted({0.0, 1.0, *(each for box in known for each in (box[0], box[2]))})
    rows = sorted({0.0, 1.0, *(each for box in known for each in (box[1], box[3]))})
    found: list[Fractions] = []
    for top, bottom in pairwise(rows):
        start = None
        for left, right in pairwise(columns):
            covered = any(_covers(box, left, top, right, bottom) for box in known)
            if not covered and start is None:
                start = left
            if covered and start is not None:
                found.append((start, top, left, bottom))
                start = None
        if start is not None:
            found.append((start, top, 1.0, bottom))
    return found


def _covers(box: Fractions, left: float, top: float, right: float, bottom: float) -> bool:
    return box[0] <= left and box[1] <= top and box[2] >= right and box[3] >= bottom
