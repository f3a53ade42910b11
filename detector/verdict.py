"""What a policy makes of evidence: findings, a verdict, or a failure. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detector.evidence import Channel, ModelRef

Band = Literal["clear", "review", "hold"]
"""What a post is set aside for: nothing, a look by a person, or a stop until a person decided."""

ClauseState = Literal["met", "not met", "not judged", "does not apply"]


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Points at one piece of a post's evidence."""

    kind: Literal["sighting", "passage", "post"]
    """``post``: a field of the post itself, e.g. its time; only `topic` is used, as its name."""
    media: int | None = None
    """Index into `Evidence.media`, for a sighting."""
    index: int = 0
    """Index into the file's sightings, or into `Evidence.passages`."""
    topic: str = ""
    """The topic read in the passage, or the field of the post; empty for a sighting."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A policy clause that the evidence meets."""

    clause: str
    """Id of the clause, e.g. ``K1``."""
    title: str
    """The clause in a few words."""
    probability: float
    """Calibrated probability that what the finding rests on is really there, in [0, 1]."""
    severity: float
    """How grave the policy calls it, in [0, 1]; a choice of policy."""
    contribution: float
    """Points of the score that this finding adds; 0.0 where its evidence is counted elsewhere."""
    sentence: str
    """What was found, in one sentence for the reviewer."""
    check: str
    """What the reviewer should check."""
    remedy: str
    """What would make the post compliant."""
    evidence: tuple[EvidenceRef, ...]
    """What it rests on; never empty."""


@dataclass(frozen=True, slots=True)
class ClauseOutcome:
    """What became of one clause of the policy."""

    clause: str
    title: str
    state: ClauseState
    reason: str
    """Why; empty only for "not met"."""
    source: str
    """Document and place the clause comes from."""
    wording: str
    """The clause in the words of its source."""


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """Which policy a verdict was made with."""

    id: str
    version: str
    sha256: str
    """Hash of the pack's file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of a post, its score and band. It proposes; a person decides."""

    post_id: str
    score: float
    """0 to 100: orders the day's work. No probability, no measure of guilt."""
    band: Band
    band_reason: str
    """Why this band, in one sentence."""
    findings: tuple[Finding, ...]
    clauses: tuple[ClauseOutcome, ...]
    """One outcome per clause of the policy, in the policy's order."""
    coverage: float
    """Fraction of the media that was looked at, in [0, 1]."""
    has_gaps: bool
    channels: tuple[Channel, ...]
    policy: PolicyRef
    models: tuple[ModelRef, ...]
    register_rows: tuple[str, ...] = ()
    """Register rows that were looked up, as ``register:key``; missing ones are there too."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A post nothing could be read of, or whose row cannot be used. Never "clear"."""

    post_id: str
    reason: str
    """What was found, what was expected, what to do next."""
    where: str = ""
    """File, line and column of the input, as far as known."""


Outcome = Verdict | Failure
