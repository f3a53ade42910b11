"""Fitting of the linear text model's parts, and the files they are kept in.

The only importer of scikit-learn and skops in `training`. What is written here is read, with nothing
but named types, by `detector.text.trusted`; `detector.text.linear` says what the parts are for.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import skops.io
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from detector.text.language import word_key, words_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_SEEN = 2
"""Texts of a language in which a word must stand to be known: once may be a slip."""
_LANGUAGE_NGRAMS, _LANGUAGE_PLACES = (1, 4), 2**15


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Texts to fit topics on; row ``i`` of every field is one text."""

    texts: Sequence[str]
    """Normalised."""
    truth: Mapping[str, Floats]
    """By topic: 1, 0, or nan where nobody judged; shape ``(n,)``."""
    weight: Floats
    """How much a row counts, shape ``(n,)``."""
    in_full: Bools
    """Rows that say how rare an n-gram is, shape ``(n,)``."""


@dataclass(frozen=True, slots=True, eq=False)
class TopicParts:
    """What was fitted for the topics."""

    vectoriser: Any
    tfidf: Any
    models: Mapping[str, Any]
    """A logistic regression by topic."""

    def log_odds(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Return raw log-odds by topic of normalised texts, shape ``(n,)``."""
        found = self.tfidf.transform(self.vectoriser.transform(texts))
        return {
            topic: np.asarray(model.decision_function(found), np.float64)
            for topic, model in self.models.items()
        }

    def save(self, path: Path) -> None:
        """Write the parts as `detector.text.linear` reads them."""
        parts = {"vectoriser": self.vectoriser, "tfidf": self.tfidf, "topics": dict(self.models)}
        _dump(parts, path)


@dataclass(frozen=True, slots=True, eq=False)
class LanguageParts:
    """What was fitted to tell languages apart."""

    vectoriser: Any
    classifier: Any
    words: npt.NDArray[np.uint32]
    """Keys of the words that were seen, sorted."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Every language that it tells from the others."""
        return tuple(str(each) for each in self.classifier.classes_)

    def save(self, path: Path) -> None:
        """Write the parts as `detector.text.linear` reads them."""
        _dump(
            {"vectoriser": self.vectoriser, "classifier": self.classifier, "words": self.words},
            path,
        )


def fit_topics(
    rows: Rows, *, ngrams: tuple[int, int], places: int, strength: float, seed: int
) -> TopicParts:
    """Fit one logistic regression per topic on the tf-idf of character n-grams.

    Rows that are of a topic weigh together as much as those that are not, so that a rare topic is
    learnt at all; calibration puts the probabilities right.
    """
    vectoriser = _vectoriser(ngrams, places)
    counts = vectoriser.transform(rows.texts)
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts[rows.in_full])
    tfidf.idf_ = tfidf.idf_.astype(np.float32)
    found = tfidf.transform(counts)
    models = {}
    for topic, truth in rows.truth.items():
        judged = ~np.isnan(truth)
        label, weight = truth[judged].astype(np.int64), rows.weight[judged].copy()
        weight[label == 1] *= weight[label == 0].sum() / weight[label == 1].sum()
        model = LogisticRegression(C=strength, solver="liblinear", random_state=seed)
        model.fit(found[judged], label, sample_weight=weight)
        model.coef_ = model.coef_.astype(np.float32)
        models[topic] = model
    return TopicParts(vectoriser, tfidf, models)


def fit_mix(odds: Floats, truth: Bools) -> tuple[Floats, float]:
    """Fit how several readers' log-odds are added up, each with a weight of 0 or more.

    Args:
        odds: One column per reader, shape ``(n, readers)``.
        truth: Shape ``(n,)``.

    Returns:
        The weights, shape ``(readers,)``, and what is added. A reader that would count the wrong way
        round, because another says the same better, counts nothing.
    """
    size = np.maximum(odds.std(axis=0), 1e-9)
    used = np.ones(odds.shape[1], np.bool_)
    while True:
        model = LogisticRegression(C=1.0).fit((odds / size)[:, used], truth)
        weights = np.zeros(len(used))
        weights[used] = model.coef_[0]
        if (weights[used] >= 0).all() or used.sum() == 1:
            return np.maximum(weights, 0.0) / size, float(model.intercept_[0])
        used &= weights > 0 if (weights > 0).any() else weights == weights.max()


def fit_languages(texts: Mapping[str, Sequence[str]], known: Iterable[str]) -> LanguageParts:
    """Fit a naive Bayes over character n-grams.

    Args:
        texts: Normalised texts by language tag.
        known: Tags whose words are to be known: the languages that are read.
    """
    vectoriser = _vectoriser(_LANGUAGE_NGRAMS, _LANGUAGE_PLACES)
    tags = sorted(texts)
    counts = vectoriser.transform([text for tag in tags for text in texts[tag]])
    labels = [tag for tag in tags for _ in texts[tag]]
    bayes = MultinomialNB(alpha=0.1, fit_prior=False).fit(counts, labels)
    bayes.feature_log_prob_ = bayes.feature_log_prob_.astype(np.float32)
    bayes.feature_count_ = bayes.feature_count_[:, :1].astype(np.float32)  # not used for reading
    return LanguageParts(vectoriser, bayes, _keys({tag: texts[tag] for tag in known}))


def extended(former: Mapping[str, Any], texts: Mapping[str, Sequence[str]]) -> LanguageParts:
    """Return a former model's language reader that also knows the words of new texts.

    Args:
        former: Its parts, from `detector.text.trusted.load_trusted`.
        texts: Normalised texts by language tag.
    """
    words = np.union1d(np.asarray(former["words"], np.uint32), _keys(texts))
    return LanguageParts(former["vectoriser"], former["classifier"], words.astype(np.uint32))


def _keys(texts: Mapping[str, Sequence[str]]) -> npt.NDArray[np.uint32]:
    keys: set[int] = set()
    for each in texts.values():
        seen = Counter(word for text in each for word in set(words_of(text)))
        keys |= {word_key(word) for word, times in seen.items() if times >= _SEEN}
    return np.array(sorted(keys), dtype=np.uint32)


def _vectoriser(ngrams: tuple[int, int], places: int) -> Any:
    return HashingVectorizer(
        analyzer="char_wb",
        ngram_range=ngrams,
        n_features=places,
        alternate_sign=False,
        norm=None,
        lowercase=False,
        dtype=np.float32,
    )


def _dump(parts: Mapping[str, Any], path: Path) -> None:
    skops.io.dump(dict(parts), path, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
