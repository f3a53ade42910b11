"""What every `VisionModel` promises, held against each runtime and the scripted fake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from detector.artifact import load_model_folder
from detector.evidence import Detections, Frame
from detector.settings import Vision
from detector.vision.base import VisionModel
from detector.vision.runtimes import RUNTIMES, open_vision_model
from tests.fakes import ScriptedVisionModel
from tests.training.networks import model_folder
from training import heldout, pictures
from training.sources import open_source


def scripted() -> VisionModel:
    return ScriptedVisionModel(always=[("weapon", 0.9, (-5.0, 3.0, 9000.0, 40.0))])


def shipped(runtime: str) -> Callable[[], VisionModel]:
    # PyTorch's threads wait for each other where the suite shares its cores.
    threads = 1 if runtime == "ultralytics" else 2
    settings = Vision.model_construct(model="current", runtime=runtime, threads=threads)
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


ROOT = Path(__file__).resolve().parents[2]
REFERENCE = "openvino"
OTHERS = sorted(set(RUNTIMES) - {REFERENCE})
OVERLAP, DIFFERENCE = 0.98, 0.01
ENOUGH = 200


def overlaps(one: Detections, other: Detections) -> np.ndarray:
    """Intersection over union of every box of one with every box of the other."""
    a, b = one.xyxy[:, None].astype(np.float64), other.xyxy[None].astype(np.float64)
    sides = np.clip(
        np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0, None
    )
    both = sides.prod(axis=2)
    area_a, area_b = ((each[..., 2:] - each[..., :2]).prod(axis=2) for each in (a, b))
    overlap: np.ndarray = both / (area_a + area_b - both)
    return overlap


def twins(one: Detections, other: Detections) -> int:
    """Count the boxes of one that the other has as well: same label, place and confidence."""
    if not len(one) or not len(other):
        return 0
    labels = np.array(one.labels)[:, None] == np.array(other.labels)[None]
    near = np.abs(one.confidence[:, None] - other.confidence[None]) <= DIFFERENCE
    return int((labels & near & (overlaps(one, other) >= OVERLAP)).any(axis=1).sum())


def assert_alike(some: Sequence[Detections], others: Sequence[Detections], least: int) -> None:
    boxes = sum(map(len, some))
    assert boxes >= least
    assert boxes == sum(map(len, others))
    assert sum(map(twins, some, others)) == sum(map(twins, others, some)) == boxes


@pytest.mark.shipped
@pytest.mark.shared
@pytest.mark.parametrize("runtime", OTHERS)
def test_every_runtime_finds_the_same_in_held_out_pictures(runtime: str, shared: Path) -> None:
    source = open_source(ROOT / "data" / "sources" / "police_hand.toml", root=shared / "data")
    chosen = heldout.pictures([source])[::18]
    frames = [Frame(0.0, pictures.pixels(each.path)) for each in chosen]

    assert_alike(shipped(REFERENCE)().detect(frames), shipped(runtime)().detect(frames), ENOUGH)


@pytest.mark.parametrize("runtime", OTHERS)
def test_every_runtime_runs_the_other_head_alike(runtime: str, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "0", ("uniform", "weapon"), head="one2one", side=96)
    opened = load_model_folder(str(folder), "vision")
    frames = [noise(0.5 * at, size) for at, size in enumerate([(96, 54), (54, 96), (64, 64)])]
    one, other = (
        open_vision_model(opened, Vision(runtime=name, threads=1))  # type: ignore[arg-type]
        for name in (REFERENCE, runtime)
    )

    assert_alike(one.detect(frames), other.detect(frames), 100)
