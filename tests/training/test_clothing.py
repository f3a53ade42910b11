from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.training.persons import AWAY, BLUE, BOX, CHEST, FACE, LAWN, SIZE, person
from training import clothing
from training.clothing import recoloured
from training.figures import Figure, cloth_of, figure_in
from training.palettes import PALETTES, Palette, camouflage, jittered

FIGURE = figure_in(BOX, *SIZE)
OLIVE = Palette((38, -5, 17), (38, -5, 17))
CAMOUFLAGE = next(each for each in PALETTES if each.pattern == "blobs")


@pytest.fixture
def olive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clothing, "PALETTES", (OLIVE,))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def moved(before: np.ndarray, after: np.ndarray, where: tuple[slice, slice]) -> float:
    return float(np.abs(after[where].astype(float) - before[where]).mean())


def test_cloth_is_found_on_the_body_and_neither_on_the_face_nor_around() -> None:
    cloth = cloth_of(person(), FIGURE)
    whole = np.zeros(person().shape[:2], np.float32)
    height, width = cloth.mask.shape
    whole[cloth.top : cloth.top + height, cloth.left : cloth.left + width] = cloth.mask

    assert cloth.is_sure
    assert whole[CHEST].mean() > 0.9
    assert whole[FACE].mean() < 0.1
    assert whole[AWAY].mean() < 0.05


def test_cloth_of_the_colour_of_its_surroundings_is_not_sure() -> None:
    assert not cloth_of(person(cloth=LAWN), FIGURE).is_sure


def test_somebody_else_in_the_same_cloth_is_no_surroundings() -> None:
    crowd = person(lawn=BLUE)
    beside = [Figure(0, 0, FIGURE.left, 240), Figure(FIGURE.left + FIGURE.width, 0, 80, 240)]

    assert cloth_of(crowd, FIGURE, others=beside).apart > cloth_of(crowd, FIGURE).apart


def test_a_portrait_has_a_larger_head_than_a_full_figure() -> None:
    portrait, full = Figure(0, 0, 100, 100), Figure(0, 0, 100, 280)

    assert portrait.head / portrait.height > 2 * full.head / full.height


@pytest.mark.usefixtures("olive")
def test_clothes_turn_olive_while_face_and_lawn_stay() -> None:
    before = person()
    after = recoloured(before, [FIGURE], rng())
    red, green, blue = after[CHEST].reshape(-1, 3).mean(axis=0)

    assert green > blue + 20
    assert red > blue
    assert moved(before, after, FACE) < 3
    assert moved(before, after, AWAY) < 1


@pytest.mark.usefixtures("olive")
def test_folds_stay() -> None:
    folded = person().astype(float)
    folded[150:160] *= 0.6
    after = recoloured(folded.astype(np.uint8), [FIGURE], rng())

    assert after[152:158, 85:115].mean() < 0.85 * after[165:175, 85:115].mean()


@pytest.mark.usefixtures("olive")
def test_a_badge_keeps_its_colours() -> None:
    before = person()
    badge = Figure(90, 120, 20, 24)
    after = recoloured(before, [FIGURE], rng(), badges=[badge])

    assert moved(before, after, np.s_[127:137, 95:105]) < 1
    assert moved(before, after, np.s_[150:190, 85:115]) > 10


@pytest.mark.usefixtures("olive")
def test_a_dark_gun_on_light_clothes_keeps_its_colour() -> None:
    before = person()
    before[130:140, 70:130] = 25
    gun = Figure(66, 122, 70, 24)
    after = recoloured(before, [FIGURE], rng(), weapons=[gun])

    assert moved(before, after, np.s_[132:138, 80:120]) < 4


@pytest.mark.usefixtures("olive")
def test_dark_clothes_behind_a_gun_are_left_alone() -> None:
    before = person(cloth=(30, 30, 36))
    gun = Figure(66, 122, 70, 24)

    assert not np.array_equal(recoloured(before, [FIGURE], rng()), before)
    assert np.array_equal(recoloured(before, [FIGURE], rng(), weapons=[gun]), before)


def test_somebody_whom_the_side_of_the_picture_cuts_is_left_alone() -> None:
    assert np.array_equal(recoloured(person(), [replace(FIGURE, cut=True)], rng()), person())


def test_somebody_very_small_is_left_alone() -> None:
    for width in (40, 24):
        size = (width, width * 6 // 5)
        before = cv2.resize(person(), size, interpolation=cv2.INTER_AREA)
        after = recoloured(before, [figure_in(BOX, *size)], rng())
        assert np.array_equal(before, after) == (width == 24)


def test_somebody_of_the_colour_of_the_lawn_is_left_alone() -> None:
    before = person(cloth=LAWN)

    assert np.array_equal(recoloured(before, [FIGURE], rng()), before)


def test_a_box_at_the_side_of_the_picture_is_cut_there() -> None:
    assert figure_in((0.0, 0.2, 0.3, 0.9), 100, 100).cut
    assert not figure_in(BOX, 100, 100).cut


def test_plain_puts_nobody_into_camouflage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clothing, "PALETTES", (CAMOUFLAGE, OLIVE))

    def refused(*_: object) -> None:
        raise AssertionError("camouflage was asked for")

    monkeypatch.setattr(clothing, "camouflage", refused)
    seeds = range(8)

    assert [recoloured(person(), [FIGURE], rng(seed), plain=True) for seed in seeds]
    with pytest.raises(AssertionError, match="asked for"):
        [recoloured(person(), [FIGURE], rng(seed)) for seed in seeds]


def test_the_same_seed_dresses_alike_and_another_one_otherwise() -> None:
    one, same, other = (recoloured(person(), [FIGURE], rng(each)) for each in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_what_is_given_is_not_changed() -> None:
    before = person()
    recoloured(before, [FIGURE], rng())

    assert np.array_equal(before, person())


def test_camouflage_shows_each_of_its_colours() -> None:
    cloth = camouflage(CAMOUFLAGE, 120, 100, 80.0, rng())
    near = [np.abs(cloth - np.array(each)).sum(axis=2).min() for each in CAMOUFLAGE.colours]

    assert cloth.shape == (120, 100, 3)
    assert max(near) < 3


def test_a_dyer_keeps_lightness_within_what_cloth_has() -> None:
    white = Palette((94, 0, 0), (8, 0, 0))
    drawn = [jittered(white, rng(seed)) for seed in range(40)]

    assert max(each.shirt[0] for each in drawn) <= 94
    assert min(each.trousers[0] for each in drawn) >= 8
    assert len({each.shirt for each in drawn}) > 1
