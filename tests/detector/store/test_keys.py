"""Keys: equal where doing it again would change nothing, different where it might."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detector.evidence import Channel, ModelRef
from detector.post import Media, Post
from detector.settings import Sampling
from detector.store.keys import evidence_key, look_key, rows_digest, verdict_key
from detector.verdict import PolicyRef
from tests.kept import NOON, POLICY, SHA256, TEXT, VISION, a_post

OTHER_MODEL = replace(VISION, sha256="9" * 64)


def test_a_look_key_is_the_same_in_every_run() -> None:
    expected = "33d25550"
    assert look_key(SHA256, VISION, Sampling())[:8] == expected


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(("9" * 64, VISION, Sampling()), id="file"),
        pytest.param((SHA256, OTHER_MODEL, Sampling()), id="model"),
        pytest.param((SHA256, VISION, Sampling(fps=4)), id="rate"),
        pytest.param((SHA256, VISION, Sampling(skip_repeats=False)), id="repeats"),
    ],
)
def test_a_look_key_follows(changed: tuple[str, ModelRef, Sampling]) -> None:
    assert look_key(*changed) != look_key(SHA256, VISION, Sampling())


def test_a_look_key_follows_what_reads_the_words() -> None:
    screen = ModelRef("screen", "rapidocr 3.10.0", "1" * 64, ())
    other = replace(screen, sha256="2" * 64)
    keys = {look_key(SHA256, VISION, Sampling(), readers) for readers in ((), (screen,), (other,))}
    assert len(keys) == 3


def key_of(
    post: Post,
    hashes: tuple[str, ...] = (SHA256,),
    models: tuple[ModelRef, ...] = (VISION, TEXT),
    channels: tuple[Channel, ...] = (Channel("speech", False),),
) -> str:
    return evidence_key(post, hashes, models, Sampling(), channels)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(key_of(replace(a_post(), text="other")), id="words"),
        pytest.param(key_of(a_post("renamed")), id="file-name"),
        pytest.param(key_of(a_post(), ("9" * 64,)), id="file"),
        pytest.param(key_of(a_post(), models=(OTHER_MODEL, TEXT)), id="model"),
        pytest.param(key_of(a_post(), channels=(Channel("speech", True),)), id="channel"),
    ],
)
def test_an_evidence_key_follows(key: str) -> None:
    assert key != key_of(a_post())


def test_evidence_does_not_depend_on_who_posts_or_where_files_lie() -> None:
    [media] = a_post().media
    moved = replace(a_post(), account="x", media=(Media(media.name, Path("/elsewhere.mp4")),))
    assert key_of(moved) == key_of(a_post())
    assert key_of(a_post(), models=(TEXT, VISION)) == key_of(a_post())


def verdict_of(post: Post, registers: str = "r", policy: PolicyRef = POLICY) -> str:
    return verdict_key("e", post, registers, policy)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(verdict_key("other", a_post(), "r", POLICY), id="evidence"),
        pytest.param(verdict_of(a_post(), registers="other"), id="registers"),
        pytest.param(verdict_of(a_post(), policy=replace(POLICY, sha256="0" * 64)), id="policy"),
        pytest.param(verdict_of(replace(a_post(), account="x")), id="account"),
        pytest.param(verdict_of(replace(a_post(), approval="A-2")), id="approval"),
        pytest.param(verdict_of(replace(a_post(), author_role="unknown")), id="role"),
        pytest.param(verdict_of(replace(a_post(), posted_at=None)), id="no-time"),
        pytest.param(verdict_of(replace(a_post(), posted_at=NOON + timedelta(1))), id="time"),
    ],
)
def test_a_verdict_key_follows(key: str) -> None:
    assert key != verdict_of(a_post())


def test_a_moment_is_the_same_in_every_zone() -> None:
    there: datetime = NOON.astimezone(ZoneInfo("Asia/Karachi"))
    assert verdict_of(replace(a_post(), posted_at=there)) == verdict_of(a_post())


def test_the_order_of_register_rows_does_not_matter() -> None:
    assert rows_digest(["a", "b"]) == rows_digest(["b", "a"]) != rows_digest(["a"])
