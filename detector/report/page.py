"""What a page of the report shows of one post, worked out before a template lays it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detector.evidence import Evidence, MediaEvidence, Passage, Picture
from detector.record import Record
from detector.report.masking import masked_passage
from detector.report.overview import band_of
from detector.report.strips import Strip, strip_of
from detector.report.thumbnails import Shot, shots
from detector.report.timeline import Timeline, share_looked, timeline
from detector.report.times import percent, seen_at, span
from detector.report.words import Piece, flagged_topics, is_arabic, pieces
from detector.verdict import EvidenceRef, Finding, Verdict

Pictures = Callable[[str], tuple[Picture, ...]]
"""Returns the frames that are kept of a file, by the file's hash."""
MOST_PROOFS = 8
"""Pieces of evidence that a finding lists; a long video may have hundreds."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A finding's part of the score."""

    clause: str
    points: float
    x: float
    """Where it begins, in points from 0."""
    href: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence that a finding rests on."""

    text: str
    href: str
    """Where the page shows it; empty where it does not."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with the wording of its clause."""

    anchor: str
    finding: Finding
    wording: str
    source: str
    proofs: tuple[Proof, ...]
    more_proofs: int
    """Pieces of evidence beyond the first `MOST_PROOFS`."""


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of a post."""

    anchor: str
    media: MediaEvidence
    looked: str
    timeline: Timeline | None
    shots: tuple[Shot, ...]
    more: int
    """Moments without a picture here."""
    sightings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordsView:
    """One passage of a post."""

    anchor: str
    passage: Passage
    pieces: tuple[Piece, ...]
    when: str
    topics: tuple[str, ...]
    arabic: bool
    strip: Strip | None = None
    """What the words were read from; None for words that were typed or spoken."""


@dataclass(frozen=True, slots=True)
class PostView:
    """One post."""

    anchor: str
    record: Record
    band: str
    rows: int
    """Rows of pictures, at most 3: how tall the post is, before a browser has laid it out."""
    slices: tuple[Slice, ...]
    findings: tuple[FindingView, ...]
    files: tuple[FileView, ...]
    words: tuple[WordsView, ...]
    further: tuple[WordsView, ...]
    """Words read or heard in which nothing was found."""


def post_view(record: Record, number: int, pictures: Pictures, show_faces: bool) -> PostView:
    """Work out what is shown of a post.

    Args:
        record: The post.
        number: Its place in the report, which names its anchor.
        pictures: Where the frames of its files are looked up.
        show_faces: Leave faces in pictures as they are.
    """
    anchor = f"post-{number}"
    judged = record.outcome if isinstance(record.outcome, Verdict) else None
    files = _files(anchor, record, judged, pictures, show_faces)
    words, further = _words(anchor, record, judged, pictures, show_faces)
    targets = _targets(files, (*words, *further))
    return PostView(
        anchor,
        record,
        band_of(record),
        min(3, max((len(each.shots) + 1) // 2 for each in files) if files else 0),
        _slices(anchor, judged) if judged else (),
        _findings(anchor, judged, record, targets) if judged else (),
        files,
        words,
        further,
    )


def _slices(anchor: str, verdict: Verdict) -> tuple[Slice, ...]:
    slices, x = [], 0.0
    for number, each in enumerate(verdict.findings):
        if each.contribution > 0:
            href = f"#{anchor}-finding-{number}"
            slices.append(Slice(each.clause, each.contribution, round(x, 3), href))
            x += each.contribution
    return tuple(slices)


def _files(
    anchor: str, record: Record, verdict: Verdict | None, pictures: Pictures, show_faces: bool
) -> tuple[FileView, ...]:
    seen = record.evidence or Evidence(record.post.id)
    views = []
    for at, media in enumerate(seen.media):
        kept = pictures(media.sha256) if media.sightings else ()
        proof = _rested_on(verdict, at)
        taken, more = shots(media, kept, first=proof, show_faces=show_faces)
        views.append(
            FileView(
                anchor=f"{anchor}-file-{at}",
                media=media,
                looked=share_looked(media),
                timeline=timeline(media, [each for each in seen.passages if each.media == at]),
                shots=taken,
                more=more,
                sightings=tuple(seen_at(each, media.kind) for each in media.sightings),
            )
        )
    return tuple(views)


def _rested_on(verdict: Verdict | None, media: int) -> set[int]:
    findings = verdict.findings if verdict else ()
    return {
        each.index
        for finding in findings
        for each in finding.evidence
        if each.kind == "sighting" and each.media == media
    }


def _words(
    anchor: str, record: Record, verdict: Verdict | None, pictures: Pictures, show_faces: bool
) -> tuple[tuple[WordsView, ...], tuple[WordsView, ...]]:
    """Return the passages worth a reader's time, and further ones that were read or heard.

    Hashtags and file names repeat what stands elsewhere: they are shown where a topic was found in
    them or a finding rests on them. A caption is shown even where nothing read it.
    """
    passages = record.evidence.passages if record.evidence else ()
    media = record.evidence.media if record.evidence else ()
    proof = {
        each.index
        for finding in (verdict.findings if verdict else ())
        for each in finding.evidence
        if each.kind == "passage"
    }
    views, further = [], []
    for index, each in enumerate(passages):
        name = f"{anchor}-words-{index}"
        if index in proof or any(score.flagged for score in each.topics):
            kept = pictures(media[each.media].sha256) if each.media is not None and each.box else ()
            views.append(_passage(name, each, strip_of(each, kept, show_faces=show_faces)))
        elif each.origin == "caption":
            views.append(_passage(name, each))
        elif each.origin in ("on-screen text", "speech"):
            further.append(_passage(name, each))
    if record.post.text and all(each.origin != "caption" for each in passages):
        views.insert(0, _passage(f"{anchor}-words", Passage(record.post.text, "caption")))
    return tuple(views), tuple(further)


def _passage(anchor: str, passage: Passage, strip: Strip | None = None) -> WordsView:
    passage, when = masked_passage(passage), ""
    if passage.start_s is not None:
        end_s = passage.end_s if passage.end_s is not None else passage.start_s
        when = span(passage.start_s, end_s)
    topics = tuple(
        f"{each.topic}{f' ({each.target})' if each.target else ''} {percent(each.probability)}"
        for each in flagged_topics([passage])
    )
    arabic = is_arabic(passage.text)
    return WordsView(anchor, passage, pieces(passage), when, topics, arabic, strip)


def _findings(
    anchor: str, verdict: Verdict, record: Record, targets: Mapping[tuple[str, int, int], str]
) -> tuple[FindingView, ...]:
    clauses = {each.clause: each for each in verdict.clauses}
    views = []
    for number, each in enumerate(verdict.findings):
        clause = clauses.get(each.clause)
        views.append(
            FindingView(
                anchor=f"{anchor}-finding-{number}",
                finding=each,
                wording=clause.wording if clause else "",
                source=clause.source if clause else "",
                proofs=tuple(_proof(ref, record, targets) for ref in each.evidence[:MOST_PROOFS]),
                more_proofs=max(0, len(each.evidence) - MOST_PROOFS),
            )
        )
    return tuple(views)


def _targets(
    files: tuple[FileView, ...], words: tuple[WordsView, ...]
) -> dict[tuple[str, int, int], str]:
    """Return the place on the page of each piece of evidence: a picture, a file, a passage."""
    places = {("file", at, 0): each.anchor for at, each in enumerate(files)}
    for at, file in enumerate(files):
        for number, shot in enumerate(file.shots):
            for index in shot.sightings:
                places["sighting", at, index] = f"{file.anchor}-shot-{number}"
    for view in words:
        ending = view.anchor.rpartition("-")[2]
        if ending.isdigit():
            places["passage", 0, int(ending)] = view.anchor
    return places


def _proof(ref: EvidenceRef, record: Record, targets: Mapping[tuple[str, int, int], str]) -> Proof:
    evidence = record.evidence or Evidence(record.post.id)
    if ref.kind == "sighting" and ref.media is not None:
        media = evidence.media[ref.media]
        place = targets.get(("sighting", ref.media, ref.index))
        place = place or targets.get(("file", ref.media, 0), "")
        text = seen_at(media.sightings[ref.index], media.kind)
        if len(evidence.media) > 1:
            text = f"{media.name}: {text}"
        return Proof(text, f"#{place}" if place else "")
    if ref.kind == "passage":
        place = targets.get(("passage", 0, ref.index), "")
        return Proof(
            _read_in(evidence.passages[ref.index], ref.topic), f"#{place}" if place else ""
        )
    value = getattr(record.post, ref.topic, "")
    return Proof(f"{ref.topic.replace('_', ' ')} of the post: {value or 'none given'}", "")


def _read_in(passage: Passage, topic: str) -> str:
    for each in passage.topics:
        if each.topic == topic:
            return f"{passage.origin}: read as {topic} ({percent(each.probability)})"
    return f"{passage.origin}: {topic}" if topic else passage.origin
