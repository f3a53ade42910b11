"""Texts as a scripted model reads them, for the tests of what a text model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tests.fakes import ScriptedTextModel
from training.evaluation.text import ReadText, read_all
from training.examples import TextExample

TOPICS = ("political", "religious", "mockery")


def post(
    words: str,
    labels: Mapping[str, bool | None] | None = None,
    *,
    lang: str = "en",
    pair: str = "",
    drawn: str = "",
    source: str = "made",
) -> TextExample:
    """Return a held-out post; topics that are not named are judged absent."""
    return TextExample(
        id=f"{source}/{words}",
        source=source,
        text=words,
        lang=lang,
        labels=MappingProxyType(dict.fromkeys(TOPICS, False) | dict(labels or {})),
        target="",
        group=pair or words,
        heldout=True,
        drawn=drawn,
        pair=pair,
    )


def scripted(**topics: Mapping[str, float]) -> ScriptedTextModel:
    """Return a model that gives words probabilities, and does not judge what holds ``???``."""
    return ScriptedTextModel(topics, abstain={"???": "not a language"})


def read(model: ScriptedTextModel, *posts: TextExample) -> list[ReadText]:
    """Return posts with what a model makes of them."""
    return read_all(posts, model)
