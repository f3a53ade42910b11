"""A text model held against texts: by language and topic, abstentions told, hard negatives apart."""

from __future__ import annotations

from types import MappingProxyType

from tests.fakes import ScriptedTextModel
from training.evaluation.text import HARD, evaluate_texts, read_all, scores_apart
from training.evaluation.values import Evaluation, Scores
from training.examples import TextExample

TOPICS = ("mockery", "political", "religious")


def text(words: str, *, political: bool | None = False, lang: str = "en", drawn: str = "random"):  # type: ignore[no-untyped-def]
    labels = {"political": political, "religious": False, "mockery": False}
    return TextExample(
        id=f"made/{words}",
        source="made",
        text=words,
        lang=lang,
        labels=MappingProxyType(labels),
        target="",
        group=words,
        heldout=True,
        drawn=drawn,
    )


def measured(*texts: TextExample) -> Evaluation:
    model = ScriptedTextModel({"vote": {"political": 0.9}}, abstain={"???": "not a language"})
    return evaluate_texts(read_all(texts, model), model.ref, on="heldout", draws=50)


def political(found: Evaluation, part: str) -> Scores:
    return next(each for each in found.scores if (each.label, each.part) == ("political", part))


def test_a_topic_is_scored_language_by_language() -> None:
    found = measured(
        text("vote", political=True), text("rain"), text("vote ab", lang="ur"), text("x", lang="ur")
    )
    assert political(found, "lang=en").precision.value == 1.0
    assert political(found, "lang=ur").precision.value == 0.0
    assert political(found, "all").precision.value == 0.5


def test_a_text_that_was_not_judged_is_not_flagged_and_ranked_last_and_told() -> None:
    found = measured(text("???", political=True), text("rain"), text("vote", political=True))
    scores = political(found, "lang=en")
    assert (scores.flagged, scores.positives) == (1, 2)
    assert scores.ap.value is not None
    assert round(scores.ap.value, 4) == 0.8333
    assert found.notes[0].startswith("Abstained: en 1.")


def test_a_topic_that_nobody_judged_is_not_counted_as_absent() -> None:
    found = measured(text("vote", political=None), text("vote now", political=True))
    assert political(found, "lang=en").items == 1


def test_a_topic_that_no_real_post_is_judged_for_is_scored_on_the_batch_apart() -> None:
    model = ScriptedTextModel({"vote": {"political": 0.9}})
    real = read_all([text("rain", political=None)], model)
    apart = read_all([text("vote", political=True), text("rain now")], model)
    found = scores_apart(real, apart, TOPICS, draws=20)
    assert {each.label for each in found} == {"political"}
    assert {each.part for each in found} == {"lang=en", "all"}
    assert next(each for each in found if each.part == "all").positives == 1


def test_texts_of_no_topic_that_were_ranked_high_are_hard_negatives() -> None:
    found = measured(
        text("vote police", drawn="high_political"),
        text("rain", drawn="high_mockery"),
        text("sun", drawn="random"),
        text("vote", political=True, drawn="high_political"),
    )
    [suite] = found.suites
    assert suite.name == f"{HARD}, en"
    assert (suite.items, suite.alarmed) == (2, 1)


def test_the_worst_errors_carry_their_words() -> None:
    found = measured(text("vote"), text("rain", political=True))
    worst = [(each.label, each.what, each.text) for each in found.worst]
    assert worst == [("political", "false alarm", "vote"), ("political", "missed", "rain")]
