"""Small evaluations for the tests of reports and cards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from detector.vision.calibration import Calibration
from tests.fakes import ScriptedTextModel, ScriptedVisionModel
from tests.training.making import noise
from tests.training.scenes import LEFT, example, scene
from training.evaluation.bars import Bar, hold
from training.evaluation.beside import not_held
from training.evaluation.sets import Baseline, PictureSet
from training.evaluation.text import evaluate_texts, read_all
from training.evaluation.values import AtRecall, Beside, Evaluation
from training.evaluation.vision import Deployed, evaluate_pictures
from training.examples import TextExample
from training.manifest import LABELS
from training.metrics.interval import Measure
from training.metrics.paired import Difference

BARE = Baseline(name="other network", source="weights", file="a.safetensors", place=0)


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


def asked_evaluation(folder: Path) -> Evaluation:
    """The same with a bar that is met, one that is not, one that is not measured, and a baseline."""
    found = vision_evaluation(folder)
    share = Measure(0.4, 0.3, 0.5, 40, 20, "bootstrap of groups")
    gap = Difference(0.7, 0.4, 0.2, 0.4, 20)
    beside = (
        Beside("weapon", "carried", "other network", share, gap),
        not_held(PictureSet(name="bare", label="weapon", sources=(), baseline=BARE), "no weights"),
    )
    at_recall = (AtRecall("weapon", "carried", 0.85, 0.2, 40, 16, share),)
    bars = [
        Bar(name="weapon", label="weapon", set="carried", above_baseline=0.25),
        Bar(name="weapon", label="weapon", set="carried", low_at_recall=0.9),
        Bar(name="alarms", suite="pooled", alarms=0.03),
    ]
    found = replace(found, beside=beside, at_recall=at_recall)
    return replace(found, held=hold(bars, found))


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
