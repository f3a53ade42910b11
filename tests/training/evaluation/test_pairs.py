"""Minimal pairs: what counts is the order within a pair, and what was not judged is lost."""

from __future__ import annotations

from tests.training.evaluation.readings import TOPICS, post, read, scripted
from training.evaluation.pairs import compare_pairs, score_pairs
from training.evaluation.values import Tried

MODEL = scripted(vote={"political": 0.9}, fool={"mockery": 0.8})


def tried(found: list[Tried], label: str, part: str) -> Tried:
    return next(each for each in found if (each.label, each.part) == (label, part))


def pair(name: str, view: str, mention: str, topic: str = "political", lang: str = "en"):  # type: ignore[no-untyped-def]
    return (
        post(view, {topic: True}, lang=lang, pair=name),
        post(mention, lang=lang, pair=name),
    )


def test_a_view_above_its_mention_is_won_and_a_tie_is_lost() -> None:
    texts = read(MODEL, *pair("a", "vote him out", "polls at ten"), *pair("b", "x", "y"))
    assert [each.won for each in compare_pairs(texts, TOPICS)] == [True, False]


def test_a_mention_above_the_view_is_lost() -> None:
    [found] = compare_pairs(read(MODEL, *pair("a", "march on", "vote count")), TOPICS)
    assert not found.won


def test_a_pair_with_a_post_that_was_not_judged_is_lost_and_counted() -> None:
    found = list(score_pairs(read(MODEL, *pair("a", "vote", "???")), TOPICS, draws=20))
    row = tried(found, "political", "all")
    assert (row.found.value, row.abstained) == (0.0, 1)


def test_pairs_count_for_the_topics_on_which_they_differ_alone() -> None:
    texts = read(MODEL, *pair("a", "vote", "rain"), *pair("b", "fool", "friend", "mockery"))
    assert [each.topic for each in compare_pairs(texts, TOPICS)] == ["political", "mockery"]


def test_posts_without_a_twin_are_passed_over() -> None:
    texts = read(MODEL, post("vote", {"political": True}), post("rain"))
    assert list(score_pairs(texts, TOPICS, draws=20)) == []


def test_shares_stand_by_topic_and_language_and_for_both_kinds_of_view() -> None:
    posts = (
        *pair("a", "vote", "rain"),
        *pair("b", "x", "y", lang="ur"),
        *pair("c", "pray so", "prayer time", "religious"),
    )
    found = list(score_pairs(read(MODEL, *posts), TOPICS, draws=50))
    assert tried(found, "political", "lang=en").found.value == 1.0
    assert tried(found, "political", "lang=ur").found.value == 0.0
    views = tried(found, "political, religious", "all").found
    assert (views.items, round(views.value or 0, 3)) == (3, 0.333)
    assert views.method == "bootstrap of groups"
