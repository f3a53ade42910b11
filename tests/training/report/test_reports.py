"""The page stands alone and escapes what it shows; the JSON keeps its schema; figures carry intervals."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.training.evaluated import asked_evaluation, text_evaluation, vision_evaluation
from training.metrics.interval import Measure
from training.report import words
from training.report.as_json import SCHEMA, as_dict, to_json
from training.report.html import to_html


@pytest.mark.parametrize("make", [vision_evaluation, asked_evaluation, text_evaluation])
def test_the_json_keeps_its_schema(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    jsonschema.validate(json.loads(to_json(make(tmp_path))), SCHEMA)


def test_the_schema_refuses_a_share_above_1(tmp_path: Path) -> None:
    plain = as_dict(vision_evaluation(tmp_path))
    plain["scores"][0]["ap"]["value"] = 1.2
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, SCHEMA)


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing(tmp_path: Path) -> None:
    page = to_html(vision_evaluation(tmp_path))
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!data:)", page) == []


def test_the_page_shows_curves_and_reliability(tmp_path: Path) -> None:
    assert to_html(vision_evaluation(tmp_path)).count("data:image/svg+xml") == 2


def test_words_of_posts_are_text_and_never_markup(tmp_path: Path) -> None:
    made = text_evaluation(tmp_path)
    worst = replace(made.worst[0], text="<img src=x onerror=alert(1)>")
    page = to_html(replace(made, worst=(worst,)))
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_a_restricted_run_says_so_first(tmp_path: Path) -> None:
    page = to_html(replace(vision_evaluation(tmp_path), restricted="sources made"))
    assert "Only a part was measured: sources made." in page


def test_the_same_evaluation_gives_the_same_page(tmp_path: Path) -> None:
    made = vision_evaluation(tmp_path)
    assert to_html(made) == to_html(made)


def test_a_number_is_shown_with_its_interval_and_a_mark_where_it_rests_on_little() -> None:
    much = Measure(0.853, 0.791, 0.909, 136, 136, "wilson")
    assert words.measure(much) == "0.85 [0.79, 0.91]"
    assert words.measure(replace(much, items=12)) == "0.85 [0.79, 0.91]*"
    assert words.measure(Measure(None, None, None, 0, 0, "none")) == "–"


def test_the_page_says_what_is_asked_and_what_could_not_be_measured(tmp_path: Path) -> None:
    page = to_html(asked_evaluation(tmp_path))
    assert "<td>AP above the other network</td><td>&gt;= 0.25</td>" in page
    assert "not measured: no weights" in page
    assert "not the deployed one" in page


def test_bars_are_told_as_a_table_with_its_heading(tmp_path: Path) -> None:
    heading, above, low, alarms = words.bars(asked_evaluation(tmp_path).held)
    assert heading[2] == "bar"
    assert above[2:] == (">= 0.25", "0.30 [0.20, 0.40]", "met")
    assert low[2:] == (">= 0.90", "0.40 [0.30, 0.50]", "not met")
    assert alarms[2:] == ("<= 3 of 100", "no picture of it is here", "not measured")
    assert list(words.bars(())) == []
