"""Which texts a text model is fitted, calibrated and taught languages on: a recipe applied to sources.

Everything is read through `training.corpus`: no held-out text comes this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from detector.errors import InputError
from detector.text.names import Names
from detector.text.normalise import Normalised, normalise
from training.added_labels import AddedLabel, Key, joined, read_labels
from training.corpus import load_texts
from training.examples import Corpus, Split, TextExample
from training.manifest import TOPICS, Manifest
from training.sources import Source
from training.text_recipe import LabelsFrom, LanguageFrom, Recipe, TopicsFrom

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
    calibrates: frozenset[str] = frozenset(TOPICS)
    """Topics for which it calibrates, on the calibration side."""
    unusual: frozenset[str] = frozenset()
    """Topics that such rows are of more often or more rarely than other posts, because they were picked:
    no probability and no threshold is taken from them."""

    def calibrating(self) -> TextRow:
        """Return the row with the labels alone that it calibrates by."""
        kept = {name: value for name, value in self.labels.items() if name in self.calibrates}
        return replace(self, labels=kept)

    def usual(self) -> TextExample:
        """Return its example with the labels alone that probabilities and thresholds are taken from."""
        kept = {name: each for name, each in self.labels.items() if name not in self.unusual}
        return replace(self.example, labels=kept)


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
    unfound: int = 0
    """Labels of our own left out because the post's source does not lie here."""

    def without(self, *sources: str) -> Gathered:
        """Return it without the rows of sources, and those that were drawn from them, on both sides.

        What shows languages stays: it says nothing of topics.
        """
        train, calibration = (
            tuple(row for row in rows if not any(comes_from(row.example, each) for each in sources))
            for rows in (self.train, self.calibration)
        )
        return replace(self, train=train, calibration=calibration)

    def blinded(self, names: Names) -> Gathered:
        """Return it with all names of a kind read as one, as the fitted model will read them."""

        def read(row: TextRow) -> TextRow:
            plain = Normalised(row.text, tuple(range(len(row.text))))
            return replace(row, text=names.blind(plain, row.example.lang).text)

        train, calibration = (tuple(map(read, rows)) for rows in (self.train, self.calibration))
        return replace(self, train=train, calibration=calibration)

    @property
    def ships(self) -> bool:
        """Whether weights fitted on all of it may be given away."""
        return all(each.ships for each in self.manifests)

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """Every source that was read, once."""
        return tuple({one.name: one for each in self.corpora for one in each.manifests}.values())


def comes_from(example: TextExample, source: str) -> bool:
    """Say whether a text is of a source, or was drawn from it."""
    return example.source == source or dict(example.slices).get("source") == source


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
    added = {each.folder: read_labels(Path(each.folder)) for each in recipe.labels}
    named = _named(sources, recipe, {name for each in added.values() for name, _ in each})
    train = {name: _load(each, "train", explore=explore) for name, each in named.items()}
    chosen = [each for each in recipe.topics if each.calibrates]
    ours = {name for each in added.values() for name, _ in each} & named.keys()
    other = {
        name: _load(named[name], "calibration", explore=explore)
        for name in dict.fromkeys((*(each.source for each in chosen), *sorted(ours)))
    }
    calibration = [row for each in chosen for row in _rows(other[each.source], each, seed)]
    calibration += _added(recipe.labels, added, other)
    more_rows, aside = _parted(recipe.labels, added, train)
    calibration += aside
    apart = {each.text for each in calibration}
    rows = [row for each in recipe.topics for row in _rows(train[each.source], each, seed)]
    rows = _once([*rows, *more_rows])
    calibration, nameless = _tagged([each.calibrating() for each in _once(calibration)], tagger)
    fitted, more = _tagged([each for each in rows if each.text not in apart], tagger)
    languages = _languages(recipe, train, fitted, apart, seed)
    corpora = (*train.values(), *other.values())
    unfound = sum(name not in named for each in added.values() for name, _ in each)
    return Gathered(tuple(fitted), tuple(calibration), languages, corpora, nameless + more, unfound)


def _added(
    wanted: Sequence[LabelsFrom],
    labels: Mapping[str, Mapping[Key, AddedLabel]],
    corpora: Mapping[str, Corpus[TextExample]],
) -> list[TextRow]:
    """Return the posts of some sources that labels of our own are for."""
    return [row for each in wanted for row in _of_one(each, labels[each.folder], corpora)]


def _parted(
    wanted: Sequence[LabelsFrom],
    labels: Mapping[str, Mapping[Key, AddedLabel]],
    corpora: Mapping[str, Corpus[TextExample]],
) -> tuple[list[TextRow], list[TextRow]]:
    """Return the rows of the train side to fit on, and those that are set aside to calibrate."""
    fitted: list[TextRow] = []
    aside: list[TextRow] = []
    for each in wanted:
        for row in _of_one(each, labels[each.folder], corpora):
            part = int(row.example.id.rpartition("/")[2][:8], 16) % 100
            (aside if part < 100 * each.calibrates else fitted).append(row)
    return fitted, aside


def _of_one(
    each: LabelsFrom,
    given: Mapping[Key, AddedLabel],
    corpora: Mapping[str, Corpus[TextExample]],
) -> list[TextRow]:
    found = []
    unusual = frozenset(TOPICS) - frozenset(each.usual_for)
    names = sorted({name for name, _ in given} & corpora.keys())
    for example in joined((one for name in names for one in corpora[name]), given):
        own = {topic: value for topic, value in example.labels.items() if value is not None}
        said = own | dict.fromkeys(each.absent, False)
        weight = each.weight * (each.in_doubt if example.doubt else 1.0)
        tagged = replace(example, lang=each.read_as.get(example.lang, example.lang))
        plain = normalise(example.text).text
        found.append(TextRow(tagged, plain, said, weight, in_full=True, unusual=unusual))
    return found


def _once(rows: Sequence[TextRow]) -> list[TextRow]:
    """Leave out rows whose text was read by the guideline as well: that label is the better one."""
    full = {each.text for each in rows if each.in_full}
    found: dict[tuple[str, bool, tuple[str, ...]], TextRow] = {}
    for each in rows:
        if each.in_full or each.text not in full:
            found[each.text, each.in_full, tuple(sorted(each.labels))] = each
    return list(found.values())


def _named(sources: Sequence[Source], recipe: Recipe, labelled: set[str]) -> dict[str, Source]:
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
    wanted = dict.fromkeys((*recipe.sources(), *sorted(labelled & given.keys())))
    return {name: given[name] for name in wanted}


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
            judged.append((each, labels | dict.fromkeys(wanted.absent, False)))
    for_topics = wanted.calibrates_for
    calibrates = frozenset(TOPICS if for_topics is None else for_topics)
    return [
        TextRow(
            each, normalise(each.text).text, labels, wanted.weight, wanted.calibrates, calibrates
        )
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
