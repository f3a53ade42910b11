"""On which side an item stands: train or calibration by a hash of its group, held out by its source.

The rule needs no memory: a group keeps its side whatever else is added. Near-duplicates that the groups
do not know of are found by `training.likeness`; where two groups with twins would stand on different
sides, one yields as a whole, and `twins.toml` keeps that for good:

* held-out wins: the other one stands aside, whenever it came;
* groups that come later, with the twins they came with, follow the side of their earlier twins, and stand
  aside if those stand on both sides;
* of twins that come together, train wins, so that nothing that may have been fitted on is calibrated on.

So a group that was settled keeps its side, unless a held-out twin turns up: then it stands aside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from detector.errors import InputError
from training.examples import AnyExample, Example, Side, Split, TextExample

CALIBRATION_PERCENT = 15
HELDOUT_PERCENT = 15
"""Of an imported corpus that names no held-out items of its own."""


def hundredth(group: str) -> int:
    """Return a number in [0, 100) that depends on the group's name alone."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % 100


def split_of(group: str) -> Split:
    """Return the side of a group that is not held out.

    Example:
        >>> split_of("train_police-1"), split_of("av_45")
        ('train', 'train')
    """
    return "calibration" if hundredth(group) < CALIBRATION_PERCENT else "train"


def chosen_for_heldout(group: str) -> bool:
    """Say whether a group of an imported corpus is held out; does not depend on `split_of`."""
    return hundredth(f"heldout:{group}") < HELDOUT_PERCENT


def group_key(item: AnyExample) -> str:
    """Return the name under which a group is kept: texts are long, and not to be copied into a file.

    Example:
        A picture of group ``av_45`` has the key ``picture/av_45``.
    """
    if isinstance(item, Example):
        return f"picture/{item.group}"
    kind = "text" if isinstance(item, TextExample) else "pair"
    return f"{kind}/{hashlib.sha256(item.group.encode()).hexdigest()[:16]}"


def side_of(item: AnyExample, exceptions: Mapping[str, Side]) -> Side:
    """Return where an item stands, by its source's flag, the exceptions, and its group, in that order.

    Args:
        item: From any source.
        exceptions: Side by `group_key`.
    """
    if item.heldout:
        return "heldout"
    return exceptions.get(group_key(item)) or split_of(item.group)


def checked(split: str) -> Split:
    """Return the name of a split that may be fitted on or chosen on.

    Raises:
        InputError: If it is another word; the held-out side is not to be had here.
    """
    if split not in get_args(Split):
        raise InputError(
            f"the split {split!r} cannot be loaded; expected one of {', '.join(get_args(Split))}; "
            f"held-out items are for evaluation alone"
        )
    return cast("Split", split)


@dataclass(frozen=True, slots=True)
class Twins:
    """Two items, or two groups, that show or say almost the same."""

    one: str
    other: str
    how: str
    """What says so, with the measure, e.g. ``perceptual hash, 4 bits``."""


@dataclass(frozen=True, slots=True)
class Yielded:
    """A group that does not stand where the hash of its name says."""

    group: str
    """Its `group_key`."""
    side: Side
    of: str
    """The group it yields to."""
    how: str


def settle(
    sides: Mapping[str, Side], twins: Iterable[Twins], *, standing: frozenset[str] = frozenset()
) -> list[Yielded]:
    """Decide which groups yield to their twins; a group moves as a whole.

    Args:
        sides: Where every group stands so far, by key; ``heldout`` if one of its items is held out.
        twins: Pairs of groups with near-duplicates.
        standing: Groups that were settled before; the others come together, now.

    Returns:
        The groups whose side changes, sorted by key.
    """
    near: dict[str, list[tuple[str, str]]] = {}
    for pair in twins:
        near.setdefault(pair.one, []).append((pair.other, pair.how))
        near.setdefault(pair.other, []).append((pair.one, pair.how))
    moves: dict[str, Yielded] = {}
    for item in sorted(near):
        held = [each for each in sorted(near[item]) if sides[each[0]] == "heldout"]
        if held and sides[item] not in ("heldout", "aside"):
            moves[item] = Yielded(item, "aside", *held[0])
    free = {item for item in near if item not in moves and sides[item] in ("train", "calibration")}
    for family in _families(free - standing, near):
        for move in _agree(family, near, free & standing, sides):
            moves[move.group] = move
    return [moves[group] for group in sorted(moves)]


def _families(
    items: Iterable[str], near: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[list[str]]:
    """Yield the items that hang together by twins among themselves, sorted."""
    left = set(items)
    for first in sorted(left):
        if first not in left:
            continue
        family, open_ends = [first], [first]
        left.discard(first)
        while open_ends:
            for other, _ in near[open_ends.pop()]:
                if other in left:
                    left.discard(other)
                    family.append(other)
                    open_ends.append(other)
        yield sorted(family)


def _agree(
    family: Sequence[str],
    near: Mapping[str, Sequence[tuple[str, str]]],
    earlier: Collection[str],
    sides: Mapping[str, Side],
) -> Iterator[Yielded]:
    """Yield the moves that bring a family that came together onto one side, or aside."""
    pairs = [(item, *each) for item in family for each in sorted(near[item])]
    settled = {sides[other] for _, other, _ in pairs if other in earlier}
    wanted: Side = "train" if any(sides[item] == "train" for item in family) else "calibration"
    if settled:
        wanted = "aside" if len(settled) > 1 else settled.pop()
    for item in family:
        if sides[item] == wanted:
            continue
        own = sorted(near[item], key=lambda each: (each[0] not in earlier, each))
        yield Yielded(item, wanted, *own[0])
