"""Named sets of held-out pictures that a figure is asked on, read from ``data/evaluation.toml``.

A set names sources, and whether every picture that was checked to show nothing of the label counts as
well. It adds no item of its own: all of them are held out already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detector.errors import InputError
from training import toml
from training.examples import Example, LabelledBox
from training.manifest import Label
from training.matching import CLOSE_UP, SCENE
from training.scene import EVERY_SIZE, Scene

SETS = Path("data/evaluation.toml")
SIZES = {"every": EVERY_SIZE, "scene": SCENE, "close-up": CLOSE_UP}


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

    def takes(self, example: Example) -> bool:
        """Say whether a picture belongs to the set."""
        if example.source in self.sources:
            return True
        return self.with_negatives and self.label in example.negative_for

    def of(self, scenes: Sequence[Scene]) -> list[Scene]:
        """Return the pictures of the set, with the boxes that are too small for it ignored."""
        return [
            replace(each, example=self._without_small(each.example))
            for each in scenes
            if self.takes(each.example)
        ]

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


class _Sets(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    set: tuple[PictureSet, ...] = ()


def read_sets(path: Path = SETS) -> tuple[PictureSet, ...]:
    """Read the sets; none where there is no file.

    Raises:
        InputError: If the file does not say what it must.
    """
    if not path.is_file():
        return ()
    try:
        return _Sets.model_validate(toml.read(path)).set
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise InputError(
            f"the sets in {path} are wrong ({said}); expected tables [[set]] with name, label and "
            f"sources; correct them"
        ) from error
