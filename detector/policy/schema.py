"""What a condition may read and call: every name with its type, its values and its range.

A pack is checked against this page before it is used, because the expression library itself compiles
``"a" > 3`` and ``sighting.lable`` and fails, or not, on the first post. To give packs a new name, add
it here and in `detector/policy/variables.py`; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

TypeName = Literal["bool", "int", "double", "string", "timestamp", "duration", "list", "object"]

LABELS = ("badge", "uniform", "vehicle", "weapon")
TOPICS = ("custody", "mockery", "opsec", "political", "religious")
TARGETS = ("caste", "gender", "race", "religion")
CHANNELS = ("frames", "caption", "on-screen text", "speech")
BOUND = ("personnel", "official account", "private person")
POST_FIELDS = ("text", "account", "platform", "unit", "approval", "submitted_at", "posted_at")
MEDIA_KINDS = ("video", "photo")


@dataclass(frozen=True, slots=True)
class Type:
    """A type, with the values it can take where they are known."""

    name: TypeName
    values: tuple[str, ...] = ()
    """Every value that a string can have; empty where it can have any."""
    low: float | None = None
    """Least value of a number; None where there is none."""
    high: float | None = None
    """Greatest value of a number; None where there is none."""
    fields: Mapping[str, Type] | None = None
    """Fields of an object."""
    item: Type | None = None
    """What a list holds."""

    def __str__(self) -> str:
        return f"list of {self.item}" if self.name == "list" and self.item else self.name


BOOL = Type("bool")
INT = Type("int")
DOUBLE = Type("double")
STRING = Type("string")
TIMESTAMP = Type("timestamp")
DURATION = Type("duration")
_PROBABILITY = Type("double", low=0.0, high=1.0)
_SECONDS = Type("double", low=0.0)

SIGHTING = Type(
    "object",
    fields={
        "label": Type("string", values=LABELS),
        "probability": _PROBABILITY,
        "kind": Type("string", values=MEDIA_KINDS),
        "start_s": _SECONDS,
        "end_s": _SECONDS,
        "peak_s": _SECONDS,
        "frames": Type("int", low=0),
    },
)
TOPIC = Type(
    "object",
    fields={
        "topic": Type("string", values=TOPICS),
        "probability": _PROBABILITY,
        "flagged": BOOL,
        "target": Type("string", values=("", *TARGETS)),
        "origin": Type(
            "string", values=("caption", "hashtag", "file name", "on-screen text", "speech")
        ),
        "language": STRING,
    },
)
NAMES: Mapping[str, Type] = {
    "sightings": Type("list", item=SIGHTING),
    "topics": Type("list", item=TOPIC),
    "post": Type(
        "object",
        fields={
            "text": STRING,
            "account": STRING,
            "platform": STRING,
            "unit": STRING,
            "approval": STRING,
            "has_media": BOOL,
            "has_words": BOOL,
            "coverage": _PROBABILITY,
            "submitted_at": TIMESTAMP,
            "posted_at": TIMESTAMP,
        },
    ),
    "author": Type("object", fields={"bound_as": Type("string", values=BOUND), "known": BOOL}),
    "account": Type("object", fields={"on_file": BOOL, "official": BOOL}),
    "approval": Type(
        "object",
        fields=dict.fromkeys(
            (
                "given",
                "on_file",
                "in_force",
                "covers_labels",
                "covers_media",
                "covers_account",
                "valid",
            ),
            BOOL,
        ),
    ),
    "duty": Type("object", fields={"on_duty": BOOL}),
}
"""Every name that a condition may read; `sightings` and `topics` hold what the clause selects."""

_COUNT = Type("int", low=0)
FUNCTIONS: Mapping[str, tuple[tuple[Type, ...], Type]] = {
    "timestamp": ((STRING,), TIMESTAMP),
    "duration": ((STRING,), DURATION),
}
"""Functions with the types they take and give; ``size`` takes a list or a string."""
SIZE = _COUNT

METHODS: Mapping[str, tuple[Type, tuple[Type, ...], Type]] = {
    "startsWith": (STRING, (STRING,), BOOL),
    "endsWith": (STRING, (STRING,), BOOL),
    "contains": (STRING, (STRING,), BOOL),
    # Hours and days need a zone: without one CEL takes UTC, five hours off in Karachi.
    "getHours": (TIMESTAMP, (STRING,), Type("int", low=0, high=23)),
    "getMinutes": (TIMESTAMP, (STRING,), Type("int", low=0, high=59)),
    "getDayOfWeek": (TIMESTAMP, (STRING,), Type("int", low=0, high=6)),
}
"""Methods with what they belong to, the types they take, and the type they give."""

MACROS = ("exists", "all", "exists_one", "filter")
"""Macros over a list: a variable and a condition on it."""

DEAREST = 20_000
"""Most steps that an expression may take: one per part of it, and per item where it goes over a list."""
ITEMS = 250
"""Items that a list is taken to have when steps are counted: 200 sightings and 50 passages."""
