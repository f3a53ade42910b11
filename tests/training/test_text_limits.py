"""What a text model's card says of itself before any figure: how it reads, and its limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.evidence import Passage
from tests.training.wording import TOPICS, drawn, imported
from training.evaluation.text import ReadText
from training.examples import TextExample
from training.sources import Source
from training.text_card import Card, EncoderTold
from training.text_limits import limits_of, name_of, summary_of, taken_for_another
from training.text_recipe import EncoderFrom, LabelsFrom, LanguageFrom, Recipe, TopicsFrom
from training.text_rows import gather

ROUGH = "boxes a little loose"
MACHINE = "written by a machine"


def flawed(source: Source, *flaws: str) -> Source:
    manifest = source.manifest.model_copy(update={"known_wrong": flaws})
    return replace(source, manifest=manifest)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, Source]:
    """Two sources, the first of which alone shows religious views."""
    home = tmp_path_factory.mktemp("texts")
    political = [row | {"religious": "0"} for row in drawn(60, seed=1)]
    return imported(home / "a", drawn(60, seed=0)), imported(home / "b", political)


def told(sources: tuple[Source, ...], recipe: Recipe, encoder: EncoderTold | None = None) -> Card:
    gathered = gather(sources, recipe, seed=0, explore=True, tagger=lambda texts: [""] * len(texts))
    return Card(Path(), "1", TOPICS, ("en", "ur-Latn"), recipe, 0, gathered, {}, encoder)


def taking(**calibrates: bool) -> Recipe:
    return Recipe(
        topics=tuple(
            TopicsFrom(source=name, topics=TOPICS, calibrates=each)
            for name, each in calibrates.items()
        )
    )


def test_a_flaw_is_told_once_with_every_source_that_has_it(
    sources: tuple[Source, Source],
) -> None:
    both = tuple(flawed(each, MACHINE) for each in sources)
    found = [each for each in limits_of(told(both, taking(a=True, b=True))) if MACHINE in each]
    assert found == [f"a, b (nothing else taught it political and religious): {MACHINE}"]


def test_a_topic_that_one_source_alone_taught_is_named_beside_its_flaw(
    sources: tuple[Source, Source],
) -> None:
    given = (flawed(sources[0], MACHINE), flawed(sources[1], ROUGH))
    found = list(limits_of(told(given, taking(a=True, b=True))))
    assert f"a (nothing else taught it religious): {MACHINE}" in found
    assert f"b: {ROUGH}" in found


def test_flaws_of_a_source_that_does_not_calibrate_are_left_to_its_manifest(
    sources: tuple[Source, Source],
) -> None:
    given = (sources[0], flawed(sources[1], ROUGH))
    assert not any(ROUGH in each for each in limits_of(told(given, taking(a=True, b=False))))


def test_a_language_that_is_taught_as_another_is_named(
    sources: tuple[Source, Source], tmp_path: Path
) -> None:
    shown = (LanguageFrom(source="a", lang="hi-Latn", shows="ur-Latn"),)
    card = told(sources, taking(a=True, b=True))
    card = replace(card, recipe=card.recipe.model_copy(update={"languages": shown}))
    said = "Hindi in Latin letters is read as Roman Urdu: its rows were taught so."
    assert said in list(limits_of(card))
    labels = (LabelsFrom(folder=str(tmp_path), read_as={"hi-Latn": "ur-Latn"}),)
    card = replace(card, recipe=Recipe(topics=card.recipe.topics, labels=labels))
    assert said in list(limits_of(card))


def test_an_encoder_tells_the_size_of_its_gloss_and_the_licence_it_starts_from(
    sources: tuple[Source, Source],
) -> None:
    encoder = EncoderTold((), (), {}, (sources[0].manifest,), (1200, 34), "apache-2.0")
    how = EncoderFrom(package="small_bert", glossary="glossary.tsv")
    card = told(sources, taking(a=True, b=True), encoder)
    card = replace(card, recipe=card.recipe.model_copy(update={"encoder": how}))
    found = " ".join(limits_of(card))
    assert "holds 1,200 words in Urdu letters and 34 in Latin letters" in found
    assert "learnt from a and a glossary" in found
    assert "starts from small_bert, whose own card says: licence apache-2.0." in found
    assert "an encoder that starts from small_bert reads them" in summary_of(card)


def test_a_summary_names_languages_topics_and_where_it_abstains(
    sources: tuple[Source, Source],
) -> None:
    found = summary_of(told(sources, taking(a=True, b=True)))
    assert found.startswith("Character n-grams, for English (`en`) and Roman Urdu (`ur-Latn`)")
    assert "`political` (a political view)" in found
    assert "fewer than 45 % of the words" in found


def test_languages_that_are_taken_for_another_are_counted() -> None:
    def read(lang: str, as_: str) -> ReadText:
        example = TextExample("a/1", "a", "x", lang, {}, "", "g", heldout=False)
        return ReadText(example, Passage("x", "caption", language=as_))

    texts = [*[read("en", "en")] * 19, read("en", "ur-Latn"), *[read("ur-Latn", "ur-Latn")] * 5]
    said = "Languages taken for another on the calibration side: English as Roman Urdu 1 of 20."
    assert taken_for_another(texts, ["en", "ur-Latn"]) == said
    assert taken_for_another(texts[:19], ["en", "ur-Latn"]) == ""


@pytest.mark.parametrize(
    ("tag", "name"),
    [("ur-Latn", "Roman Urdu"), ("hi-Latn", "Hindi in Latin letters"), ("zxx", "zxx")],
)
def test_a_language_is_called_as_people_call_it(tag: str, name: str) -> None:
    assert name_of(tag) == name
