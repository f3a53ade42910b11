"""Every fault planted in a pack is found, with its place and the nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.errors import PolicyError
from detector.policy.check import check_content
from detector.policy.pack import check_pack, list_packs, load_pack

SOUND = """\
id: force
version: "1"
title: A force
documents:
  order: Standing Order 1
limits:
  review: 1
  hold: 60
  coverage: 0.95
requires: [frames, caption]
clauses:
  - id: C1
    title: No weapons
    source: order
    wording: No weapons are shown.
    binds: [personnel]
    looks_at:
      labels: [weapon, badge]
    condition: sightings.exists(s, s.label == "weapon")
    exception: approval.valid
    severity: 0.8
    check: Is it one?
    remedy: Remove it.
  - id: C2
    title: No politics
    source: order
    wording: No politics.
    binds: [personnel]
    reads:
      topics: [political]
    condition: size(topics) > 0
    severity: 0.7
    check: Is it?
    remedy: Remove it.
"""
WEAPON = 'sightings.exists(s, s.label == "weapon")'


def faults(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [str(each) for each in check_content(content, "p.yaml")[1]]


def planted(old: str, new: str) -> list[str]:
    assert SOUND.count(old) >= 1
    return faults(SOUND.replace(old, new, 1))


def test_a_sound_pack_has_no_faults() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("condition", "column", "problem"),
    [
        pytest.param("sightings.exists(s, s.lable == 'weapon')", 38, "mean 'label'?", id="field"),
        pytest.param("sighting.exists(s, true)", 16, "mean 'sightings'?", id="name"),
        pytest.param("size(sightings) > 'a'", 16, "an int is compared with a string", id="types"),
        pytest.param("approval.vald && true", 25, "mean 'valid'?", id="register-field"),
        pytest.param("sightings.exist(s, true)", 26, "mean 'exists'?", id="method"),
        pytest.param("len(sightings) > 0", 16, "'len' is no function", id="function"),
        pytest.param(
            "sightings.exists(s, s.label == 'weapn')", 47, "mean 'weapon'?", id="impossible-value"
        ),
        pytest.param("size(sightings)", 16, "it gives int; expected bool", id="not-bool"),
        pytest.param("sightings.label == 'weapon'", 26, "has no field 'label'", id="list-field"),
        pytest.param("size(sightings) > 0 && 1", 39, "beside && is an int", id="number-as-bool"),
        pytest.param("size(topics) > 0", 21, "the clause has no 'reads'", id="not-selected"),
        pytest.param("size(sightings) > (0", 35, "is no CEL expression", id="syntax"),
        pytest.param(
            "sightings.all(a, sightings.all(b, sightings.all(c, a.label == b.label)))",
            26,
            "expected at most 20000",
            id="too-dear",
        ),
        pytest.param("{'a': 1} == {'a': 1}", 16, "packs have no use for it", id="map"),
        pytest.param(
            "post.posted_at.getHours() > 3", 31, "getHours takes", id="hours-without-zone"
        ),
        pytest.param("author.bound_as == 'officer'", 35, "expected one of", id="author"),
        pytest.param("post.text + 1 == 'x'", 16, "+ is asked of a string and an int", id="sum"),
        pytest.param("'gun' in ['a', 1]", 25, "a list holds int and string", id="mixed-list"),
    ],
)
def test_a_wrong_expression_is_found_at_its_place(
    condition: str, column: int, problem: str
) -> None:
    found = planted(f"condition: {WEAPON}", f'condition: "{condition}"')

    assert len(found) == 1
    assert problem in found[0]
    # The condition's first character stands in column 17, behind the quote in column 16.
    assert found[0].startswith(f"p.yaml:19:{column + 1}: clause C1: ")


@pytest.mark.parametrize(
    "condition",
    [
        "false",
        "1 > 2",
        "sightings.exists(s, s.probability > 1.0)",
        "sightings.exists(s, s.probability > 0.9 && s.probability < 0.5)",
        "sightings.exists(s, s.label == 'weapon' && s.label == 'badge')",
        "sightings.exists(s, s.frames > 3 && s.frames < 4)",
        "approval.valid && !approval.valid",
        "size(sightings) == 0",
        "size(sightings) < 0",
        "account.official && (size(sightings) > 0 && false)",
        "!(true || account.official)",
        "post.account != post.account",
    ],
)
def test_a_condition_that_can_never_be_true_is_found(condition: str) -> None:
    found = planted(f"condition: {WEAPON}", f'condition: "{condition}"')

    assert len(found) == 1
    assert "can never be true" in found[0]


@pytest.mark.parametrize(
    "condition",
    [
        "size(sightings) > 0",
        "sightings.exists(s, s.probability > 0.5 && s.probability < 0.9)",
        "sightings.exists(s, s.label == 'weapon' || s.label == 'badge')",
        "size(sightings) >= 2 && !(approval.valid && account.official)",
        "sightings.filter(s, s.kind == 'video').size() > 1",
        "size(sightings) > 0 && post.posted_at.getHours('Asia/Karachi') >= 9",
        "post.posted_at.getHours('Asia/Karachi') >= 9 && size(sightings) > 0",
        "size(sightings) > 0 && post.posted_at - timestamp('2024-01-01T00:00:00Z') > duration('1h')",
        "size(sightings) > 0 && sightings[0].probability > 0.5",
        "author.known ? size(sightings) > 0 : size(sightings) > 2",
        "size(sightings) > 0 && sightings.all(s, s.peak_s <= 3.0) && post.platform in ['X', 'Y']",
    ],
)
def test_a_condition_that_may_be_true_is_no_fault(condition: str) -> None:
    assert planted(f"condition: {WEAPON}", f'condition: "{condition}"') == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("!sightings.exists(s, s.label == 'badge')", "the condition is true where nothing"),
        ("sightings.all(s, s.probability > 0.5)", "the condition is true where nothing"),
        ("size(sightings) > 0 || !approval.valid", "the condition is true where nothing"),
        ("post.platform == 'X'", "the condition may be true where nothing"),
        ("sightings[40].probability > 0.0", "cannot be evaluated where nothing is selected"),
        ("1 / size(sightings) == 1", "it divides by zero"),
    ],
)
def test_a_condition_that_asks_for_no_evidence_is_a_fault(condition: str, expected: str) -> None:
    (found,) = planted(f"condition: {WEAPON}", f'condition: "{condition}"')

    assert found.startswith("p.yaml:19:16: clause C1: ")
    assert expected in found
    assert found.endswith("ask for what is needed first: size(sightings) > 0 && ...")


def test_a_condition_on_words_is_advised_on_words() -> None:
    (found,) = planted("condition: size(topics) > 0", "condition: topics[0].flagged")
    assert found.endswith("size(topics) > 0 && ...")


def test_a_finding_may_rest_on_a_field_of_the_post_alone_but_not_on_an_error() -> None:
    on_field = "    post_fields: [posted_at]\n    condition: "
    assert planted(f"    condition: {WEAPON}", f"{on_field}author.known") == []
    assert planted(f"    condition: {WEAPON}", f'{on_field}post.platform == "X"') == []
    (found,) = planted(f"    condition: {WEAPON}", f"{on_field}sightings[0].probability > 0.5")
    assert "cannot be evaluated where nothing is selected" in found


def test_more_that_registers_may_say_than_can_be_tried_is_taken_as_not_known() -> None:
    fields = ("given", "on_file", "in_force", "covers_labels", "covers_media", "covers_account")
    asked = [f"approval.{each}" for each in (*fields, "valid")]
    asked += ["account.on_file", "account.official", "author.known", "duty.on_duty"]
    asked += ["post.has_media", "post.has_words"]
    text = " || ".join(asked)

    (found,) = planted(f"condition: {WEAPON}", f"condition: {text}")
    assert "may be true where nothing is selected" in found
    assert planted(f"condition: {WEAPON}", f"condition: size(sightings) > 0 && ({text})") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "    severity: 0.8\n",
            "",
            "12:5: clause C1: the clause lacks 'severity'",
            id="no-severity",
        ),
        pytest.param(
            "severity: 0.8", "severity: 1", "21:15: clause C1: 'severity' is 1;", id="severity-1"
        ),
        pytest.param(
            "severity: 0.8",
            "severity: high",
            "'severity' is 'high'; expected a number",
            id="severity-word",
        ),
        pytest.param(
            "    wording: No weapons are shown.\n", "", "lacks 'wording'", id="no-wording"
        ),
        pytest.param(
            "wording: No weapons are shown.", "wording: ''", "lacks 'wording'", id="empty-wording"
        ),
        pytest.param(
            "id: C2",
            "id: C1",
            "24:5: clause C1: the id 'C1' is given to a clause in line 12",
            id="id-twice",
        ),
        pytest.param(
            "    severity: 0.8",
            "    severity: 0.8\n    severity: 0.9",
            "22:5: the key 'severity' stands here again",
            id="key-twice",
        ),
        pytest.param(
            "    severity: 0.8",
            "    severty: 0.8",
            "has no key 'severty'; did you mean 'severity'?",
            id="key-typo",
        ),
        pytest.param(
            "labels: [weapon, badge]",
            "labels: [weapon, bagde]",
            "18:24: clause C1: 'labels' has 'bagde'; did you mean 'badge'?",
            id="label-typo",
        ),
        pytest.param(
            "topics: [political]",
            "topics: [politics]",
            "did you mean 'political'?",
            id="topic-typo",
        ),
        pytest.param(
            "binds: [personnel]", "binds: [persons]", "'binds' has 'persons'", id="binds-typo"
        ),
        pytest.param(
            "source: order",
            "source: ordre",
            "no document 'ordre' is named in 'documents'; did you mean 'order'?",
            id="document",
        ),
        pytest.param(
            "  hold: 60",
            "  hold: 600",
            "'hold' is 600; expected a number from 0.1 to 100",
            id="limit",
        ),
        pytest.param(
            "  review: 1\n", "  review: 70\n", "'review' is above 'hold'", id="limits-order"
        ),
        pytest.param(
            "coverage: 0.95",
            "coverage: 0",
            "9:13: 'coverage' is 0; expected at least 0.5: a post of which less was looked at",
            id="coverage",
        ),
        pytest.param("  coverage: 0.95\n", "", "the limits lacks 'coverage'", id="no-limit"),
        pytest.param(
            'version: "1"',
            "version: 1",
            "'version' is 1; expected words, put them in quotes",
            id="version",
        ),
        pytest.param(
            "requires: [frames, caption]",
            "requires: [frames, captions]",
            "did you mean 'caption'?",
            id="channel",
        ),
        pytest.param(
            "    exception: approval.valid",
            "    exception: 'true'",
            "the exception always holds",
            id="exception-always",
        ),
        pytest.param(
            "    exception: approval.valid",
            "    exception: 1 > 2",
            "the exception can never hold",
            id="exception-never",
        ),
        pytest.param(
            "    exception: approval.valid",
            f"    exception: {WEAPON}",
            "the exception is the condition again",
            id="exception-again",
        ),
        pytest.param(
            "    looks_at:\n      labels: [weapon, badge]\n",
            "",
            "selects nothing that a finding could rest on",
            id="selects-nothing",
        ),
        pytest.param(
            "    remedy: Remove it.",
            "    remedy: *other",
            "is no YAML: found undefined alias",
            id="unknown-alias",
        ),
        pytest.param(
            "title: A force", "title: !!python/name:os.system x", "has no plain value", id="tag"
        ),
        pytest.param("title: A force", "title: [", "is no YAML", id="no-yaml"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, expected: str) -> None:
    found = planted(old, new)

    assert [each for each in found if expected in each], found


def test_an_alias_is_a_fault() -> None:
    text = SOUND.replace("remedy: Remove it.", "remedy: &again Remove it.", 1)
    found = faults(text[::-1].replace("remedy: Remove it."[::-1], "remedy: *again"[::-1], 1)[::-1])
    assert [each for each in found if "an alias (*) is used" in each]


def test_a_clause_that_asks_the_same_of_the_same_people_is_found_whatever_its_spelling() -> None:
    copy = SOUND[SOUND.index("  - id: C1") : SOUND.index("  - id: C2")]
    copy = copy.replace("id: C1", "id: C3").replace(WEAPON, 'sightings.exists(s,"weapon"==s.label)')
    copy = copy.replace("[weapon, badge]", "[badge, weapon]")

    found = faults(SOUND + copy)

    assert found == [
        "p.yaml:42:16: clause C3: it asks the same as clause C1; change its condition or what it "
        "selects, or drop one of the two"
    ]
    assert faults(SOUND + copy.replace("[personnel]", "[private person]")) == []


def test_a_carried_clause_must_say_why_no_program_judges_it() -> None:
    carried = SOUND + "  - {id: C3, title: T, source: order, wording: W, check: C, judged: false}\n"
    assert faults(carried) == ["p.yaml:35:5: clause C3: the clause lacks 'why'; expected words"]


def test_all_faults_are_named_not_the_first_alone() -> None:
    text = SOUND.replace("severity: 0.8", "severity: 8").replace("s.label", "s.lable")
    assert len(faults(text)) == 2


def test_the_place_in_a_condition_over_several_lines_is_found() -> None:
    folded = "condition: >-\n      size(sightings) > 0\n      && approval.vald"
    assert planted(f"condition: {WEAPON}", folded)[0].startswith("p.yaml:21:19: clause C1: ")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", "1:1: the file is empty", id="empty"),
        pytest.param(b"id: a\ntitle: \xff\n", "2:1: the file is not in UTF-8", id="latin-1"),
        pytest.param(b"- a\n", "1:1: the pack is a list; expected a mapping", id="list"),
        pytest.param(b"#" * 1_000_001, "expected at most 1000000", id="huge"),
        pytest.param(b"[" * 5000, "is no YAML", id="deep"),
    ],
)
def test_a_file_that_is_no_pack_is_said_to_be_none(content: bytes, expected: str) -> None:
    assert expected in faults(content)[0]


def test_more_clauses_than_the_score_can_search_are_a_fault() -> None:
    clause = SOUND[SOUND.index("  - id: C2") :]
    many = SOUND + "".join(
        clause.replace("C2", f"D{at}").replace("> 0", f"> {at + 1}") for at in range(40)
    )
    assert "more than 40 clauses are judged" in faults(many)[0]


def test_loading_a_faulty_pack_names_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(SOUND.replace("severity: 0.8", "severity: 8"), encoding="utf-8")

    with pytest.raises(PolicyError, match=r"own\.yaml:21:15: clause C1: 'severity' is 8"):
        load_pack(path)


def test_a_pack_of_ones_own_loads_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(SOUND, encoding="utf-8-sig")

    assert [each.id for each in load_pack(path).clauses] == ["C1", "C2"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("karachi-2042", "did you mean 'karachi-2024'?", id="name"),
        pytest.param(
            "something-else",
            "expected one of karachi-2024, kp-2024. A pack of your own is given by its path",
            id="no-name-near",
        ),
        pytest.param("nowhere/own.yaml", "there is no file nowhere/own.yaml", id="path"),
    ],
)
def test_a_pack_that_is_not_there_is_said_so(name: str, expected: str) -> None:
    with pytest.raises(PolicyError) as caught:
        check_pack(name)
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", list_packs())
def test_a_shipped_pack_has_no_faults(name: str) -> None:
    assert check_pack(name) == ()
