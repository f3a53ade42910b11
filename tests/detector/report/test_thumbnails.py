"""Pictures of a report."""

from __future__ import annotations

import base64
from dataclasses import replace

import cv2
import numpy as np
import pytest

from detector.evidence import Picture
from detector.report import faces
from detector.report.thumbnails import LONGEST_SIDE, MOST, shots
from tests.detector.report import builders as make


def picture(time_s: float = 5.5, colour: tuple[int, int, int] = (250, 10, 10)) -> Picture:
    image = np.full((360, 640, 3), colour[::-1], np.uint8)
    ok, data = cv2.imencode(".webp", image)
    assert ok
    return Picture(time_s, data.tobytes())


def decoded(src: str) -> np.ndarray:
    data = base64.b64decode(src.removeprefix("data:image/webp;base64,"))
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert image is not None
    return image


def test_the_picture_of_the_peak_second_is_taken_small_and_in_its_colours() -> None:
    [shot], more = shots(make.clip(make.sighting()), [picture(1.0, (0, 0, 0)), picture(5.5)])

    image = decoded(shot.src)
    assert more == 0
    assert shot.size_wh == (image.shape[1], image.shape[0]) == (LONGEST_SIDE, 225)
    assert np.abs(image.mean((0, 1)) - [250, 10, 10]).max() < 8


def test_sightings_of_one_frame_share_a_picture_with_a_box_each() -> None:
    media = make.clip(make.sighting(), make.sighting("uniform", box=(0.0, 0.1, 0.5, 1.0)))

    [shot], _ = shots(media, [picture()])

    assert [(each.label, each.x, each.y, each.width, each.height) for each in shot.boxes] == [
        ("weapon", 30.0, 20.0, 30.0, 60.0),
        ("uniform", 0.0, 10.0, 50.0, 90.0),
    ]
    assert shot.alt == "Frame at 0:05.5: weapon (87 %), uniform (87 %)"


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param([], id="none-kept"),
        pytest.param([picture(9.0)], id="another-moment"),
        pytest.param([Picture(5.5, b"RIFF")], id="damaged"),
        pytest.param([Picture(5.5, b"")], id="empty"),
    ],
)
def test_a_moment_without_a_picture_is_kept_with_its_words(kept: list[Picture]) -> None:
    [shot], _ = shots(make.clip(make.sighting()), kept)

    assert shot.src == ""
    assert shot.caption == ("weapon 0:02.0–0:09.0, clearest at 0:05.5 (87 %)",)


def test_pictures_that_findings_rest_on_come_before_surer_ones() -> None:
    unsure = make.sighting(peak_s=29.0, probability=0.1)
    others = [make.sighting(peak_s=float(at), probability=0.9) for at in range(10)]

    taken, more = shots(make.clip(*others, unsure), [], first={10})

    assert len(taken) == MOST
    assert more == 11 - MOST
    assert taken[-1].sightings == (10,)


def test_faces_are_blurred_in_every_picture_and_uniforms_are_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def blacken(pixels, uniforms, doubtful):
        asked.append([*uniforms, *doubtful])
        return np.zeros_like(pixels)

    monkeypatch.setattr(faces, "blur_faces", blacken)
    box = (0.1, 0.1, 0.4, 0.9)
    near = make.sighting("uniform", box=box, peak_s=5.0)
    far = make.sighting("uniform", box=(0.0, 0.0, 1.0, 1.0), peak_s=20.0)

    taken, _ = shots(make.clip(make.sighting(), near, far), [picture(5.5), picture(20.0)])

    assert [decoded(each.src).max() < 5 for each in taken if each.src] == [True, True]
    assert [box] in asked


def test_where_people_may_be_in_a_picture_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def note(pixels, uniforms, doubtful):
        asked.append((tuple(uniforms), tuple(doubtful)))
        return pixels

    monkeypatch.setattr(faces, "blur_faces", note)
    likely, hardly = (0.1, 0.1, 0.4, 0.9), (0.5, 0.1, 0.9, 0.9)
    peopled = replace(picture(), uniforms=(likely,), doubtful=(hardly,))

    shots(make.clip(make.sighting()), [peopled])

    assert asked == [((likely,), (hardly,))]


def test_faces_stay_only_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "blur_faces", lambda pixels, *_: np.zeros_like(pixels))

    [shot], _ = shots(make.clip(make.sighting()), [picture()], show_faces=True)

    assert decoded(shot.src).max() > 200
