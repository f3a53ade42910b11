"""The values that a condition reads, under the names that `schema` declares."""

from __future__ import annotations

from detector.evidence import Evidence
from detector.policy.lookups import AccountAnswer, ApprovalAnswer, Author, DutyAnswer
from detector.policy.selection import Read, Seen, has_media, has_words
from detector.post import Post


def post_value(post: Post, evidence: Evidence) -> dict[str, object]:
    """Return ``post``; a time that is not known is left out, so that reading it is an error."""
    value: dict[str, object] = {
        "text": post.text,
        "account": post.account.lstrip("@"),
        "platform": post.platform,
        "unit": post.unit,
        "approval": post.approval,
        "has_media": has_media(post, evidence),
        "has_words": has_words(post, evidence),
        "coverage": evidence.coverage,
    }
    for name in ("submitted_at", "posted_at"):
        moment = getattr(post, name)
        if moment is not None:
            value[name] = moment
    return value


def author_value(author: Author) -> dict[str, object]:
    """Return ``author``."""
    return {"bound_as": author.bound_as, "known": author.known}


def account_value(answer: AccountAnswer) -> dict[str, object]:
    """Return ``account``."""
    return {"on_file": answer.on_file, "official": answer.official}


def duty_value(answer: DutyAnswer) -> dict[str, object]:
    """Return ``duty``."""
    return {"on_duty": answer.on_duty}


def approval_value(answer: ApprovalAnswer) -> dict[str, object]:
    """Return ``approval``."""
    return {
        "given": answer.given,
        "on_file": answer.on_file,
        "in_force": answer.in_force,
        "covers_labels": answer.covers_labels,
        "covers_media": answer.covers_media,
        "covers_account": answer.covers_account,
        "valid": answer.valid,
    }


def sighting_value(seen: Seen) -> dict[str, object]:
    """Return an item of ``sightings``."""
    sighting = seen.sighting
    return {
        "label": sighting.label,
        "probability": float(sighting.probability),
        "kind": seen.media.kind,
        "start_s": float(sighting.start_s),
        "end_s": float(sighting.end_s),
        "peak_s": float(sighting.peak_s),
        "frames": int(sighting.frames),
    }


def topic_value(read: Read) -> dict[str, object]:
    """Return an item of ``topics``."""
    return {
        "topic": read.score.topic,
        "probability": float(read.probability),
        "flagged": bool(read.score.flagged),
        "target": read.score.target,
        "origin": read.passage.origin,
        "language": read.passage.language,
    }
