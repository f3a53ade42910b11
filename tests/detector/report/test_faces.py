from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from skimage.data import astronaut, coffee

from detector.artifact import load_model_folder
from detector.evidence import Fractions, Frame
from detector.report.faces import BLOCKS, Mask, Pixels, _places, blur_faces
from detector.settings import Vision
from detector.vision.calibration import read_calibration
from detector.vision.pictures import people_in
from detector.vision.runtimes import open_vision_model

FACE = (180, 70, 265, 180)
"""The astronaut's face in pixels."""
NEEDED = 0.8
"""Part of a face's box that must be blurred for the face to count as covered."""


def face_mask(
    pixels: Pixels, uniforms: Sequence[Fractions], doubtful: Sequence[Fractions] = ()
) -> Mask:
    """Return which pixels `blur_faces` blurs; shape ``(height, width)``."""
    hidden = np.zeros(pixels.shape[:2], np.bool_)
    for (top, bottom, left, right), mask in _places(pixels, uniforms, doubtful):
        hidden[top:bottom, left:right] |= mask
    return hidden


def noise(size_wh: tuple[int, int]) -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (size_wh[1], size_wh[0], 3), np.uint8)


def test_a_face_seen_from_the_front_is_blurred_without_any_box() -> None:
    picture = astronaut()  # type: ignore[no-untyped-call]
    x0, y0, x1, y1 = FACE

    face = blur_faces(picture, ())[y0:y1, x0:x1]

    assert (face == picture[y0:y1, x0:x1]).all(axis=2).mean() < 0.05


def test_what_is_blurred_keeps_too_few_colours_to_turn_it_back() -> None:
    blurred = blur_faces(noise((200, 200)), [(0.0, 0.0, 1.0, 1.0)])

    assert len(np.unique(blurred.reshape(-1, 3), axis=0)) <= BLOCKS**2


def test_the_head_part_of_a_standing_persons_box_is_blurred_and_the_rest_is_not() -> None:
    picture = noise((300, 200))

    changed = (blur_faces(picture, [(0.4, 0.1, 0.5, 0.9)]) != picture).any(axis=2)

    assert changed[20:68, 120:150].mean() > 0.95
    assert not changed[80:].any()
    assert not changed[:, :110].any()


def test_of_a_portrait_more_is_blurred_than_of_a_person_standing() -> None:
    picture = noise((200, 200))

    changed = (blur_faces(picture, [(0.0, 0.0, 1.0, 1.0)]) != picture).any(axis=2)

    assert changed[:150].mean() > 0.95


def test_of_a_box_that_is_hardly_a_person_only_skin_is_blurred() -> None:
    picture = np.full((200, 200, 3), (30, 90, 200), np.uint8)
    picture[40:80, 80:120] = noise((40, 40)) // 16 + np.array((200, 140, 110), np.uint8)

    hidden = face_mask(picture, (), [(0.2, 0.1, 0.8, 1.0)])

    assert hidden[40:80, 80:120].all()
    assert not hidden[:, :60].any()
    assert hidden.mean() < 0.1


def test_skin_outside_of_every_box_is_left() -> None:
    picture = np.full((200, 200, 3), (200, 140, 110), np.uint8)

    hidden = face_mask(picture, (), [(0.5, 0.0, 0.6, 0.5)])

    assert hidden[:15, 101:119].all()
    assert not hidden[:, :99].any()


def test_what_the_mask_names_is_what_is_changed() -> None:
    picture = noise((300, 200))
    boxes, doubtful = [(0.1, 0.1, 0.3, 0.9)], [(0.6, 0.1, 0.9, 0.9)]

    changed = (blur_faces(picture, boxes, doubtful) != picture).any(axis=2)

    hidden = face_mask(picture, boxes, doubtful)
    assert not (changed & ~hidden).any()
    assert changed[hidden].mean() > 0.95


def test_no_finer_blocks_are_left_where_regions_overlap() -> None:
    picture = noise((200, 200))

    both = blur_faces(picture, [(0.0, 0.0, 0.9, 0.9), (0.4, 0.2, 0.5, 0.9)])

    large = blur_faces(picture, [(0.0, 0.0, 0.9, 0.9)])
    assert (both[:180, :180] == large[:180, :180]).all()


def test_the_picture_itself_is_left_as_it_is() -> None:
    picture = astronaut()  # type: ignore[no-untyped-call]
    before = picture.copy()

    blur_faces(picture, [(0.0, 0.0, 1.0, 1.0)])

    assert (picture == before).all()


def test_a_picture_without_people_is_hardly_touched() -> None:
    picture = coffee()  # type: ignore[no-untyped-call]

    assert (blur_faces(picture, ()) != picture).any(axis=2).mean() < 0.2


@pytest.mark.parametrize("size_wh", [(1, 1), (3, 400), (400, 3), (24, 24)])
def test_a_picture_of_any_size_can_be_blurred(size_wh: tuple[int, int]) -> None:
    blurred = blur_faces(noise(size_wh), [(0.0, 0.0, 1.0, 1.0), (0.5, 0.5, 0.5, 0.5)])

    assert blurred.shape == (size_wh[1], size_wh[0], 3)


def annotated() -> dict[str, list[Fractions]]:
    """Return the faces that people marked by hand, by picture, as fractions of it."""
    faces: dict[str, list[Fractions]] = defaultdict(list)
    with Path(__file__).with_name("face_boxes.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            x0, y0, x1, y1 = (float(row[each]) for each in ("x_min", "y_min", "x_max", "y_max"))
            faces[row["image"]].append((x0, y0, x1, y1))
    return faces


def covered(face: Fractions, hidden: npt.NDArray[np.bool_]) -> float:
    """Return how much of a face is hidden, in [0, 1]."""
    height, width = hidden.shape
    x0, y0, x1, y1 = face
    part = hidden[
        int(y0 * height) : int(np.ceil(y1 * height)), int(x0 * width) : int(np.ceil(x1 * width))
    ]
    return float(part.mean())


@pytest.mark.shipped
def test_95_of_100_faces_that_the_limits_were_chosen_on_are_covered(shared: Path) -> None:
    folder = load_model_folder("current", "vision")
    model, calibration = open_vision_model(folder, Vision()), read_calibration(folder)
    faces = annotated()
    parts = []
    for name, boxes in faces.items():
        pixels = cv2.imread(str(shared / "data" / name), cv2.IMREAD_COLOR_RGB)
        assert pixels is not None, name
        frame = Frame(0.0, pixels.astype(np.uint8))
        (found,) = model.detect([frame])
        hidden = face_mask(frame.pixels, *people_in(frame, found, calibration))
        parts += [covered(face, hidden) for face in boxes]

    assert len(faces) >= 50
    assert np.mean([part >= NEEDED for part in parts]) >= 0.95
