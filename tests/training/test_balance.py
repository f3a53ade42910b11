from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.training.scenes import LEFT, example
from training.balance import Shares, epoch, weights
from training.examples import Example

ALL = Shares(background=0.2, replay=0.3)


def some(count: int, label: str | None, source: str) -> list[Example]:
    boxes = [(label, LEFT)] if label else []
    return [
        example(f"{label}{at}", boxes=boxes, source=source, heldout=False) for at in range(count)
    ]


def share(examples: list[Example], chance: np.ndarray, source: str) -> float:
    return float(sum(c for c, e in zip(chance, examples, strict=True) if e.source == source))


def test_chances_add_up() -> None:
    pictures = [*some(3, "weapon", "a"), *some(5, None, "b")]

    assert weights(pictures, frozenset(), ALL).sum() == pytest.approx(1)


def test_a_large_source_is_shown_by_the_square_root_of_its_size() -> None:
    pictures = [*some(400, "weapon", "large"), *some(100, "weapon", "small")]
    chance = weights(pictures, frozenset(), ALL)

    assert share(pictures, chance, "large") == pytest.approx(2 * share(pictures, chance, "small"))


def test_a_rare_label_is_shown_more_often() -> None:
    pictures = [*some(98, "weapon", "a"), *some(2, "uniform", "a")]
    chance = weights(pictures, frozenset(), ALL)

    assert chance[-1] / chance[0] == pytest.approx((0.2 / 0.02) ** 0.5)


def test_background_has_its_share_however_much_of_it_there_is() -> None:
    pictures = [*some(10, "weapon", "a"), *some(900, None, "b")]
    chance = weights(pictures, frozenset(), ALL)

    assert share(pictures, chance, "b") == pytest.approx(0.2)


def test_old_data_has_its_share() -> None:
    pictures = [*some(10, "weapon", "new"), *some(900, "weapon", "old")]
    chance = weights(pictures, frozenset({"old"}), ALL)

    assert share(pictures, chance, "old") == pytest.approx(0.3)


def test_nothing_but_background_is_shown_all_the_same() -> None:
    pictures = some(4, None, "a")

    assert weights(pictures, frozenset(), ALL).tolist() == pytest.approx([0.25] * 4)


def test_what_cannot_be_drawn_at_all_gets_no_share() -> None:
    pictures = [*some(4, "weapon", "new"), *some(4, None, "old")]
    chance = weights(pictures, frozenset({"old"}), Shares(background=0.0, replay=0.3))

    assert np.isfinite(chance).all()
    assert chance.sum() == pytest.approx(1)
    assert share(pictures, chance, "new") == pytest.approx(1)


def test_an_epoch_shows_every_picture_that_is_due() -> None:
    shown = Counter(epoch(np.full(10, 0.1), 30, seed=0, number=0))

    assert set(shown.values()) == {3}


def test_an_epoch_has_as_many_pictures_as_asked_for() -> None:
    chance = np.array([0.7, 0.2, 0.1])

    assert len(epoch(chance, 7, seed=0, number=0)) == 7


def test_epochs_differ_and_can_be_drawn_again() -> None:
    chance = np.full(20, 0.05)

    assert epoch(chance, 20, 0, 1) == epoch(chance, 20, 0, 1)
    assert epoch(chance, 20, 0, 1) != epoch(chance, 20, 0, 2)
    assert epoch(chance, 20, 0, 1) != epoch(chance, 20, 1, 1)


def test_a_source_with_emphasis_is_shown_so_many_times_as_often() -> None:
    pictures = [*some(100, "weapon", "a"), *some(100, "weapon", "b")]
    chance = weights(pictures, frozenset(), Shares(emphasis={"b": 3.0}))

    assert share(pictures, chance, "b") == pytest.approx(3 * share(pictures, chance, "a"))


def test_pictures_of_a_source_that_show_a_label_are_shown_so_many_times_as_often() -> None:
    pictures = [*some(50, "weapon", "a"), *some(50, "vehicle", "a"), *some(100, "weapon", "b")]
    plain = weights(pictures, frozenset(), Shares())
    chance = weights(pictures, frozenset(), Shares(emphasis={"a/weapon": 3.0}))
    times = chance / plain

    assert times[0] == pytest.approx(3 * times[50])
    assert times[100] == pytest.approx(times[50])


def test_what_is_mined_is_shown_more_often_within_the_share_of_background() -> None:
    pictures = [*some(10, "weapon", "a"), *some(10, None, "b")]
    chance = weights(pictures, frozenset(), Shares(mined=3.0), frozenset({pictures[-1].id}))

    assert chance[-1] / chance[-2] == pytest.approx(3)
    assert share(pictures, chance, "b") == pytest.approx(0.2)


def test_emphasis_on_sources_that_are_left_out_is_left_out() -> None:
    shares = Shares(emphasis={"a": 2.0, "a/weapon": 3.0, "b": 4.0})

    assert shares.without({"a"}).emphasis == {"b": 4.0}
