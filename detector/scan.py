"""The pipeline: posts in, one record per post out, stage by stage.

It knows the seams and the values, not who implements them: the command line puts real media, vision,
text, policy and store together (`Stages`), tests put fakes together. Nothing is done twice: what a
file showed is kept under the hash of its bytes, the model and the sampling; what a post says under its
text and the text model; a verdict under both, the post's fields, the registers and the policy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeGuard

from detector.errors import MediaUnreadable, PostError
from detector.evidence import (
    Channel,
    Evidence,
    Gap,
    MediaEvidence,
    ModelRef,
    Passage,
    Picture,
)
from detector.post import Media, Post
from detector.record import Record
from detector.verdict import Failure, Verdict

Seen = tuple[MediaEvidence, tuple[Picture, ...], tuple[Passage, ...]]
"""What one file showed, the pictures kept as evidence of it, and the words read or heard in it; these
have no topics yet, and no index of the file."""


class Memory(Protocol):
    """What earlier runs have seen and judged."""

    def look(self, key: str) -> Seen | None:
        """Return what a file showed, if it was looked at under this key."""
        ...

    def keep_look(
        self,
        key: str,
        media: MediaEvidence,
        pictures: tuple[Picture, ...],
        passages: tuple[Passage, ...],
    ) -> None:
        """Keep what a file showed and said."""
        ...

    def record(self, post_id: str) -> Record | None:
        """Return the record of a post, if there is one."""
        ...

    def keep(self, record: Record) -> None:
        """Keep a record in one transaction."""
        ...


@dataclass
class RunMemory:
    """What this run has seen and judged; nothing is kept on disk."""

    looks: dict[str, Seen] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)

    def look(self, key: str) -> Seen | None:
        """Return what a file showed, if it was looked at under this key."""
        return self.looks.get(key)

    def keep_look(
        self,
        key: str,
        media: MediaEvidence,
        pictures: tuple[Picture, ...],
        passages: tuple[Passage, ...],
    ) -> None:
        """Keep what a file showed and said."""
        self.looks[key] = (media, pictures, passages)

    def record(self, post_id: str) -> Record | None:
        """Return the record of a post, if there is one."""
        return self.records.get(post_id)

    def keep(self, record: Record) -> None:
        """Keep a record."""
        self.records[record.post.id] = record


@dataclass(frozen=True, slots=True)
class Stages:
    """What a scan is put together from."""

    watch: Callable[[Media, str], Seen]
    """Decode a file, look at its frames, read and hear its words; given the file and its sha256.
    Raises `PostError`."""
    hear: Callable[[Post, Sequence[Passage]], Sequence[Passage]]
    """Find the words typed with a post and judge them, and those found in its files, by topic."""
    judge: Callable[[Post, Evidence], Verdict]
    """Hold evidence against the policy."""
    models: tuple[ModelRef, ...]
    channels: tuple[Channel, ...]
    """Which channels this set-up examines."""
    look_key: Callable[[str], str]
    """Key of what a file showed, from its sha256."""
    evidence_key: Callable[[Post, Sequence[str]], str]
    """Key of a post's evidence, from the post and its files' sha256."""
    verdict_key: Callable[[Post, str], str]
    """Key of a verdict, from the post and the key of its evidence."""


def scan(posts: Iterable[Post], stages: Stages, memory: Memory) -> Iterator[Record]:
    """Judge posts in order; yield exactly one record per post, kept before it is yielded."""
    for post in posts:
        yield judge_post(post, stages, memory)


def judge_post(post: Post, stages: Stages, memory: Memory) -> Record:
    """Judge one post and keep its record.

    A post that cannot be read becomes a `Failure`, which is tried again the next time. Any other
    error is raised, because it would also spoil the next post.
    """
    try:
        return _judge_one(post, stages, memory)
    except PostError as error:
        record = Record(post, None, Failure(post.id, str(error)), "", "", _now())
        memory.keep(record)
        return record


def _judge_one(post: Post, stages: Stages, memory: Memory) -> Record:
    hashes = [_sha256(each) for each in post.media]
    evidence_key = stages.evidence_key(post, hashes)
    verdict_key = stages.verdict_key(post, evidence_key)
    known = memory.record(post.id)
    if known is not None and _settled(known.evidence) and known.evidence_key == evidence_key:
        if known.verdict_key == verdict_key and known.post == post:
            return known
        evidence = known.evidence
    else:
        evidence = gather(post, hashes, stages, memory)
    verdict = stages.judge(post, evidence)
    record = Record(post, evidence, verdict, evidence_key, verdict_key, _now())
    memory.keep(record)
    return record


def gather(post: Post, hashes: Sequence[str], stages: Stages, memory: Memory) -> Evidence:
    """Look at a post's files and read its words.

    A file that cannot be read is a gap of the whole file as long as the post says or shows anything
    else; otherwise the post has failed.

    Raises:
        PostError: If nothing of the post could be read.
    """
    seen: list[MediaEvidence] = []
    said: list[Passage] = []
    errors: list[PostError] = []
    for at, (media, sha256) in enumerate(zip(post.media, hashes, strict=True)):
        try:
            evidence, passages = _look(media, sha256, stages, memory)
            seen.append(evidence)
            said += [replace(each, media=at) for each in passages]
        except PostError as error:
            errors.append(error)
            seen.append(_unread(media, sha256, error))
    if errors and len(errors) == len(post.media) and not post.text.strip():
        raise errors[0] if len(errors) == 1 else MediaUnreadable("; ".join(map(str, errors)))
    return Evidence(
        post_id=post.id,
        media=tuple(seen),
        passages=tuple(stages.hear(post, said)),
        channels=stages.channels,
        models=stages.models,
    )


def _look(
    media: Media, sha256: str, stages: Stages, memory: Memory
) -> tuple[MediaEvidence, tuple[Passage, ...]]:
    key = stages.look_key(sha256)
    known = memory.look(key)
    if known is None:
        known = stages.watch(media, sha256)
        memory.keep_look(key, *known)
    evidence, _, passages = known
    # The same bytes may go by another name here.
    return replace(evidence, name=media.name), passages


def _settled(evidence: Evidence | None) -> TypeGuard[Evidence]:
    """Tell whether evidence stands: a file that could not be read at all is tried again."""
    return evidence is not None and all(each.frames_inspected > 0 for each in evidence.media)


def _unread(media: Media, sha256: str, error: PostError) -> MediaEvidence:
    return MediaEvidence(
        name=media.name,
        sha256=sha256,
        kind="video",
        size_wh=(0, 0),
        duration_s=0.0,
        looked_s=0.0,
        frames_decoded=0,
        frames_inspected=0,
        gaps=(Gap(0.0, 0.0, f"the whole file: {error}"),),
    )


def _sha256(media: Media) -> str:
    try:
        with Path(media.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaUnreadable(
            f"{media.name} cannot be read ({error.strerror}); expected a readable file; "
            f"check that it is there and readable, then scan this post again"
        ) from error


def _now() -> datetime:
    return datetime.now(UTC)
