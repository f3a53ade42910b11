"""A text model that reads: a small encoder over the glossed words, beside n-grams of the letters.

Three readers judge each passage: character n-grams of the text (spelling, slogans, names), n-grams of
its gloss (the same word in any script), and the encoder (words in their company). Their log-odds are
mixed by weights that were fitted, and calibrated by language. What each word brings is exact for the
n-grams; for the encoder it is its share in the answer, and for a topic that is flagged, what the answer
loses when the word is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch
from detector.evidence import Passage, TopicScore, WordWeight
from detector.text.gloss import Gloss, Glossed, unpacked
from detector.text.language import Languages
from detector.text.linear import (
    LANGUAGES_FILE,
    TOPICS_FILE,
    TopicPart,
    inner_span,
    languages_of,
    topic_part,
    try_probe,
    word_shares,
    word_spans,
)
from detector.text.names import NO_NAMES, Names, names_in
from detector.text.network import LONGEST, EncoderNetwork
from detector.text.normalise import Normalised, normalise
from detector.text.opened import (
    LEAST_WEIGHT,
    MOST_WORDS,
    OpenedTextModel,
    Parts,
    probability_of,
    topic_score,
)
from detector.text.pieces import WordPieces

GLOSS_TOPICS_FILE = "gloss.skops"
GLOSS_FILE = "gloss.npz"
VOCABULARY_FILE = "vocabulary.txt"
NETWORK_FILE = "encoder.onnx"

_SURE_TARGET = 0.5
"""Share from which a target of mockery is named; below, a person tells it."""

Floats = npt.NDArray[np.float64]
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Grams:
    """One reader of n-grams."""

    vectoriser: Any
    tfidf: Any
    topics: Mapping[str, TopicPart]

    def read(self, text: str, words: Sequence[str]) -> tuple[dict[str, Floats], dict[str, float]]:
        """Return what each word brings to each topic, shape ``(words,)``, and the topic's log-odds."""
        dealt = word_shares(self.vectoriser, self.tfidf, text, words)
        moved = {name: np.asarray(dealt @ each.weights) for name, each in self.topics.items()}
        odds = {name: float(moved[name].sum()) + self.topics[name].intercept for name in moved}
        return {name: each[: len(words)].astype(np.float64) for name, each in moved.items()}, odds


@dataclass(frozen=True, slots=True)
class Mix:
    """How the three readers' log-odds of one topic are added up."""

    letters: float
    gloss: float
    encoder: float
    intercept: float


class EncoderTextModel(OpenedTextModel):
    """A model that reads glossed words, and letters beside."""

    def _opened(self, folder: ModelFolder) -> Parts:
        return open_encoder(folder)


@dataclass(frozen=True, slots=True)
class Laid:
    """A passage, ready to be judged."""

    plain: Normalised
    language: str
    spans: Spans
    """Words as they are separated by spaces."""
    glossed: tuple[Glossed, ...]
    word_of: tuple[int, ...]
    """The word that each glossed part belongs to."""

    def pieces(self) -> list[int]:
        """Return all pieces in order."""
        return [piece for each in self.glossed for piece in each.pieces]

    def places(self) -> list[range]:
        """Return where the pieces of each word stand among all pieces."""
        found = [range(0)] * len(self.spans)
        at = 0
        for each, word in zip(self.glossed, self.word_of, strict=True):
            start = found[word].start if found[word] else at
            at += len(each.pieces)
            found[word] = range(start, at)
        return found


