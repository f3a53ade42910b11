from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.persons import BOX, person
from tests.training.scenes import example
from training import pictures
from training.augment import Changes
from training.dressing import dressed
from training.examples import Corpus, Example, LabelledBox
from training.network.shown import Showing, Shown

ALL = ("uniform", "badge", "vehicle", "weapon")
UNIFORM = example(boxes=[("uniform", BOX)], annotates=ALL)
CIVILIAN = example(annotates=(), negative_for=ALL, background=(LabelledBox("person", BOX),))
PALETTE, BADGES = Changes(palette=1.0), Changes(badges=1.0)


def changed(of: Example, changes: Changes, seed: int = 1) -> bool:
    pixels, _ = dressed(person(), of, np.random.default_rng(seed), changes)
    return not np.array_equal(pixels, person())


def added(of: Example, seed: int = 1) -> int:
    _, after = dressed(person(), of, np.random.default_rng(seed), BADGES)
    return len(after.boxes) - len(of.boxes)


def test_by_default_nobody_is_dressed() -> None:
    pixels, after = dressed(person(), UNIFORM, np.random.default_rng(0), Changes())

    assert np.array_equal(pixels, person())
    assert after == UNIFORM


def test_other_draws_are_the_same_with_and_without() -> None:
    one, other = np.random.default_rng(3), np.random.default_rng(3)
    dressed(person(), UNIFORM, one, Changes(palette=1.0, badges=1.0))

    assert one.random() == other.random()


def test_clothes_are_recoloured_and_nothing_is_added() -> None:
    _, after = dressed(person(), UNIFORM, np.random.default_rng(1), PALETTE)

    assert changed(UNIFORM, PALETTE)
    assert after == UNIFORM


def test_badges_are_added_where_all_are_boxed() -> None:
    assert sum(added(UNIFORM, seed) for seed in range(6)) > 0


def test_none_is_added_where_others_may_stand_unboxed() -> None:
    partly = example(boxes=[("uniform", BOX)], annotates=("uniform",))

    assert sum(added(partly, seed) for seed in range(6)) == 0


@pytest.mark.parametrize("label", ["badge", "weapon"])
def test_none_is_added_over_one_that_is_there(label: str) -> None:
    taken = example(boxes=[("uniform", BOX), (label, BOX)], annotates=ALL)

    assert sum(added(taken, seed) for seed in range(6)) == 0


@pytest.mark.parametrize("label", ["badge", "weapon", ""])
def test_none_is_added_over_a_region_to_be_ignored(label: str) -> None:
    taken = example(boxes=[("uniform", BOX)], ignore=[(label, BOX)], annotates=ALL)

    assert sum(added(taken, seed) for seed in range(6)) == 0


def test_civilians_are_recoloured_and_get_no_badges() -> None:
    assert changed(CIVILIAN, PALETTE)
    assert not changed(CIVILIAN, BADGES)


def test_somebody_in_another_uniform_is_left_alone() -> None:
    pilot = example(
        annotates=(),
        negative_for=ALL,
        background=(LabelledBox("person", BOX),),
        suites=frozenset({"other uniforms"}),
    )

    assert not changed(pilot, PALETTE)


def test_a_person_of_whom_nobody_knows_is_left_alone() -> None:
    unknown = example(annotates=(), background=(LabelledBox("person", BOX),))

    assert not changed(unknown, PALETTE)


def test_the_network_is_shown_people_dressed(tmp_path: Path) -> None:
    path = tmp_path / "person.webp"
    path.write_bytes(pictures.webp(person(), quality=90))
    corpus = Corpus((replace(UNIFORM, path=path, heldout=False),), "train", ())
    plain = replace(Changes(), **dict.fromkeys(("colour", "blur", "compression", "overlay"), 0.0))

    def shown(changes: Changes) -> list[np.ndarray]:
        how = Showing(ALL, 128, 6, seed=0, changes=changes)
        items = Shown(corpus, np.ones(1), how)
        return [items[at]["img"] for at in range(6)]

    usual, again = shown(plain), shown(plain)
    olive = shown(replace(plain, palette=1.0))

    assert all(map(np.array_equal, usual, again))
    assert not any(map(np.array_equal, usual, olive))
    # The margins stay: scale, turn and shift are drawn as before.
    grey = [(each == 114).all(axis=0) for each in usual]
    assert all(
        np.array_equal(one, (two == 114).all(axis=0)) for one, two in zip(grey, olive, strict=True)
    )
