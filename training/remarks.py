"""What an audit says: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detector.evidence import Fractions
from training.examples import Example

Severity = Literal["stop", "look", "note"]
"""Whether the source must not be used as it is, a person should look, or it is good to know."""

SHOWN = 48
"""Pictures shown of one finding."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture or text that shows a finding."""

    item: str
    note: str
    example: Example | None = None
    boxes: tuple[tuple[str, Fractions], ...] = ()
    """What to draw: caption and place."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing the audit found."""

    severity: Severity
    title: str
    """What, with its count."""
    advice: str
    samples: tuple[Sample, ...] = ()
    """The first of them; `count` tells how many there are."""
    count: int = 0
