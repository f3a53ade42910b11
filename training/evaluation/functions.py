"""Short sentences of one function each: what a model flags when nothing else is in the way.

Hatred and what only looks like it: denial of it, answers to it, groups named kindly, anger at things. The
sentences are our own (``data/text/functions.toml``), follow the kinds of published functional tests,
and nothing is fitted on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from pydantic import BaseModel, ConfigDict

from training import toml
from training.evaluation.text import ReadText
from training.evaluation.values import Tried
from training.examples import TextExample
from training.metrics.area import roc_area, roc_draws
from training.metrics.interval import DRAWS, Measure, by_group, draw, number, ratio, replicated

FUNCTIONS = Path("data/text/functions.toml")
TOPIC = "mockery"
PASSED = "flagged as it should be, or not flagged as it should not"
AREA = "AUC of mockery"
EVERY = {True: "all that are mocking", False: "all that are not"}


class Function(BaseModel):
    """Sentences of one function."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    mockery: bool
    """Whether they are to be flagged."""
    texts: Mapping[str, tuple[str, ...]]
    """By language."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence with its function and what the model makes of it."""

    function: Function
    read: ReadText

    @property
    def passed(self) -> bool:
        """Whether it is flagged exactly if it should be; never where the model abstained."""
        right = self.read.flagged(TOPIC) == self.function.mockery
        return right and not self.read.passage.abstained


def read_functions(path: Path = FUNCTIONS) -> tuple[Function, ...]:
    """Read the sentences; see `training.toml.rows`."""
    return toml.rows(path, "function", Function)


def examples_of(functions: Sequence[Function]) -> list[tuple[Function, TextExample]]:
    """Return the sentences as held-out examples."""
    return [
        (
            each,
            TextExample(
                id=f"functions/{text}",
                source="functions",
                text=text,
                lang=lang,
                labels=MappingProxyType({TOPIC: each.mockery}),
                target="",
                group=text,
                heldout=True,
            ),
        )
        for each in functions
        for lang, texts in each.texts.items()
        for text in texts
    ]


def score_functions(
    checked: Sequence[Checked], *, draws: int = DRAWS, seed: int = 0
) -> Iterator[Tried]:
    """Measure the share that is passed by function and language, and the AUC by language."""
    for name in dict.fromkeys(each.function.name for each in checked):
        inner = [each for each in checked if each.function.name == name]
        yield _tried(name, "all", inner, draws, seed)
    for lang in ("", *sorted({each.read.example.lang for each in checked})):
        spoken = [each for each in checked if lang in ("", each.read.example.lang)]
        part = f"lang={lang}" if lang else "all"
        for mocking, words in EVERY.items():
            if inner := [each for each in spoken if each.function.mockery is mocking]:
                yield _tried(words, part, inner, draws, seed)
        if area := _area(spoken, draws, seed):
            lost = sum(bool(each.read.passage.abstained) for each in spoken)
            yield Tried("functions", TOPIC, part, AREA, area, lost)


def _tried(label: str, part: str, checked: Sequence[Checked], draws: int, seed: int) -> Tried:
    group, groups = number(each.read.example.id for each in checked)
    passed = by_group([each.passed for each in checked], group, groups)
    whole = by_group(np.ones(len(checked)), group, groups)
    share = ratio(passed, whole, draw(groups, draws=draws, seed=seed))
    lost = sum(bool(each.read.passage.abstained) for each in checked)
    return Tried("functions", label, part, PASSED, share, lost)


def _area(checked: Sequence[Checked], draws: int, seed: int) -> Measure | None:
    judged = [each for each in checked if not each.read.passage.abstained]
    score = np.array([each.read.score(TOPIC) for each in judged], np.float64)
    truth = np.array([each.function.mockery for each in judged], np.bool_)
    value = roc_area(score, truth) if len(judged) else None
    if value is None:
        return None
    weights = draw(len(judged), draws=draws, seed=seed)
    drawn = roc_draws(score, truth, np.arange(len(judged)), weights)
    return replicated(value, drawn, len(judged), len(judged))
