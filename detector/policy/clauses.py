"""What a policy pack is, once it has passed its check: plain frozen values.

A pack is data. Which sights and words a clause selects is declared, so that a finding knows what it
rests on; when the clause is met is a condition in CEL over what was selected, the registers and the
post (`detector/policy/schema.py` declares every name).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detector.evidence import ChannelName
from detector.verdict import Band, PolicyRef

Bound = Literal["personnel", "official account", "private person"]
"""Whom a clause binds."""


@dataclass(frozen=True, slots=True)
class LooksAt:
    """Which sightings a clause selects."""

    labels: tuple[str, ...]
    media: tuple[Literal["video", "photo"], ...] = ("video", "photo")
    at_least: float = 0.0
    """Least probability, in [0, 1]; every sighting has already reached the model's threshold."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Which topics of the post's words a clause selects."""

    topics: tuple[str, ...]
    targets: tuple[str, ...] = ()
    """Whom a mockery must be aimed at; empty where it does not matter."""
    at_least: float | None = None
    """Least probability, in [0, 1]; None takes what the text model flagged by its own threshold."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a policy."""

    id: str
    title: str
    source: str
    """Document and place."""
    wording: str
    """The clause in the words of its source."""
    judged: bool = True
    """Whether a program can judge it; where not, it is carried and listed."""
    why: str = ""
    """Why no program judges it."""
    binds: tuple[Bound, ...] = ()
    looks_at: LooksAt | None = None
    reads: Reads | None = None
    post_fields: tuple[str, ...] = ()
    """Fields of the post that a finding rests on."""
    condition: str = ""
    """CEL; true where the clause is met, unless the exception holds."""
    exception: str = ""
    """CEL; true where the clause is not met after all; empty where it has none."""
    severity: float = 0.0
    """How grave a breach is, above 0 and below 1; a choice of policy."""
    note: str = ""
    """What every finding of this clause says beside what was found."""
    photo_note: str = ""
    """What a finding says that rests on a photo."""
    check: str = ""
    """What the reviewer should check."""
    remedy: str = ""
    """What would make the post compliant."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a pack draws its lines; each is a choice of policy."""

    review: float
    """Score from which a post goes to review; any finding sends it there whatever its score."""
    hold: float
    """Score from which a post is held."""
    coverage: float
    """Fraction of the media that must have been looked at for a post to be clear, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked policy pack."""

    id: str
    version: str
    sha256: str
    """Hash of the pack's file."""
    title: str
    limits: Limits
    requires: tuple[ChannelName, ...]
    """Channels that must have been examined for a post to be clear."""
    clauses: tuple[Clause, ...]

    @property
    def ref(self) -> PolicyRef:
        """Return what a verdict says of the policy it was made with."""
        return PolicyRef(self.id, self.version, self.sha256)

    def clause(self, id: str) -> Clause:
        """Return a clause by its id.

        Raises:
            KeyError: If the pack has none of this id.
        """
        for each in self.clauses:
            if each.id == id:
                return each
        raise KeyError(id)

    def band_of(self, score: float) -> Band:
        """Return the band that a score alone gives."""
        if score >= self.limits.hold:
            return "hold"
        return "review" if score >= self.limits.review else "clear"
