"""Records as a scan would keep them, for the tests of store, verbs and benchmark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from detector.evidence import (
    Channel,
    Evidence,
    Gap,
    MediaEvidence,
    ModelRef,
    Passage,
    Picture,
    Sighting,
    TopicScore,
    WordWeight,
)
from detector.post import Media, Post
from detector.record import Record
from detector.verdict import (
    Band,
    ClauseOutcome,
    EvidenceRef,
    Failure,
    Finding,
    PolicyRef,
    Verdict,
)

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
VISION = ModelRef("vision", "0", "a" * 64, ("badge", "uniform", "vehicle", "weapon"))
TEXT = ModelRef("text", "0", "b" * 64, ("mockery", "political", "religious"))
POLICY = PolicyRef("karachi-2024", "1", "c" * 64)
SHA256 = "d" * 64
CAPTION = "[red]</script>=cmd| \u202eوردی"
PICTURE = Picture(0.5, b"RIFF\x00\x01WEBP", ((0.1, 0.2, 0.3, 0.4),), ((0.5, 0.6, 0.7, 0.8),))


def media_evidence(sha256: str = SHA256, name: str = "clip.mp4") -> MediaEvidence:
    """Return what a clip with a badge and a gap showed."""
    return MediaEvidence(
        name=name,
        sha256=sha256,
        kind="video",
        size_wh=(64, 48),
        duration_s=10.0,
        looked_s=9.0,
        frames_decoded=250,
        frames_inspected=18,
        sightings=(Sighting("badge", 0.0, 4.0, 0.5, (0.1, 0.2, 0.3, 0.4), 0.93, 7),),
        gaps=(Gap(9.0, 10.0, "the file ends before its announced end"),),
    )


def evidence_of(post: Post, sha256: str = SHA256) -> Evidence:
    """Return evidence for a post: its files and its caption, read."""
    score = TopicScore("mockery", 0.7, True, "caste", (WordWeight(0, 3, 1.25),))
    passage = Passage(post.text, "caption", language="ur", topics=(score,))
    return Evidence(
        post_id=post.id,
        media=tuple(media_evidence(sha256, each.name) for each in post.media),
        passages=(passage,) if post.text else (),
        channels=(Channel("frames", True), Channel("speech", False, "no recogniser")),
        models=(VISION, TEXT),
    )


def verdict_of(
    post: Post, *, score: float = 40.0, band: Band = "review", clauses: tuple[str, ...] = ("K1",)
) -> Verdict:
    """Return a verdict with a finding per clause."""
    ref = EvidenceRef("sighting", media=0, index=0)
    return Verdict(
        post_id=post.id,
        score=score,
        band=band,
        band_reason="a finding",
        findings=tuple(
            Finding(each, "Badge", 0.93, 0.8, score, "A badge is seen.", "Look.", "Ask.", (ref,))
            for each in clauses
        ),
        clauses=tuple(
            ClauseOutcome(each, "Badge", "met", "seen", "KP 1", "No badge.") for each in clauses
        ),
        coverage=0.9,
        has_gaps=True,
        channels=(Channel("frames", True),),
        policy=POLICY,
        models=(VISION, TEXT),
        register_rows=("approvals:A-1",),
    )


def a_post(post_id: str = "clip.mp4", *, unit: str = "South", text: str = CAPTION) -> Post:
    """Return a post with one clip."""
    return Post(
        id=post_id,
        text=text,
        media=(Media(f"{post_id}.mp4", Path(f"/submissions/{post_id}.mp4")),),
        account="ps_saddar",
        platform="tiktok",
        unit=unit,
        author_role="officer",
        posted_at=NOON,
    )


def a_record(
    post_id: str = "clip.mp4",
    *,
    score: float = 40.0,
    band: Band = "review",
    clauses: tuple[str, ...] = ("K1",),
    unit: str = "South",
    judged_at: datetime = NOON,
    sha256: str = SHA256,
) -> Record:
    """Return the record of a judged post."""
    post = a_post(post_id, unit=unit)
    verdict = verdict_of(post, score=score, band=band, clauses=clauses)
    return Record(post, evidence_of(post, sha256), verdict, "e" * 64, "f" * 64, judged_at)


def a_failure(post_id: str = "broken.mp4") -> Record:
    """Return the record of a post of which nothing could be read."""
    failure = Failure(post_id, "no frame could be decoded", "posts.csv:3")
    return Record(a_post(post_id), None, failure, "", "", NOON)
