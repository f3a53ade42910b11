"""What every text model from a model folder shares: it is opened when first asked, and scores alike."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol

from detector.artifact import ModelFolder
from detector.evidence import ModelRef, Passage, TopicScore, WordWeight

MOST_WORDS = 8
LEAST_WEIGHT = 0.1
"""Words that move the log-odds by less are not worth a reader's eye."""
_FARTHEST = 60.0
"""Log-odds beyond which a probability is 0 or 1 to the last digit."""


class Parts(Protocol):
    """What a folder's files hold, ready to be used."""

    def read(self, passage: Passage) -> Passage:
        """Return a passage with its language and its topics, or why it was not judged."""
        ...


class OpenedTextModel(ABC):
    """`TextModel` from a model folder; its files are opened when the first passage is read."""

    def __init__(self, folder: ModelFolder) -> None:
        self._folder = folder

    @property
    def ref(self) -> ModelRef:
        """Which model this is, with every topic that it judges."""
        return self._folder.ref

    def read(self, passages: Sequence[Passage]) -> list[Passage]:
        """Judge passages; one result per passage, in the same order.

        Raises:
            ArtifactMismatch: If the model's files do not hold what its card says.
            SetupError: If a library that it needs is not installed.
        """
        return [self._parts.read(each) for each in passages]

    @cached_property
    def _parts(self) -> Parts:
        return self._opened(self._folder)

    @abstractmethod
    def _opened(self, folder: ModelFolder) -> Parts: ...


def probability_of(log_odds: float) -> float:
    """Return the probability that log-odds stand for."""
    return 1.0 / (1.0 + math.exp(-max(-_FARTHEST, min(_FARTHEST, log_odds))))


def topic_score(
    topic: str,
    probability: float,
    threshold: float,
    words: Iterable[WordWeight],
    *,
    target: str = "",
) -> TopicScore:
    """Return the score of a topic, with the words that moved it most."""
    strongest = sorted(words, key=lambda each: (-abs(each.weight), each.start))[:MOST_WORDS]
    flagged = probability >= threshold
    return TopicScore(topic, probability, flagged, target, tuple(strongest), threshold)
