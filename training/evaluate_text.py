"""What a text model is asked besides its scores: floor, pairs, hard negatives, swaps, functions, bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from detector.text.base import TextModel
from training.evaluation.floor import hold_beside_floor, without_floor
from training.evaluation.functions import (
    FUNCTIONS,
    Checked,
    examples_of,
    read_functions,
    score_functions,
)
from training.evaluation.pairs import score_pairs
from training.evaluation.suites import Probe, score_suites
from training.evaluation.swaps import SWAPS, read_swaps, score_swaps
from training.evaluation.targets import score_targets
from training.evaluation.text import APART, HARD, ReadText, hard_negatives, read_all, scores_apart
from training.evaluation.text_bars import TextAsked, hold_text
from training.evaluation.values import Beside, Evaluation, Tried
from training.evaluation.vision import Progress
from training.examples import TextExample
from training.floor import RECIPE, floor_of
from training.metrics.interval import DRAWS
from training.sources import Source

NOTES = (
    "Topics that no real post is judged for (opsec, custody) are scored on the held-out batch of written "
    "posts, where they are far more frequent than in life.",
    "Minimal pairs: lost where both are ranked alike or one was not judged; a topic on which the posts of "
    "a pair differ counts it once.",
    "Swaps: posts of no topic that name a group, the name changed for up to four others; a decision "
    "changes where any topic is flagged, or judged, in one of the two alone.",
)


@dataclass(frozen=True, slots=True)
class TextGrounds:
    """Where everything lies that a text model is asked."""

    sources: Sequence[Source]
    """Of texts, on this machine: what the floor is fitted on is among them."""
    apart: Sequence[TextExample]
    """Held-out posts that were written in pairs."""
    recipe: Path = RECIPE
    """Of the model."""
    swaps: Path = SWAPS
    functions: Path = FUNCTIONS
    draws: int = DRAWS
    seed: int = 0


def asked_too(
    found: Evaluation,
    texts: Sequence[ReadText],
    model: TextModel,
    card: dict[str, Any],
    asked: TextAsked,
    grounds: TextGrounds,
    progress: Progress = lambda done, of: None,
) -> Evaluation:
    """Return an evaluation with everything else that is asked of a text model.

    Args:
        found: What was measured on held-out texts.
        texts: Those texts with what the model makes of them.
        model: The model.
        card: Its card.
        asked: What is asked.
        grounds: Where everything lies.
        progress: Told how many texts of how many are read, list by list.
    """
    topics = model.ref.topics
    apart = read_all(grounds.apart, model, progress)
    found = replace(
        found,
        scores=(
            *found.scores,
            *scores_apart(texts, apart, topics, draws=found.draws, seed=found.seed),
        ),
        beside=_beside(texts, topics, card, grounds),
        suites=score_suites(_suites(texts, apart, topics), draws=found.draws, seed=found.seed),
        tried=_tried(texts, apart, model, grounds, progress),
        notes=(*found.notes, *NOTES),
    )
    return replace(found, held=hold_text(asked.bar, found, card))


def _beside(
    texts: Sequence[ReadText], topics: Sequence[str], card: dict[str, Any], grounds: TextGrounds
) -> tuple[Beside, ...]:
    words = [each.example.text for each in texts]
    floor, why = floor_of(card, grounds.sources, words, grounds.recipe)
    if why:
        return tuple(without_floor(texts, topics, why))
    how = {"draws": grounds.draws, "seed": grounds.seed}
    return tuple(hold_beside_floor(texts, floor, topics, **how))


def _suites(
    texts: Sequence[ReadText], apart: Sequence[ReadText], topics: Sequence[str]
) -> dict[str, list[Probe]]:
    """Gather both kinds of hard negatives, by language and as a whole."""
    suites = {}
    for name, read, drawn in ((HARD, texts, "high_"), (APART, apart, "")):
        by_language = hard_negatives(read, topics, name, drawn=drawn)
        if by_language:
            suites[name] = [probe for each in by_language.values() for probe in each]
        suites |= by_language
    return suites


def _tried(
    texts: Sequence[ReadText],
    apart: Sequence[ReadText],
    model: TextModel,
    grounds: TextGrounds,
    progress: Progress,
) -> tuple[Tried, ...]:
    topics, how = model.ref.topics, {"draws": grounds.draws, "seed": grounds.seed}

    def read(examples: Sequence[TextExample]) -> list[ReadText]:
        return read_all(examples, model, progress)

    functions = examples_of(read_functions(grounds.functions))
    checked = [
        Checked(function, each)
        for (function, _), each in zip(
            functions, read([each for _, each in functions]), strict=True
        )
    ]
    return (
        *score_pairs(apart, topics, **how),
        *score_swaps([*texts, *apart], read_swaps(grounds.swaps), topics, read, **how),
        *score_functions(checked, **how),
        *score_targets(texts, **how),
    )
