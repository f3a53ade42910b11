"""Conditions: read by the library, evaluated by our own functions, which the library bears out."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import celpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.policy.conditions import LONGEST, ConditionFault, parse
from detector.policy.evaluate import ConditionFailed, holds

VALUES = {
    "sightings": [
        {"label": "weapon", "probability": 0.9, "frames": 3},
        {"label": "badge", "probability": 0.4, "frames": 1},
    ],
    "approval": {"valid": False},
    "post": {
        "text": 'پولیس "x"',
        "posted_at": datetime(2024, 10, 6, 20, 30, tzinfo=UTC),
        "submitted_at": datetime(2024, 10, 5, 20, 30, tzinfo=UTC),
    },
}


@pytest.fixture(autouse=True)
def quiet_library() -> Iterator[None]:
    """Keep the library from logging failed evaluations, which some of the tests want."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def by_library(expression: str) -> Any:
    """Return what the library's interpreter says; an error is an error of any kind."""
    known = {key: made_cel(value) for key, value in VALUES.items()}
    environment = celpy.Environment()
    try:
        return environment.program(environment.compile(expression)).evaluate(known)
    except celpy.CELEvalError:
        return "error"


def made_cel(value: Any) -> Any:
    if isinstance(value, dict):
        return celpy.celtypes.MapType(
            {celpy.celtypes.StringType(key): made_cel(each) for key, each in value.items()}
        )
    if isinstance(value, list):
        return celpy.celtypes.ListType([made_cel(each) for each in value])
    if isinstance(value, datetime):
        return celpy.celtypes.TimestampType(value)
    return celpy.json_to_cel(value)


def by_us(expression: str) -> Any:
    try:
        return holds(expression, VALUES)
    except ConditionFailed:
        return "error"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sightings.exists(s, s.label == 'weapon' && s.probability > 0.5)", True),
        ("sightings.all(s, s.probability >= 0.5)", False),
        ("sightings.exists_one(s, s.frames == 1)", True),
        ("sightings.filter(s, s.frames > 0).size() == 2", True),
        ("size(sightings) > 1 ? approval.valid : true", False),
        ("sightings.exists(a, sightings.exists(b, a.frames > b.frames))", True),
        ('post.text.contains("پولیس")', True),
        ("post.text.startsWith('x') || post.text.endsWith('\"')", True),
        ("sightings[0].frames - 1 == 2 && -1 < 0", True),
        ("'badge' in ['weapon', 'badge']", True),
        ("-7 / 2 == -3 && -7 % 2 == -1 && 7 / -2 == -3", True),
        ("0.5 + 0.25 == 0.75 && 3 * 2 == 6", True),
        ("post.posted_at.getHours('Asia/Karachi') == 1", True),
        ("post.posted_at.getMinutes('Asia/Karachi') == 30", True),
        ("post.posted_at.getDayOfWeek('Asia/Karachi') == 1", True),
        ("post.posted_at.getDayOfWeek('UTC') == 0", True),
        ("post.posted_at - post.submitted_at == duration('24h')", True),
        ("post.submitted_at + duration('1h30m') < timestamp('2024-10-05T22:00:01Z')", True),
        ("post.posted_at == timestamp('2024-10-07T01:30:00+05:00')", True),
        # A term that settles outweighs one that fails, on either side; else the failure stands.
        ("true || sightings[7].frames > 1", True),
        ("sightings[7].frames > 1 || true", True),
        ("sightings[7].frames > 1 && false", False),
        ("sightings[7].frames > 1 || false", "error"),
        ("sightings.exists(s, 1 / (s.frames - 3) > 0 || s.frames == 1)", True),
        ("sightings.all(s, 1 / (s.frames - 3) > 0)", False),
        ("1 / (sightings[0].frames - 3) == 1", "error"),
        ("9223372036854775807 + 1 > 0", "error"),
        ("post.nothing == 'x'", "error"),
    ],
)
def test_we_say_what_the_library_says(expression: str, expected: object) -> None:
    assert by_us(expression) == expected
    assert by_library(expression) == expected


def test_there_is_no_item_before_the_first() -> None:
    # The library takes -1 for the last one, as Python does; CEL does not.
    assert by_us("sightings[-1].frames == 1") == "error"


ATOMS = st.sampled_from(
    [
        "true",
        "false",
        "approval.valid",
        "sightings[0].frames == 3",
        "sightings[9].frames == 3",
        "1 / (size(sightings) - 2) > 0",
        "size(sightings) >= 2",
        "post.text.contains('x')",
    ]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda below: st.one_of(
        st.builds("({} && {})".format, below, below),
        st.builds("({} || {})".format, below, below),
        st.builds("!({})".format, below),
        st.builds("({} ? {} : {})".format, below, below, below),
        st.builds("sightings.exists(s, s.frames > 2 && {})".format, below),
        st.builds("sightings.all(s, s.frames > 2 || {})".format, below),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
@settings(max_examples=60, deadline=None)
def test_we_say_what_the_library_says_of_any_expression(expression: str) -> None:
    assert by_us(expression) == by_library(expression)


@pytest.mark.parametrize("text", ["", "5", "1h30", "h", "1d", "1h-30m"])
def test_a_duration_that_is_none_fails(text: str) -> None:
    with pytest.raises(ConditionFailed):
        holds(f"duration('{text}') == duration('1s')", {})


def test_a_time_without_a_zone_fails() -> None:
    with pytest.raises(ConditionFailed):
        holds("timestamp('2024-01-01T00:00:00') == timestamp('2024-01-01T00:00:00')", {})


def test_the_recursion_limit_of_the_process_stays_as_it_was() -> None:
    code = (
        "import sys; sys.setrecursionlimit(1234)\n"
        "from detector.policy.conditions import parse; parse('true')\n"
        "print(sys.getrecursionlimit())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1234\n"


@pytest.mark.parametrize(
    "text",
    ["(" * 450 + "true" + ")" * 450, "!" * 900 + "true", "a" * (LONGEST + 1), "", "//"],
    ids=["brackets", "negations", "long", "empty", "comment"],
)
def test_an_expression_that_cannot_be_read_is_a_fault_and_no_crash(text: str) -> None:
    with pytest.raises(ConditionFault):
        parse(text)


def test_expressions_can_be_evaluated_from_several_threads() -> None:
    def ask(number: int) -> bool:
        return holds("[1].exists(x, n.value == n.twin)", {"n": {"value": number, "twin": number}})

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))


def test_places_are_those_of_the_names_not_of_what_stands_before_them() -> None:
    tree = parse("true &&\n  approval.valid")
    (field,) = [each for each in tree.walk() if each.kind == "field"]
    assert (field.line, field.column) == (2, 12)
