"""Keys of what is kept: the same key means that looking, reading or judging again changes nothing.

A look at a file is keyed by the file's bytes, the vision model, what reads its words and the sampling;
evidence by the post's words, its files, every model and the sampling; a verdict by the evidence, the
post's fields, the registers and the policy. Of the registers the key takes all that is loaded, not
only the rows a clause looked up: which rows those are is known only after judging, and judging again costs
milliseconds. The price is that a load makes every verdict be judged again; the gain is that no stored
verdict can be stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from detector.evidence import Channel, ModelRef
from detector.post import Post
from detector.settings import Sampling
from detector.verdict import PolicyRef

LOOKING = 3
"""Raise it when the way from a file to its sightings and words changes: older looks are then made again."""
READING = 3
"""Raise it when the way from words to passages changes."""
JUDGING = 4
"""Raise it when the same policy makes something else of the same evidence."""


def look_key(
    media_sha256: str,
    vision: ModelRef,
    sampling: Sampling,
    readers: Sequence[ModelRef] = (),
) -> str:
    """Return the key of what one file showed and said.

    Args:
        media_sha256: Hash of the file.
        vision: The model that looks at its frames.
        sampling: Which frames are inspected.
        readers: What reads words off its frames or out of its sound.
    """
    looking = sorted(_model(each) for each in (vision, *readers))
    return _digest("look", LOOKING, media_sha256, looking, sampling.model_dump())


def evidence_key(
    post: Post,
    media_sha256: Sequence[str],
    models: Sequence[ModelRef],
    sampling: Sampling,
    channels: Sequence[Channel] = (),
) -> str:
    """Return the key of a post's evidence.

    Args:
        post: The post; its caption and the names of its files are read as words.
        media_sha256: Hash of each of its files, in order.
        models: Every model that looks or reads.
        sampling: Which frames are inspected.
        channels: Which channels this set-up examines.
    """
    return _digest(
        "evidence",
        [LOOKING, READING],
        post.text,
        [[each.name, sha256] for each, sha256 in zip(post.media, media_sha256, strict=True)],
        sorted(_model(each) for each in models),
        sampling.model_dump(),
        sorted([each.name, each.examined, each.note] for each in channels),
    )


def verdict_key(evidence_key: str, post: Post, registers_digest: str, policy: PolicyRef) -> str:
    """Return the key of a verdict.

    Args:
        evidence_key: Key of the evidence it rests on.
        post: The post; where its files lie does not matter.
        registers_digest: `Store.registers_digest`: the content of every loaded register.
        policy: The policy it is judged by.
    """
    fields = {
        "id": post.id,
        "text": post.text,
        "media": [each.name for each in post.media],
        "account": post.account,
        "platform": post.platform,
        "unit": post.unit,
        "author_role": post.author_role,
        "submitted_at": _moment(post.submitted_at),
        "posted_at": _moment(post.posted_at),
        "approval": post.approval,
    }
    return _digest("verdict", JUDGING, evidence_key, fields, registers_digest, asdict(policy))


def rows_digest(rows: Sequence[str]) -> str:
    """Return a hash of a register's content, from its rows as JSON; their order does not matter."""
    return _digest("register", sorted(rows))


def _digest(*parts: object) -> str:
    """Hash canonical JSON: keys sorted, ASCII, no spaces, so that equal values give equal bytes."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _model(model: ModelRef) -> list[str]:
    return [model.kind, model.version, model.sha256]


def _moment(moment: datetime | None) -> str:
    """Return the instant, not the zone it was written in; a clause on hours knows its own zone."""
    return moment.astimezone(UTC).isoformat() if moment is not None else ""
