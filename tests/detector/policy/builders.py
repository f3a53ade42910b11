"""Posts, evidence and registers for the tests of the policy, built from a few words each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from detector.evidence import (
    Channel,
    Evidence,
    Gap,
    MediaEvidence,
    ModelRef,
    Passage,
    Sighting,
    TopicScore,
)
from detector.post import Media, Post
from detector.registers import Account, Approval, DutyPeriod, Registers

KARACHI = ZoneInfo("Asia/Karachi")
SHA, OTHER_SHA = "a" * 64, "b" * 64
VISION = ModelRef("vision", "test", "0" * 64, ("badge", "uniform", "vehicle", "weapon"))
TEXT = ModelRef("text", "test", "1" * 64, ("mockery", "political", "religious"))
ALL_TOPICS = replace(TEXT, labels=("custody", "mockery", "opsec", "political", "religious"))
ALL_TARGETS = replace(
    TEXT,
    labels=(*TEXT.labels, *(f"mockery:{each}" for each in ("caste", "gender", "race", "religion"))),
)


def at(text: str) -> datetime:
    """Return a moment, in Karachi where the text names no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=KARACHI)


def approval(reference: str, **given: str | tuple[str, ...]) -> Approval:
    """Return an approval for everything in October 2024, but for what is given."""
    return Approval(
        reference=reference,
        labels=tuple(given.get("labels", ("all",))),
        valid_from=at(str(given.get("valid_from", "2024-10-01T00:00"))),
        valid_until=at(str(given.get("valid_until", "2024-10-31T23:59"))),
        given_by="DIGP South",
        account=str(given.get("account", "")),
        media_sha256=str(given.get("media_sha256", "")),
    )


OFFICE = Registers(
    approvals=(
        approval("A-ALL"),
        approval("A-UNIFORM", labels=("uniform",)),
        approval("A-OLD", valid_from="2024-09-01T00:00", valid_until="2024-09-30T23:59"),
        approval("A-NEW", valid_from="2024-11-01T00:00", valid_until="2024-11-30T23:59"),
        approval("A-FILE", media_sha256=OTHER_SHA),
        approval("A-THIS", media_sha256=SHA.upper()),
        approval("A-OTHER", account="lahorepolice"),
        approval("A-OWN", account="@khipolice"),
    ),
    accounts=(
        Account("TikTok", "khipolice", "South", official=True, run_by="Media Team South"),
        Account("TikTok", "ali", "South", official=False, run_by="Constable Ali"),
    ),
    duty=(DutyPeriod("ali", at("2024-10-05T22:00"), at("2024-10-06T06:00")),),
)
"""What an office has on file."""


def sighting(label: str = "uniform", probability: float = 0.9, at_s: float = 1.0) -> Sighting:
    """Return something seen for a second."""
    return Sighting(label, at_s, at_s + 1, at_s + 0.5, (0.1, 0.1, 0.5, 0.9), probability, 3)


def clip(*seen: Sighting, coverage: float = 1.0, photo: bool = False) -> MediaEvidence:
    """Return a file of ten seconds, or a photo, and what was seen in it."""
    seconds = 0.0 if photo else 10.0
    gaps = () if coverage == 1.0 else (Gap(10 * coverage, 10.0, "could not be decoded"),)
    return MediaEvidence(
        name="photo.jpg" if photo else "clip.mp4",
        sha256=SHA,
        kind="photo" if photo else "video",
        size_wh=(640, 480),
        duration_s=seconds,
        looked_s=seconds * coverage,
        frames_decoded=1 if photo else 250,
        frames_inspected=1 if photo else 20,
        sightings=seen,
        gaps=gaps,
    )


def words(*scores: TopicScore, origin: str = "caption", text: str = "some words") -> Passage:
    """Return a passage that was read."""
    plain = tuple(
        TopicScore(topic, 0.01, flagged=False)
        for topic in TEXT.labels
        if topic not in {each.topic for each in scores}
    )
    return Passage(text, origin, language="en", topics=(*scores, *plain))  # type: ignore[arg-type]


def flagged(topic: str, probability: float = 0.9, target: str = "") -> TopicScore:
    """Return a topic that reached its threshold."""
    return TopicScore(topic, probability, flagged=True, target=target)


def evidence(
    *media: MediaEvidence,
    passages: tuple[Passage, ...] = (),
    channels: tuple[Channel, ...] = (),
    models: tuple[ModelRef, ...] = (VISION, TEXT),
) -> Evidence:
    """Return the evidence of a post."""
    return Evidence("p", media, passages, channels, models)


def post(**fields: object) -> Post:
    """Return a post by an officer without a word, but for what is given."""
    given: dict[str, object] = {"id": "p", "author_role": "officer", "platform": "TikTok"} | fields
    return Post(**given)  # type: ignore[arg-type]


def media(*names: str) -> tuple[Media, ...]:
    """Return the files of a post."""
    return tuple(Media(each, Path("/nowhere") / each) for each in names)
