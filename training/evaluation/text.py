"""A text model held against labelled texts, by language and topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.evidence import ModelRef, Passage
from detector.text.base import TextModel
from training.evaluation.boxes import score_items
from training.evaluation.reliable import reliability_of
from training.evaluation.slices import text_slices
from training.evaluation.suites import Probe, score_suites
from training.evaluation.values import Evaluation, Reliability, Scores, Worst
from training.evaluation.vision import Progress
from training.examples import TextExample
from training.lock import locked
from training.metrics.interval import DRAWS, draw, number

BATCH = 64
EACH_WORST = 5
HARD = "labelled none, ranked high by a first model"
"""Suite of texts that were drawn because an n-gram model ranked them high, and are of no topic."""
APART = "held-out batch, labelled none"
"""Suite of the texts of no topic in the posts that were written, and that nothing was fitted on."""
HELDOUT_SOURCE = "posts_labelled"
ABSTAINED = -1.0
"""Rank of a text that was not judged: below all others."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A labelled text with what the model makes of it."""

    example: TextExample
    passage: Passage

    def score(self, topic: str) -> float:
        """Return the probability of a topic, or `ABSTAINED`."""
        return next(
            (each.probability for each in self.passage.topics if each.topic == topic), ABSTAINED
        )

    def flagged(self, topic: str) -> bool:
        """Say whether the model's threshold is reached; never where it abstained."""
        return any(each.flagged for each in self.passage.topics if each.topic == topic)


def read_all(
    examples: Sequence[TextExample], model: TextModel, progress: Progress = lambda done, of: None
) -> list[ReadText]:
    """Run a model over texts, in order."""
    found: list[ReadText] = []
    for start in range(0, len(examples), BATCH):
        batch = examples[start : start + BATCH]
        passages = model.read([Passage(each.text, "caption") for each in batch])
        found += map(ReadText, batch, passages)
        progress(len(found), len(examples))
    return found


def evaluate_texts(
    texts: Sequence[ReadText],
    ref: ModelRef,
    *,
    on: str,
    restricted: str = "",
    draws: int = DRAWS,
    seed: int = 0,
) -> Evaluation:
    """Measure what was read in texts.

    Args:
        texts: Labelled texts with their topics.
        ref: The model.
        on: What the texts are: ``heldout`` or ``calibration``.
        restricted: What the run was restricted to; empty for all.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
    """
    languages = sorted({each.example.lang for each in texts})
    scores: list[Scores] = []
    for topic in ref.topics:
        judged = [each for each in texts if each.example.labels.get(topic) is not None]
        for lang in languages:
            inner = [each for each in judged if each.example.lang == lang]
            if inner:
                scores.append(_scored(topic, f"lang={lang}", inner, draws, seed, curve=True))
                scores += _parts(topic, lang, inner, draws, seed)
        if judged:
            scores.append(_scored(topic, "all", judged, draws, seed))
    abstained = Counter(each.example.lang for each in texts if each.passage.abstained)
    return Evaluation(
        kind="text",
        models=({"kind": ref.kind, "version": ref.version, "sha256": ref.sha256},),
        on=on,
        restricted=restricted,
        items=len(texts),
        groups=len({each.example.group for each in texts}),
        lock=locked(each.example for each in texts),
        sources=dict(sorted(Counter(each.example.source for each in texts).items())),
        draws=draws,
        seed=seed,
        scores=tuple(scores),
        suites=score_suites(
            hard_negatives(texts, ref.topics, HARD, drawn="high_"), draws=draws, seed=seed
        ),
        reliability=tuple(_reliable(texts, ref.topics, languages, draws, seed)),
        errors=(),
        worst=tuple(_worst(texts, ref.topics)),
        notes=_notes(abstained),
    )


