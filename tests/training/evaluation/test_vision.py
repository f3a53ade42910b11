"""A vision model held against pictures, from files to figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detector.vision.calibration import Calibration
from tests.fakes import ScriptedVisionModel
from tests.training.making import noise
from tests.training.scenes import LEFT, example, scene
from training.evaluation.sets import PictureSet
from training.evaluation.slices import picture_slices
from training.evaluation.values import AtRecall, Evaluation
from training.evaluation.vision import Deployed, evaluate_pictures, look_at
from training.evaluation.worst import kind_of
from training.manifest import LABELS
from training.scene import Scene

CALIBRATION = Calibration(dict.fromkeys(LABELS, 0.5), dict.fromkeys(LABELS, (1.0, 0.0)))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.webp"
    path.write_bytes(noise(1))
    return path


def measured(*scenes: Scene) -> Evaluation:
    deployed = Deployed(ScriptedVisionModel(), CALIBRATION)
    return evaluate_pictures(scenes, deployed, on="heldout", manifests=[], draws=50)


def test_a_model_looks_at_every_picture_and_boxes_become_fractions(picture: Path) -> None:
    model = ScriptedVisionModel(always=[("weapon", 0.9, (12, 24, 24, 48))])
    found = look_at([example(str(at), path=picture) for at in range(11)], model)
    assert [each.example.id for each in found] == [f"made/{at}" for at in range(11)]
    assert found[0].boxes.tolist() == [[0.25, 0.5, 0.5, 1.0]]
    assert model.batches == [8, 3]


def test_every_label_is_scored_by_boxes_and_by_pictures(picture: Path) -> None:
    shown = scene(
        example(boxes=[("weapon", LEFT)], annotates=LABELS, path=picture), ("weapon", 0.9, LEFT)
    )
    found = measured(shown)
    assert [(each.label, each.level) for each in found.main()] == [
        (label, level) for label in sorted(LABELS) for level in ("box", "picture")
    ]


def test_wrong_detections_and_missed_boxes_come_with_pictures(picture: Path) -> None:
    shown = scene(
        example(boxes=[("weapon", LEFT)], annotates=LABELS, path=picture),
        ("weapon", 0.9, (0.6, 0.6, 0.9, 0.9)),
    )
    found = measured(shown)
    assert [(each.what, bool(each.webp)) for each in found.worst] == [
        ("nothing there", True),
        ("missed", True),
    ]
    kinds = {each.name: each.count for each in found.errors}
    assert (kinds["Bkg"], kinds["Miss"]) == (1, 1)


@pytest.mark.parametrize(
    ("box", "what"),
    [
        pytest.param(LEFT, "found twice", id="on its own label"),
        pytest.param((0.1, 0.1, 0.2, 0.5), "badly placed", id="a third of it"),
        pytest.param((0.6, 0.1, 0.9, 0.5), "wrong label", id="on another label"),
        pytest.param((0.1, 0.8, 0.2, 0.9), "nothing there", id="far from all"),
    ],
)
def test_a_wrong_detection_is_explained(box, what: str) -> None:  # type: ignore[no-untyped-def]
    shown = scene(example(boxes=[("weapon", LEFT), ("uniform", (0.6, 0.1, 0.9, 0.5))]))
    assert kind_of(shown, "weapon", box) == what


def test_pictures_are_cut_by_source_light_shape_and_what_the_source_says() -> None:
    of = example(size_wh=(40, 80), slices=(("parent", "idenprof"),))
    assert list(picture_slices(of, 30.0)) == [
        "source=made",
        "light=dark",
        "shape=portrait",
        "parent=idenprof",
    ]


def test_a_slice_is_scored_where_there_is_something_to_find(picture: Path) -> None:
    armed = example("a", boxes=[("weapon", LEFT)], annotates=LABELS, path=picture)
    other = example("b", source="street", annotates=LABELS, path=picture)
    found = measured(scene(armed, ("weapon", 0.9, LEFT)), scene(other))
    parts = {each.part for each in found.scores if each.label == "weapon"}
    assert "source=made" in parts
    assert "source=street" not in parts
    assert "size=scene" in parts


def test_the_lock_changes_with_the_items_and_their_labels(picture: Path) -> None:
    of = example(boxes=[("weapon", LEFT)], annotates=LABELS, path=picture)
    moved = example(boxes=[("weapon", (0.1, 0.1, 0.4, 0.6))], annotates=LABELS, path=picture)
    one, again, other = (measured(scene(each)).lock for each in (of, of, moved))
    assert one == again
    assert one != other


def test_intervals_are_the_same_for_the_same_seed(picture: Path) -> None:
    rng = np.random.default_rng(0)
    shown = [
        scene(
            example(str(at), boxes=[("weapon", LEFT)], annotates=LABELS, path=picture),
            ("weapon", float(rng.random()), LEFT),
        )
        for at in range(12)
    ]
    assert measured(*shown) == measured(*shown)


def test_whole_pictures_are_told_where_a_recall_is_reached(picture: Path) -> None:
    shown = [
        scene(
            example(str(at), boxes=[("uniform", LEFT)], path=picture),
            *([("uniform", 0.9 - at / 100, LEFT)] if at < 9 else []),
        )
        for at in range(10)
    ]
    civilian = example("c", source="street", negative_for=["uniform"], annotates=[], path=picture)
    wanted = PictureSet(
        name="s", label="uniform", sources=("made",), with_negatives=True, at_recall=0.85
    )
    deployed = Deployed(ScriptedVisionModel(), CALIBRATION)

    def at(recall: float, confidence: float) -> AtRecall:
        scenes = [*shown, scene(civilian, ("uniform", confidence, LEFT))]
        sets = [wanted.model_copy(update={"at_recall": recall})]
        [found] = evaluate_pictures(
            scenes, deployed, on="heldout", manifests=[], sets=sets, draws=50
        ).at_recall
        return found

    assert (at(0.85, 0.5).right, at(0.85, 0.5).flagged) == (9, 9)
    assert (at(0.85, 0.95).right, at(0.85, 0.95).flagged) == (9, 10)
    assert at(0.85, 0.5).threshold == pytest.approx(0.82)
    assert at(0.95, 0.5).threshold is None
    assert at(0.95, 0.5).precision.value is None
