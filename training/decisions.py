"""Reviewers' decisions as JSON lines: what a line says, and how it is read.

The form is versioned; ``wardi data from-decisions --schema`` prints it as JSON Schema. An officer's name is
accepted, because a review tool has it, and goes no further than this file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from detector.errors import InputError
from training.formats.base import Trouble
from training.manifest import LABELS, TOPICS

VERSION = 1
"""Of the form; raised when a field changes its meaning or goes."""
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Correction(_Part):
    """What would have been right."""

    label: str = ""
    """Another label or topic that it is instead; empty: none of ours."""
    box: tuple[Share, Share, Share, Share] | None = None
    """Where it is in the picture: x_min, y_min, x_max, y_max as fractions; null: where it was found."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Correction:
        if self.label and self.label not in {*LABELS, *TOPICS}:
            raise ValueError(
                f"label {self.label!r}; expected one of {', '.join((*LABELS, *TOPICS))}"
            )
        if self.box and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError(
                f"the box {self.box} is empty; expected x_min < x_max and y_min < y_max"
            )
        return self


class Decision(_Part):
    """One line: what a person made of one finding, or of one label in a post."""

    schema_version: Literal[1] = 1
    finding: str = ""
    """Post id and clause as ``POST#CLAUSE``; stands for `post` and `clause`."""
    post: str = ""
    """Id of the post."""
    clause: str = ""
    """Id of the clause that was found, e.g. ``K1``."""
    label: str = ""
    """Label or topic that was judged; empty: everything that the finding rests on."""
    media: str = ""
    """File that is meant, by its name in the post; empty: every file."""
    time_s: float | None = None
    """Peak second of the sighting that is meant; null: every one."""
    decision: Literal["right", "wrong", "excused"]
    """Whether what was found is there; ``wrong`` becomes a hard negative. ``excused``: it is there and is
    no violation, e.g. approved elsewhere: a box is right then, and words teach nothing."""
    corrected: Correction | None = None
    """What would have been right, where the reviewer says so."""
    officer: str = ""
    """Who decided; read and not carried into labelled data."""
    decided_at: AwareDatetime
    """When, with time zone; of two decisions on one thing the later one counts."""

    @model_validator(mode="after")
    def _names_something(self) -> Decision:
        if bool(self.finding) == bool(self.post) or (self.finding and self.clause):
            raise ValueError("expected either `finding`, or `post` with `clause` or `label`")
        if self.finding and not all(self.finding.rpartition("#")):
            raise ValueError(f"finding {self.finding!r}; expected POST#CLAUSE")
        if self.post and not (self.clause or self.label):
            raise ValueError("`post` alone; expected `clause` or `label` with it")
        if self.decision != "wrong" and self.corrected and self.corrected.label:
            raise ValueError(f"`{self.decision}` and yet another label; expected `wrong` with it")
        return self

    @property
    def post_id(self) -> str:
        """The post."""
        return self.post or self.finding.rpartition("#")[0]

    @property
    def clause_id(self) -> str:
        """The clause; empty where a label of the whole post was judged."""
        return self.clause or self.finding.rpartition("#")[2]


def read_decisions(path: Path) -> tuple[list[tuple[str, Decision]], list[Trouble]]:
    """Read decisions in the order in which they were made.

    Returns:
        File and line with each decision, and the lines that cannot be used.

    Raises:
        InputError: If the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read ({error}); expected JSON lines in UTF-8; name the file again"
        ) from error
    found, troubles = [], []
    for number, line in enumerate(lines, start=1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        try:
            found.append((where, Decision.model_validate_json(line)))
        except ValidationError as error:
            said = "; ".join(_problems(error))
            troubles.append(Trouble("cannot be read", where, f"{said}: left out"))
    found.sort(key=lambda each: each[1].decided_at)
    return found, troubles


def _problems(error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        place = ".".join(map(str, each["loc"]))
        yield f"{place}: {each['msg']}" if place else str(each["msg"])


def json_schema() -> str:
    """Return the form of a line as JSON Schema."""
    schema: dict[str, Any] = Decision.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
