"""Freezes thresholds and calibration into a model folder, from the calibration split alone.

It takes a `Corpus`, which cannot hold a held-out example. `wardi train` calls it last; `wardi evaluate
--freeze` calls it for a folder that was made elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detector.errors import ContractBroken, InputError
from training import toml
from training.calibrate import fit_logistic
from training.evaluation.text import ReadText
from training.examples import Corpus, Example, TextExample
from training.matching import IN_USE, Matches, match
from training.metrics.interval import number
from training.operating_point import (
    MARGIN,
    SLACK,
    OperatingPoint,
    Ranked,
    choose,
    contradicts,
    measured_at,
)
from training.scene import Scene

TARGET = 0.85
"""Precision asked for where nobody says otherwise."""
PROVEN = (
    f"lowest threshold whose precision on the calibration split is at least the target + {MARGIN}, there "
    f"and at every stricter one of 20 or more, with a lower bound of at least the target - {SLACK}"
)
"""The rule, in the words of a card."""
TEXT_RULE = (
    f"{PROVEN}; where a language has none, that of all languages together, unless its own texts contradict "
    f"it; otherwise the one of the best precision over 20 or more, but no probability below the target"
)
"""The same of texts."""
NO_WORDS = "zxx"
"""Language tag of texts without words: the strictest threshold of all."""
TOGETHER = "all languages"
"""Stands in the place of a language in the name of a point of all of them."""


def freeze_vision(
    folder: Path,
    corpus: Corpus[Example],
    scenes: Sequence[Scene],
    targets: Mapping[str, float],
    *,
    labels: Sequence[str],
    seed: int = 0,
) -> dict[str, OperatingPoint]:
    """Choose and write the thresholds and the calibration of a vision model.

    Args:
        folder: The model folder; its ``card.toml`` gets ``[thresholds]``, ``[calibration]`` and
            ``[threshold_rule]``.
        corpus: The calibration side.
        scenes: Its pictures with what the model found in them.
        targets: Precision asked for, by label; `TARGET` where it says nothing.
        labels: Labels of the model.
        seed: Of the bootstrap.

    Raises:
        ContractBroken: If the corpus is not the calibration side, or the scenes are others.
        InputError: If a label has no detection at all to choose from.
    """
    _check(corpus, [each.example.id for each in scenes])
    matches = {label: each[0].judged for label, each in match(scenes, labels).items()}
    points = {
        label: choose(_ranked(each), targets.get(label, TARGET), seed=seed)
        for label, each in matches.items()
    }
    calibration = {}
    for label, each in matches.items():
        if points[label].best is None:
            raise InputError(
                f"the model found no {label} in {len(each.examples)} pictures of the calibration "
                f"split; expected some to choose a threshold from; train it longer"
            )
        used = each.at(IN_USE * _limit(points[label]))
        fitted = fit_logistic(used.confidence, used.hit)
        calibration[label] = [round(fitted.slope, 4), round(fitted.offset, 4)]
    card = folder / "card.toml"
    toml.replace(card, "thresholds", {label: _limit(each) for label, each in points.items()})
    toml.replace(card, "calibration", calibration)
    toml.replace(card, "threshold_rule", _rule(points, len(corpus)))
    return points


def freeze_text(
    folder: Path,
    corpus: Corpus[TextExample],
    texts: Sequence[ReadText],
    targets: Mapping[str, float],
    *,
    topics: Sequence[str],
    languages: Sequence[str],
    seed: int = 0,
) -> dict[str, OperatingPoint]:
    """Choose and write the thresholds of a text model by topic and language; see `freeze_vision`.

    A language that has too few texts of a topic to prove a threshold takes the one that all languages
    together prove, unless its own texts contradict that one: those that it flags have a precision whose
    interval lies below the target, or are 20 or more with one below the target - 0.05. Probabilities
    are calibrated by language, so that one means the same in each; only where a language has fewer than
    20 rows or 3 positives does it have the calibration line of all languages as well.

    Returns:
        By ``topic, language``; the figures are those of the language's own texts.

    Raises:
        ContractBroken: As `freeze_vision`.
        InputError: If there is no text of a language that was judged for a topic.
    """
    _check(corpus, [each.example.id for each in texts])
    points: dict[str, OperatingPoint] = {}
    thresholds: dict[str, dict[str, float]] = {}
    pooled: dict[str, OperatingPoint] = {}
    taken: list[str] = []
    for topic in topics:
        target = targets.get(topic, TARGET)
        together = choose(_texts(texts, topic, languages), target, seed=seed)
        for lang in languages:
            name, own = f"{topic}, {lang}", _texts(texts, topic, [lang])
            point = _reached(choose(own, target, seed=seed), topic, lang)
            if shared := _taken(own, point, together, seed):
                taken.append(name)
                pooled[f"{topic}, {TOGETHER}"] = together
            points[name] = shared or point
            # A text's probability is calibrated: where no threshold is proven, the target itself is
            # the honest one. The best of 20 rows may be right half of the time.
            limit = max(_limit(points[name]), _unproven(points[name]))
            thresholds.setdefault(topic, {})[lang] = limit
        thresholds[topic][NO_WORDS] = max(thresholds[topic].values())
    toml.replace(folder / "card.toml", "thresholds", thresholds)
    rule = _rule(points | pooled, len(corpus))
    rule |= {"rule": TEXT_RULE, "taken_together": taken}
    toml.replace(folder / "card.toml", "threshold_rule", rule)
    return points


def _reached(point: OperatingPoint, topic: str, lang: str) -> OperatingPoint:
    if point.best is None:
        raise InputError(
            f"no text of the calibration split is judged for {topic} in {lang}; expected "
            f"some to choose a threshold from; label some, or leave the language out"
        )
    return point


def _taken(
    own: Ranked, point: OperatingPoint, together: OperatingPoint, seed: int
) -> OperatingPoint | None:
    """Return what a language's texts show at the threshold of all languages; None: it is not taken."""
    if point.threshold is not None or together.threshold is None:
        return None
    why = "threshold of all languages together"
    # As it is written: rounded down, so that the text it was read from counts.
    found = measured_at(own, _limit(together), point.target, why, seed=seed)
    return None if contradicts(found.precision, point.target) else found


