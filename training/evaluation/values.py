"""What an evaluation says: frozen values, the same for the page, the JSON and the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from training.calibrate import Bin
from training.metrics.interval import Measure
from training.metrics.paired import Difference

Level = Literal["box", "picture", "text", "sighting", "post"]


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall over falling thresholds, at most 200 points."""

    threshold: tuple[float, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """How well one label is found in one part of the items."""

    level: Level
    label: str
    part: str
    """``all``, a slice like ``source=sohas``, or the name of a set."""
    items: int
    """Pictures, texts or posts in which the label is judged."""
    groups: int
    positives: int
    """Boxes, pictures, texts or posts that are of the label."""
    threshold: float | None
    """The deployed one; None where it differs between the items."""
    flagged: int
    right: int
    ap: Measure
    """Boxes: at IoU 0.5, 101 recalls, at most 100 a picture; others: the steps of the curve."""
    precision: Measure
    recall: Measure
    f1: float | None
    ap_50_95: Measure | None = None
    """Boxes: mean over IoU 0.50 to 0.95."""
    curve: Curve | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """Items that show nothing of some labels, and are easily taken for it."""

    name: str
    labels: tuple[str, ...]
    """Labels that are not to be found there."""
    items: int
    alarmed: int
    """Items with at least one detection that counts."""
    per_100: Measure
    """Items with any alarm per 100; a ratio times 100."""
    by_label: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AtRecall:
    """The precision of pictures where a recall is reached, at a threshold that is read off these items.

    Not the deployed one: it says what the ranking could give, and is chosen anew in every draw.
    """

    label: str
    part: str
    """Name of the set."""
    recall: float
    """Asked for."""
    threshold: float | None
    """Highest confidence that reaches it; None where none does."""
    flagged: int
    right: int
    precision: Measure


@dataclass(frozen=True, slots=True)
class Beside:
    """Another network on the same pictures, by the average precision of boxes."""

    label: str
    part: str
    """Name of the set."""
    name: str
    """What it is, in words."""
    ap: Measure
    """The other network's."""
    difference: Difference
    """The model's (as candidate) against it (as champion), over the same draws."""
    absent: str = ""
    """Why it was not measured; empty where it was."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One figure of a text model on texts that were written, or changed, to ask one thing."""

    by: Literal["pairs", "swaps", "functions", "targets"]
    label: str
    """Topic, topics or function."""
    part: str
    """``all``, or a slice like ``lang=ur``."""
    figure: str
    """Which figure, in words."""
    found: Measure
    abstained: int = 0
    """Pairs, swaps or texts of which something was not judged."""


@dataclass(frozen=True, slots=True)
class Held:
    """One figure that is asked for, and whether it is reached."""

    name: str
    """What is asked of: ``weapon, carried``."""
    figure: str
    """Which figure, in words."""
    asked: float
    at_most: bool
    """Whether the bar is a limit from above."""
    by_low: bool
    """Whether the lower bound is held against the bar, not the value."""
    found: Measure
    met: bool | None
    """None where it could not be measured."""
    why: str = ""
    """Why it could not."""
    unit: str = ""
    """``ms``, ``MiB`` or ``cells``; empty for a share."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Whether what is said to be 80 % likely is so in 80 % of cases."""

    label: str
    part: str
    before: tuple[Bin, ...]
    """Of the raw confidence."""
    after: tuple[Bin, ...]
    """Of the calibrated probability."""
    error_before: Measure
    error_after: Measure


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of error, by TIDE."""

    name: str
    count: int
    ap_gain: float
    """AP that would be gained, mean over labels, if the model made none of these."""


@dataclass(frozen=True, slots=True)
class Worst:
    """One of the worst errors, with a picture where there is one."""

    item: str
    label: str
    what: str
    """``false alarm``, ``wrong label``, ``badly placed``, ``found twice``, ``missed`` ..."""
    confidence: float | None
    webp: bytes = b""
    text: str = ""


@dataclass(frozen=True, slots=True)
class TimeError:
    """How far the start and the end of what was sighted lie from where they are, in seconds."""

    label: str
    spans: int
    """Stretches that were found and start sharply."""
    start_median_s: float
    start_interval_s: tuple[float, float]
    start_90_s: float
    """Nine in ten are off by no more."""
    end_median_s: float
    end_interval_s: tuple[float, float]
    end_90_s: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was measured of one model folder on one set of items."""

    kind: Literal["vision", "text", "posts"]
    models: tuple[Mapping[str, str], ...]
    """Kind, version and sha256 of each model that was used."""
    on: str
    """``heldout`` or ``calibration``."""
    restricted: str
    """What the run was restricted to; empty for the whole set."""
    items: int
    groups: int
    lock: str
    """Hash of the items' ids and labels: two evaluations compare if it is the same."""
    sources: Mapping[str, int]
    draws: int
    seed: int
    scores: tuple[Scores, ...]
    suites: tuple[Suite, ...]
    reliability: tuple[Reliability, ...]
    errors: tuple[Kind, ...]
    worst: tuple[Worst, ...]
    notes: tuple[str, ...]
    """What a reader must know: what was not measured, what counts how."""
    times: tuple[TimeError, ...] = ()
    bands: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """True band -> band that was given -> posts."""
    at_recall: tuple[AtRecall, ...] = ()
    beside: tuple[Beside, ...] = ()
    held: tuple[Held, ...] = ()
    """What is asked of a model, and whether it is reached."""
    tried: tuple[Tried, ...] = ()

    def main(self) -> tuple[Scores, ...]:
        """Return the scores over all items."""
        return tuple(each for each in self.scores if each.part == "all")

    def worst_first(self) -> tuple[Scores, ...]:
        """Return the scores of slices, the lowest average precision first; tiny slices come last."""
        parts = [each for each in self.scores if "=" in each.part and not each.curve]
        return tuple(sorted(parts, key=_badness))


FEW_POSITIVES = 10
"""Below these a slice says too little to be called bad."""


def _badness(scores: Scores) -> tuple[bool, float]:
    average = scores.ap.value
    return scores.positives < FEW_POSITIVES, 2.0 if average is None else average