@dataclass(frozen=True, slots=True)
class EncoderParts:
    """What was fitted, out of its files."""

    languages: Languages
    letters: Grams
    gloss_grams: Grams
    gloss: Gloss
    network: EncoderNetwork
    outputs: tuple[str, ...]
    """What each of the network's answers is about: topics, and ``mockery:<target>``."""
    mixes: Mapping[str, Mix]
    names: Names = NO_NAMES
    """Names that are read as one, by all three readers."""

    def lay(self, plain: Normalised, language: str) -> Laid:
        """Gloss a text that was read as a language."""
        spans = word_spans(plain.text)
        glossed = tuple(self.gloss.read(plain.text, language))
        starts = np.array([start for start, _ in spans])
        word_of = tuple(int(np.searchsorted(starts, g.start, "right")) - 1 for g in glossed)
        return Laid(plain, language, spans, glossed, word_of)

    def read(self, passage: Passage) -> Passage:
        """Return a passage with its language and its topics, or why it was not judged."""
        plain = normalise(passage.text)
        language = self.languages.read(plain.text)
        if language.abstained:
            return replace(passage, language=language.tag, abstained=language.abstained)
        laid = self.lay(self.names.blind(plain, language.tag), language.tag)
        raw, moved, answers = self.judge(laid)
        scores = tuple(
            self._score(topic, laid, raw[topic], moved[topic], answers) for topic in self.mixes
        )
        return replace(passage, language=language.tag, topics=scores)

    def judge(self, laid: Laid) -> tuple[dict[str, float], dict[str, Floats], dict[str, float]]:
        """Return each topic's mixed log-odds, what each word brings to them, and all of the
        network's answers in log-odds.
        """
        answers, shares, (in_letters, letters), (in_gloss, gloss) = self.readers(laid)
        raw, moved = {}, {}
        for topic, mix in self.mixes.items():
            raw[topic] = (
                mix.letters * letters[topic]
                + mix.gloss * gloss[topic]
                + mix.encoder * answers[topic]
                + mix.intercept
            )
            moved[topic] = (
                mix.letters * in_letters[topic]
                + mix.gloss * in_gloss[topic]
                + mix.encoder * shares[topic]
            )
        return raw, moved, answers

    def readers(
        self, laid: Laid
    ) -> tuple[
        dict[str, float],
        dict[str, Floats],
        tuple[dict[str, Floats], dict[str, float]],
        tuple[dict[str, Floats], dict[str, float]],
    ]:
        """Ask the three readers: the encoder's answers and its words' shares, then both n-grams'."""
        text = laid.plain.text
        words = [text[start:end] for start, end in laid.spans]
        glosses = [""] * len(words)
        for each, word in zip(laid.glossed, laid.word_of, strict=True):
            glosses[word] += " " + self.gloss.pieces.joined(each.pieces)
        glosses = [each.strip() for each in glosses]
        dealt, odds = self.network.shares(laid.pieces())
        by_word = np.stack([dealt[each.start : each.stop].sum(axis=0) for each in laid.places()] or
                           [np.zeros(len(self.outputs))])[: len(words)]  # fmt: skip
        answers = dict(zip(self.outputs, odds.tolist(), strict=True))
        shares = {name: by_word[:, at] for at, name in enumerate(self.outputs)}
        in_gloss = self.gloss_grams.read(" ".join(glosses), glosses)
        return answers, shares, self.letters.read(text, words), in_gloss

    def _score(
        self, topic: str, laid: Laid, raw: float, moved: Floats, answers: Mapping[str, float]
    ) -> TopicScore:
        part = self.letters.topics[topic]
        slope, shift = part.calibration[laid.language]
        probability = probability_of(slope * raw + shift)
        threshold = part.thresholds[laid.language]
        if probability >= threshold:
            moved = self._left_out(topic, laid, moved, answers[topic])
        words = (
            WordWeight(*laid.plain.span(*inner), round(weight, 3))
            for span, weight in zip(laid.spans, (slope * moved).tolist(), strict=True)
            if abs(weight) >= LEAST_WEIGHT and (inner := inner_span(laid.plain.text, span))
        )
        target = self._target(topic, answers)
        return topic_score(topic, probability, threshold, words, target=target)

    def _left_out(self, topic: str, laid: Laid, moved: Floats, answer: float) -> Floats:
        """Put in, for the words that seem to matter most, what the answer loses without them."""
        pieces, places = laid.pieces(), laid.places()
        strongest = np.argsort(-np.abs(moved))[:MOST_WORDS].tolist()
        chosen = [at for at in strongest if places[at] and len(places[at]) < len(pieces)]
        if not chosen or len(pieces) > LONGEST - 2:
            return moved
        at_output = self.outputs.index(topic)
        without = self.network.without(pieces, [places[at] for at in chosen])[:, at_output]
        dealt, _ = self.network.shares(pieces)
        weight = self.mixes[topic].encoder
        found = moved.copy()
        for at, odds in zip(chosen, without.tolist(), strict=True):
            share = float(dealt[places[at].start : places[at].stop, at_output].sum())
            found[at] += weight * ((answer - odds) - share)
        return found

    def _target(self, topic: str, answers: Mapping[str, float]) -> str:
        own = {
            name.partition(":")[2]: odds
            for name, odds in answers.items()
            if name.startswith(f"{topic}:")
        }
        if not own:
            return ""
        best = max(own, key=lambda each: own[each])
        weights = {name: math.exp(odds - own[best]) for name, odds in own.items()}
        return best if weights[best] >= _SURE_TARGET * sum(weights.values()) else ""


def open_encoder(folder: ModelFolder) -> EncoderParts:
    """Open the files of a model folder and try them on the card's probe.

    Raises:
        ArtifactMismatch: If a part is missing, or the probe is not read as the card says.
    """
    # scikit-learn takes seconds to import: only where a text is to be read.
    from detector.text.trusted import load_trusted

    card = folder.card
    letters, gloss_grams, languages = (
        load_trusted(folder.file(each)) for each in (TOPICS_FILE, GLOSS_TOPICS_FILE, LANGUAGES_FILE)
    )
    try:
        lines = folder.file(VOCABULARY_FILE).read_text("utf-8").split("\n")
        pieces = WordPieces(lines)
        with np.load(folder.file(GLOSS_FILE), allow_pickle=False) as arrays:
            gloss = unpacked(pieces, dict(arrays))
        encoder = card["encoder"]
        topics = tuple(str(each) for each in card["mix"])
        parts = EncoderParts(
            languages_of(languages, card["languages"], card["model"]),
            _grams(letters, topics, card),
            _grams(gloss_grams, topics, card),
            gloss,
            EncoderNetwork(folder.file(NETWORK_FILE), pieces, encoder["intercepts"]),
            tuple(str(each) for each in encoder["outputs"]),
            {topic: Mix(**card["mix"][topic]) for topic in topics},
            names_in(folder),
        )
    except (KeyError, AttributeError, TypeError, ValueError, OSError) as error:
        raise ArtifactMismatch(
            f"the text model in {folder.path} is incomplete ({type(error).__name__}: {error}); "
            f"expected the parts, vocabulary, languages, mix, calibration and thresholds of each of "
            f"its topics; restore the model folder from where it came"
        ) from error
    try_probe(parts.read, folder)
    return parts


def _grams(stored: Mapping[str, Any], topics: Sequence[str], card: Mapping[str, Any]) -> Grams:
    found = {each: topic_part(each, stored, card) for each in topics}
    return Grams(stored["vectoriser"], stored["tfidf"], found)
