"""The whole chain, at post level: findings, bands, and when things are seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detector.evidence import Evidence, MediaEvidence, Passage, Sighting
from detector.policy.judge import judge
from detector.policy.pack import load_pack
from detector.post import Media, Post
from detector.record import Record
from detector.scan import Stages
from detector.verdict import Failure
from tests.fakes import TEXT_REF, VISION_REF
from tests.training.evaluation.test_text import text
from training.evaluation.posts import evaluate_posts
from training.evaluation.sightings import judged_sightings, score_sightings, time_errors
from training.evaluation.values import Evaluation, Scores
from training.posts.chain import CHANNELS, HANDLE, PLATFORM, REGISTERS
from training.posts.recipe import PostRecipe
from training.posts.run import BuiltPost, true_evidence
from training.posts.truth import ClipTruth, Span

BOX = (0.1, 0.1, 0.5, 0.5)
PACK = load_pack("karachi-2024")


def span(label: str, start_s: float, end_s: float) -> Span:
    return Span(label, start_s, end_s, BOX)


def sighting(label: str, start_s: float, end_s: float, probability: float = 0.95) -> Sighting:
    return Sighting(label, start_s, end_s, start_s, BOX, probability, 4)


def hear(post: Post, _: Sequence[Passage]) -> list[Passage]:
    return [Passage(post.text, "caption", language="en")]


def stages() -> Stages:
    unused = lambda *_: ""  # noqa: E731
    return Stages(
        watch=unused,  # type: ignore[arg-type, return-value]
        hear=hear,
        judge=unused,  # type: ignore[arg-type, return-value]
        models=(VISION_REF, TEXT_REF),
        channels=CHANNELS,
        look_key=unused,
        evidence_key=unused,
        verdict_key=unused,
    )


def built(
    name: str,
    seen: tuple[Span, ...] = (),
    found: tuple[Sighting, ...] = (),
    *,
    unsure: tuple[Span, ...] = (),
    fails: bool = False,
) -> BuiltPost:
    post = Post(
        name,
        "good morning",
        (Media("a.mp4", Path("a.mp4")),),
        account=HANDLE,
        platform=PLATFORM,
        author_role="officer",
    )
    truth = ClipTruth(6.0, seen, unsure)
    topics = true_evidence(
        post, ClipTruth(6.0, (), ()), text("good morning"), stages(), unsure=False
    )
    media = MediaEvidence("a.mp4", "0" * 64, "video", (10, 10), 6.0, 6.0, 72, 12, sightings=found)
    evidence = Evidence(name, (media,), topics.passages, CHANNELS, (VISION_REF, TEXT_REF))
    outcome = Failure(name, "broken") if fails else judge(PACK, post, evidence, REGISTERS)
    sure, every = (
        judge(
            PACK,
            post,
            true_evidence(post, truth, text("good morning"), stages(), unsure=each),
            REGISTERS,
        )
        for each in (False, True)
    )
    record = Record(
        post, None if fails else evidence, outcome, "", "", datetime(2026, 1, 1, tzinfo=UTC)
    )
    recipe = PostRecipe(name, "made/text", (360, 640), ())
    return BuiltPost(recipe, truth, record, sure, every)


def measured(*posts: BuiltPost) -> Evaluation:
    return evaluate_posts(
        posts, (VISION_REF, TEXT_REF), lock="", sources={}, policy="karachi-2024", draws=50
    )


def score(found: Evaluation, label: str) -> Scores:
    return next(each for each in found.scores if each.label == label)


UNIFORM = built("a", (span("uniform", 0, 5),), (sighting("uniform", 0, 5),))
MISSED = built("b", (span("uniform", 0, 5),))
CLEAN = built("c")
ALARM = built("d", (), (sighting("uniform", 0, 5),))


def test_a_clause_is_right_where_the_policy_meets_it_on_the_truth() -> None:
    found = score(measured(UNIFORM, MISSED, CLEAN, ALARM), "K1")
    assert (found.positives, found.flagged, found.right) == (2, 2, 1)


def test_bands_are_counted_by_the_band_that_the_truth_gives() -> None:
    found = measured(UNIFORM, MISSED, CLEAN, ALARM)
    assert found.bands == {"clear": {"clear": 1, "hold": 1}, "hold": {"clear": 1, "hold": 1}}


def test_the_score_is_measured_as_a_ranking() -> None:
    assert score(measured(UNIFORM, CLEAN), "any finding").ap.value == 1.0


def test_a_post_of_which_nobody_can_say_is_left_out_and_told() -> None:
    unclear = built("e", unsure=(span("uniform", 0, 5),))
    found = measured(UNIFORM, CLEAN, unclear)
    assert score(found, "K1").items == 2
    assert any(each.startswith("1 posts are left out") for each in found.notes)


def test_a_post_that_could_not_be_judged_is_told_and_its_sightings_are_missed() -> None:
    broken = built("f", (span("uniform", 0, 5),), fails=True)
    found = measured(UNIFORM, broken)
    assert "1 posts could not be judged." in found.notes
    assert score(found, "uniform").recall.value == 0.5


def test_a_second_sighting_of_one_stretch_is_neither_right_nor_wrong() -> None:
    two = built(
        "a", (span("uniform", 0, 5),), (sighting("uniform", 0, 5), sighting("uniform", 1, 4, 0.8))
    )
    assert [right for _, right in judged_sightings(two, "uniform")] == [True]


def test_a_sighting_where_nobody_can_say_is_neither_right_nor_wrong() -> None:
    unclear = built("a", found=(sighting("uniform", 1, 2),), unsure=(span("uniform", 0, 5),))
    assert list(judged_sightings(unclear, "uniform")) == []


def test_a_sighting_of_another_label_is_wrong() -> None:
    other = built("a", (span("uniform", 0, 5),), (sighting("weapon", 0, 5),))
    found = score_sightings([other], "weapon")
    assert (found.flagged, found.right, found.positives) == (1, 0, 0)


@pytest.mark.parametrize(
    ("start_s", "right"),
    [pytest.param(5.7, True, id="just after"), pytest.param(6.0, False, id="a second after")],
)
def test_a_sighting_must_lie_at_its_stretch(start_s: float, right: bool) -> None:
    late = built("a", (span("uniform", 0, 5),), (sighting("uniform", start_s, 7),))
    assert [each for _, each in judged_sightings(late, "uniform")] == [right]


def test_errors_of_time_are_those_of_the_sightings_that_mean_a_stretch() -> None:
    post = built(
        "a",
        (span("uniform", 0, 2), span("uniform", 4, 6)),
        (sighting("uniform", 0.5, 2.0), sighting("uniform", 4.0, 5.5)),
    )
    [found] = time_errors([post], ["uniform"], draws=20)
    assert (found.spans, found.start_median_s, found.end_median_s) == (2, 0.25, 0.25)


def test_a_stretch_that_fades_has_no_sharp_end_to_be_measured() -> None:
    post = built(
        "a",
        (span("uniform", 0, 2), span("uniform", 4, 6)),
        (sighting("uniform", 0.0, 3.0), sighting("uniform", 4.0, 6.0)),
        unsure=(span("uniform", 2.1, 3.5),),
    )
    [found] = time_errors([post], ["uniform"], draws=20)
    assert found.end_90_s == 0.0
