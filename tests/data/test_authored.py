"""The posts that were written for this project: how many, how alike, how labelled."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2] / "data" / "text" / "authored"
TOPICS = ("political", "religious", "mockery", "opsec", "custody")
ALIKE, MOST_ALIKE = 0.6, 0.01


@pytest.fixture(scope="module")
def posts() -> list[dict[str, str]]:
    found = []
    for path in sorted(HOME.glob("*/rows.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            found += [row | {"batch": path.parent.name} for row in csv.DictReader(file)]
    return found


def test_there_are_enough_in_enough_batches(posts: list[dict[str, str]]) -> None:
    assert len(posts) >= 3000
    assert len({each["batch"] for each in posts}) >= 3


def test_labels_are_valid_and_every_mockery_has_a_target(posts: list[dict[str, str]]) -> None:
    for each in posts:
        assert {each[topic] for topic in TOPICS} <= {"0", "1"}, each["text"]
        assert each["lang"] in ("en", "ur", "ur-Latn"), each["text"]
        targets = ("race", "gender", "caste", "religion") if each["mockery"] == "1" else ("",)
        assert each["target"] in targets, each["text"]


def test_no_post_is_there_twice(posts: list[dict[str, str]]) -> None:
    twice = [text for text, times in Counter(each["text"] for each in posts).items() if times > 1]
    assert twice == []


def test_few_pairs_are_alike(posts: list[dict[str, str]]) -> None:
    """Of posts that share a five-letter stretch at all; of all pairs it is far less."""
    grams = [
        frozenset(each["text"][at : at + 5] for at in range(len(each["text"]) - 4))
        for each in posts
    ]
    where: dict[str, list[int]] = {}
    for at, own in enumerate(grams):
        for gram in own:
            where.setdefault(gram, []).append(at)
    alike = set()
    for at, own in enumerate(grams):
        shared = Counter(
            other for gram in own if len(where[gram]) < 200 for other in where[gram] if other > at
        )
        for other, count in shared.items():
            if count / (len(own) + len(grams[other]) - count) >= ALIKE:
                alike |= {at, other}
    assert len(alike) <= MOST_ALIKE * len(posts)
