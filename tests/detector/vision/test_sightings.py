from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from detector.errors import ContractBroken
from detector.evidence import Detections, Frame, Picture, Repeat
from detector.vision.calibration import Calibration
from detector.vision.pictures import MAX_PICTURES
from detector.vision.sightings import Look, Sample, look
from tests.fakes import ScriptedVisionModel, Seen

LABELS = ("badge", "uniform", "vehicle", "weapon")
PLAIN = Calibration(dict.fromkeys(LABELS, 0.6), dict.fromkeys(LABELS, (1.0, 0.0)))
"""A confidence is its own probability; threshold 0.6, prolonged by 0.3 and more."""
BOX = (20.0, 10.0, 60.0, 50.0)
AWAY = (110.0, 60.0, 150.0, 88.0)


def at(time_s: float, *, scene_start: bool = False, size_wh: tuple[int, int] = (160, 90)) -> Frame:
    grey = round(time_s * 40) % 256
    return Frame(time_s, np.full((size_wh[1], size_wh[0], 3), grey, np.uint8), scene_start)


def every_half_second(end_s: float) -> list[Frame]:
    return [at(0.5 * step) for step in range(int(end_s * 2) + 1)]


def seen(stream: Iterable[Sample], script: Mapping[float, Sequence[Seen]]) -> Look:
    return look(stream, ScriptedVisionModel(script), PLAIN, batch_size=4)


def weapon(confidence: float, box: tuple[float, float, float, float] = BOX) -> list[Seen]:
    return [("weapon", confidence, box)]


