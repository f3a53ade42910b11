"""Made-up records for tests of reports: small, complete, and nasty where it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

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
from detector.record import Problem, Record, RunSummary
from detector.verdict import ClauseOutcome, EvidenceRef, Failure, Finding, PolicyRef, Verdict

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
NASTY = "[red]</script>=cmd|\u202egnp.exe\u202c <img src=x onerror=alert(1)> &amp; {{ 7*7 }}"
URDU = "الیکشن میں صرف ہماری پارٹی کو ووٹ دیں، ورنہ پچھتائیں گے"
ROMAN_URDU = "is dafa vote sirf hamari party ko dein"
VISION = ModelRef("vision", "0", "ab" * 32, ("badge", "uniform", "vehicle", "weapon"))
TEXT = ModelRef("text", "0", "cd" * 32, ("mockery", "political", "religious"))
POLICY = PolicyRef("karachi-2024", "1", "ef" * 32)
CHANNELS = (
    Channel("frames", True),
    Channel("caption", True),
    Channel("on-screen text", False, "no reader for it is installed"),
    Channel("speech", False, "no reader for it is installed"),
)
CARDS: list[dict[str, Any]] = [
    {
        "model": {"kind": "vision", "version": "0", "labels": list(VISION.labels)},
        "heldout": {
            "weapon": {
                "precision": 0.91,
                "precision_interval": [0.84, 0.95],
                "recall": 0.4,
                "flagged": 120,
            },
        },
    },
    {"model": {"kind": "text", "version": "0", "labels": list(TEXT.labels)}},
]
K1 = "Videos that feature police uniforms, badges, vehicles, weapons need prior approval."
SOURCE = "Karachi Range, No. Addl:IGP/KHI/SMW/128218-26/2024, 20 September 2024, clause 1"


def sighting(
    label: str = "weapon", start_s: float = 2.0, end_s: float = 9.0, **changes: Any
) -> Any:
    """Return a sighting that peaks in the middle."""
    plain = Sighting(
        label, start_s, end_s, (start_s + end_s) / 2, (0.3, 0.2, 0.6, 0.8), 0.87, frames=12
    )
    return replace(plain, **changes)


def clip(*sightings: Sighting, **changes: Any) -> MediaEvidence:
    """Return what a clip of 30 seconds showed."""
    plain = MediaEvidence(
        "patrol/clip.mp4", "12" * 32, "video", (1280, 720), 30.0, 30.0, 750, 60, sightings
    )
    return replace(plain, **changes)


def photo(*sightings: Sighting, **changes: Any) -> MediaEvidence:
    """Return what a photo showed."""
    plain = MediaEvidence("selfie.jpg", "34" * 32, "photo", (900, 1200), 0.0, 0.0, 1, 1, sightings)
    return replace(plain, **changes)


def caption(text: str, topic: str = "political", words: str = "", language: str = "en") -> Passage:
    """Return a caption that is flagged for a topic because of some of its words."""
    at = text.find(words) if words else -1
    moved = (WordWeight(at, at + len(words), 1.8),) if at >= 0 else ()
    scores = (
        TopicScore(topic, 0.93, bool(words), words=moved),
        TopicScore("mockery" if topic != "mockery" else "religious", 0.04, False),
    )
    return Passage(text, "caption", language=language, topics=scores)


def finding(clause: str = "K1", contribution: float = 55.0, **changes: Any) -> Finding:
    """Return a finding that rests on the first sighting of the first file."""
    plain = Finding(
        clause,
        "Police property shown without approval",
        0.87,
        0.6,
        contribution,
        "A weapon is seen from 0:02 to 0:09 and no approval is on file.",
        "Whether the weapon is a real firearm, and who holds it.",
        "A prior approval by the competent authority, posted from an official account.",
        (EvidenceRef("sighting", media=0, index=0),),
    )
    return replace(plain, **changes)


def words_finding(contribution: float = 30.0, topic: str = "political") -> Finding:
    """Return a finding that rests on the caption."""
    return Finding(
        "K3",
        f"A {topic} view",
        0.93,
        0.5,
        contribution,
        f"The caption is read as a {topic} view.",
        "Whether it states a view or merely reports.",
        "Take the sentence out.",
        (EvidenceRef("passage", index=0, topic=topic),),
    )


def clauses(*met: str) -> tuple[ClauseOutcome, ...]:
    """Return an outcome for each of four clauses, those named as met."""
    rest = {
        "K1": ("not met", ""),
        "K2": ("not judged", "the text model has no data on caste"),
        "K3": ("not met", ""),
        "K5": ("does not apply", "the author is an officer"),
    }
    titles = {"K1": "Property shown", "K2": "Mockery", "K3": "Views", "K5": "Private persons"}
    return tuple(
        ClauseOutcome(
            clause,
            titles[clause],
            "met" if clause in met else state,  # type: ignore[arg-type]
            "the evidence meets it" if clause in met else reason,
            SOURCE,
            K1,
        )
        for clause, (state, reason) in rest.items()
    )


def verdict(post_id: str, *findings: Finding, **changes: Any) -> Verdict:
    """Return a verdict whose score is the sum of its findings' contributions."""
    score = min(100.0, sum(each.contribution for each in findings))
    band = "hold" if score >= 60 else "review" if score >= 20 else "clear"
    plain = Verdict(
        post_id,
        score,
        band,  # type: ignore[arg-type]
        "no clause is met" if not findings else f"the score of {score:.0f} calls for a {band}",
        findings,
        clauses(*(each.clause for each in findings)),
        1.0,
        False,
        CHANNELS,
        POLICY,
        (VISION, TEXT),
        ("approvals:APP-7",),
    )
    return replace(plain, **changes)


