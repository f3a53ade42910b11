"""One line of ``verdicts.jsonl``: the versioned form in which other programs read what Wardi found.

The form follows the value types, so a change of theirs changes the schema. A field that is added
keeps the version; one that is removed, renamed or changes its meaning raises `VERSION` and leaves
the file of the former version beside the new one. `tests/detector/report/test_schema.py` compares
the schema with its file, which ``wardi schema > detector/report/schemas/verdict-1.json`` writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from detector.evidence import Channel, MediaEvidence, ModelRef, Passage
from detector.post import AuthorRole, Post
from detector.record import Record
from detector.report.masking import masked, masked_passage
from detector.verdict import Band, ClauseOutcome, Failure, Finding, PolicyRef

VERSION = 1
"""Version of the form; a line names it as ``schema_version``."""
_ACTING = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


class _Strict:
    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine(_Strict):
    """What was submitted; paths on the machine that scanned are left out."""

    text: str
    """The caption; data, never markup. Secrets and numbers of persons are covered, as in `passages`."""
    media: tuple[str, ...]
    """Files by their path relative to the input."""
    account: str
    platform: str
    unit: str
    author_role: AuthorRole
    submitted_at: datetime | None
    posted_at: datetime | None
    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictLine(_Strict):
    """A post that was judged. It proposes; a person decides."""

    schema_version: Literal[1] = 1
    outcome: Literal["verdict"] = "verdict"
    post_id: str
    judged_at: datetime
    band: Band
    score: Annotated[float, Field(ge=0, le=100)]
    """Orders the day's work; no probability and no measure of guilt."""
    band_reason: str
    coverage: Annotated[float, Field(ge=0, le=1)]
    """Fraction of the media that was looked at."""
    has_gaps: bool
    """Whether a part of a file could not be looked at, read or heard; a clear verdict says so."""
    findings: tuple[Finding, ...]
    clauses: tuple[ClauseOutcome, ...]
    post: PostLine
    media: tuple[MediaEvidence, ...]
    passages: tuple[Passage, ...]
    channels: tuple[Channel, ...]
    policy: PolicyRef
    models: tuple[ModelRef, ...]
    register_rows: tuple[str, ...]
    evidence_key: str
    verdict_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureLine(_Strict):
    """A post nothing could be read of. Never "clear"."""

    schema_version: Literal[1] = 1
    outcome: Literal["failure"] = "failure"
    post_id: str
    judged_at: datetime
    reason: str
    where: str
    """File, line and column of the input, as far as known."""
    post: PostLine


Line = Annotated[VerdictLine | FailureLine, Field(discriminator="outcome")]


def line_of(record: Record) -> VerdictLine | FailureLine:
    """Return a record in the form of a line."""
    outcome, post = record.outcome, _post(record.post)
    if isinstance(outcome, Failure):
        return FailureLine(
            post_id=outcome.post_id,
            judged_at=record.judged_at,
            reason=outcome.reason,
            where=outcome.where,
            post=post,
        )
    seen = record.evidence
    return VerdictLine(
        judged_at=record.judged_at,
        post=post,
        media=seen.media if seen else (),
        passages=tuple(map(masked_passage, seen.passages)) if seen else (),
        evidence_key=record.evidence_key,
        verdict_key=record.verdict_key,
        **{each.name: getattr(outcome, each.name) for each in fields(outcome)},
    )


def as_mapping(record: Record) -> Mapping[str, Any]:
    """Return a record as the mapping that its JSON line holds."""
    mapping: Mapping[str, Any] = _adapter().dump_python(line_of(record), mode="json")
    return mapping


def as_json(record: Record) -> str:
    """Return a record as one JSON line without its line break.

    Characters that act unseen are escaped as JSON allows: a terminal would obey some of them, UTF-8
    cannot hold lone surrogates, and some readers take U+2028 for the end of the line.
    """
    text = json.dumps(as_mapping(record), ensure_ascii=False, separators=(",", ":"))
    return _ACTING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def json_schema() -> str:
    """Return the JSON schema of a line, as its file holds it."""
    schema = _adapter().json_schema(mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A line of Wardi's verdicts.jsonl, version {VERSION}",
    }
    return json.dumps(head | schema, ensure_ascii=False, indent=2) + "\n"


@cache
def _adapter() -> TypeAdapter[VerdictLine | FailureLine]:
    return TypeAdapter(Line)


def _post(post: Post) -> PostLine:
    return PostLine(
        text=masked(post.text),
        media=tuple(each.name for each in post.media),
        **{
            each.name: getattr(post, each.name)
            for each in fields(PostLine)
            if each.name not in ("media", "text")
        },
    )
