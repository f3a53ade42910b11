"""What the network is shown: pictures of a corpus, changed anew in every epoch, with what they teach.

A map from index to arrays, read by the loader and its worker processes. Every draw depends on seed, epoch
and index alone, so neither the number of workers nor an interruption changes what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from training import balance, pictures
from training.augment import Changes, augmented, fitted
from training.dressing import dressed
from training.examples import Corpus, Example, LabelledBox
from training.teaching import teaches_absence


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
        """Return a picture and what it teaches; see `item`."""
        example = self.examples[self._order[index]]
        rng = np.random.default_rng([self.how.seed, self._epoch, index])
        pixels = pictures.pixels(example.path)
        pixels, example = dressed(pixels, example, rng, self.how.changes, self.how.emblems)
        scene = augmented(
            pixels, example.boxes, example.ignore, self.how.side, rng, self.how.changes
        )
        return self._item(scene.pixels, scene.boxes, scene.ignore, example.judged)

    def plain(self, index: int) -> dict[str, Any]:
        """Return a picture as it is, for measuring rather than learning."""
        example = self.examples[self._order[index]]
        pixels = pictures.pixels(example.path)
        scene = fitted(pixels, example.boxes, example.ignore, self.how.side)
        return self._item(scene.pixels, scene.boxes, scene.ignore, example.judged)

    def _item(
        self,
        pixels: Any,
        boxes: Sequence[LabelledBox],
        ignore: Sequence[LabelledBox],
        judged: Set[str],
    ) -> dict[str, Any]:
        labels = self.how.labels
        known = [each for each in boxes if each.label in labels]
        corners = np.array([each.box for each in known], np.float32).reshape(-1, 4)
        low, high = corners[:, :2], corners[:, 2:]
        if not self.how.masked:
            judged, ignore = frozenset(labels), ()
        return {
            "img": np.ascontiguousarray(pixels.transpose(2, 0, 1)),
            "cls": np.array([[labels.index(each.label)] for each in known], np.float32).reshape(
                -1, 1
            ),
            "bboxes": np.concatenate([(low + high) / 2, high - low], axis=1),
            "teach": teaches_absence(labels, judged, ignore, self.how.side),
        }
