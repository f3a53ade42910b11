from __future__ import annotations

import numpy as np
import pytest

from detector.errors import InputError
from training import looks
from training.augment import Changes, Scene, augmented, changed, fitted, tiled
from training.examples import LabelledBox

STILL = Changes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
RED = (220, 20, 20)
BOX = (0.25, 0.5, 0.5, 0.75)


def picture(width: int = 160, height: int = 120) -> np.ndarray:
    """Grey, with a red square where `BOX` is."""
    pixels = np.full((height, width, 3), 60, np.uint8)
    x0, y0, x1, y1 = (round(a * b) for a, b in zip(BOX, (width, height) * 2, strict=True))
    pixels[y0:y1, x0:x1] = RED
    return pixels


def drawn(changes: Changes, seed: int, side: int = 128) -> Scene:
    rng = np.random.default_rng(seed)
    return augmented(picture(), [LabelledBox("weapon", BOX)], [], side, rng, changes)


def red_box(pixels: np.ndarray) -> tuple[float, ...]:
    """Where the red square is, as fractions."""
    y, x = np.nonzero((pixels[..., 0] > 150) & (pixels[..., 1] < 80))
    side = pixels.shape[0]
    return x.min() / side, y.min() / side, (x.max() + 1) / side, (y.max() + 1) / side


def test_a_picture_is_fitted_in_the_middle_and_its_boxes_with_it() -> None:
    scene = fitted(picture(), [LabelledBox("weapon", BOX)], [], 128)

    assert scene.pixels.shape == (128, 128, 3)
    assert np.allclose(scene.boxes[0].box, red_box(scene.pixels), atol=1.5 / 128)
    assert (scene.pixels[0] == 114).all()


@pytest.mark.parametrize("seed", range(12))
def test_a_box_stays_on_its_thing_through_scale_turn_flip_and_crop(seed: int) -> None:
    changes = Changes(0.3, 0.1, 4.0, 0.5, 0.5, 0, 0, 0, 0, 0)
    scene = drawn(changes, seed)

    for each in (*scene.boxes, *scene.ignore):
        assert np.allclose(each.box, red_box(scene.pixels), atol=3.5 / 128)


def test_four_pictures_lie_side_by_side_with_their_boxes_and_regions() -> None:
    whole = fitted(picture(), [LabelledBox("weapon", BOX)], [LabelledBox("", BOX)], 64)
    empty = fitted(np.zeros((64, 64, 3), np.uint8), [], [], 64)

    for at in range(4):
        scene = tiled([whole if each == at else empty for each in range(4)])

        assert scene.pixels.shape == (128, 128, 3)
        assert np.allclose(scene.boxes[0].box, red_box(scene.pixels), atol=2 / 128)
        assert (len(scene.boxes), [each.box for each in scene.ignore]) == (1, [scene.boxes[0].box])


def test_the_same_seed_draws_the_same_picture() -> None:
    one, other = drawn(Changes(), 3), drawn(Changes(), 3)

    assert np.array_equal(one.pixels, other.pixels)
    assert one.boxes == other.boxes


def test_another_seed_draws_another_picture() -> None:
    assert not np.array_equal(drawn(Changes(), 3).pixels, drawn(Changes(), 4).pixels)


def test_a_thing_cut_too_far_is_ignored_rather_than_background() -> None:
    edge = LabelledBox("weapon", (0.0, 0.0, 0.3, 1.0))
    shifted = Changes(0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0)
    scenes = [
        augmented(picture(), [edge], [], 64, np.random.default_rng(seed), shifted)
        for seed in range(30)
    ]

    cut = [each for each in scenes if each.ignore]
    assert cut
    assert all(each.ignore[0].label == "weapon" and not each.boxes for each in cut)


def test_a_thing_that_leaves_the_picture_leaves_nothing() -> None:
    far = LabelledBox("weapon", (0.0, 0.0, 0.1, 0.1))
    changes = Changes(0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0)
    scenes = [
        augmented(picture(), [far], [], 64, np.random.default_rng(seed), changes)
        for seed in range(30)
    ]

    assert any(not each.boxes and not each.ignore for each in scenes)


def test_a_thing_covered_by_a_sticker_is_ignored() -> None:
    tiny = LabelledBox("badge", (0.48, 0.48, 0.52, 0.52))
    only_overlay = Changes(0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    scenes = [
        augmented(picture(), [tiny], [], 128, np.random.default_rng(seed), only_overlay)
        for seed in range(60)
    ]

    assert any(each.ignore for each in scenes)
    assert all(each.label == "badge" for scene in scenes for each in scene.ignore)
    assert all(len(each.boxes) + len(each.ignore) == 1 for each in scenes)


def test_a_picture_that_is_not_to_be_changed_is_not() -> None:
    scene = drawn(STILL, 0)
    plain = fitted(picture(), [LabelledBox("weapon", BOX)], [], 128)

    assert np.array_equal(scene.pixels, plain.pixels)


@pytest.mark.parametrize("seed", range(6))
def test_low_light_makes_it_darker(seed: int) -> None:
    dark = looks.relit(picture(), np.random.default_rng(seed), colour=0, low_light=1)

    assert dark.mean() < picture().mean()


@pytest.mark.parametrize("seed", range(6))
def test_blur_and_compression_keep_the_size_and_change_the_pixels(seed: int) -> None:
    worn = looks.worn(picture(), np.random.default_rng(seed))

    assert worn.shape == picture().shape
    assert worn.dtype == np.uint8
    assert not np.array_equal(worn, picture())


@pytest.mark.parametrize("seed", range(6))
def test_what_is_drawn_over_lies_where_it_is_said(seed: int) -> None:
    before = picture()
    after, patches = looks.overlaid(before, np.random.default_rng(seed))

    changed = (after != before).any(axis=2)
    height, width = changed.shape
    for x0, y0, x1, y1 in patches:
        changed[
            max(0, int(y0 * height) - 4) : int(y1 * height) + 5,
            max(0, int(x0 * width) - 2) : int(x1 * width) + 3,
        ] = False
    assert patches
    assert not changed.any()


def test_any_change_can_be_given_another_chance() -> None:
    changes = changed({"palette": 0.3, "degrees": 10.0})

    assert changes == Changes(palette=0.3, degrees=10.0)


def test_a_change_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"no such change; expected one of scale.*palette, badges"):
        changed({"pallete": 0.3})


@pytest.mark.parametrize(
    ("name", "value"), [("badges", 1.1), ("flip", -0.1), ("degrees", 46.0), ("scale", 0.95)]
)
def test_a_change_out_of_its_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match=rf"--change {name}=.*expected a number from 0 to"):
        changed({name: value})
