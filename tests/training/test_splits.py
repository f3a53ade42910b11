"""Which side an item stands on, and who yields to whom."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InputError
from training.examples import Side
from training.splits import Twins, checked, settle, split_of

NAMES = [f"g{at}" for at in range(8)]


def test_the_rule_is_the_one_the_shipped_model_was_fitted_with() -> None:
    groups = [f"group {at}" for at in range(500)]
    by_hand = [
        "calibration"
        if int(hashlib.sha256(each.encode()).hexdigest()[:8], 16) % 100 < 15
        else "train"
        for each in groups
    ]
    assert [split_of(each) for each in groups] == by_hand


@pytest.mark.parametrize("word", ["heldout", "aside", "test", "", "Train"])
def test_no_other_split_can_be_asked_for(word: str) -> None:
    with pytest.raises(InputError, match="held-out items are for evaluation alone"):
        checked(word)


def test_a_twin_of_a_held_out_group_stands_aside_even_if_it_was_there_first() -> None:
    sides: dict[str, Side] = {"old": "train", "new": "heldout"}
    [moved] = settle(sides, [Twins("old", "new", "")], standing=frozenset({"old"}))
    assert (moved.group, moved.side) == ("old", "aside")


def test_what_comes_later_follows_what_was_there() -> None:
    sides: dict[str, Side] = {"old": "calibration", "new": "train"}
    [moved] = settle(sides, [Twins("new", "old", "")], standing=frozenset({"old"}))
    assert (moved.group, moved.side) == ("new", "calibration")


def test_of_twins_that_come_together_train_wins() -> None:
    sides: dict[str, Side] = {"a": "calibration", "b": "train"}
    [moved] = settle(sides, [Twins("a", "b", "")])
    assert (moved.group, moved.side) == ("a", "train")


def test_a_bridge_between_both_sides_stands_aside() -> None:
    sides: dict[str, Side] = {"a": "calibration", "b": "train", "new": "train"}
    pairs = [Twins("a", "new", ""), Twins("b", "new", "")]
    [moved] = settle(sides, pairs, standing=frozenset({"a", "b"}))
    assert (moved.group, moved.side) == ("new", "aside")


@st.composite
def _worlds(
    draw: st.DrawFn,
) -> tuple[dict[str, Side], list[Twins], frozenset[str]]:
    side = st.sampled_from(["train", "calibration", "heldout"])
    sides: dict[str, Side] = {each: draw(side) for each in NAMES}
    standing = draw(st.frozensets(st.sampled_from(NAMES)))
    pair = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
        lambda two: two[0] != two[1]
    )
    twins = [Twins(*each, "") for each in draw(st.lists(pair, max_size=14))]
    # What was settled before does not cross: settle it first, as growing data do.
    own = [each for each in twins if {each.one, each.other} <= standing]
    first = {name: sides[name] for name in standing}
    sides |= {each.group: each.side for each in settle(first, own)}
    return sides, twins, standing


@given(_worlds())
def test_twins_never_cross_and_what_was_settled_stays(
    world: tuple[dict[str, Side], list[Twins], frozenset[str]],
) -> None:
    sides, twins, standing = world
    moved = {each.group: each.side for each in settle(sides, twins, standing=standing)}
    after = sides | moved
    for pair in twins:
        between = {after[pair.one], after[pair.other]} - {"aside"}
        assert len(between) < 2
    assert {moved[each] for each in moved if each in standing} <= {"aside"}
    assert all(after[each] == "heldout" for each in NAMES if sides[each] == "heldout")