def record(
    post_id: str = "clip.mp4",
    *findings: Finding,
    text: str = "On patrol today",
    media: tuple[MediaEvidence, ...] | None = None,
    passages: tuple[Passage, ...] | None = None,
    post: dict[str, Any] | None = None,
    **changes: Any,
) -> Record:
    """Return the record of a judged post; gaps of its files set its coverage."""
    files = (clip(sighting()),) if media is None else media
    said = (caption(text),) if passages is None else passages
    seen = Evidence(post_id, files, said if text or passages else (), CHANNELS, (VISION, TEXT))
    fields: dict[str, Any] = {
        "account": "si_ahmed",
        "platform": "tiktok",
        "unit": "South Zone",
        "author_role": "officer",
        "posted_at": NOW - timedelta(days=2),
    }
    submitted = Post(
        post_id,
        text,
        tuple(Media(each.name, Path("/in") / each.name) for each in files),
        **(fields | (post or {})),
    )
    judged = verdict(post_id, *findings, coverage=seen.coverage, has_gaps=seen.has_gaps)
    return Record(submitted, seen, replace(judged, **changes), "e" * 64, "f" * 64, NOW)


def failure(post_id: str = "broken.mp4", reason: str = "") -> Record:
    """Return the record of a post nothing could be read of."""
    why = reason or (
        "no frame of broken.mp4 could be decoded (moov atom not found); expected a video; "
        "try `ffprobe broken.mp4`, then scan this post again"
    )
    return Record(Post(post_id), None, Failure(post_id, why, "posts.csv:7"), "", "", NOW)


def hour_long() -> Record:
    """Return a video of an hour with sightings of every label, words on it, and gaps."""
    sightings = [
        sighting(label, start, start + 4.0 + 20 * (at % 5), probability=0.5 + (at % 5) / 10)
        for at, label in enumerate(("uniform", "badge", "vehicle", "weapon") * 9)
        for start in (40.0 + at * 95.0,)
    ]
    gaps = (Gap(600.0, 871.5, "two packets were damaged"), Gap(3555.0, 3600.0, "cut off"))
    long = clip(
        *sightings,
        name="operation/full-hour.mp4",
        sha256="56" * 32,
        duration_s=3600.0,
        looked_s=3600.0 - 316.5,
        gaps=gaps,
    )
    shown = Passage(
        "Sirf haq ki jeet",
        "on-screen text",
        media=0,
        start_s=1800.0,
        end_s=1830.0,
        reading_confidence=0.8,
        language="ur-Latn",
        topics=(TopicScore("political", 0.8, True, words=(WordWeight(9, 16, 1.0),)),),
    )
    said = Passage("Is operation mein", "speech", media=0, start_s=2400.0, end_s=2460.0)
    text = caption("Pura operation dekhein", language="ur-Latn")
    return record(
        "operation/full-hour.mp4",
        finding(contribution=48.0),
        words_finding(20.0),
        text=text.text,
        media=(long,),
        passages=(text, shown, said),
    )


