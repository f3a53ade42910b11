"""Clips with known content: which labels are to be sighted when, and what was sighted instead.

The table ``data/clips.toml`` names clips by hash, and holds no frame of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detector.errors import InputError
from detector.evidence import Sighting
from training import toml
from training.manifest import Label
from training.metrics.interval import DRAWS, Measure, Weights, draw, quantiles, ratio

Floats = npt.NDArray[np.float64]
CLIPS = Path("data/clips.toml")
SLACK_S = 0.25
"""How far a sighting may lie beside a stretch and not be false: half of the time between two samples."""


class Stretch(BaseModel):
    """A stretch of a clip that shows a label, or may."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Label
    from_s: Annotated[float, Field(ge=0)]
    to_s: Annotated[float, Field(gt=0)]

    def meets(self, sighting: Sighting, slack_s: float = 0.0) -> bool:
        """Say whether a sighting is of its label and lies in it, if only in part."""
        near = sighting.start_s <= self.to_s + slack_s and sighting.end_s >= self.from_s - slack_s
        return sighting.label == self.label and near


class Clip(BaseModel):
    """What a clip shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Of its file in the source of clips."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    seconds: Annotated[float, Field(gt=0)]
    must: tuple[Stretch, ...] = ()
    may: tuple[Stretch, ...] = ()
    note: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing is to be sighted in it, and nothing may be."""
        return not self.must and not self.may

    @model_validator(mode="after")
    def _stretches_lie_in_it(self) -> Clip:
        for each in (*self.must, *self.may):
            if not each.from_s < each.to_s <= self.seconds + SLACK_S:
                raise ValueError(
                    f"{self.name}: {each.label} from {each.from_s} to {each.to_s} s does not lie in its "
                    f"{self.seconds} s"
                )
        return self


class _Clips(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: tuple[Clip, ...]


def read_clips(path: Path = CLIPS) -> tuple[Clip, ...]:
    """Read the table of clips.

    Raises:
        InputError: If it is not there or does not say what it must.
    """
    try:
        return _Clips.model_validate(toml.read(path)).clip
    except ValidationError as error:
        raise InputError(
            f"the clips in {path} are wrong ({error.errors()[0]['msg']}); expected tables [[clip]] with "
            f"name, sha256, seconds, must and may; correct them"
        ) from error


@dataclass(frozen=True, slots=True)
class Watched:
    """One clip, held against what it shows."""

    clip: Clip
    found: tuple[Stretch, ...]
    """What was to be sighted, and was."""
    missed: tuple[Stretch, ...]
    wrong: tuple[Sighting, ...]
    """Sightings of what is not there."""
    looked_s: float
    absent: str = ""
    """Why it, or a part of it, could not be looked at; empty where all of it was."""


def judge_clip(
    clip: Clip, sightings: Sequence[Sighting], labels: Sequence[str], looked_s: float, absent: str
) -> Watched:
    """Hold what was sighted in a clip against what it shows.

    Args:
        clip: What it shows.
        sightings: What was sighted.
        labels: That the model knows; of others nothing is expected.
        looked_s: Seconds that were looked at.
        absent: What could not be looked at, in words.
    """
    wanted = [each for each in clip.must if each.label in labels]
    found = tuple(each for each in wanted if any(map(each.meets, sightings)))
    there = (*clip.must, *clip.may)
    wrong = tuple(
        each for each in sightings if not any(span.meets(each, SLACK_S) for span in there)
    )
    missed = tuple(each for each in wanted if each not in found)
    return Watched(clip, found, missed, wrong, looked_s, absent)


@dataclass(frozen=True, slots=True)
class ClipsResult:
    """All clips of a table."""

    watched: tuple[Watched, ...]
    alarmed: Measure
    """Share of the clean clips with any false sighting."""
    per_minute: Measure
    """False sightings a minute of clean clips; without an interval where there is none."""

    @property
    def clean(self) -> tuple[Watched, ...]:
        """The clean clips of which something was looked at."""
        return tuple(each for each in self.watched if each.clip.clean and each.looked_s > 0)


def sum_up(watched: Sequence[Watched], *, draws: int = DRAWS, seed: int = 0) -> ClipsResult:
    """Sum clips up; intervals are over clips."""
    clean = [each for each in watched if each.clip.clean and each.looked_s > 0]
    weights = draw(max(len(clean), 1), draws=draws, seed=seed)
    alarmed = np.array([bool(each.wrong) for each in clean] or [False], np.float64)
    there = np.array([1.0] * len(clean) or [0.0])
    wrong = np.array([len(each.wrong) for each in clean] or [0], np.float64)
    minutes = np.array([each.looked_s / 60 for each in clean] or [0.0], np.float64)
    return ClipsResult(
        tuple(watched), ratio(alarmed, there, weights), _rate(wrong, minutes, weights)
    )


def _rate(wrong: Floats, minutes: Floats, weights: Weights) -> Measure:
    items, groups = int(wrong.sum()), int((minutes > 0).sum())
    if not groups:
        return Measure(None, None, None, 0, 0, "none")
    value = float(wrong.sum() / minutes.sum())
    if not items:
        return Measure(value, None, None, items, groups, "none")
    low, high = quantiles((weights @ wrong) / (weights @ minutes))
    return Measure(value, low, high, items, groups, "bootstrap of groups")


def in_words(stretches: Sequence[Stretch]) -> list[str]:
    """Say stretches, e.g. ``weapon 7.5-9.0 s``."""
    return [f"{each.label} {each.from_s:.1f}-{each.to_s:.1f} s" for each in stretches]


def wrong_in_words(sightings: Sequence[Sighting]) -> list[str]:
    """Say false sightings, those of a label together, e.g. ``2 x vehicle (at 0.5, 3.0 s)``."""
    return list(_wrong(sightings))


def _wrong(sightings: Sequence[Sighting]) -> Iterator[str]:
    for label, count in sorted(Counter(each.label for each in sightings).items()):
        at = ", ".join(f"{each.peak_s:.1f}" for each in sightings if each.label == label)
        yield f"{count} x {label} (at {at} s)"
