"""The card of a freshly fitted text model: everything that its run knows; held-out figures come later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from detector.text.encoder import (
    GLOSS_FILE,
    GLOSS_TOPICS_FILE,
    NETWORK_FILE,
    VOCABULARY_FILE,
    Mix,
)
from detector.text.language import NO_WORDS
from detector.text.linear import LANGUAGES_FILE, TOPICS_FILE
from detector.text.names import NAMES_FILE
from training import toml
from training.evaluation.text import ReadText
from training.freezing import TARGET
from training.manifest import Manifest
from training.report.card_page import card_page
from training.text_limits import limits_of, summary_of, taken_for_another
from training.text_recipe import Recipe, entry
from training.text_rows import Gathered, TextRow

ENCODER_FILES = (GLOSS_TOPICS_FILE, GLOSS_FILE, VOCABULARY_FILE, NETWORK_FILE)
LIBRARIES = ("scikit-learn", "skops", "numpy")
"""Whose releases may change what comes out."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The way from raw to calibrated log-odds, for one topic in one language."""

    slope: float
    intercept: float
    rows: int
    positives: int
    alone: bool
    """Whether these rows were enough; otherwise it is the line of all languages together."""


@dataclass(frozen=True, slots=True)
class EncoderTold:
    """What the card says of an encoder."""

    outputs: Sequence[str]
    """What each answer of its network is about."""
    intercepts: Sequence[float]
    mixes: Mapping[str, Mix]
    """By topic: how the three readers' log-odds are added up."""
    manifests: Sequence[Manifest]
    """Of the pairs that its gloss was learnt from."""
    glossed: tuple[int, int]
    """Words that its gloss holds, in Urdu and in Latin letters."""
    licence: str
    """Of the weights that it starts from."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a run knows of the model that it fitted."""

    folder: Path
    version: str
    topics: Sequence[str]
    languages: Sequence[str]
    recipe: Recipe
    seed: int
    gathered: Gathered
    calibrated: Mapping[tuple[str, str], Calibrated]
    encoder: EncoderTold | None = None


def write_text_card(card: Card, *, former: str) -> None:
    """Write ``card.toml`` with provisional thresholds.

    Args:
        card: What the run knows.
        former: Version of the model whose language reader was kept; empty for none.
    """
    shape, told = card.recipe.shape, card.encoder
    targets = [each for each in told.outputs if ":" in each] if told else []
    limits = dict.fromkeys((*card.languages, NO_WORDS), TARGET)
    toml.write(
        card.folder / "card.toml",
        {
            "model": {
                "kind": "text",
                "version": card.version,
                "form": "encoder" if told else "linear",
                "labels": [*card.topics, *targets],
                "languages": list(card.languages),
                "ngrams": f"characters {shape.ngrams[0]} to {shape.ngrams[1]} within words, "
                f"hashed to {shape.places}",
            },
            "files": {
                name: sha256((card.folder / name).read_bytes()).hexdigest()
                for name in (TOPICS_FILE, LANGUAGES_FILE, *_encoder_files(card))
            },
            "languages": {"min_known": shape.min_known},
            "thresholds": {topic: dict(limits) for topic in card.topics},
            "calibration": _calibration(card),
            "probe": {"text": "", "probability": {}},
            "about": {"summary": summary_of(card)},
            "data": _data(card),
            "recipe": _recipe(card, former),
            **(_encoder(told) if told else {}),
        },
        comment="What this model is, in a form that programs read; card.md says it for people.",
    )


def _encoder_files(card: Card) -> tuple[str, ...]:
    how = card.recipe.encoder
    return (*ENCODER_FILES, *([NAMES_FILE] if how.names else ())) if how else ()


def _encoder(told: EncoderTold) -> dict[str, Any]:
    return {
        "encoder": {"outputs": list(told.outputs), "intercepts": list(told.intercepts)},
        "mix": {topic: asdict(each) for topic, each in told.mixes.items()},
    }


def write_probe(folder: Path, text: str, probability: Mapping[str, float]) -> None:
    """Keep what the model says of a text."""
    rounded = {topic: round(value, 6) for topic, value in probability.items()}
    toml.replace(folder / "card.toml", "probe", {"text": text, "probability": rounded})


def write_taken_for_another(folder: Path, texts: Sequence[ReadText]) -> None:
    """Add to the card's limits how often the written model took a language for another."""
    path = folder / "card.toml"
    card = toml.read(path)
    if said := taken_for_another(texts, card["model"]["languages"]):
        toml.update(path, "data", {"caveats": [*card["data"]["caveats"], said]})


def write_page(folder: Path) -> None:
    """Write ``card.md`` anew from ``card.toml``."""
    (folder / "card.md").write_text(card_page(toml.read(folder / "card.toml")), "utf-8")


def _calibration(card: Card) -> dict[str, Any]:
    tags = (*card.languages, NO_WORDS)
    return {
        topic: {tag: _line(card.calibrated[topic, tag]) for tag in tags} for topic in card.topics
    }


def _line(found: Calibrated) -> dict[str, Any]:
    return {
        "slope": round(found.slope, 5),
        "intercept": round(found.intercept, 5),
        "rows": found.rows,
        "positives": found.positives,
        "by_itself": found.alone,
    }


def _data(card: Card) -> dict[str, Any]:
    gathered = card.gathered
    return {
        "ships": gathered.ships,
        "fitted_on": f"{len(gathered.train)} rows of the train side",
        "calibrated_on": f"{len(gathered.calibration)} rows of the calibration side, by hash of the "
        f"text's group; not fitted on",
        "caveats": list(limits_of(card)),
        "sources": _sources(gathered, card.encoder.manifests if card.encoder else ()),
    }


def _sources(gathered: Gathered, pairs: Sequence[Manifest]) -> list[dict[str, Any]]:
    fitted = Counter(each.example.source for each in gathered.train)
    positives = Counter(name for each in gathered.train for name in _positive(each))
    return [
        {
            "name": each.name,
            "licence": each.origin.licence,
            "ships": each.origin.ships,
            "topic_rows": fitted[each.name],
            "positives": ", ".join(
                f"{topic} {count}"
                for (source, topic), count in sorted(positives.items())
                if source == each.name
            )
            or "none",
            "sha256": each.content.sha256 if each.content else "",
        }
        for each in (*gathered.manifests, *pairs)
    ]


def _positive(row: TextRow) -> Iterator[tuple[str, str]]:
    for topic, value in row.labels.items():
        if value:
            yield row.example.source, topic


def _recipe(card: Card, former: str) -> dict[str, Any]:
    kept = bool(former) and not card.recipe.languages
    return {
        "seed": card.seed,
        "strength": card.recipe.shape.strength,
        "topics": [entry(each.model_dump(exclude_none=True)) for each in card.recipe.topics],
        "languages": f"reader of text {former}, with the words of the new rows"
        if kept
        else [entry(each.model_dump(exclude_none=True)) for each in card.recipe.languages],
        "labels": [entry(each.model_dump(exclude_none=True)) for each in card.recipe.labels],
        "encoder": entry(card.recipe.encoder.model_dump()) if card.recipe.encoder else "none",
        "libraries": {name: version(name) for name in LIBRARIES},
    }
