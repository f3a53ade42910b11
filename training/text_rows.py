"""Which texts a text model is fitted, calibrated and taught languages on: a recipe applied to sources.

Everything is read through `training.corpus`: no held-out text comes this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from detector.errors import InputError
from detector.text.normalise import normalise
from training.corpus import load_texts
from training.examples import Corpus, Split, TextExample
from training.manifest import TOPICS, Manifest
from training.sources import Source
from training.text_recipe import LanguageFrom, Recipe, TopicsFrom

Tagger = Callable[[Sequence[TextExample]], list[str]]
"""Tells the language of texts whose rows do not; empty where it cannot be told."""
AnyT = TypeVar("AnyT")


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text with the labels that a recipe takes from it."""

    example: TextExample
    text: str
    """Normalised."""
    labels: Mapping[str, bool]
    """Only topics that were judged, and are taken from this source."""
    weight: float
    in_full: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a text model is made from."""

    train: tuple[TextRow, ...]
    calibration: tuple[TextRow, ...]
    languages: Mapping[str, tuple[str, ...]]
    """Normalised texts that show what a language looks like, by tag; empty: a former reader is kept."""
    corpora: tuple[Corpus[TextExample], ...]
    """What was loaded, for the card."""
    nameless: int
    """Rows left out because their language could not be told."""

    @property
    def ships(self) -> bool:
        """Whether weights fitted on all of it may be given away."""
        return all(each.ships for each in self.manifests)

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """Every source that was read, once."""
        return tuple({one.name: one for each in self.corpora for one in each.manifests}.values())


def gather(
    sources: Sequence[Source], recipe: Recipe, *, seed: int, explore: bool, tagger: Tagger
) -> Gathered:
    """Load what a recipe names.

    Args:
        sources: Where from; those that the recipe does not name are not read.
        recipe: What is taken.
        seed: Of the rows that are drawn where it takes not all.
        explore: Also take sources whose terms forbid to give away what is fitted on them. A corpus of
            one's own is always taken; the card says on what terms.
        tagger: For rows that do not say their language.

    Raises:
        InputError: If a source is not among those given, or its terms forbid it.
        SetupError: If a source is not what its manifest and the lock say.
    """
    named = _named(sources, recipe)
    train = {name: _load(each, "train", explore=explore) for name, each in named.items()}
    chosen = [each for each in recipe.topics if each.calibrates]
    other = {
        each.source: _load(named[each.source], "calibration", explore=explore) for each in chosen
    }
    calibration = [row for each in chosen for row in _rows(other[each.source], each, seed)]
    apart = {each.text for each in calibration}
    rows = [row for each in recipe.topics for row in _rows(train[each.source], each, seed)]
    calibration, nameless = _tagged(calibration, tagger)
    fitted, more = _tagged([each for each in rows if each.text not in apart], tagger)
    languages = _languages(recipe, train, fitted, apart, seed)
    corpora = (*train.values(), *other.values())
    return Gathered(tuple(fitted), tuple(calibration), languages, corpora, nameless + more)


def _named(sources: Sequence[Source], recipe: Recipe) -> dict[str, Source]:
    given = {each.name: each for each in sources}
    if len(given) < len(sources):
        raise InputError(
            f"{len(sources)} sources are given under {len(given)} names; expected a name of its own for "
            f"each; change `name` in the manifest of one, then `wardi data lock` on it"
        )
    if missing := [each for each in recipe.sources() if each not in given]:
        raise InputError(
            f"the recipe names {', '.join(missing)}; given are {', '.join(sorted(given)) or 'none'}; "
            f"give them with --data, or register them with `wardi data add`"
        )
    if not recipe.topics:
        raise InputError(
            f"none of {', '.join(sorted(given)) or 'no source'} is labelled for a topic; expected "
            f"texts judged for {', '.join(TOPICS)}; name a labelled source"
        )
    return {name: given[name] for name in recipe.sources()}


def _load(source: Source, split: Split, *, explore: bool) -> Corpus[TextExample]:
    return load_texts([source], split, explore=explore or source.is_own)


def _rows(corpus: Corpus[TextExample], wanted: TopicsFrom, seed: int) -> list[TextRow]:
    judged = []
    for each in corpus:
        labels: dict[str, bool] = {
            topic: value
            for topic in wanted.topics
            if (value := each.labels.get(topic)) is not None and topic not in each.weak
        }
        if labels:
            judged.append((each, labels))
    return [
        TextRow(each, normalise(each.text).text, labels, wanted.weight, wanted.calibrates)
        for each, labels in _some(judged, wanted.most, seed)
    ]


def _some(items: Sequence[AnyT], most: int | None, seed: int) -> list[AnyT]:
    """Draw at most so many items; they keep their order."""
    if most is None or len(items) <= most:
        return list(items)
    drawn = np.random.default_rng(seed).permutation(len(items))[:most]
    return [items[at] for at in sorted(drawn.tolist())]


def _tagged(rows: Sequence[TextRow], tagger: Tagger) -> tuple[list[TextRow], int]:
    """Name the language of rows that do not; leave out those it cannot be told of."""
    blank = [each for each in rows if not each.example.lang]
    tags = dict(
        zip(map(id, blank), tagger([each.example for each in blank]), strict=True) if blank else ()
    )
    named = [
        replace(each, example=replace(each.example, lang=tags.get(id(each), each.example.lang)))
        for each in rows
    ]
    known = [each for each in named if each.example.lang]
    return known, len(rows) - len(known)


def _languages(
    recipe: Recipe,
    train: Mapping[str, Corpus[TextExample]],
    fitted: Iterable[TextRow],
    apart: set[str],
    seed: int,
) -> dict[str, tuple[str, ...]]:
    if not recipe.languages:
        return {}
    texts: dict[str, list[str]] = {}
    for row in fitted:
        if row.in_full:
            texts.setdefault(row.example.lang, []).append(row.text)
    for each in recipe.languages:
        own = (one for one in _shown(train[each.source], each) if one not in apart)
        texts.setdefault(each.shows or each.lang, []).extend(_some(list(own), each.most, seed))
    return {tag: tuple(texts[tag]) for tag in sorted(texts) if texts[tag]}


def _shown(corpus: Corpus[TextExample], wanted: LanguageFrom) -> Iterable[str]:
    plain = (normalise(each.text).text for each in corpus if each.lang == wanted.lang)
    return (each for each in plain if each)
