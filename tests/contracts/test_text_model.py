"""What every text model must do, whatever stands behind it."""

from __future__ import annotations

import pytest

from detector.artifact import load_model_folder
from detector.evidence import Passage
from detector.text.base import TextModel
from detector.text.models import open_text_model

OFFICIAL = "Alhamdulillah duty complete. Eid Mubarak from the night shift!"
URDU_VIEW = "عمران خان ہی ملک کا واحد لیڈر ہے، یہ چور حکومت نامنظور"
PASHTO = "نن موږ په پېښور کې د پولیسو له خوا یوه غونډه وکړه او خلک ډېر خوښ وو"
HOSTILE = (
    "\x00[red]</script>=cmd|\u202e\u2066\ufeff\x1b[31m \ud800 vote \u0640\u200d" + "a\u0301" * 40
)
TEXTS = [OFFICIAL, URDU_VIEW, PASHTO, HOSTILE, "", "   ", "😂", "https://example.org/1 @someone"]


def shipped() -> TextModel:
    return open_text_model(load_model_folder("current", "text"))


@pytest.fixture(
    scope="module",
    params=[pytest.param(shipped, marks=pytest.mark.shipped)],
    ids=lambda build: build.__name__,
)
def model(request: pytest.FixtureRequest) -> TextModel:
    return request.param()


def captions(*texts: str) -> list[Passage]:
    return [Passage(each, "caption") for each in texts]


def test_answers_once_per_passage_in_order(model: TextModel) -> None:
    assert [each.text for each in model.read(captions(*TEXTS))] == TEXTS


def test_accepts_no_passages(model: TextModel) -> None:
    assert model.read([]) == []


@pytest.mark.parametrize("text", TEXTS)
def test_scores_every_topic_or_says_why_not(model: TextModel, text: str) -> None:
    [read] = model.read(captions(text))
    assert bool(read.topics) != bool(read.abstained)
    assert read.language
    if read.topics:
        assert sorted(each.topic for each in read.topics) == list(model.ref.topics)


@pytest.mark.parametrize("text", TEXTS)
def test_gives_probabilities_and_words_inside_the_text(model: TextModel, text: str) -> None:
    [read] = model.read(captions(text))
    for score in read.topics:
        assert 0.0 <= score.probability <= 1.0
        assert all(0 <= word.start < word.end <= len(text) for word in score.words)


def test_names_the_strongest_word_first(model: TextModel) -> None:
    [read] = model.read(captions(URDU_VIEW))
    for score in read.topics:
        sizes = [abs(word.weight) for word in score.words]
        assert sizes
        assert sizes == sorted(sizes, reverse=True)


def test_changes_nothing_else_in_a_passage(model: TextModel) -> None:
    given = Passage("vote", "on-screen text", 2, 1.0, 3.0, (0.0, 0.1, 0.2, 0.3), 0.5)
    [read] = model.read([given])
    assert (read.text, read.origin, read.media, read.start_s, read.end_s) == (
        *("vote", "on-screen text", 2, 1.0),
        3.0,
    )
    assert (read.box, read.reading_confidence) == ((0.0, 0.1, 0.2, 0.3), 0.5)


def test_reads_a_passage_alike_alone_and_in_company(model: TextModel) -> None:
    [alone] = model.read(captions(URDU_VIEW))
    assert model.read(captions(OFFICIAL, URDU_VIEW))[1] == alone


def test_abstains_on_an_unsupported_language_and_names_it(model: TextModel) -> None:
    [read] = model.read(captions(PASHTO))
    assert read.language == "ps"
    assert "Pashto" in read.abstained


def test_announces_a_text_model(model: TextModel) -> None:
    assert model.ref.kind == "text"
    assert list(model.ref.labels) == sorted(model.ref.labels)
