"""Secrets and numbers of persons are covered, and nothing else."""

from __future__ import annotations

import pytest

from detector.evidence import Passage, TopicScore, WordWeight
from detector.report.masking import masked, masked_passage


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("card 4111 1111 1111 1111 ok", "card •••• •••• •••• ••11 ok", id="card"),
        pytest.param("5500005555555559", "••••••••••••••59", id="card-without-spaces"),
        pytest.param("CNIC 42201-0397640-8", "CNIC •••••-••••••0-8", id="cnic"),
        pytest.param("4220103976408", "•••••••••••08", id="cnic-bare"),
        pytest.param("Call 0300-1234567", "Call ••••-•••••67", id="mobile"),
        pytest.param("+92 300 1234567", "+•• ••• •••••67", id="mobile-abroad"),
        pytest.param("0092 321 7654321", "•••• ••• •••••21", id="mobile-with-zeros"),
        pytest.param("فون ۰۳۰۰۱۲۳۴۵۶۷", "فون •••••••••۶۷", id="mobile-in-urdu-digits"),
        pytest.param("PK36 SCBL 0000 0011 2345 6702", "•••• •••• •••• •••• •••• ••02", id="iban"),
        pytest.param("password: Hunter2!", "password: ••••••••", id="password"),
        pytest.param("PIN 4521", "PIN ••••", id="pin"),
        pytest.param("پاس ورڈ: abc123", "پاس ورڈ: ••••••", id="password-in-urdu"),
        pytest.param("ali@example.org:Secret99", "ali@example.org:••••••••", id="mail-login"),
    ],
)
def test_covers(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "password protected file",
        "VID-20240101-WA0001",
        "in 2024 we had 1000000 people",
        "4111 1111 1111 1112",
        "Vote on 14-08-2024 at 10:30",
        "پولیس ۲۰۲۴",
        "the pin is on the map",
        "",
    ],
)
def test_leaves_other_words_and_numbers(text: str) -> None:
    assert masked(text) == text


def test_a_masked_passage_keeps_its_topics_and_offsets() -> None:
    score = TopicScore("political", 0.9, True, words=(WordWeight(17, 21, 1.0),))
    passage = Passage("Call 0300-1234567 vote", "caption", topics=(score,))
    shown = masked_passage(passage)
    word = shown.topics[0].words[0]
    assert shown.text.startswith("Call ••••")
    assert shown.text[word.start : word.end].strip() == passage.text[17:21].strip()
