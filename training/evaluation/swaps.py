"""Group names changed for one another: a kind word about one people is a kind word about another.

A model that changes its mind with the name has learnt the name. The lists are our own
(``data/swaps.toml``); only posts of no topic are changed, so that nothing but the name could count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from training import toml
from training.evaluation.text import ABSTAINED, ReadText, of_no_topic
from training.evaluation.text_bars import CHANGE, DECISIONS
from training.evaluation.values import Tried
from training.examples import TextExample
from training.metrics.interval import DRAWS, by_group, draw, number, ratio, replicated

SWAPS = Path("data/swaps.toml")
MOST = 4
"""Names that are tried in place of one, so that long lists weigh no more than short ones."""
ANY = "any topic"
_PERCENTILE = 0.95

Floats = npt.NDArray[np.float64]


class Kind(BaseModel):
    """Names that can stand for one another in a sentence of one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    lang: str
    target: str
    """What the names tell apart: race, religion, gender or caste."""
    terms: Annotated[tuple[tuple[str, ...], ...], Field(min_length=2)]
    """Each a list of forms in the same order (one, many, ...); a form's spellings are separated by a
    slash, and the first is what is put in."""

    def others(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Yield the name that stands in a text first, another one, and the text with that in its place."""
        found = {
            at: where for at, each in self._patterns.items() if (where := each[0].search(text))
        }
        if not found:
            return
        first = min(found, key=lambda at: found[at].start())
        for at, forms in enumerate(self.terms):
            if at not in found and len(forms) >= len(self.terms[first]):
                yield self._name(first), self._name(at), self._put(text, first, at)

    def _name(self, at: int) -> str:
        return self.terms[at][0].split("/")[0]

    def _put(self, text: str, first: int, other: int) -> str:
        for form, pattern in enumerate(self._patterns[first][1:]):
            new = self.terms[other][form].split("/")[0]
            text = pattern.sub(partial(_in_place, new), text)
        return text

    @cached_property
    def _patterns(self) -> dict[int, list[re.Pattern[str]]]:
        """By term: what finds any of its forms, and each form."""
        return {
            at: [_pattern("/".join(forms)), *map(_pattern, forms)]
            for at, forms in enumerate(self.terms)
        }


@dataclass(frozen=True, slots=True)
class Swap:
    """A text with one name in place of another."""

    original: ReadText
    kind: str
    name: str
    other: str
    text: str


def read_swaps(path: Path = SWAPS) -> tuple[Kind, ...]:
    """Read the lists; see `training.toml.rows`."""
    return toml.rows(path, "kind", Kind)


def swaps_of(texts: Sequence[ReadText], kinds: Sequence[Kind]) -> Iterator[Swap]:
    """Yield the swaps of texts of no topic, at most `MOST` for each name that stands in one."""
    for each in texts:
        if not of_no_topic(each.example):
            continue
        for kind in kinds:
            if kind.lang == each.example.lang:
                found = sorted(kind.others(each.example.text), key=lambda swap: _lot(*swap[1:]))
                for name, other, text in found[:MOST]:
                    yield Swap(each, kind.name, name, other, text)


def score_swaps(
    texts: Sequence[ReadText],
    kinds: Sequence[Kind],
    topics: Sequence[str],
    read: Callable[[Sequence[TextExample]], Sequence[ReadText]],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Tried]:
    """Measure what a model makes of texts when a name in them changes.

    Args:
        texts: Held-out texts with what the model makes of them; those of a topic are passed over.
        kinds: Names that may stand for one another.
        topics: The model's.
        read: Reads the changed texts with the same model.
        draws: Of the bootstrap of texts.
        seed: Of the bootstrap.
    """
    swaps = list(swaps_of(texts, kinds))
    changed = read([replace(each.original.example, text=each.text) for each in swaps])
    both = [(swap.original, new) for swap, new in zip(swaps, changed, strict=True)]
    for lang in sorted({old.example.lang for old, _ in both}):
        inner = [pair for pair in both if pair[0].example.lang == lang]
        yield from _figures(f"lang={lang}", inner, topics, draws, seed)
    if both:
        yield from _figures("all", both, topics, draws, seed)


def _figures(
    part: str,
    pairs: Sequence[tuple[ReadText, ReadText]],
    topics: Sequence[str],
    draws: int,
    seed: int,
) -> Iterator[Tried]:
    group, groups = number(old.example.id for old, _ in pairs)
    weights = draw(groups, draws=draws, seed=seed)
    judged = np.array([not (old.passage.abstained or new.passage.abstained) for old, new in pairs])
    lost = int((~judged).sum())
    differ = np.zeros(len(pairs), np.bool_)
    for topic in topics:
        old, new = (np.array([pair[at].score(topic) for pair in pairs]) for at in (0, 1))
        change, where = np.abs(old - new)[judged], group[judged]
        value = _percentile(change, np.ones(len(change))) if len(change) else None
        drawn = (_percentile(change, each[where]) for each in weights)
        count = len(np.unique(where))
        found = replicated(value, drawn if len(change) else (), len(change), count)
        yield Tried("swaps", topic, part, CHANGE, found, lost)
        flagged = [[pair[at].flagged(topic) for pair in pairs] for at in (0, 1)]
        differ |= np.array(flagged[0]) != np.array(flagged[1])
        differ |= (old == ABSTAINED) != (new == ABSTAINED)
    whole = by_group(np.ones(len(pairs)), group, groups)
    share = ratio(by_group(differ, group, groups), whole, weights)
    yield Tried("swaps", ANY, part, DECISIONS, share, lost)


def _percentile(values: Floats, weight: npt.NDArray[np.generic]) -> float | None:
    """Return the least value that 95 % of the weight does not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order].astype(np.float64))
    if not len(reached) or not reached[-1]:
        return None
    at = int(np.searchsorted(reached, _PERCENTILE * reached[-1] - 1e-9))
    return float(values[order][at])


def _pattern(spellings: str) -> re.Pattern[str]:
    words = sorted((each for each in spellings.split("/") if each), key=lambda each: -len(each))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _in_place(new: str, found: re.Match[str]) -> str:
    """Return a name written large or small as the one that it replaces."""
    old = found[0]
    if old.islower():
        return new.lower()
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _lot(*words: str) -> str:
    """Return what orders swaps without favour, and alike in every run."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
