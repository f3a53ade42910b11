from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.errors import SetupError
from tests.training.persons import BOX, LAWN, SIZE, person
from training import insignia
from training.badging import Sewn, with_badges
from training.emblems import Artwork, open_artwork
from training.examples import LabelledBox
from training.figures import Figure, figure_in

FIGURE = figure_in(BOX, *SIZE)
DRAWN = open_artwork(None)
SEEDS = range(25)


def sewn(seed: int, taken: tuple[Figure, ...] = (), pixels: np.ndarray | None = None) -> Sewn:
    pixels = person() if pixels is None else pixels
    return with_badges(pixels, [FIGURE], taken, DRAWN, np.random.default_rng(seed))


def in_pixels(box: LabelledBox) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (round(a * b) for a, b in zip(box.box, SIZE * 2, strict=True))
    return slice(y0, y1), slice(x0, x1)


def test_badges_are_sewn_on_and_boxed_where_the_picture_changed() -> None:
    count = 0
    for seed in SEEDS:
        found = sewn(seed)
        changed = np.abs(found.pixels.astype(int) - person()).max(axis=2) > 24
        for each in (*found.badges, *found.ignore):
            where = in_pixels(each)
            assert changed[where].mean() > 0.2
            # Less the margin where a soft rim fades out.
            rows, columns = (slice(max(0, a.start - 3), a.stop + 3) for a in where)
            changed[rows, columns] = False
            count += 1
        assert changed.mean() < 0.0005
    assert count > len(SEEDS)


def test_all_are_badges_and_some_are_only_to_be_ignored() -> None:
    every = [sewn(seed) for seed in SEEDS]

    assert {each.label for found in every for each in (*found.badges, *found.ignore)} == {"badge"}
    assert any(found.ignore for found in every)


def test_nothing_is_laid_over_what_is_there() -> None:
    chest = Figure(60, 60, 80, 120)
    for seed in SEEDS:
        found = sewn(seed, taken=(chest,))
        assert np.array_equal(found.pixels[60:180, 60:140], person()[60:180, 60:140])


def test_nothing_is_laid_over_another_one() -> None:
    for seed in SEEDS:
        found = sewn(seed)
        count = np.zeros(person().shape[:2], int)
        for each in (*found.badges, *found.ignore):
            x0, y0, x1, y1 = (a * b for a, b in zip(each.box, SIZE * 2, strict=True))
            count[round(y0) : round(y1), round(x0) : round(x1)] += 1
        assert count.max(initial=0) <= 1


@pytest.mark.parametrize(
    ("figure", "pixels"),
    [
        (Figure(95, 100, 10, 30), person()),
        (FIGURE, person(cloth=LAWN)),
        (Figure(FIGURE.left, FIGURE.top, FIGURE.width, FIGURE.height, cut=True), person()),
    ],
    ids=["too small", "no cloth found", "cut at a side"],
)
def test_somebody_whose_clothes_cannot_be_told_gets_none(
    figure: Figure, pixels: np.ndarray
) -> None:
    for seed in range(8):
        found = with_badges(pixels, [figure], [], DRAWN, np.random.default_rng(seed))
        assert not found.badges
        assert np.array_equal(found.pixels, pixels)


def test_the_same_seed_sews_alike_and_another_one_otherwise() -> None:
    one, same, other = sewn(1), sewn(1), sewn(2)

    assert np.array_equal(one.pixels, same.pixels)
    assert one.badges == same.badges
    assert not np.array_equal(one.pixels, other.pixels)


def test_a_badge_in_the_dark_is_dark() -> None:
    dark = (person() * 0.2).astype(np.uint8)
    brightest = [sewn(seed, pixels=dark).pixels.max() for seed in range(8)]

    assert max(brightest) < 190


@pytest.mark.parametrize(
    "draw",
    [
        insignia.rank_slide,
        insignia.crest,
        insignia.star,
        insignia.wreath,
        insignia.wings,
        insignia.name_plate,
        insignia.ribbons,
        DRAWN.crest,
        DRAWN.patch,
        DRAWN.cap_badge,
    ],
    ids=lambda each: each.__name__,
)
def test_art_is_drawn_without_any_file(draw) -> None:
    for seed in range(6):
        art = draw(np.random.default_rng(seed))
        assert art.dtype == np.uint8
        assert art.shape[2] == 4
        assert max(art.shape[:2]) == insignia.SIDE
        assert (art[..., 3] > 200).mean() > 0.1


@pytest.fixture
def artwork(tmp_path: Path) -> Artwork:
    """A source of emblems: a red crest, a green flag, an icon that is a white disc on black."""
    icon = np.zeros((64, 64, 4), np.uint8)
    icon[..., 3] = 255
    cv2.circle(icon, (32, 32), 20, (255, 255, 255, 255), cv2.FILLED)
    crest = np.zeros((80, 60, 4), np.uint8)
    crest[10:70, 10:50] = (0, 0, 200, 255)
    flag = np.full((30, 40, 3), (0, 160, 0), np.uint8)
    for name, pixels in {
        "some_police/crest.png": crest,
        "flag_icons_mit/png256/pk.png": flag,
        "game_icons_cc_by3/png256/disc.png": icon,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), pixels)
    return open_artwork(tmp_path)


def test_folders_tell_what_pictures_are(artwork: Artwork) -> None:
    assert {kind: [each.stem for each in paths] for kind, paths in artwork.files.items()} == {
        "crest": ["crest"],
        "flag": ["pk"],
        "icon": ["disc"],
    }


def test_a_crest_is_cut_to_what_is_not_transparent(artwork: Artwork) -> None:
    drawn = [artwork.crest(np.random.default_rng(seed)) for seed in range(30)]
    read = [each for each in drawn if each.shape == (96, 64, 4)]

    assert read
    assert all((each[..., 0] > 150).mean() > 0.9 for each in read)


def test_the_black_of_an_icon_is_transparent(artwork: Artwork) -> None:
    charges = [artwork.charge(np.random.default_rng(seed)) for seed in range(10)]
    disc = next(each for each in charges if each is not None)

    assert disc[2, 2, 3] == 0
    assert disc[48, 48, 3] == 255


def test_a_folder_without_pictures_is_no_source_of_emblems(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="holds no PNG"):
        open_artwork(tmp_path)


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "crest.png").write_bytes(b"none")
    artwork = open_artwork(tmp_path)

    with pytest.raises(SetupError, match=r"crest\.png is no PNG"):
        [artwork.crest(np.random.default_rng(seed)) for seed in range(30)]
