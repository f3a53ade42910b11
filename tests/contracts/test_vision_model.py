"""What every `VisionModel` promises, held against each runtime and the scripted fake."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from detector.artifact import load_model_folder
from detector.evidence import Frame
from detector.settings import Vision
from detector.vision.base import VisionModel
from detector.vision.runtimes import RUNTIMES, open_vision_model
from tests.fakes import ScriptedVisionModel


def scripted() -> VisionModel:
    return ScriptedVisionModel(always=[("weapon", 0.9, (-5.0, 3.0, 9000.0, 40.0))])


def shipped(runtime: str) -> Callable[[], VisionModel]:
    settings = Vision.model_construct(model="current", runtime=runtime, threads=2)
    return lambda: open_vision_model(load_model_folder("current", "vision"), settings)


MODELS = {"scripted": scripted, **{name: shipped(name) for name in RUNTIMES}}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=() if name == "scripted" else pytest.mark.shipped)
        for name in MODELS
    ],
)
def model(request: pytest.FixtureRequest) -> VisionModel:
    return MODELS[request.param]()


def noise(time_s: float, size_wh: tuple[int, int]) -> Frame:
    rng = np.random.default_rng(round(time_s * 10))
    coarse = rng.integers(0, 256, (8, 8, 3), np.uint8)
    rows = np.linspace(0, 7, size_wh[1]).round().astype(int)
    columns = np.linspace(0, 7, size_wh[0]).round().astype(int)
    pixels = np.ascontiguousarray(coarse[rows][:, columns])
    pixels.setflags(write=False)
    return Frame(time_s, pixels)


SIZES = [(320, 180), (180, 320), (64, 64), (1000, 30), (3, 700), (1, 1)]
FRAMES = [noise(0.5 * at, size) for at, size in enumerate(SIZES)]


def test_every_frame_gets_one_answer_in_order(model: VisionModel) -> None:
    assert [each.time_s for each in model.detect(FRAMES)] == [each.time_s for each in FRAMES]


def test_boxes_lie_inside_their_frame(model: VisionModel) -> None:
    for frame, found in zip(FRAMES, model.detect(FRAMES), strict=True):
        height, width = frame.pixels.shape[:2]
        assert (found.xyxy >= 0).all()
        assert (found.xyxy <= [width, height, width, height]).all()
        assert (found.xyxy[:, :2] <= found.xyxy[:, 2:]).all()


def test_confidences_lie_between_0_and_1(model: VisionModel) -> None:
    for found in model.detect(FRAMES):
        assert ((found.confidence >= 0) & (found.confidence <= 1)).all()


def test_labels_are_among_those_that_it_names(model: VisionModel) -> None:
    for found in model.detect(FRAMES):
        assert set(found.labels) <= set(model.ref.labels)


def test_its_labels_are_sorted_and_its_kind_is_vision(model: VisionModel) -> None:
    assert list(model.ref.labels) == sorted(model.ref.labels)
    assert model.ref.kind == "vision"


def test_a_frame_is_answered_alike_alone_and_in_a_batch(model: VisionModel) -> None:
    together = model.detect(FRAMES)
    for frame, found in zip(FRAMES, together, strict=True):
        (alone,) = model.detect([frame])
        assert alone.labels == found.labels
        assert np.allclose(alone.xyxy, found.xyxy, atol=0.01)
        assert np.allclose(alone.confidence, found.confidence, atol=1e-4)


def test_no_frames_give_no_answers(model: VisionModel) -> None:
    assert list(model.detect([])) == []
