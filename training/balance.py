"""Which pictures an epoch shows, and how often: sources, labels, background and old data in balance.

Pictures are drawn with weights, seeded by run and epoch. A large source is drawn more often than a small
one, yet by the square root of its size; a picture with a rare label more often than others of its source
(repeat factors of LVIS, arXiv:1908.03195, section 4.3), and so is one that the model to start from is wrong
about; pictures without any box, and those replayed from what an earlier model learnt from, each have a
share of their own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from detector.errors import InputError
from training.examples import Example
from training.manifest import LABELS

FREQUENT = 0.2
"""Share of pictures from which on a label is not drawn more often."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """How an epoch is shared out; stands in the card's recipe."""

    background: float = 0.2
    """Share of pictures without any box, where there are some and others."""
    replay: float = 0.3
    """Share of pictures from the data of the model that is fine-tuned, where that is to be had."""
    mined: float = 1.0
    """How many times as often pictures are drawn in which the start reports what is not there."""
    emphasis: Mapping[str, float] = field(default_factory=dict)
    """How many times as often as by its size a source is drawn, by its name; by ``source/label`` those
    of its pictures that show the label, in addition."""

    def without(self, sources: Set[str]) -> Shares:
        """Return the shares where some sources are left out."""
        kept = {
            name: each for name, each in self.emphasis.items() if source_of(name) not in sources
        }
        return replace(self, emphasis=kept)


def source_of(name: str) -> str:
    """Return the source that an emphasis is on, from ``source`` or ``source/label``."""
    return name.partition("/")[0]


def check_emphasis(
    emphasis: Mapping[str, float], given: Set[str], train: Sequence[Example]
) -> None:
    """Check that every emphasis is on something that can be drawn.

    Raises:
        InputError: If a source is not given, or none of its pictures on the train side shows the label.
    """
    shown = {f"{each.source}/{box.label}" for each in train for box in each.boxes}
    for each in sorted(emphasis):
        source, _, label = each.partition("/")
        if source not in given:
            raise InputError(
                f"{source} is to be drawn more often and is not among the data; given are "
                f"{', '.join(sorted(given))}; correct --emphasis"
            )
        if label and label not in LABELS:
            raise InputError(
                f"--emphasis {each}: {label} is no label; expected one of {', '.join(LABELS)} behind the "
                f"stroke; correct it"
            )
        if label and each not in shown:
            raise InputError(
                f"--emphasis {each}: no picture of {source} on the train side shows {label}; expected "
                f"some to draw more often; leave it out, or add such pictures"
            )


def weights(
    examples: Sequence[Example],
    old: frozenset[str],
    shares: Shares,
    mined: Set[str] = frozenset(),
) -> Floats:
    """Return the chance of each picture to be the next one drawn; they add up to 1.

    Args:
        examples: Of the train side.
        old: Names of the sources that are replayed.
        shares: How an epoch is shared out.
        mined: Ids of the pictures that are drawn more often; see `training.mining`.
    """
    chance = _by_source(examples, shares.emphasis) * _by_label(examples)
    chance *= np.where([each.id in mined for each in examples], shares.mined, 1.0)
    empty = np.array([not each.boxes for each in examples])
    chance = _shared(chance, empty, shares.background)
    replayed = np.array([each.source in old for each in examples])
    return _shared(chance, replayed, shares.replay)


def epoch(chance: Floats, count: int, seed: int, number: int) -> list[int]:
    """Draw the pictures of an epoch, in the order in which they are shown.

    Every picture is shown as often as its chance says, rounded down, and what is left is drawn: no
    picture is left out by bad luck alone that is due once.
    """
    rng = np.random.default_rng([seed, number])
    due = chance * count
    times = np.floor(due).astype(np.int64)
    left = count - int(times.sum())
    rest = due - times
    if left:
        drawn = rng.choice(len(chance), size=left, p=rest / rest.sum())
        times += np.bincount(drawn, minlength=len(chance))
    order = np.repeat(np.arange(len(chance)), times)
    rng.shuffle(order)
    return [int(each) for each in order]


def _by_source(examples: Sequence[Example], emphasis: Mapping[str, float]) -> Floats:
    size = Counter(each.source for each in examples)
    chance = [math.prod(_emphasised(each, emphasis)) for each in examples]
    return np.array(chance) / np.sqrt([size[each.source] for each in examples])


def _emphasised(example: Example, emphasis: Mapping[str, float]) -> Iterator[float]:
    yield emphasis.get(example.source, 1.0)
    for label in {box.label for box in example.boxes}:
        yield emphasis.get(f"{example.source}/{label}", 1.0)


def _by_label(examples: Sequence[Example]) -> Floats:
    shown = [{box.label for box in each.boxes} for each in examples]
    count = Counter(label for labels in shown for label in labels)
    factor = {
        label: max(1.0, math.sqrt(FREQUENT * len(examples) / times))
        for label, times in count.items()
    }
    return np.array([max((factor[each] for each in labels), default=1.0) for labels in shown])


def _shared(chance: Floats, part: npt.NDArray[np.bool_], share: float) -> Floats:
    """Give a part of the pictures its share, unless nothing but it can be drawn, or nothing of it."""
    chance = chance / chance.sum()
    inside, outside = chance[part].sum(), chance[~part].sum()
    if not inside or not outside:
        return chance
    shared: Floats = np.where(part, chance * share / inside, chance * (1 - share) / outside)
    return shared
