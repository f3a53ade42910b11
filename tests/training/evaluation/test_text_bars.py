"""Bars of a text model: met, not met, or not measured with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.training.evaluated import text_evaluation
from training.cards import write_card
from training.evaluation.sets import read_asked
from training.evaluation.suites import POOLED
from training.evaluation.text_bars import CHANGE, DECISIONS, TextBar, hold_text
from training.evaluation.values import Beside, Evaluation, Held, Suite, Tried
from training.manifest import TOPICS
from training.metrics.interval import Measure
from training.metrics.paired import Difference
from training.report import as_json, html, words
from training.sources import SOURCES

ROOT = Path(__file__).parents[3]


def share(value: float) -> Measure:
    return Measure(value, 0.0, 1.0, 100, 100, "bootstrap of groups")


@pytest.fixture
def found(tmp_path: Path) -> Evaluation:
    """English posts: twelve political views that are found, one missed, one wrong alarm."""
    return text_evaluation(tmp_path)


def held(found: Evaluation, card: dict[str, Any] | None = None, **bar: Any) -> list[Held]:
    return list(hold_text([TextBar(name="it", **bar)], found, card or {}))


def cell(topic: str, low: float, high: float) -> Beside:
    gap = Difference(0.7, 0.6, low, high, 50)
    return Beside(topic, "lang=en", "n-grams", share(0.6), gap)


def test_each_figure_is_held_for_each_topic_and_language(found: Evaluation) -> None:
    rows = held(
        found, on="posts", topics=["political"], languages=["en", "ur"], recall=0.9, precision=0.95
    )
    assert [(each.figure, each.met) for each in rows] == [
        ("precision, political, en", False),
        ("recall, political, en", True),
        ("precision, political, ur", None),
        ("recall, political, ur", None),
    ]


def test_cells_are_counted_by_their_intervals(found: Evaluation) -> None:
    cells = (
        cell("political", 0.05, 0.2),
        cell("religious", -0.1, 0.2),
        cell("mockery", -0.2, -0.1),
    )
    asked: dict[str, Any] = {"on": "floor", "languages": ["en"], "topics": list(TOPICS[:3])}
    better, worse = held(replace(found, beside=cells), **asked, better=1, worse=0)
    assert (better.found.value, better.met) == (1.0, True)
    assert (worse.found.value, worse.met) == (1.0, False)
    assert words.bar(better) == ">= 1 cells"
    assert words.figure(worse) == "1 cells"


def test_cells_that_were_not_measured_say_why(found: Evaluation) -> None:
    cells = (replace(cell("political", 0.0, 0.0), absent="no recipe"),)
    asked: dict[str, Any] = {
        "on": "floor",
        "topics": ["political"],
        "languages": ["en"],
        "better": 1,
    }
    [row] = held(replace(found, beside=cells), **asked)
    assert (row.met, row.why) == (None, "no recipe")
    [row] = held(found, **asked)
    assert (row.met, row.why) == (None, "1 of the cells were not measured")


def test_pairs_and_swaps_are_held_over_all_languages(found: Evaluation) -> None:
    tried = (
        Tried("pairs", "political, religious", "all", "the view", share(0.9)),
        Tried("pairs", "political, religious", "lang=ur", "the view", share(0.1)),
        Tried("swaps", "mockery", "all", CHANGE, share(0.2)),
        Tried("swaps", "any topic", "all", DECISIONS, share(0.01)),
    )
    found = replace(found, tried=tried)
    [pairs] = held(found, on="pairs", topics=["political", "religious"], ranked=0.85)
    assert (pairs.found.value, pairs.met) == (0.9, True)
    change, decisions = held(found, on="swaps", change=0.1, decisions=0.02)
    assert (change.met, decisions.met) == (False, True)
    assert change.at_most


@pytest.mark.parametrize("bar", [{"on": "pairs", "ranked": 0.5}, {"on": "swaps", "change": 0.5}])
def test_what_nothing_was_tried_for_is_not_measured(found: Evaluation, bar: dict[str, Any]) -> None:
    assert [each.met for each in held(found, **bar)] == [None]


def test_hard_negatives_are_a_limit_from_above(found: Evaluation) -> None:
    suite = Suite(POOLED, ("mockery",), 100, 6, share(0.06), {"mockery": 6})
    [row] = held(replace(found, suites=(suite,)), on="hard negatives", alarms=0.05)
    assert row.met is False


def test_figures_of_other_runs_are_taken_from_the_card(found: Evaluation) -> None:
    card = {
        "sources_left_out": {
            "items": 90, "at_least_floor": 7, "rows": [{}] * 8,
            "macro": 0.8, "macro_interval": [0.7, 0.9], "worst": 0.5, "worst_interval": [0.4, 0.6],
        },
        "speed": {"ms": 12.0, "installed_mib": 40.0, "git_mib": 31.0},
    }  # fmt: skip
    asked = {"macro": 0.75, "worst": 0.6, "above_floor": 8}
    assert [each.met for each in held(found, card, on="sources", **asked)] == [True, False, False]
    rows = held(found, card, on="speed", ms=25, installed_mib=120, git_mib=30)
    assert [(each.met, each.unit) for each in rows] == [(True, "ms"), (True, "MiB"), (False, "MiB")]


def test_runs_that_were_not_made_are_named(found: Evaluation) -> None:
    [row] = held(found, on="speed", ms=25)
    assert (row.met, row.why) == (None, "`python -m tests.bench.reading --card` was not run")
    [row] = held(found, on="sources", above_floor=8)
    assert row.met is None
    assert "--on sources" in row.why


def test_bars_and_what_was_tried_stand_in_json_page_and_card(
    found: Evaluation, tmp_path: Path
) -> None:
    tried = (Tried("pairs", "mockery", "all", "the mocking post", share(0.9), abstained=3),)
    found = replace(found, tried=tried, beside=(cell("political", 0.05, 0.2),))
    card = {"speed": {"ms": 12.0}}
    asked = TextBar(name="fast", on="speed", ms=25, git_mib=30)
    found = replace(found, held=hold_text([asked], found, card))
    jsonschema.validate(as_json.as_dict(found), as_json.SCHEMA)
    assert "the mocking post" in html.to_html(found)
    about = found.models[0]
    (tmp_path / "card.toml").write_text(
        f'[model]\nkind = "text"\nversion = "{about["version"]}"\nlabels = []\n'
    )
    write_card(tmp_path, found)
    page = (tmp_path / "card.md").read_text("utf-8")
    assert "| fast | median time for a passage | <= 25 ms | 12 ms | met |" in page
    why = "`python -m tests.bench.reading --card` was not run"
    assert f"| fast | of them in git | <= 30 MiB | {why} | not measured |" in page
    assert "| mockery | all | the mocking post | 0.90 [0.00, 1.00] | 100 | 3 |" in page
    assert "lang=en, political: the n-grams has AP" in page


def test_the_bars_of_the_checkout_can_be_read_and_name_sources_that_are_there() -> None:
    asked = read_asked(ROOT / "data" / "evaluation.toml").text
    assert {each.on for each in asked.bar} == {
        "posts", "floor", "pairs", "hard negatives", "swaps", "sources", "speed"
    }  # fmt: skip
    assert {topic for each in asked.bar for topic in each.topics} <= set(TOPICS)
    for name in (*asked.apart, *asked.left_out):
        assert (ROOT / SOURCES / f"{name}.toml").is_file()
