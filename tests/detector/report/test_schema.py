"""A line of verdicts.jsonl and its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from detector.record import Record
from detector.report import schema
from detector.report.schema import as_json, as_mapping, json_schema
from tests.detector.report import builders as make

FILE = Path(schema.__file__).parent / "schemas" / f"verdict-{schema.VERSION}.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    loaded = json.loads(FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(
        loaded, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def test_the_schema_file_is_that_of_the_code() -> None:
    assert FILE.read_text("utf-8") == json_schema(), "write it again: wardi schema > " + FILE.name


@pytest.mark.parametrize("record", make.many(9), ids=lambda record: record.post.id[:12])
def test_every_line_is_valid(record: Record, validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(json.loads(as_json(record)))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"band": "guilty"}, id="unknown-band"),
        pytest.param({"score": 101}, id="score-too-high"),
        pytest.param({"surprise": 1}, id="unknown-key"),
        pytest.param({"schema_version": 2}, id="other-version"),
        pytest.param({"outcome": "failure"}, id="failure-with-a-score"),
    ],
)
def test_a_wrong_line_is_refused(
    change: dict[str, Any], validator: jsonschema.Draft202012Validator
) -> None:
    line = dict(as_mapping(make.record()))

    assert not validator.is_valid(line | change)


def test_a_line_without_its_gaps_is_refused(validator: jsonschema.Draft202012Validator) -> None:
    line = dict(as_mapping(make.record()))
    del line["has_gaps"]

    assert not validator.is_valid(line)


def test_a_line_holds_the_text_and_no_path_of_this_machine() -> None:
    line = as_json(make.record(text="On patrol"))

    assert json.loads(line)["post"]["text"] == "On patrol"
    assert json.loads(line)["post"]["media"] == ["patrol/clip.mp4"]
    assert "/in/" not in line


def test_a_failure_has_neither_band_nor_score() -> None:
    line = as_mapping(make.failure())

    assert line["outcome"] == "failure"
    assert {"band", "score"}.isdisjoint(line)


@pytest.mark.parametrize("text", ["\u202e\u2028\x9b\x1b[2J", "\ud800", "\U0001f1f5", make.NASTY])
def test_a_line_is_one_line_of_utf8_that_gives_the_text_back(text: str) -> None:
    line = as_json(make.record(text=text))

    assert json.loads(line.encode("utf-8"))["post"]["text"] == text
    assert len(line.splitlines()) == 1
    assert not set("\u202e\u2028\x9b\x1b") & set(line)