def _unproven(point: OperatingPoint) -> float:
    return point.target if point.threshold is None else 0.0


def _check(corpus: Corpus[Any], found: Sequence[str]) -> None:
    wanted = {each.id for each in corpus}
    if corpus.split != "calibration" or not set(found) <= wanted:
        raise ContractBroken(
            f"thresholds were to be frozen on {len(found)} items of the {corpus.split} split, "
            f"{len(set(found) - wanted)} of them not in it; expected the calibration split alone"
        )


def _ranked(matches: Matches) -> Ranked:
    group, groups = number(each.group for each in matches.examples)
    positives = int(matches.positives.sum())
    return Ranked.of(
        matches.confidence, matches.hit, group[matches.picture], max(groups, 1), positives
    )


def _texts(texts: Sequence[ReadText], topic: str, languages: Sequence[str]) -> Ranked:
    judged = [
        each
        for each in texts
        if each.passage.language in languages  # as it was read: a threshold goes by that
        and each.example.labels.get(topic) is not None
        and each.score(topic) >= 0
    ]
    truth = np.array([each.example.labels[topic] is True for each in judged], np.bool_)
    score = np.array([each.score(topic) for each in judged], np.float64)
    group, groups = number(each.example.group for each in judged)
    return Ranked.of(score, truth, group, max(groups, 1), int(truth.sum()))


def _limit(point: OperatingPoint) -> float:
    limit = point.threshold if point.threshold is not None else point.best
    if limit is None:
        raise ContractBroken("a threshold was to be written for a label that nothing was found of")
    # Rounded down: the item that the threshold was read from must still count.
    return max(float(np.floor(limit * 1e6) / 1e6), 1e-6)


def _rule(points: Mapping[str, OperatingPoint], items: int) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "rule": f"{PROVEN}; where there is none, the one of the best precision over 20 or more",
        "items": items,
        "not_reached": [name for name, each in points.items() if each.threshold is None],
    }
    for name, each in points.items():
        told: dict[str, Any] = {"target_precision": each.target, "flagged": each.precision.items}
        for key, value in (
            ("precision", each.precision.value),
            ("precision_low", each.precision.low),
            ("recall", each.recall),
            ("precision_crossed", each.crossed.value if each.crossed else None),
        ):
            if value is not None:
                told[key] = round(value, 3)
        rule[name] = told
    return rule
