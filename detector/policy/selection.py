"""What a clause selects of the evidence, and why it could not see or read all it needs to.

Two kinds of not knowing are kept apart: what the set-up never covers (a topic that the text model
lacks) is listed; what went wrong with this post (a part not looked at, an abstention) sends it to
a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detector.evidence import ChannelName, Evidence, MediaEvidence, Passage, Sighting, TopicScore
from detector.policy.clauses import Clause, Pack
from detector.policy.missed import overlooked, unread
from detector.post import Post
from detector.verdict import EvidenceRef


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting that a clause selects."""

    ref: EvidenceRef
    sighting: Sighting
    media: MediaEvidence

    @property
    def probability(self) -> float:
        """Probability that it is really there."""
        return self.sighting.probability


@dataclass(frozen=True, slots=True)
class Read:
    """A topic read in a passage, which a clause selects."""

    ref: EvidenceRef
    passage: Passage
    score: TopicScore
    media: MediaEvidence | None

    @property
    def probability(self) -> float:
        """Probability that the words are there and of this topic.

        Doubt about the words has lowered it already (`detector.text.doubt`).
        """
        return self.score.probability


def everything_seen(evidence: Evidence) -> list[Seen]:
    """Return every sighting, the most probable first."""
    seen = [
        Seen(EvidenceRef("sighting", at, index), sighting, evidence.media[at])
        for at, index, sighting in evidence.sightings
    ]
    return sorted(seen, key=lambda each: (-each.probability, each.ref.media or 0, each.ref.index))


def everything_read(evidence: Evidence) -> list[Read]:
    """Return every topic score of every passage, the most probable first."""
    read = [
        Read(EvidenceRef("passage", passage.media, index, score.topic), passage, score, media)
        for index, passage in enumerate(evidence.passages)
        for media in [None if passage.media is None else evidence.media[passage.media]]
        for score in passage.topics
    ]
    return sorted(read, key=lambda each: (-each.probability, each.ref.index, each.ref.topic))


def select_seen(clause: Clause, seen: list[Seen]) -> list[Seen]:
    """Return the sightings that a clause asks for, in their order."""
    asks = clause.looks_at
    if asks is None:
        return []
    return [
        each
        for each in seen
        if each.sighting.label in asks.labels
        and each.media.kind in asks.media
        and each.probability >= asks.at_least
    ]


def select_read(clause: Clause, read: list[Read]) -> list[Read]:
    """Return the topic scores that a clause asks for, in their order.

    A mockery whose target the model cannot tell is among them: a person tells it.
    """
    asks = clause.reads
    if asks is None:
        return []
    return [
        each
        for each in read
        if each.score.topic in asks.topics
        and (
            each.score.flagged if asks.at_least is None else each.score.probability >= asks.at_least
        )
        and (not asks.targets or not each.score.target or each.score.target in asks.targets)
    ]


def lacking(clause: Clause, post: Post, evidence: Evidence) -> list[str]:
    """Return the parts of a clause that this set-up does not cover: channels, labels, topics."""
    missing: list[str] = []
    if clause.looks_at and has_media(post, evidence):
        missing.extend(_left_out("frames", evidence))
    if clause.reads and post.text.strip():
        missing.extend(_left_out("caption", evidence))
    vision, text = evidence.model("vision"), evidence.model("text")
    if clause.looks_at and vision and has_media(post, evidence):
        missing.extend(
            f"the vision model does not know {label}"
            for label in clause.looks_at.labels
            if label not in vision.labels
        )
    if clause.reads and text:
        missing.extend(
            f"the text model does not know {topic}"
            for topic in clause.reads.topics
            if topic not in text.labels
        )
    return missing


def blurred(clause: Clause, evidence: Evidence) -> str:
    """Say which targets the text model judges only as part of a topic as a whole; empty for none.

    A text model that tells targets apart names them beside its topics: ``mockery:race``.
    """
    text = evidence.model("text")
    if clause.reads is None or text is None:
        return ""
    untold = [
        target
        for topic in clause.reads.topics
        for target in clause.reads.targets
        if f"{topic}:{target}" not in text.labels
    ]
    if not untold:
        return ""
    return (
        f"Judged for {' and '.join(clause.reads.topics)} as a whole; not judged apart, because the "
        f"text model does not tell them: {', '.join(untold)}."
    )