def urdu() -> Record:
    """Return a post without media whose Urdu caption is flagged."""
    return record(
        "اردو-پوسٹ",
        words_finding(34.0),
        text=URDU,
        media=(),
        passages=(caption(URDU, words="ہماری پارٹی کو ووٹ", language="ur"),),
        post={"author_role": "unknown", "account": "کراچی_پولیس"},
    )


def nasty() -> Record:
    """Return a post whose every word tries to be markup, a formula or a command."""
    return record(
        NASTY,
        words_finding(25.0),
        text=NASTY,
        media=(photo(sighting(start_s=0.0, end_s=0.0, frames=1), name=f"{NASTY}.jpg"),),
        passages=(caption(NASTY, words="</script>=cmd|"),),
        post={"account": NASTY, "unit": NASTY, "approval": NASTY},
    )


def many(count: int) -> list[Record]:
    """Return records of every kind, over and over, each under an id of its own."""
    kinds: list[Callable[[], Record]] = [
        lambda: record("clip.mp4", finding(), words_finding(), text="Vote for our party",
                       passages=(caption("Vote for our party", words="our party"),)),
        urdu,
        failure,
        lambda: record("street.mp4", media=(clip(),)),
        lambda: record("note", text="Road closed near Saddar, use the bypass", media=()),
        lambda: record("selfie.jpg", finding(contribution=22.0), text=ROMAN_URDU,
                       media=(photo(sighting("uniform", 0.0, 0.0, frames=1)),)),
        nasty,
        hour_long,
        lambda: record("cut.mp4", media=(clip(gaps=(Gap(20.0, 30.0, "the file ends early"),),
                                              looked_s=20.0),)),
    ]  # fmt: skip
    return [_numbered(kinds[at % len(kinds)](), at) for at in range(count)]


def summary(**changes: Any) -> RunSummary:
    """Return the summary of a run with a problem, a file that is no post, and hidden files."""
    plain = RunSummary(
        "submissions/",
        NOW,
        "karachi-2024",
        (Problem("posts.csv:7:posted_at", "'yesterday' is no date; expected ISO 8601", "x"),),
        ("README.md",),
        2,
    )
    return replace(plain, **changes)


def pictures(media_sha256: str) -> tuple[Picture, ...]:
    """Return a drawn frame for every second at which the builders' sightings peak."""
    at = {"12" * 32: [5.5], "34" * 32: [0.0], "56" * 32: [s.peak_s for s in _hour_sightings()]}
    return tuple(Picture(time_s, drawn(time_s)) for time_s in at.get(media_sha256, []))


@cache
def drawn(time_s: float) -> bytes:
    """Return a 640 x 360 picture as WebP: a sky, a street, and something in the middle."""
    image = np.full((360, 640, 3), (205, 190, 160), np.uint8)
    image[220:] = (95, 95, 100)
    cv2.rectangle(image, (200, 80), (380, 280), (60, 90, 60), -1)
    cv2.circle(image, (290, 60), 32, (140, 170, 210), -1)
    cv2.putText(image, f"{time_s:.1f}", (480, 320), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255), 2)
    # Texture that survives shrinking: the thumbnail is as heavy as one of a real frame.
    coarse = np.random.default_rng(int(time_s * 10)).integers(0, 60, (45, 80, 3), np.uint8)
    image = cv2.add(image, cv2.resize(coarse, (640, 360)))
    ok, data = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, 80])
    assert ok
    return data.tobytes()


def _hour_sightings() -> tuple[Sighting, ...]:
    evidence = hour_long().evidence
    assert evidence is not None
    return evidence.media[0].sightings


def _numbered(each: Record, at: int) -> Record:
    post_id = f"{each.post.id}-{at}"
    return replace(
        each,
        post=replace(each.post, id=post_id),
        evidence=replace(each.evidence, post_id=post_id) if each.evidence else None,
        outcome=replace(each.outcome, post_id=post_id),
    )
