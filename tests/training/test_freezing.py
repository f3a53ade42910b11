"""Thresholds are frozen on the calibration split alone, and a folder frozen so can be used."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from detector.artifact import load_model_folder
from detector.errors import ContractBroken, InputError
from detector.evidence import Passage, TopicScore
from detector.vision.calibration import read_calibration
from tests.training.scenes import LEFT, RIGHT, example, scene
from training import toml
from training.evaluation.text import ReadText
from training.examples import Corpus, Example, TextExample
from training.freezing import freeze_text, freeze_vision
from training.report.card_page import card_page
from training.scene import Scene


def folder(path: Path, kind: str, labels: list[str]) -> Path:
    (path / "w").write_bytes(b"w")
    content = {
        "model": {"kind": kind, "version": "9", "labels": labels},
        "files": {"w": hashlib.sha256(b"w").hexdigest()},
        "thresholds": {"old": 0.1},
    }
    toml.write(path / "card.toml", content)
    return path


def shown(at: int, right: bool, confidence: float, label: str = "weapon") -> Scene:
    of = example(str(at), boxes=[(label, LEFT)], annotates=["weapon", "badge"], heldout=False)
    return scene(of, (label, confidence, LEFT if right else RIGHT))


def corpus(scenes: list[Scene]) -> Corpus[Example]:
    return Corpus(tuple(each.example for each in scenes), "calibration", ())


def graded(label: str, good: int, bad: int) -> list[Scene]:
    """Confident detections that are right, then hesitant ones that are wrong."""
    right = [shown(at, True, 0.9 - at / 1000, label) for at in range(good)]
    return right + [shown(good + at, False, 0.4 - at / 1000, label) for at in range(bad)]


def test_a_frozen_folder_has_a_threshold_and_a_calibration(tmp_path: Path) -> None:
    scenes = graded("weapon", 100, 100)
    path = folder(tmp_path, "vision", ["weapon"])
    points = freeze_vision(path, corpus(scenes), scenes, {"weapon": 0.85}, labels=["weapon"])
    found = read_calibration(load_model_folder(str(path), "vision"))
    assert points["weapon"].threshold is not None
    assert found.threshold("weapon") == pytest.approx(points["weapon"].threshold, abs=1e-5)
    assert found.threshold("weapon") <= points["weapon"].threshold
    assert found.probability("weapon", 0.85) > 0.9
    assert found.probability("weapon", 0.3) < 0.1
    assert set(toml.read(path / "card.toml")["thresholds"]) == {"weapon"}


def test_a_precision_that_cannot_be_reached_is_written_down(tmp_path: Path) -> None:
    scenes = [shown(at, at % 2 == 0, 0.9 - at / 1000) for at in range(100)]
    path = folder(tmp_path, "vision", ["weapon"])
    points = freeze_vision(path, corpus(scenes), scenes, {}, labels=["weapon"])
    assert points["weapon"].threshold is None
    assert toml.read(path / "card.toml")["threshold_rule"]["not_reached"] == ["weapon"]


def test_a_label_that_was_never_found_is_refused(tmp_path: Path) -> None:
    scenes = graded("weapon", 30, 0)
    path = folder(tmp_path, "vision", ["badge", "weapon"])
    with pytest.raises(InputError, match="found no badge in 30 pictures"):
        freeze_vision(path, corpus(scenes), scenes, {}, labels=["badge", "weapon"])


def test_pictures_outside_the_calibration_split_are_refused(tmp_path: Path) -> None:
    scenes = graded("weapon", 30, 0)
    path = folder(tmp_path, "vision", ["weapon"])
    with pytest.raises(ContractBroken, match="5 of them not in it"):
        freeze_vision(path, corpus(scenes[5:]), scenes, {}, labels=["weapon"])


def test_the_training_side_is_refused(tmp_path: Path) -> None:
    scenes = graded("weapon", 30, 0)
    side = Corpus(tuple(each.example for each in scenes), "train", ())
    with pytest.raises(ContractBroken, match="of the train split"):
        freeze_vision(folder(tmp_path, "vision", ["weapon"]), side, scenes, {}, labels=["weapon"])


def read(at: int, view: bool, probability: float, lang: str) -> ReadText:
    of = TextExample(
        id=f"made/{lang}{at}",
        source="made",
        text=f"{lang} {at}",
        lang=lang,
        labels=MappingProxyType({"political": view}),
        target="",
        group=f"{lang} {at}",
        heldout=False,
    )
    score = TopicScore("political", probability, flagged=False)
    return ReadText(of, Passage(of.text, "caption", language=lang, topics=(score,)))


def test_a_text_model_is_frozen_by_language_and_strictest_where_there_are_no_words(
    tmp_path: Path,
) -> None:
    ramp = np.linspace(0.99, 0.51, 60).tolist()
    texts = [read(at, True, each, "en") for at, each in enumerate(ramp)]
    texts += [read(at, at < 40, each, "ur") for at, each in enumerate(ramp)]
    side = Corpus(tuple(each.example for each in texts), "calibration", ())
    path = folder(tmp_path, "text", ["political"])
    freeze_text(path, side, texts, {}, topics=["political"], languages=["en", "ur"])
    found = toml.read(path / "card.toml")["thresholds"]["political"]
    assert found["en"] == pytest.approx(0.51, abs=1e-5)
    assert found["ur"] > 0.6
    assert found["zxx"] == found["ur"]


def test_a_language_that_proves_no_threshold_takes_that_of_all_together(tmp_path: Path) -> None:
    ramp = np.linspace(0.99, 0.51, 60).tolist()
    texts = [read(at, True, each, "en") for at, each in enumerate(ramp)]
    texts += [read(at, at != 2, each, "ur") for at, each in enumerate(ramp[::6])]
    side = Corpus(tuple(each.example for each in texts), "calibration", ())
    path = folder(tmp_path, "text", ["political"])
    freeze_text(path, side, texts, {}, topics=["political"], languages=["en", "ur"])
    card = toml.read(path / "card.toml")
    assert card["thresholds"]["political"]["ur"] == pytest.approx(0.51, abs=1e-5)
    assert card["threshold_rule"]["taken_together"] == ["political, ur"]
    assert card["threshold_rule"]["not_reached"] == []
    own = card["threshold_rule"]["political, ur"]
    assert (own["flagged"], own["precision"], own["recall"]) == (10, 0.9, 1.0)
    assert own["precision_low"] == pytest.approx(0.596, abs=0.001)
    assert card["threshold_rule"]["political, all languages"]["flagged"] == 70


@pytest.mark.parametrize(
    ("right", "of"),
    [
        pytest.param(1, 8, id="few-with-an-interval-below-the-target"),
        pytest.param(19, 25, id="enough-with-a-precision-below-the-slack"),
    ],
)
def test_the_threshold_of_all_languages_is_not_taken_where_own_texts_contradict_it(
    tmp_path: Path, right: int, of: int
) -> None:
    texts = [read(at, True, each, "en") for at, each in enumerate(np.linspace(0.99, 0.51, 300))]
    # The wrong ones first, so that no threshold of its own is proven.
    texts += [read(at, at >= of - right, 0.8 - at / 200, "ur") for at in range(of)]
    side = Corpus(tuple(each.example for each in texts), "calibration", ())
    path = folder(tmp_path, "text", ["political"])
    freeze_text(path, side, texts, {}, topics=["political"], languages=["en", "ur"])
    card = toml.read(path / "card.toml")
    assert card["thresholds"]["political"]["ur"] == 0.85
    assert card["threshold_rule"]["taken_together"] == []
    assert card["threshold_rule"]["not_reached"] == ["political, ur"]
    assert "political, all languages" not in card["threshold_rule"]


def test_a_language_without_a_text_above_the_threshold_of_all_has_no_figures_there(
    tmp_path: Path,
) -> None:
    texts = [read(at, True, each, "en") for at, each in enumerate(np.linspace(0.99, 0.51, 60))]
    texts += [read(at, False, each, "en") for at, each in enumerate(np.linspace(0.4, 0.3, 60), 60)]
    texts += [read(at, False, 0.2, "ur") for at in range(9)]
    side = Corpus(tuple(each.example for each in texts), "calibration", ())
    path = folder(tmp_path, "text", ["political"])
    freeze_text(path, side, texts, {}, topics=["political"], languages=["en", "ur"])
    card = toml.read(path / "card.toml")
    assert card["threshold_rule"]["political, ur"] == {"target_precision": 0.85, "flagged": 0}
    assert card["thresholds"]["political"]["ur"] == card["thresholds"]["political"]["en"]
    assert "too few to prove one): political, ur." in card_page(card)


def test_where_all_together_prove_none_no_probability_below_the_target_counts(
    tmp_path: Path,
) -> None:
    texts = [
        read(at, at % 2 == 0, 0.7 - at / 100, each) for each in ("en", "ur") for at in range(40)
    ]
    side = Corpus(tuple(each.example for each in texts), "calibration", ())
    path = folder(tmp_path, "text", ["political"])
    freeze_text(path, side, texts, {}, topics=["political"], languages=["en", "ur"])
    card = toml.read(path / "card.toml")
    assert card["thresholds"]["political"] == {"en": 0.85, "ur": 0.85, "zxx": 0.85}
    assert card["threshold_rule"]["taken_together"] == []
    assert card["threshold_rule"]["not_reached"] == ["political, en", "political, ur"]
