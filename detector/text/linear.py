"""A text model of character n-grams: tf-idf, one logistic regression per topic, calibrated by language.

Character n-grams bear free spelling, and a linear model can be taken apart: what it says of a
passage is a sum over its words, so the words that moved it are exact and not an afterthought.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch
from detector.evidence import Passage, TopicScore, WordWeight
from detector.text.language import NO_WORDS, Languages
from detector.text.normalise import Normalised, normalise
from detector.text.opened import (
    LEAST_WEIGHT,
    OpenedTextModel,
    Parts,
    probability_of,
    topic_score,
)

TOPICS_FILE = "topics.skops"
LANGUAGES_FILE = "languages.skops"

PROBE_TOLERANCE = 1e-3
_EDGES = " \t\"'.,:;!?()[]{}<>*#۔،؛؟…-–—"


@dataclass(frozen=True, slots=True)
class TopicPart:
    """One topic of the model, ready to use."""

    topic: str
    weights: npt.NDArray[np.float32]
    """Weight of each hashed n-gram, shape ``(n_features,)``."""
    intercept: float
    calibration: Mapping[str, tuple[float, float]]
    """Slope and intercept by language: raw log-odds -> calibrated log-odds."""
    thresholds: Mapping[str, float]
    """Frozen probability by language from which a passage is flagged."""


class LinearTextModel(OpenedTextModel):
    """A model of character n-grams."""

    def _opened(self, folder: ModelFolder) -> Parts:
        return open_parts(folder)


@dataclass(frozen=True, slots=True)
class LinearParts:
    """What was fitted, out of its files."""

    languages: Languages
    vectoriser: Any
    """scikit-learn's HashingVectorizer: texts -> counts of n-grams, sparse ``(n, n_features)``."""
    tfidf: Any
    """scikit-learn's TfidfTransformer: counts -> weighted, length 1 per text."""
    topics: tuple[TopicPart, ...]

    def read(self, passage: Passage) -> Passage:
        """Return a passage with its language and its topics, or why it was not judged."""
        plain = normalise(passage.text)
        language = self.languages.read(plain.text)
        if language.abstained:
            return replace(passage, language=language.tag, abstained=language.abstained)
        spans = word_spans(plain.text)
        words = [plain.text[start:end] for start, end in spans]
        shares = word_shares(self.vectoriser, self.tfidf, plain.text, words)
        scores = tuple(
            self._score(each, language.tag, plain, spans, shares) for each in self.topics
        )
        return replace(passage, language=language.tag, topics=scores)

    def _score(
        self,
        part: TopicPart,
        language: str,
        plain: Normalised,
        spans: list[tuple[int, int]],
        shares: Any,
    ) -> TopicScore:
        slope, shift = part.calibration[language]
        moved = np.asarray(shares @ part.weights, np.float64)
        log_odds = slope * (float(moved.sum()) + part.intercept) + shift
        weights = zip(spans, (slope * moved).tolist(), strict=False)
        words = (
            WordWeight(*plain.span(*inner), round(weight, 3))
            for span, weight in weights
            if abs(weight) >= LEAST_WEIGHT and (inner := inner_span(plain.text, span))
        )
        return topic_score(part.topic, probability_of(log_odds), part.thresholds[language], words)


def open_parts(folder: ModelFolder) -> LinearParts:
    """Open the files of a model folder and try them on the card's probe.

    Raises:
        ArtifactMismatch: If a part is missing, or the probe is not read as the card says.
    """
    # scikit-learn takes seconds to import: only where a text is to be read.
    from detector.text.trusted import load_trusted

    topics = load_trusted(folder.file(TOPICS_FILE))
    languages = load_trusted(folder.file(LANGUAGES_FILE))
    try:
        parts = LinearParts(
            languages=languages_of(languages, folder.card["languages"], folder.card["model"]),
            vectoriser=topics["vectoriser"],
            tfidf=topics["tfidf"],
            topics=tuple(topic_part(each, topics, folder.card) for each in folder.ref.topics),
        )
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ArtifactMismatch(
            f"the text model in {folder.path} is incomplete ({type(error).__name__}: {error}); "
            f"expected the parts, languages, calibration and thresholds of each of its topics; "
            f"restore the model folder from where it came"
        ) from error
    try_probe(parts.read, folder)
    return parts


def topic_part(topic: str, stored: Mapping[str, Any], card: Mapping[str, Any]) -> TopicPart:
    """Return one topic of a file of fitted parts, with what the card says of it."""
    fitted = stored["topics"][topic]
    calibration = card["calibration"][topic]
    thresholds = card["thresholds"][topic]
    tags = [*card["model"]["languages"], NO_WORDS]
    return TopicPart(
        topic=topic,
        weights=np.asarray(fitted.coef_, np.float32).reshape(stored["vectoriser"].n_features),
        intercept=float(fitted.intercept_[0]),
        calibration={
            tag: (float(calibration[tag]["slope"]), float(calibration[tag]["intercept"]))
            for tag in tags
        },
        thresholds={tag: float(thresholds[tag]) for tag in tags},
    )


def languages_of(
    stored: Mapping[str, Any], limits: Mapping[str, Any], about: Mapping[str, Any]
) -> Languages:
    """Return the language reader from its file, the card's limits and the card's model table."""
    vectoriser, bayes = stored["vectoriser"], stored["classifier"]
    tags = [str(each) for each in bayes.classes_]

    def log_likelihood(text: str) -> Mapping[str, float]:
        counts = vectoriser.transform([text])
        return dict(zip(tags, (counts @ bayes.feature_log_prob_.T)[0].tolist(), strict=True))

    return Languages(
        supported=tuple(about["languages"]),
        min_known=float(limits["min_known"]),
        known=frozenset(stored["words"].tolist()),
        log_likelihood=log_likelihood,
    )


def try_probe(read: Callable[[Passage], Passage], folder: ModelFolder) -> None:
    """See to it that this machine's libraries read the files as those did that wrote them.

    Raises:
        ArtifactMismatch: If they do not.
    """
    probe = folder.card["probe"]
    topics = read(Passage(str(probe["text"]), "caption")).topics
    found = {each.topic: each.probability for each in topics}
    for topic, expected in probe["probability"].items():
        if abs(found.get(topic, -1.0) - expected) > PROBE_TOLERANCE:
            raise ArtifactMismatch(
                f"the text model in {folder.path} gives its probe {topic} "
                f"{found.get(topic, math.nan):.4f}; its card says {expected:.4f}; "
                f"install the releases of the lock file, or take a model folder made for yours"
            )


def word_shares(vectoriser: Any, tfidf: Any, text: str, words: Sequence[str]) -> Any:
    """Return how much of a text's tf-idf each word brings: sparse, shape ``(words, n_features)``.

    Words are separated by spaces and n-grams stay inside words, so the counts of the words add
    up to those of the text, and a text's tf-idf can be dealt out by count.
    """
    counts = vectoriser.transform(list(words) or [""])
    total = vectoriser.transform([text])
    per_count = np.zeros(total.shape[1], np.float32)
    weighted = tfidf.transform(total)
    per_count[weighted.indices] = weighted.data
    per_count[total.indices] /= total.data
    counts.data = counts.data * per_count[counts.indices]
    return counts


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word of a normalised text."""
    spans, start = [], 0
    for word in text.split(" "):
        if word:
            spans.append((start, start + len(word)))
        start += len(word) + 1
    return spans


def inner_span(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """Return a word without the punctuation at its edges; None where nothing is left."""
    start, end = span
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    return (start, end) if start < end else None
