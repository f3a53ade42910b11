"""Builds posts, runs the chain on them, and sets beside each verdict the one that the truth gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from detector.evidence import Evidence, MediaEvidence, Passage, Sighting, TopicScore
from detector.policy.judge import judge
from detector.policy.pack import Pack
from detector.post import Media, Post
from detector.record import Record
from detector.scan import RunMemory, Stages, judge_post
from detector.verdict import Verdict
from training.examples import Example, TextExample
from training.posts.chain import CHANNELS, HANDLE, PLATFORM, REGISTERS
from training.posts.clips import build_clip
from training.posts.recipe import PostRecipe
from training.posts.truth import ClipTruth, Span, clip_truth


@dataclass(frozen=True, slots=True)
class BuiltPost:
    """A post that was built and judged, with what the truth would have made of it."""

    recipe: PostRecipe
    truth: ClipTruth
    record: Record
    at_least: Verdict
    """The verdict on what is surely there."""
    at_most: Verdict
    """The verdict on that and on what may be there; where the two differ, nobody can say."""


def run_posts(
    recipes: Sequence[PostRecipe],
    pictures: Mapping[str, Example],
    texts: Mapping[str, TextExample],
    stages: Stages,
    pack: Pack,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[BuiltPost]:
    """Build and judge posts, in order.

    Args:
        recipes: What the posts are made of.
        pictures: Held-out pictures by id.
        texts: Held-out texts by id.
        stages: The chain.
        pack: The policy that it judges by.
        folder: Where clips are built.
        progress: Told how many posts of how many are done.
    """
    memory, found = RunMemory(), []
    for recipe in recipes:
        text = texts[recipe.text]
        clip = build_clip(recipe, pictures, folder)
        post = Post(
            id=recipe.id,
            text=text.text,
            media=(Media(clip.name, clip.resolve()),),
            account=HANDLE,
            platform=PLATFORM,
            author_role="officer",
        )
        truth = clip_truth(recipe, pictures)
        record = judge_post(post, stages, memory)
        sure, every = (
            judge(pack, post, true_evidence(post, truth, text, stages, unsure=unsure), REGISTERS)
            for unsure in (False, True)
        )
        found.append(BuiltPost(recipe, truth, record, sure, every))
        progress(len(found), len(recipes))
    return found


def true_evidence(
    post: Post, truth: ClipTruth, text: TextExample, stages: Stages, *, unsure: bool
) -> Evidence:
    """Return the evidence of a model that sees and reads everything as it is.

    Args:
        post: What was built.
        truth: What its clip shows.
        text: Its caption with its topics.
        stages: The chain, for its models' labels and for the passages that a caption is cut into.
        unsure: Whether what may be there is taken to be there.
    """
    spans = [*truth.seen, *(truth.unsure if unsure else ())]
    media = MediaEvidence(
        name=post.media[0].name,
        sha256="0" * 64,
        kind="video",
        size_wh=(0, 0),
        duration_s=truth.duration_s,
        looked_s=truth.duration_s,
        frames_decoded=1,
        frames_inspected=1,
        sightings=tuple(map(_sighting, spans)),
    )
    topics = next((each.labels for each in stages.models if each.kind == "text"), ())
    return Evidence(
        post_id=post.id,
        media=(media,),
        passages=tuple(_true(each, text, topics) for each in stages.hear(post, ())),
        channels=CHANNELS,
        models=stages.models,
    )


def _sighting(span: Span) -> Sighting:
    return Sighting(
        label=span.label,
        start_s=span.start_s,
        end_s=span.end_s,
        peak_s=span.start_s,
        box=span.box,
        probability=1.0,
        frames=max(1, round(2 * (span.end_s - span.start_s))),
    )


def _true(passage: Passage, text: TextExample, topics: Sequence[str]) -> Passage:
    """Return a passage with the topics that it has; hashtags repeat the caption and carry none."""
    own = passage.origin == "caption"
    scores = tuple(
        TopicScore(topic, 1.0 if said else 0.0, flagged=said, target=text.target if said else "")
        for topic in topics
        for said in (own and bool(text.labels.get(topic)),)
    )
    return replace(passage, topics=scores, abstained="")
