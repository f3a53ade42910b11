"""A post on the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from detector.record import Record
from detector.report.explain import explanation
from tests.detector.report import builders as make


def printed(record: Record) -> str:
    console = Console(file=io.StringIO(), width=300)
    console.print(explanation(record, cards=make.CARDS))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_verdict_is_told_with_everything_it_rests_on() -> None:
    text = printed(make.hour_long())

    for expected in (
        "hold, 68.0 of 100",
        "K1 48.0 + K3 20.0 = 68.0",
        "Whether the weapon is a real firearm, and who holds it.",
        "A prior approval by the competent authority",
        make.SOURCE,
        "rests on    uniform 0:40.0–0:44.0, clearest at 0:42.0 (50 %)",
        "on-screen text, 30:00.0–30:30.0, ur-Latn, read with 80 % certainty, political 80 %",
        "not looked at, 10:00.0–14:31.5: two packets were damaged",
        "speech: not examined (no reader for it is installed)",
        "K2 Mockery: not judged (the text model has no data on caste)",
        "uniform: precision on held-out data not measured",
        "political: precision on held-out data not measured",
        "model card (card.toml) of vision 0, text 0",
        "policy karachi-2024 1; models vision 0, text 0",
        "A person decides",
    ):
        assert expected in text


def test_trust_is_told_of_what_the_findings_rest_on_alone() -> None:
    text = printed(make.record("a", make.finding()))

    assert "weapon: precision on held-out data 91 % (84 % to 95 %) of 120" in text
    assert text.count("precision on held-out data") == 1


def test_a_post_whose_row_was_not_read_is_said_nothing_of() -> None:
    text = printed(make.failure())

    assert "author" not in text
    assert "approval" not in text


def test_a_failure_says_that_it_is_not_clear() -> None:
    text = printed(make.failure(reason="cut short"))

    assert "could not look" in text
    assert "cut short" in text
    assert 'That is not "clear".' in text


def test_words_that_try_to_be_markup_show_as_themselves() -> None:
    text = printed(make.nasty())

    assert "[red]</script>=cmd|" in text
    assert "<U+202E>" in text
    assert "\u202e" not in text
