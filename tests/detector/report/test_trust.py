"""Measured precision beside each label."""

from __future__ import annotations

from typing import Any

import pytest

from detector.evidence import ModelRef
from detector.report.trust import NOT_MEASURED, caveats, in_short, limits, trust
from tests.detector.report import builders as make

MODEL = ModelRef("vision", "0", "ab", ("weapon",))
OURS = {"kind": "vision", "version": "0"}


def card(**measured: Any) -> dict[str, Any]:
    return {"model": OURS, "heldout": {"weapon": measured}}


def test_a_measured_label_shows_its_precision_with_interval_and_count() -> None:
    measured = card(precision=0.91, precision_interval=[0.84, 0.95], recall=0.4, flagged=120)

    [row] = trust([MODEL], [measured])

    assert (row.precision, row.recall, row.slice) == ("91 % (84 % to 95 %) of 120", "40 %", "")


def test_each_slice_of_a_card_has_a_line() -> None:
    by_language = {"en": {"rows": 9, "weapon": {"precision": 0.9}}, "ur-Latn": {"weapon": {}}}

    rows = trust([MODEL], [{"model": OURS, "heldout": by_language}])

    assert [(each.slice, each.precision) for each in rows] == [
        ("English", "90 %"),
        ("Roman Urdu", NOT_MEASURED),
    ]


def test_too_few_decisions_give_no_ratio() -> None:
    [row] = trust([MODEL], [card(flagged=7, right=7, recall=0.175)])

    assert row.precision == "not measured (7 of 7 right: too few)"


@pytest.mark.parametrize(
    "cards",
    [
        pytest.param([], id="no-card"),
        pytest.param([{"model": OURS}], id="nothing-held-out"),
        pytest.param([card()], id="no-figure"),
        pytest.param([card(precision="high")], id="no-number"),
        pytest.param([card(precision=91)], id="no-fraction"),
        pytest.param([card(precision=True)], id="a-truth-value"),
        pytest.param([card(precision=float("nan"))], id="nan"),
        pytest.param([card(precision=0.9) | {"model": OURS | {"kind": "text"}}], id="other-kind"),
        pytest.param(
            [card(precision=0.9) | {"model": OURS | {"version": "1"}}], id="other-version"
        ),
        pytest.param([{"heldout": 3, "model": OURS}], id="malformed"),
    ],
)
def test_whatever_is_not_measured_is_said_to_be_so(cards: list[dict[str, Any]]) -> None:
    [row] = trust([MODEL], cards)

    assert row.precision == NOT_MEASURED


def test_every_label_of_every_model_has_one_line() -> None:
    rows = trust([make.VISION, make.TEXT, make.VISION], make.CARDS)

    assert [each.label for each in rows] == [*make.VISION.labels, *make.TEXT.labels]


@pytest.mark.parametrize(
    ("heldout", "short"),
    [
        pytest.param({"carried": {"weapon": {}}, "weapon": {}}, [""], id="whole-and-part"),
        pytest.param(
            {"en": {"weapon": {}}, "ur": {"weapon": {}, "tweets": {"weapon": {}}}},
            ["English", "Urdu"],
            id="languages",
        ),
        pytest.param({"carried": {"weapon": {}}, "far": {"weapon": {}}}, ["carried"], id="parts"),
    ],
)
def test_in_short_a_label_has_its_whole_or_its_languages(
    heldout: dict[str, Any], short: list[str]
) -> None:
    rows = trust([MODEL], [{"model": OURS, "heldout": heldout}])

    first, rest = in_short(rows)

    assert [each.slice for each in first] == short
    assert len(rest) == len(rows) - len(short) == 1
    assert not set(first) & set(rest)


def test_what_a_card_warns_of_is_passed_on() -> None:
    warning = card() | {"data": {"caveats": ["misses long guns"]}}

    assert caveats([MODEL, make.TEXT], [warning]) == {"vision 0": ("misses long guns",)}


def test_a_precision_that_was_clearly_missed_is_warned_of() -> None:
    rule = {
        "political, en": {"target_precision": 0.85},
        "political, ur": {"target_precision": 0.85},
    }
    heldout = {
        "en": {"political": {"precision": 0.82, "precision_interval": [0.75, 0.88]}},
        "ur": {"political": {"precision": 0.66, "precision_interval": [0.59, 0.72], "flagged": 90}},
    }
    said = "political in Urdu 66 % (59 % to 72 %) of 90, asked 85 %"

    [warned] = limits({"threshold_rule": rule, "heldout": heldout})

    assert warned == f"Less precise on held-out items than asked: {said}."


def test_a_label_without_a_proven_threshold_is_warned_of() -> None:
    unproven = ["mockery, en", "mockery, ur-Latn", "badge"]

    [warned] = limits({"threshold_rule": {"not_reached": unproven}})

    assert "asked of mockery (English, Roman Urdu), badge. What is not flagged" in warned
