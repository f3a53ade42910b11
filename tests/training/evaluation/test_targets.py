"""Targets of mockery: how often one is named, and how often it is the right one."""

from __future__ import annotations

from types import MappingProxyType

from detector.evidence import Passage, TopicScore
from training.evaluation.targets import NAMED, RIGHT, score_targets
from training.evaluation.text import ReadText
from training.examples import TextExample


def read(target: str, named: str, *, mocking: bool = True, lang: str = "en") -> ReadText:
    labels = MappingProxyType({"mockery": mocking})
    example = TextExample("made/x", "made", "x", lang, labels, target, "x", heldout=True)
    score = TopicScore("mockery", 0.4, flagged=False, target=named)
    return ReadText(example, Passage("x", "caption", language=lang, topics=(score,)))


def found(*texts: ReadText) -> dict[tuple[str, str], float | None]:
    return {(each.part, each.figure): each.found.value for each in score_targets(texts, draws=20)}


def test_the_share_that_is_right_is_of_those_that_are_named() -> None:
    scores = found(read("race", "race"), read("race", "caste"), read("gender", ""))
    assert scores["all", RIGHT] == 0.5
    assert round(scores["all", NAMED] or 0, 3) == 0.667


def test_languages_are_told_apart() -> None:
    scores = found(read("race", "race"), read("race", "caste", lang="ur"))
    assert (scores["lang=en", RIGHT], scores["lang=ur", RIGHT]) == (1.0, 0.0)


def test_posts_that_mock_nobody_do_not_count() -> None:
    assert found(read("race", "race"), read("", "caste", mocking=False))["all", RIGHT] == 1.0


def test_a_model_that_names_no_target_has_no_figures() -> None:
    assert found(read("race", "")) == {}
