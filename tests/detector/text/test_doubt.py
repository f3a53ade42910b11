"""A doubtful reading accuses nobody."""

from __future__ import annotations

import pytest

from detector.evidence import Passage, TopicScore
from detector.text.doubt import doubted


def read(
    sure: float, threshold: float | None = 0.6, text: str = "do not vote for them"
) -> TopicScore:
    score = TopicScore("political", 0.9, True, threshold=threshold)
    passage = Passage(text, "on-screen text", reading_confidence=sure, topics=(score,))
    return doubted(passage).topics[0]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        pytest.param("POLICE", 1 / 3, id="a-sign"),
        pytest.param("S. KHAN", 1 / 3, id="a-name-tag"),
        pytest.param("VOTE NOW", 2 / 3, id="two-words"),
        pytest.param("ووٹ مت دو", 1.0, id="a-view"),
    ],
)
def test_one_or_two_words_in_a_picture_are_hardly_a_view(text: str, share: float) -> None:
    assert read(1.0, text=text).probability == pytest.approx(share * 0.9)


def test_one_word_that_is_spoken_is_not_lowered_for_being_one() -> None:
    score = TopicScore("political", 0.9, True, threshold=0.6)
    assert doubted(Passage("vote", "speech", topics=(score,))).topics == (score,)


def test_typed_words_keep_their_probabilities() -> None:
    assert read(1.0) == TopicScore("political", 0.9, True, threshold=0.6)


def test_a_probability_is_multiplied_by_the_certainty_of_the_reading() -> None:
    assert read(0.8).probability == pytest.approx(0.72)


@pytest.mark.parametrize(
    ("sure", "flagged"),
    [pytest.param(0.7, True, id="still-reaches"), pytest.param(0.6, False, id="falls-under")],
)
def test_a_flag_stays_where_what_is_left_reaches_the_threshold(sure: float, flagged: bool) -> None:
    assert read(sure).flagged is flagged


@pytest.mark.parametrize(("sure", "flagged"), [(0.95, True), (0.8, False)])
def test_without_a_threshold_only_a_sure_reading_keeps_its_flag(sure: float, flagged: bool) -> None:
    assert read(sure, threshold=None).flagged is flagged


def test_doubt_never_flags_what_the_model_did_not() -> None:
    score = TopicScore("political", 0.9, False, threshold=0.1)
    passage = Passage("vote", "speech", reading_confidence=0.9, topics=(score,))
    assert not doubted(passage).topics[0].flagged
