"""Small evaluations for the tests of reports and cards."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from detector.vision.calibration import Calibration
from tests.fakes import ScriptedTextModel, ScriptedVisionModel
from tests.training.making import noise
from tests.training.scenes import LEFT, example, scene
from training.evaluation.text import evaluate_texts, read_all
from training.evaluation.values import Evaluation
from training.evaluation.vision import Deployed, evaluate_pictures
from training.examples import TextExample
from training.manifest import LABELS


def vision_evaluation(folder: Path) -> Evaluation:
    """Twelve pictures with a weapon, found in all but one; one wrong alarm."""
    path = folder / "a.webp"
    path.write_bytes(noise(1))
    calibration = Calibration(dict.fromkeys(LABELS, 0.5), dict.fromkeys(LABELS, (1.0, 0.0)))
    scenes = [
        scene(
            example(str(at), boxes=[("weapon", LEFT)], annotates=LABELS, path=path),
            ("weapon", 0.95 - at / 25, LEFT),
        )
        for at in range(12)
    ]
    scenes.append(
        scene(example("clean", annotates=LABELS, path=path), ("weapon", 0.6, LEFT)),
    )
    deployed = Deployed(ScriptedVisionModel(), calibration)
    return evaluate_pictures(scenes, deployed, on="heldout", manifests=[], draws=50)


def text_evaluation(folder: Path) -> Evaluation:
    """Fourteen English posts: twelve political views that are found, one missed, one wrong alarm."""
    del folder
    said = [(f"vote {at}", True) for at in range(12)] + [("march", True), ("vote count", False)]
    texts = [
        TextExample(
            id=f"made/{words}",
            source="made",
            text=words,
            lang="en",
            labels=MappingProxyType({"political": view, "religious": False, "mockery": False}),
            target="",
            group=words,
            heldout=True,
            drawn="random" if view else "high_political",
        )
        for words, view in said
    ]
    model = ScriptedTextModel({"vote": {"political": 0.9}})
    return evaluate_texts(read_all(texts, model), model.ref, on="heldout", draws=50)