def pixels_of(picture: Picture) -> npt.NDArray[np.int64]:
    pixels = cv2.imdecode(np.frombuffer(picture.webp, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    return pixels.astype(np.int64)


def test_what_is_seen_over_several_frames_is_one_sighting() -> None:
    (one,) = seen(
        every_half_second(5), {1.0: weapon(0.7), 1.5: weapon(0.9), 2.0: weapon(0.8)}
    ).sightings

    assert (one.label, one.start_s, one.end_s, one.peak_s, one.frames) == ("weapon", 1, 2, 1.5, 3)
    assert one.box == pytest.approx((20 / 160, 10 / 90, 60 / 160, 50 / 90))
    assert one.probability == pytest.approx((0.7 + 0.9 + 0.8) / 3)


def test_a_photo_starts_and_ends_at_0_and_is_worth_its_one_frame() -> None:
    (one,) = seen([at(0.0)], {0.0: weapon(0.8)}).sightings

    assert (one.start_s, one.end_s, one.peak_s, one.frames) == (0, 0, 0, 1)
    assert one.probability == pytest.approx(0.8)


def test_one_flickering_frame_among_many_counts_for_a_third() -> None:
    (one,) = seen(every_half_second(10), {5.0: weapon(0.9)}).sightings

    assert one.probability == pytest.approx(0.3)


def test_a_steady_view_is_never_surer_than_its_best_frame() -> None:
    stream = every_half_second(30)

    (one,) = seen(stream, {frame.time_s: weapon(0.7) for frame in stream}).sightings

    assert one.probability == pytest.approx(0.7)


def test_a_repeat_prolongs_a_sighting_and_is_no_further_proof() -> None:
    stream: list[Sample] = [at(0.0), *[Repeat(0.5 * step) for step in range(1, 9)]]

    (one,) = seen(stream, {0.0: weapon(0.8)}).sightings

    assert (one.start_s, one.end_s, one.frames) == (0, 4, 1)
    assert one.probability == pytest.approx(0.8)


def test_a_repeat_does_not_prolong_what_its_frame_did_not_show() -> None:
    stream: list[Sample] = [at(0.0), at(0.5), Repeat(1.0), Repeat(1.5)]

    (one,) = seen(stream, {0.0: weapon(0.8)}).sightings

    assert one.end_s == 0


def test_below_the_threshold_nothing_is_a_sighting() -> None:
    stream = every_half_second(5)

    assert seen(stream, {frame.time_s: weapon(0.59) for frame in stream}).sightings == ()


def test_weaker_frames_prolong_a_sighting_down_to_half_of_the_threshold() -> None:
    confidences = {0.5: 0.29, 1.0: 0.31, 1.5: 0.8, 2.0: 0.31, 2.5: 0.29}
    script = {time_s: weapon(confidence) for time_s, confidence in confidences.items()}

    (one,) = seen(every_half_second(5), script).sightings

    assert (one.start_s, one.end_s) == (1, 2)


def test_a_missed_frame_does_not_end_a_sighting() -> None:
    (one,) = seen(
        every_half_second(5), {1.0: weapon(0.7), 2.0: weapon(0.7), 2.5: weapon(0.7)}
    ).sightings

    assert (one.start_s, one.end_s, one.frames) == (1, 2.5, 3)


def test_what_comes_back_after_a_while_is_another_sighting() -> None:
    found = seen(every_half_second(9), {1.0: weapon(0.7), 8.0: weapon(0.7)}).sightings

    assert [each.start_s for each in found] == [1, 8]


def test_a_scene_change_ends_every_sighting() -> None:
    stream = [at(0.0), at(0.5), at(1.0, scene_start=True), at(1.5)]

    found = seen(stream, {frame.time_s: weapon(0.9) for frame in stream}).sightings

    assert [(each.start_s, each.end_s) for each in found] == [(0, 0.5), (1, 1.5)]
    assert [each.probability for each in found] == pytest.approx([0.9, 0.9])


def test_two_things_side_by_side_are_two_sightings() -> None:
    stream = every_half_second(3)
    script = {frame.time_s: [*weapon(0.7), *weapon(0.9, AWAY)] for frame in stream}

    found = seen(stream, script).sightings

    assert [each.frames for each in found] == [7, 7]
    assert sorted(each.probability for each in found) == pytest.approx([0.7, 0.9])


def test_different_labels_are_different_sightings() -> None:
    found = seen([at(0.0)], {0.0: [("badge", 0.7, BOX), ("weapon", 0.8, BOX)]}).sightings

    assert [each.label for each in found] == ["badge", "weapon"]


def test_a_moving_camera_does_not_break_a_sighting() -> None:
    script = {
        0.0: weapon(0.8, (10, 10, 30, 30)),
        0.5: weapon(0.8, (50, 20, 72, 40)),
        1.0: weapon(0.8, (95, 25, 115, 45)),
    }

    (one,) = seen(every_half_second(1), script).sightings

    assert one.frames == 3


def test_a_jump_across_the_frame_is_another_thing() -> None:
    script = {0.0: weapon(0.8, (0, 0, 20, 20)), 0.5: weapon(0.8, (140, 70, 160, 90))}

    assert len(seen(every_half_second(1), script).sightings) == 2


def test_the_batches_hold_frames_alone_and_none_is_too_large() -> None:
    stream: list[Sample] = [at(0.0), Repeat(0.5), at(1.0), at(1.5), Repeat(2.0), at(2.5), at(3.0)]
    model = ScriptedVisionModel(always=weapon(0.9))

    (one,) = look(stream, model, PLAIN, batch_size=2).sightings

    assert model.batches == [2, 2, 1]
    assert (one.end_s, one.frames) == (3, 5)


def test_a_still_that_is_shown_for_an_hour_does_not_pile_up() -> None:
    taken = []

    def stream() -> Iterator[Sample]:
        yield at(0.0)
        for step in range(1, 7200):
            taken.append(step)
            yield Repeat(0.5 * step)

    class Watching(ScriptedVisionModel):
        def detect(self, frames: Sequence[Frame]) -> list[Detections]:
            assert len(taken) < 200
            return super().detect(frames)

    found = look(stream(), Watching(always=weapon(0.9)), PLAIN, batch_size=8)

    assert found.sightings[0].end_s == 3599.5


def test_a_model_that_loses_a_frame_is_a_bug() -> None:
    class Losing(ScriptedVisionModel):
        def detect(self, frames: Sequence[Frame]) -> list[Detections]:
            return super().detect(frames)[1:]

    with pytest.raises(ContractBroken, match="Losing was given 3 frames and returned 2"):
        look(every_half_second(1), Losing(), PLAIN, batch_size=8)


def test_nothing_to_look_at_shows_nothing() -> None:
    assert seen([], {}) == Look((), ())


def test_the_peak_frame_of_a_sighting_is_kept_as_a_small_picture() -> None:
    stream = [at(0.5 * step, size_wh=(1280, 720)) for step in range(4)]

    (picture,) = seen(stream, {0.5: weapon(0.7), 1.0: weapon(0.9), 1.5: weapon(0.8)}).pictures

    assert picture.time_s == 1.0
    pixels = pixels_of(picture)
    assert pixels.shape == (360, 640, 3)
    assert np.abs(pixels - 40).max() <= 3


def test_a_picture_keeps_its_colours() -> None:
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = 250

    (picture,) = seen([Frame(0.0, red)], {0.0: weapon(0.9)}).pictures

    pixels = pixels_of(picture)
    assert np.abs(pixels - [250, 0, 0]).max() <= 12


def test_sightings_that_peak_together_share_a_picture() -> None:
    found = seen([at(0.0)], {0.0: [*weapon(0.8), ("badge", 0.9, AWAY)]})

    assert len(found.sightings) == 2
    assert len(found.pictures) == 1


def test_a_picture_says_where_uniformed_people_may_be_however_unsure() -> None:
    people: list[Seen] = [("uniform", 0.2, BOX), ("uniform", 0.0001, AWAY)]

    (picture,) = seen([at(0.0)], {0.0: [*weapon(0.9), *people]}).pictures

    (likely,), (doubtful,) = picture.uniforms, picture.doubtful
    assert likely == pytest.approx((20 / 160, 10 / 90, 60 / 160, 50 / 90))
    assert doubtful == pytest.approx((110 / 160, 60 / 90, 150 / 160, 88 / 90))


def apart(count: int) -> list[float]:
    return [4.0 * step for step in range(count)]


def test_only_the_strongest_pictures_are_kept() -> None:
    times = apart(30)
    script = {time_s: weapon(0.6 + time_s / 1000) for time_s in times}

    found = seen([at(time_s) for time_s in times], script)

    assert len(found.sightings) == 30
    assert [each.time_s for each in found.pictures] == times[-MAX_PICTURES:]


def test_a_parade_does_not_push_the_one_weapon_out() -> None:
    times = apart(30)
    script: dict[float, Sequence[Seen]] = {time_s: [("uniform", 0.99, BOX)] for time_s in times}
    script[8.0] = weapon(0.61)

    found = seen([at(time_s) for time_s in times], script)

    assert 8.0 in [each.time_s for each in found.pictures]
    assert len(found.pictures) == MAX_PICTURES


def test_a_view_that_gets_ever_clearer_keeps_one_picture() -> None:
    stream = every_half_second(40)
    script = {frame.time_s: weapon(0.6 + frame.time_s / 200) for frame in stream}

    found = seen(stream, script)

    assert [each.time_s for each in found.pictures] == [40.0]
