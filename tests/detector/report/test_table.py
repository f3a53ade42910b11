"""The table on the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from detector.evidence import Gap
from detector.record import Record
from detector.report.table import gap_note, table
from tests.detector.report import builders as make


def printed(*records: Record, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table(records))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, words: str) -> str:
    [found] = [line for line in text.splitlines() if words in line]
    return found


def test_a_row_says_band_score_post_clauses_and_what_was_found() -> None:
    text = printed(make.record("clip.mp4", make.finding(), make.words_finding()))

    for expected in ("hold", "85", "K1, K3", "A weapon is seen from 0:02 to 0:09", "(+1 more)"):
        assert expected in row(text, "clip.mp4")


def test_a_failure_is_a_row_and_never_clear() -> None:
    line = row(printed(make.failure("broken.mp4", reason="cut short")), "broken.mp4")

    assert "failure" in line
    assert "cut short" in line
    assert "clear" not in line


def test_gaps_are_shown_beside_the_band() -> None:
    part = make.record(media=(make.clip(gaps=(Gap(20, 30, "ends early"),), looked_s=20),))

    assert "33 %, 1 gap" in row(printed(part), "clip.mp4")


def test_a_gap_too_small_for_a_percentage_is_not_rounded_away() -> None:
    part = make.record(media=(make.clip(gaps=(Gap(20, 20.01, "x"),), looked_s=29.99),))

    assert gap_note(part) == "<1 %, 1 gap"


def test_a_gap_of_words_is_named_by_its_channel() -> None:
    deaf = make.record(media=(make.clip(gaps=(Gap(0, 30, "x", "speech"),)),))
    both = make.record(
        media=(make.clip(gaps=(Gap(20, 30, "x"), Gap(0, 30, "x", "speech")), looked_s=20),)
    )

    assert gap_note(deaf) == "speech, 1 gap"
    assert gap_note(both) == "33 %, 1 gap; speech, 1 gap"


def test_a_post_that_tries_to_be_markup_shows_as_itself() -> None:
    text = printed(make.record("[red]=cmd|\u202e", make.finding()))

    assert "[red]=cmd|<U+202E>" in text
    assert "\u202e" not in text


def test_only_the_first_sentence_of_a_finding_is_told() -> None:
    finding = make.finding(sentence="A badge is seen (at 5.4 s, 0.89). Author unknown.")

    assert "A badge is seen (at 5.4 s, 0.89)." in printed(make.record("a", finding))
    assert "Author unknown" not in printed(make.record("a", finding))


def test_nothing_is_cut_off_on_a_narrow_terminal() -> None:
    sentence = " ".join(f"word{at}" for at in range(40))
    part = make.record(
        "a-rather-long-name-of-a-clip-that-was-submitted.mp4",
        make.finding(sentence=sentence),
        media=(make.clip(gaps=(Gap(20, 30, "x"),), looked_s=20),),
    )

    text = printed(part, width=80)

    assert all(f"word{at}" in text for at in range(40))
    assert "submitted" in "".join(line[17:39].strip() for line in text.splitlines())
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_column_of_gaps_is_there_only_for_gaps() -> None:
    assert "not looked at" not in printed(make.record("a"))
    part = make.record(media=(make.clip(gaps=(Gap(20, 30, "x"),), looked_s=20),))
    assert "not looked at" in printed(make.record("a"), part)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_there_is_one_row_per_post(count: int) -> None:
    assert table(make.many(count)).row_count == count
