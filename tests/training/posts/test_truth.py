"""What a built clip shows follows from the boxes of its pictures and the way of the camera."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from detector.errors import InputError
from tests.training.making import noise
from tests.training.scenes import example
from training.examples import Example
from training.manifest import LABELS
from training.posts.clips import build_clip, frames
from training.posts.recipe import (
    RECIPE,
    PostRecipe,
    Shot,
    draw_recipes,
    read_recipes,
    write_recipes,
)
from training.posts.truth import FPS, clip_truth, window

WHOLE = (0.0, 0.0, 1.0)
ON_THE_LEFT = (0.05, 0.4, 0.15, 0.6)


def picture(name: str = "a", **more) -> Example:  # type: ignore[no-untyped-def]
    return example(name, annotates=LABELS, size_wh=more.pop("size_wh", (480, 320)), **more)


def recipe(*shots: Shot) -> PostRecipe:
    return PostRecipe("built-000", "made/text", (360, 640), shots)


def pan(seconds: float = 2.0, name: str = "a") -> Shot:
    """A portrait view that moves over a landscape picture from left to right."""
    return Shot(f"made/{name}", seconds, (0.0, 0.0, 1.0), (1.0, 0.0, 1.0))


def still(seconds: float = 2.0, name: str = "a", across: float = 0.0) -> Shot:
    return Shot(f"made/{name}", seconds, (across, 0.0, 1.0), (across, 0.0, 1.0))


def truth(of: Example, *shots: Shot):  # type: ignore[no-untyped-def]
    return clip_truth(recipe(*shots), {of.id: of})


def test_the_camera_shows_the_clips_shape_and_stays_in_the_picture() -> None:
    x0, y0, x1, y1 = window(pan(), picture(), (360, 640), 1.0)
    assert (x1, y0, y1) == pytest.approx((1.0, 0.0, 1.0))
    assert (x1 - x0) * 480 / 320 == pytest.approx(360 / 640)


def test_a_label_is_seen_until_the_camera_leaves_it() -> None:
    found = truth(picture(boxes=[("weapon", ON_THE_LEFT)]), pan())
    [span] = found.seen
    assert (span.label, span.start_s) == ("weapon", 0.0)
    assert 0 < span.end_s < 1.0


def test_a_label_that_is_half_cut_off_is_neither_seen_nor_absent() -> None:
    found = truth(picture(boxes=[("weapon", ON_THE_LEFT)]), pan())
    [blurred] = found.unsure
    assert blurred.start_s == pytest.approx(found.seen[0].end_s + 1 / FPS)


def test_a_label_in_the_second_shot_starts_with_it() -> None:
    empty, armed = picture("a"), picture("b", boxes=[("weapon", ON_THE_LEFT)])
    found = clip_truth(
        recipe(still(name="a"), still(name="b")), {each.id: each for each in (empty, armed)}
    )
    [span] = found.seen
    assert (span.start_s, span.end_s) == pytest.approx((2.0, 4.0 - 1 / FPS))
    assert found.duration_s == 4.0


def test_what_is_tiny_on_the_screen_is_neither_seen_nor_absent() -> None:
    found = truth(picture(boxes=[("weapon", (0.1, 0.1, 0.105, 0.2))]), still())
    assert (len(found.seen), len(found.unsure)) == (0, 1)


def test_a_region_to_be_ignored_is_neither_seen_nor_absent() -> None:
    found = truth(picture(ignore=[("", ON_THE_LEFT)]), still())
    assert {each.label for each in found.unsure} == set(LABELS)


def test_a_box_on_the_screen_is_told_as_fractions_of_the_frame() -> None:
    [span] = truth(picture(boxes=[("weapon", (0.0, 0.5, 0.1, 1.0))]), still()).seen
    assert span.box == pytest.approx((0.0, 0.5, 0.1 / 0.375, 1.0))


def test_a_clip_has_the_frames_and_the_size_of_its_recipe(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(noise(3))
    of = picture(path=path, size_wh=(48, 48))
    clip = build_clip(recipe(still(1.0), still(0.5)), {of.id: of}, tmp_path / "clips")
    with av.open(str(clip)) as opened:
        decoded = list(opened.decode(video=0))
    assert len(decoded) == 18
    assert (decoded[0].width, decoded[0].height) == (360, 640)
    assert decoded[12].time == pytest.approx(1.0)


def test_a_clip_that_is_there_is_not_built_again(tmp_path: Path) -> None:
    (tmp_path / "built-000.mp4").write_bytes(b"there")
    assert build_clip(recipe(still()), {}, tmp_path).read_bytes() == b"there"


def test_a_frame_shows_the_part_of_the_picture_that_the_truth_says(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(noise(3))
    of = picture(path=path, size_wh=(48, 48))
    first = next(frames(recipe(still(across=0.0)), {of.id: of}))
    last = next(frames(recipe(still(across=1.0)), {of.id: of}))
    assert np.abs(first.astype(int) - last.astype(int)).mean() > 10


def pool() -> list[Example]:
    shown = [picture(f"s{at}", boxes=[("weapon", ON_THE_LEFT)]) for at in range(40)]
    return shown + [picture(f"e{at}") for at in range(40)]


def texts():  # type: ignore[no-untyped-def]
    from tests.training.evaluation.test_text import text

    return [text(f"words {at}") for at in range(20)]


def test_drawing_uses_no_picture_twice_and_gives_the_same_for_the_same_seed() -> None:
    one, again = (draw_recipes(pool(), texts(), posts=10, seed=5) for _ in range(2))
    used = [shot.picture for each in one for shot in each.shots]
    assert one == again
    assert len(one) == 10
    assert len(set(used)) == len(used)


def test_a_post_shows_labels_in_all_of_its_shots_or_in_none() -> None:
    kinds = {
        frozenset(shot.picture.split("/")[1][0] for shot in each.shots)
        for each in draw_recipes(pool(), texts(), posts=10)
    }
    assert kinds == {frozenset("s"), frozenset("e")}


def test_pictures_that_are_not_judged_for_every_label_are_not_drawn() -> None:
    partly = [example(f"p{at}", boxes=[("weapon", ON_THE_LEFT)]) for at in range(40)]
    assert draw_recipes(partly, texts(), posts=5) == ()


def test_a_recipe_is_read_as_it_was_written(tmp_path: Path) -> None:
    drawn = draw_recipes(pool(), texts(), posts=5)
    write_recipes(tmp_path / "posts.toml", drawn)
    assert read_recipes(tmp_path / "posts.toml") == drawn


def test_a_recipe_that_is_damaged_is_refused(tmp_path: Path) -> None:
    (tmp_path / "posts.toml").write_text('[[post]]\nid = "a"\n')
    with pytest.raises(InputError, match=r"the recipe .* is wrong"):
        read_recipes(tmp_path / "posts.toml")


def test_the_projects_recipe_names_no_picture_twice() -> None:
    used = [
        shot.picture
        for each in read_recipes(Path(__file__).parents[3] / RECIPE)
        for shot in each.shots
    ]
    assert len(used) > 150
    assert len(set(used)) == len(used)
