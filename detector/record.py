"""What is kept and reported of a run: one `Record` per post, one `RunSummary` for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from detector.evidence import Evidence
from detector.post import Post
from detector.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Record:
    """A post with what was seen of it and what the policy made of that."""

    post: Post
    evidence: Evidence | None
    """None where nothing could be read."""
    outcome: Outcome
    evidence_key: str
    """Hash of media, text, model versions and sampling; empty for a failure."""
    verdict_key: str
    """Hash of evidence, post fields, register rows and policy; empty for a failure."""
    judged_at: datetime
    """With time zone."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row or file of the input that could not be used as it stands."""

    where: str
    """File, line and column, as far as known."""
    problem: str
    """What was found, what was expected, what to do next."""
    post_id: str = ""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run was given and what it left out."""

    source: str
    """The input as the user named it."""
    started_at: datetime
    policy_id: str
    problems: tuple[Problem, ...] = ()
    """Rows and files that could not be used; each of them is a `Failure` too where it names a post."""
    not_posts: tuple[str, ...] = ()
    """Files in the input that are no posts."""
    hidden: int = 0
    """Hidden files that were skipped."""
    interrupted: bool = False
    """Whether the run was ended before its last post."""
