"""What the network is shown: pictures of a corpus, changed anew in every epoch, with what they teach.

A map from index to arrays, read by the loader and its worker processes. Every draw depends on seed, epoch
and index alone, so neither the number of workers nor an interruption changes what is shown.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from training import balance, pictures
from training.augment import Changes, Scene, augmented, fitted, tiled
from training.dressing import dressed
from training.examples import Corpus, Example, LabelledBox
from training.teaching import teaches_absence

WHOLE = (0.0, 0.0, 1.0, 1.0)
"""Box of a whole picture."""


@dataclass(frozen=True, slots=True)
class Showing:
    """How pictures are shown."""

    labels: tuple[str, ...]
    side: int
    """Of the square, in pixels; a multiple of 32."""
    count: int
    """Pictures of an epoch."""
    seed: int
    masked: bool = True
    """Whether labels that a picture does not annotate, and regions to be ignored, teach no absence."""
    changes: Changes = field(default_factory=Changes)
    emblems: Path | None = None
    """Folder of artwork for badges; without it they are drawn."""


class Shown:
    """The pictures of one epoch; `start` goes on to another one.

    Args:
        corpus: The train side.
        chance: Chance of each of its pictures; see `training.balance.weights`.
        how: How they are shown.
    """

    def __init__(self, corpus: Corpus[Example], chance: balance.Floats, how: Showing) -> None:
        self.examples, self._chance, self.how = corpus.examples, chance, how
        self.start(0)

    def start(self, epoch: int) -> None:
        """Go to the start of an epoch, the first being 0."""
        self._epoch = epoch
        self._order = balance.epoch(self._chance, self.how.count, self.how.seed, epoch)

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return a picture, or four on one square, and what is taught by it."""
        how, rng = self.how, np.random.default_rng([self.how.seed, self._epoch, index])
        (tiles,) = rng.spawn(1)
        if tiles.random() >= how.changes.mosaic:
            return self._item(self._changed(index, how.side, rng))
        others = tiles.integers(len(self), size=3).tolist()
        quarters = [
            self._changed(at, how.side // 2, each)
            for at, each in zip((index, *others), (rng, *tiles.spawn(3)), strict=True)
        ]
        return self._item(tiled(quarters))

    def plain(self, index: int) -> dict[str, Any]:
        """Return a picture as it is, for measuring rather than learning."""
        example = self.examples[self._order[index]]
        pixels = pictures.pixels(example.path)
        scene = fitted(pixels, example.boxes, example.ignore, self.how.side)
        return self._item(self._masked(scene, example.judged))

    def _changed(self, index: int, side: int, rng: np.random.Generator) -> Scene:
        example, changes = self.examples[self._order[index]], self.how.changes
        pixels = pictures.pixels(example.path)
        pixels, example = dressed(pixels, example, rng, changes, self.how.emblems)
        scene = augmented(pixels, example.boxes, example.ignore, side, rng, changes)
        return self._masked(scene, example.judged)

    def _masked(self, scene: Scene, judged: Set[str]) -> Scene:
        """Return a scene that is to be ignored for every label that nobody judged in it."""
        if not self.how.masked:
            return replace(scene, ignore=())
        unknown = (LabelledBox(each, WHOLE) for each in self.how.labels if each not in judged)
        return replace(scene, ignore=(*scene.ignore, *unknown))

    def _item(self, scene: Scene) -> dict[str, Any]:
        labels, pixels = self.how.labels, scene.pixels
        known = [each for each in scene.boxes if each.label in labels]
        corners = np.array([each.box for each in known], np.float32).reshape(-1, 4)
        low, high = corners[:, :2], corners[:, 2:]
        return {
            "img": np.ascontiguousarray(pixels.transpose(2, 0, 1)),
            "cls": np.array([[labels.index(each.label)] for each in known], np.float32).reshape(
                -1, 1
            ),
            "bboxes": np.concatenate([(low + high) / 2, high - low], axis=1),
            "teach": teaches_absence(labels, scene.ignore, self.how.side),
        }