def scores_apart(
    texts: Sequence[ReadText],
    apart: Sequence[ReadText],
    topics: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[Scores, ...]:
    """Score, on the held-out batch of written posts, the topics that none of `texts` is judged for."""
    found: list[Scores] = []
    for topic in topics:
        if any(each.example.labels.get(topic) is not None for each in texts):
            continue
        judged = [each for each in apart if each.example.labels.get(topic) is not None]
        for lang in sorted({each.example.lang for each in judged}):
            inner = [each for each in judged if each.example.lang == lang]
            found.append(_scored(topic, f"lang={lang}", inner, draws, seed, curve=True))
        if judged:
            found.append(_scored(topic, "all", judged, draws, seed))
    return tuple(found)


def _notes(abstained: Mapping[str, int]) -> tuple[str, ...]:
    said = ", ".join(f"{lang} {count}" for lang, count in sorted(abstained.items())) or "none"
    return (
        f"Abstained: {said}. A text that was not judged counts as not flagged and is ranked last.",
        "The texts were drawn to hold many positives; drawn=random is the closest to the street.",
        "Intervals are 95 %: Wilson for ratios, since texts are independent; a bootstrap of texts for "
        "average precision.",
    )


def _scored(
    topic: str, part: str, texts: Sequence[ReadText], draws: int, seed: int, *, curve: bool = False
) -> Scores:
    score, truth, flagged = _columns(topic, texts)
    group, groups = number(each.example.group for each in texts)
    weights = draw(groups, draws=draws, seed=seed)
    return score_items("text", topic, part, score, truth, flagged, group, weights, curve=curve)


def _columns(
    topic: str, texts: Sequence[ReadText]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    return (
        np.array([each.score(topic) for each in texts], np.float64),
        np.array([each.example.labels[topic] is True for each in texts], np.bool_),
        np.array([each.flagged(topic) for each in texts], np.bool_),
    )


def _parts(
    topic: str, lang: str, texts: Sequence[ReadText], draws: int, seed: int
) -> Iterator[Scores]:
    named: dict[str, list[ReadText]] = {}
    for each in texts:
        for part in text_slices(each.example):
            named.setdefault(part, []).append(each)
    for part in sorted(named):
        inner = named[part]
        some = any(each.example.labels[topic] for each in inner)
        if some and len(inner) < len(texts):
            yield _scored(topic, f"lang={lang}, {part}", inner, draws, seed)


def of_no_topic(example: TextExample) -> bool:
    """Say whether a text was read and nothing was found in it."""
    return True not in example.labels.values() and False in example.labels.values()


def hard_negatives(
    texts: Sequence[ReadText], topics: Sequence[str], name: str, *, drawn: str = ""
) -> dict[str, list[Probe]]:
    """Gather texts of no topic, by language, with the topics that are wrongly flagged.

    A topic that nobody judged counts as well: it would have been seen by whoever read the text.

    Args:
        texts: What was read.
        topics: The model's.
        name: Of the suite.
        drawn: Start of how they were drawn; empty for all.
    """
    found: dict[str, list[Probe]] = {}
    for each in texts:
        example = each.example
        if of_no_topic(example) and example.drawn.startswith(drawn):
            alarms = {topic for topic in topics if each.flagged(topic)}
            probe = Probe(example.id, example.group, frozenset(topics), alarms)
            found.setdefault(f"{name}, {example.lang}", []).append(probe)
    return found


def _reliable(
    texts: Sequence[ReadText],
    topics: Sequence[str],
    languages: Sequence[str],
    draws: int,
    seed: int,
) -> Iterator[Reliability]:
    """Say what probabilities are worth; a text model hands out none that are not calibrated."""
    for topic in topics:
        for lang in languages:
            inner = [
                each
                for each in texts
                if each.example.lang == lang
                and each.example.labels.get(topic) is not None
                and each.score(topic) >= 0
            ]
            if inner:
                score, truth, _ = _columns(topic, inner)
                groups = [each.example.group for each in inner]
                yield reliability_of(
                    topic, f"lang={lang}", score, score, truth, groups, draws=draws, seed=seed
                )


def _worst(texts: Sequence[ReadText], topics: Sequence[str]) -> Iterator[Worst]:
    for topic in topics:
        judged = [each for each in texts if each.example.labels.get(topic) is not None]
        wrong = [each for each in judged if each.flagged(topic) and not each.example.labels[topic]]
        missed = [each for each in judged if each.example.labels[topic] and each.score(topic) >= 0]
        wrong.sort(key=lambda each: -each.score(topic))
        missed.sort(key=lambda each: each.score(topic))
        for what, rows in (("false alarm", wrong), ("missed", missed)):
            for each in rows[:EACH_WORST]:
                score = round(each.score(topic), 3)
                yield Worst(each.example.id, topic, what, score, text=each.example.text)
