"""What is asked of a vision model: sets of held-out pictures, bars, families; ``data/evaluation.toml``.

A set names sources, and whether every picture that was checked to show nothing of the label counts as
well. It adds no item of its own: all of them are held out already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detector.errors import InputError
from training import toml
from training.evaluation.bars import Bar
from training.evaluation.text_bars import TextAsked
from training.examples import Example, LabelledBox
from training.manifest import Label
from training.matching import CLOSE_UP, SCENE
from training.scene import EVERY_SIZE, Scene

SETS = Path("data/evaluation.toml")
SIZES = {"every": EVERY_SIZE, "scene": SCENE, "close-up": CLOSE_UP}


class Baseline(BaseModel):
    """Another network that a set is looked at with, to show what ours adds to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    """Of kind ``weights``, where its file lies."""
    file: str
    """Weights as safetensors."""
    place: Annotated[int, Field(ge=0)]
    """Of the class that is taken for the label, in the order of the network's classes."""
    head: Literal["one2one", "one2many"] = "one2one"


class PictureSet(BaseModel):
    """Pictures on which one label is scored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[^=]+$")]
    label: Label
    sources: tuple[str, ...]
    with_negatives: bool = False
    """Whether pictures of every source that were checked to show none of the label count as well."""
    size: Literal["every", "scene", "close-up"] = "every"
    """Boxes by their share of the picture: below 30 %, or from there on."""
    min_side_px: Annotated[int, Field(ge=0)] = 0
    """Boxes whose shorter side has fewer pixels are neither to be found nor wrong to find."""
    recall_only: tuple[str, ...] = ()
    """Ids of pictures that show more of the label than is boxed: their boxes count for recall alone."""
    at_recall: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Recall of whole pictures at which their precision is asked as well."""
    baseline: Baseline | None = None

    def takes(self, example: Example) -> bool:
        """Say whether a picture belongs to the set."""
        if example.source in self.sources:
            return True
        return self.with_negatives and self.label in example.negative_for

    def of(self, scenes: Sequence[Scene]) -> list[Scene]:
        """Return the pictures of the set, with the boxes that are too small for it ignored."""
        return [
            replace(each, example=self._for_recall(self._without_small(each.example)))
            for each in scenes
            if self.takes(each.example)
        ]

    def _for_recall(self, example: Example) -> Example:
        if example.id not in self.recall_only:
            return example
        return replace(example, annotates=example.annotates - {self.label})

    def _without_small(self, example: Example) -> Example:
        small = tuple(each for each in example.boxes if self._small(each, example))
        if not small:
            return example
        kept = tuple(each for each in example.boxes if each not in small)
        return replace(example, boxes=kept, ignore=(*example.ignore, *small))

    def _small(self, box: LabelledBox, example: Example) -> bool:
        x0, y0, x1, y1 = box.box
        width, height = example.size_wh
        return box.label == self.label and min((x1 - x0) * width, (y1 - y0) * height) < (
            self.min_side_px
        )


class Family(BaseModel):
    """Sources that share a way of being made, left out together to see what was learnt of it alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[\w-]+$")]
    label: Label
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    together: str = ""
    """Families with the same word here are left out of the same training: stricter, and fewer to fit."""


class Asked(BaseModel):
    """All that the file asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: tuple[PictureSet, ...] = ()
    bar: tuple[Bar, ...] = ()
    family: tuple[Family, ...] = ()
    text: TextAsked = TextAsked()

    @model_validator(mode="after")
    def _bars_name_sets(self) -> Asked:
        known = {each.name: each for each in self.set}
        for each in self.bar:
            of = known.get(each.set)
            if each.set and (of is None or each.label not in ("", of.label)):
                raise ValueError(f"the bar {each.name} is on the set {each.set!r}, which is none")
        return self


def read_asked(path: Path = SETS) -> Asked:
    """Read what is asked; nothing where there is no file.

    Raises:
        InputError: If the file does not say what it must.
    """
    if not path.is_file():
        return Asked()
    try:
        return Asked.model_validate(toml.read(path))
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise InputError(
            f"the sets in {path} are wrong ({said}); expected tables [[set]] with name, label and "
            f"sources, [[bar]], [[family]] and [text]; correct them"
        ) from error
