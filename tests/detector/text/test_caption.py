"""What was typed, as passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.evidence import Passage
from detector.post import Media, Post
from detector.text.caption import MAX_CHARS, CaptionSource, says_something


def passages(text: str = "", *names: str) -> list[Passage]:
    media = tuple(Media(name, Path("/in") / name) for name in names)
    return list(CaptionSource().passages(Post("a", text=text, media=media)))


def test_examines_the_caption() -> None:
    assert CaptionSource().channel == "caption"


def test_a_caption_stands_as_typed_with_its_hashtags() -> None:
    typed = "[red]</script>=cmd| \u202eEid Mubarak #KarachiPolice"
    assert passages(typed) == [Passage(typed, "caption")]


def test_a_caption_of_hashtags_alone_says_so() -> None:
    assert passages("#VoteForBat #عید_مبارک") == [Passage("#VoteForBat #عید_مبارک", "hashtag")]


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_blank_caption_is_no_passage(text: str) -> None:
    assert passages(text) == []


def test_a_telling_file_name_is_a_passage_of_its_own() -> None:
    found = passages("hello", "day1/IMG_5104.jpg", "day1/vote_for_bat.mp4")
    assert found == [
        Passage("hello", "caption"),
        Passage("vote_for_bat", "file name", media=1),
    ]


@pytest.mark.parametrize(
    "stem",
    [
        "IMG_5104",
        "VID-20240101-WA0003",
        "WhatsApp Video 2024-01-01 at 10.00.01 PM",
        "Screenshot_2024-01-01-10-10-10-100_com.whatsapp",
        "3f2a9c1d-1c2b-4e5f-8a9b-0c1d2e3f4a5b",
        "e3b0c44298fc1c149afbf4c8996fb924",
        "deadbeefcafe",
        "dQw4w9WgXcQ",
        "20240101_120000",
        "PXL_20240101_123456789.MP",
        "clip (1)",
        "b",
        "",
    ],
)
def test_a_file_name_given_by_a_machine_says_nothing(stem: str) -> None:
    assert not says_something(stem)


@pytest.mark.parametrize("stem", ["jalsa2024", "imran_khan_jalsa", "پولیس_پریڈ", "IMG vote"])
def test_a_file_name_with_a_chosen_word_says_something(stem: str) -> None:
    assert says_something(stem)


def test_a_long_caption_is_cut_at_sentences_and_nothing_is_lost() -> None:
    text = "This is one sentence of the post. " * 100
    found = passages(text)
    assert all(len(each.text) <= MAX_CHARS for each in found)
    assert all(each.text.endswith(".") for each in found)
    assert " ".join(each.text for each in found) == text.strip()


def test_a_long_word_without_a_break_is_cut_all_the_same() -> None:
    assert [len(each.text) for each in passages("x" * (2 * MAX_CHARS + 1))] == [
        MAX_CHARS,
        MAX_CHARS,
        1,
    ]


def test_a_caption_is_cut_where_its_script_changes_for_a_phrase() -> None:
    typed = "Good morning friends, enjoy 😂\n  نن موږ په پېښور کې یو"
    assert passages(typed) == [
        Passage("Good morning friends, enjoy 😂", "caption"),
        Passage("نن موږ په پېښور کې یو", "caption"),
    ]