def hindrances(clause: Clause, pack: Pack, post: Post, evidence: Evidence) -> list[str]:
    """Return what went wrong with this post, so that the clause may have missed something."""
    found: list[str] = []
    if clause.looks_at and has_media(post, evidence) and not _left_out("frames", evidence):
        found.extend(_sight(pack, post, evidence))
    if clause.reads and has_words(post, evidence) and not _left_out("caption", evidence):
        found.extend(_words(post, evidence))
    if clause.reads:
        found.extend(unread(evidence))
    return found


def unexamined(pack: Pack, post: Post, evidence: Evidence) -> list[str]:
    """Return why channels that the pack requires were not examined, for channels the post has.

    A channel that was examined but for a stretch of a file is among them.
    """
    concerned: dict[ChannelName, bool] = {
        "frames": has_media(post, evidence),
        "caption": bool(post.text.strip()),
        "on-screen text": has_media(post, evidence),
        "speech": any(each.kind == "video" for each in evidence.media),
    }
    examined = {each.name for each in evidence.channels if each.examined}
    notes = {each.name: each.note for each in evidence.channels if not each.examined}
    # Frames and caption are vouched for by the models that looked and read, if nothing else is said.
    for name, kind in (("frames", "vision"), ("caption", "text")):
        if name not in notes and evidence.model(kind):  # type: ignore[arg-type]
            examined.add(name)  # type: ignore[arg-type]
    left_out = [
        (name, part)
        for name in pack.requires
        if concerned[name]
        for part in ([name] if name not in examined else _parts(name, notes))
    ]
    found = [
        f"the policy requires {name} to be examined"
        + (f" ({notes[part]})" if notes.get(part) else "")
        for name, part in left_out
    ]
    found += [
        f"the policy requires {name} to be examined, but {missing}"
        for name in pack.requires
        for missing in unread(evidence, name)
    ]
    return found


def _parts(name: ChannelName, left_out: Mapping[ChannelName, str]) -> list[ChannelName]:
    """Return the parts of a channel that were not examined, though the channel was."""
    return [each for each in left_out if each.startswith(f"{name} in ")]


def has_media(post: Post, evidence: Evidence) -> bool:
    """Return whether the post shows anything."""
    return bool(post.media or evidence.media)


def has_words(post: Post, evidence: Evidence) -> bool:
    """Return whether the post says anything; a file's name alone does not count."""
    return bool(post.text.strip()) or any(_counts(each) for each in evidence.passages)


def _left_out(name: ChannelName, evidence: Evidence) -> list[str]:
    return [
        f"{name} not examined" + (f" ({each.note})" if each.note else "")
        for each in evidence.channels
        if each.name == name and not each.examined
    ]


def _sight(pack: Pack, post: Post, evidence: Evidence) -> list[str]:
    if evidence.model("vision") is None:
        return ["no vision model looked at the media"]
    return overlooked(pack, post, evidence)


_SIGN_WORDS = 2
"""Words on a picture up to which they are a sign rather than something that is said."""
_TYPED = ("caption", "hashtag")
"""Where the words of a caption come from: one of nothing but hashtags is read as such."""


def _words(post: Post, evidence: Evidence) -> list[str]:
    if evidence.model("text") is None:
        return ["no text model read the words"]
    found = []
    if post.text.strip() and not any(each.origin in _TYPED for each in evidence.passages):
        found.append("the caption was not read")
    for each in evidence.passages:
        if not _counts(each):
            continue
        if each.abstained:
            found.append(f"the text model abstained on the {each.origin} ({each.abstained})")
        elif not each.topics:
            found.append(f"the text model did not read the {each.origin}")
    return list(dict.fromkeys(found))


def _counts(passage: Passage) -> bool:
    # A name like IMG_2034 is in no language, nor are a sign and a name tag in a picture: an abstention
    # on them says nothing of the post.
    if passage.origin == "on-screen text":
        return len(passage.text.split()) > _SIGN_WORDS
    return passage.origin != "file name" and bool(passage.text.strip())
