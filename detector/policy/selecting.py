"""Read which sights and words a clause selects."""

from __future__ import annotations

from typing import Any, cast

from detector.policy import schema
from detector.policy.clauses import LooksAt, Reads
from detector.policy.fields import Fields
from detector.policy.located import Report


def looks_at(fields: Fields, report: Report) -> LooksAt | None:
    """Return which sightings a clause selects, or None where it does not say."""
    node = fields.node("looks_at")
    if node is None:
        return None
    given = Fields(node, "'looks_at'", ("labels", "media", "at_least"), report)
    return LooksAt(
        labels=given.words("labels", schema.LABELS, required=True),
        media=cast(Any, given.words("media", schema.MEDIA_KINDS) or schema.MEDIA_KINDS),
        at_least=given.number("at_least", 0, 1, required=False) or 0.0,
    )


def reads(fields: Fields, report: Report) -> Reads | None:
    """Return which topics a clause selects, or None where it does not say."""
    node = fields.node("reads")
    if node is None:
        return None
    given = Fields(node, "'reads'", ("topics", "targets", "at_least"), report)
    return Reads(
        topics=given.words("topics", schema.TOPICS, required=True),
        targets=given.words("targets", schema.TARGETS),
        at_least=given.number("at_least", 0, 1, required=False),
    )
