"""The pipeline: one record per post, nothing done twice, nothing unread called clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from detector.errors import ContractBroken, MediaUnreadable
from detector.evidence import Evidence, MediaEvidence, Passage, Picture
from detector.post import Media, Post
from detector.scan import RunMemory, Seen, Stages, scan
from detector.verdict import Failure, PolicyRef, Verdict


@dataclass
class Calls:
    """Counts what the stages were asked to do."""

    watched: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    said: list[Passage] = field(default_factory=list)
    """Words that every file says."""


def verdict(post_id: str, evidence: Evidence) -> Verdict:
    return Verdict(
        post_id=post_id,
        score=0.0,
        band="clear",
        band_reason="nothing found",
        findings=(),
        clauses=(),
        coverage=evidence.coverage,
        has_gaps=evidence.has_gaps,
        channels=(),
        policy=PolicyRef("test", "1", "0" * 64),
        models=(),
    )


def stages(calls: Calls, *, policy: str = "1", model: str = "0") -> Stages:
    def watch(media: Media, sha256: str) -> Seen:
        calls.watched.append(media.name)
        if b"broken" in media.path.read_bytes():
            raise MediaUnreadable(f"no frame of {media.name} could be decoded")
        if b"bug" in media.path.read_bytes():
            raise ContractBroken("one frame was lost")
        seen = MediaEvidence(media.name, sha256, "video", (4, 4), 2.0, 2.0, 4, 4)
        return seen, (Picture(0.0, b"webp"),), tuple(calls.said)

    def hear(post: Post, said: Sequence[Passage]) -> Sequence[Passage]:
        calls.heard.append(post.id)
        return [*([Passage(post.text, "caption")] if post.text else []), *said]

    def judge(post: Post, evidence: Evidence) -> Verdict:
        calls.judged.append(post.id)
        return verdict(post.id, evidence)

    return Stages(
        watch=watch,
        hear=hear,
        judge=judge,
        models=(),
        channels=(),
        look_key=lambda sha256: f"{model}:{sha256}",
        evidence_key=lambda post, hashes: f"{model}:{post.text}:{','.join(hashes)}",
        verdict_key=lambda post, key: f"{policy}:{key}",
    )


def media(folder: Path, name: str, content: bytes = b"frames") -> Media:
    path = folder / name
    path.write_bytes(content)
    return Media(name, path)


def test_gives_one_record_per_post_in_order(tmp_path: Path) -> None:
    posts = [Post("a", "x"), Post("b", media=(media(tmp_path, "b.mp4"),)), Post("c", "y")]

    records = list(scan(posts, stages(Calls()), RunMemory()))

    assert [each.post.id for each in records] == ["a", "b", "c"]
    assert all(isinstance(each.outcome, Verdict) for each in records)


def test_unreadable_post_becomes_a_failure_and_the_scan_goes_on(tmp_path: Path) -> None:
    broken = Post("broken", media=(media(tmp_path, "broken.mp4", b"broken"),))

    records = list(scan([Post("a", "x"), broken, Post("b", "y")], stages(Calls()), RunMemory()))

    assert [type(each.outcome) for each in records] == [Verdict, Failure, Verdict]
    assert "could be decoded" in records[1].outcome.reason  # type: ignore[union-attr]


def test_unreadable_file_beside_words_is_a_gap_and_never_full_coverage(tmp_path: Path) -> None:
    post = Post("a", "a caption", media=(media(tmp_path, "broken.mp4", b"broken"),))

    [record] = scan([post], stages(Calls()), RunMemory())

    assert isinstance(record.outcome, Verdict)
    assert record.outcome.has_gaps
    assert record.outcome.coverage == 0.0


def test_one_unreadable_file_of_two_halves_the_coverage(tmp_path: Path) -> None:
    files = (media(tmp_path, "good.mp4"), media(tmp_path, "broken.mp4", b"broken"))

    [record] = scan([Post("a", media=files)], stages(Calls()), RunMemory())

    assert record.evidence is not None
    assert record.evidence.coverage == 0.5


def test_a_missing_file_is_a_failure(tmp_path: Path) -> None:
    post = Post("gone", media=(Media("gone.mp4", tmp_path / "gone.mp4"),))

    [record] = scan([post], stages(Calls()), RunMemory())

    assert isinstance(record.outcome, Failure)
    assert "gone.mp4 cannot be read" in record.outcome.reason


def test_a_broken_contract_stops_the_scan(tmp_path: Path) -> None:
    posts = [Post("bug", media=(media(tmp_path, "bug.mp4", b"bug"),)), Post("b", "y")]

    with pytest.raises(ContractBroken):
        list(scan(posts, stages(Calls()), RunMemory()))


def test_a_second_run_looks_reads_and_judges_nothing(tmp_path: Path) -> None:
    posts = [Post("a", "x", media=(media(tmp_path, "a.mp4"),))]
    memory = RunMemory()
    first = list(scan(posts, stages(Calls()), memory))
    calls = Calls()

    second = list(scan(posts, stages(calls), memory))

    assert calls == Calls()
    assert second == first


def test_a_new_policy_judges_again_without_a_new_look(tmp_path: Path) -> None:
    posts = [Post("a", "x", media=(media(tmp_path, "a.mp4"),))]
    memory = RunMemory()
    list(scan(posts, stages(Calls()), memory))
    calls = Calls()

    list(scan(posts, stages(calls, policy="2"), memory))

    assert calls == Calls(judged=["a"])


def test_a_new_caption_is_read_without_a_new_look(tmp_path: Path) -> None:
    file = media(tmp_path, "a.mp4")
    memory = RunMemory()
    list(scan([Post("a", "x", media=(file,))], stages(Calls()), memory))
    calls = Calls()

    list(scan([Post("a", "other words", media=(file,))], stages(calls), memory))

    assert calls == Calls(heard=["a"], judged=["a"])


def test_the_same_bytes_under_another_name_are_looked_at_once(tmp_path: Path) -> None:
    one, two = media(tmp_path, "one.mp4"), media(tmp_path, "two.mp4")
    calls = Calls()

    records = list(
        scan([Post("a", media=(one,)), Post("b", media=(two,))], stages(calls), RunMemory())
    )

    assert calls.watched == ["one.mp4"]
    assert [each.evidence.media[0].name for each in records if each.evidence] == [
        "one.mp4",
        "two.mp4",
    ]


def test_a_new_vision_model_looks_again(tmp_path: Path) -> None:
    posts = [Post("a", media=(media(tmp_path, "a.mp4"),))]
    memory = RunMemory()
    list(scan(posts, stages(Calls()), memory))
    calls = Calls()

    list(scan(posts, stages(calls, model="1"), memory))

    assert calls.watched == ["a.mp4"]


def test_a_failure_is_tried_again(tmp_path: Path) -> None:
    file = media(tmp_path, "a.mp4", b"broken")
    memory = RunMemory()
    list(scan([Post("a", media=(file,))], stages(Calls()), memory))
    file.path.write_bytes(b"mended")

    [record] = scan([Post("a", media=(file,))], stages(Calls()), memory)

    assert isinstance(record.outcome, Verdict)


def test_a_file_that_could_not_be_read_is_tried_again_although_its_post_has_a_verdict(
    tmp_path: Path,
) -> None:
    post = Post("a", "words", media=(media(tmp_path, "a.mp4", b"broken"),))
    memory = RunMemory()
    list(scan([post], stages(Calls()), memory))
    calls = Calls()

    list(scan([post], stages(calls), memory))

    assert calls.watched == ["a.mp4"]


def test_words_found_in_files_are_heard_with_their_file(tmp_path: Path) -> None:
    calls = Calls(said=[Passage("vote", "on-screen text", start_s=1.0)])
    post = Post("a", "x", (media(tmp_path, "a.mp4"), media(tmp_path, "b.mp4", b"other")))

    [record] = scan([post], stages(calls), RunMemory())

    assert record.evidence is not None
    found = [(each.text, each.origin, each.media) for each in record.evidence.passages]
    assert found == [
        ("x", "caption", None),
        ("vote", "on-screen text", 0),
        ("vote", "on-screen text", 1),
    ]


def test_words_of_a_file_are_kept_with_the_look_at_it(tmp_path: Path) -> None:
    memory, calls = RunMemory(), Calls(said=[Passage("vote", "on-screen text")])
    file = media(tmp_path, "a.mp4")
    list(scan([Post("a", media=(file,))], stages(calls), memory))
    calls.said.clear()

    [record] = scan([Post("b", "other", media=(file,))], stages(calls), memory)

    assert calls.watched == ["a.mp4"]
    assert record.evidence is not None
    assert [each.text for each in record.evidence.passages] == ["other", "vote"]
