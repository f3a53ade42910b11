"""The shipped packs: complete, quoted from their documents, and in step with the declared names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from detector.evidence import Evidence
from detector.policy import lookups, schema, variables
from detector.policy.differing import differences
from detector.policy.pack import check_pack, list_packs, load_pack
from detector.policy.selection import everything_read, everything_seen
from detector.registers import Registers
from tests.detector.policy import builders as made

FOLDER = Path(schema.__file__).parent / "packs"
COMPLETE = {
    "karachi-2024": [f"K{at}" for at in range(1, 9)],
    "kp-2024": [*(f"P{at}" for at in range(1, 10)), "W1", "W2"],
}


def test_both_packs_are_listed() -> None:
    assert set(COMPLETE) <= set(list_packs())


@pytest.mark.parametrize("name", COMPLETE)
def test_a_pack_is_complete(name: str) -> None:
    assert [each.id for each in load_pack(name).clauses] == COMPLETE[name]


@pytest.mark.parametrize("name", COMPLETE)
def test_every_wording_stands_in_the_document_that_it_names(name: str, shared: Path) -> None:
    for clause in load_pack(name).clauses:
        (document,) = re.findall(r"\((\S+\.txt)\)", clause.source)
        text = (shared / "reference" / "directives" / document).read_text("utf-8")
        # The notification breaks its lines, and sets off its points with hyphens.
        source = re.sub(r"[\s-]+", " ", text)
        assert re.sub(r"[\s-]+", " ", clause.wording) in source, clause.id


@pytest.mark.parametrize("name", COMPLETE)
def test_every_number_in_a_pack_is_marked_as_a_choice_of_policy(name: str) -> None:
    lines = (FOLDER / f"{name}.yaml").read_text("utf-8").splitlines()
    numbers = [each for each in lines if re.match(r"\s+(severity|review|hold|coverage): ", each)]

    assert len(numbers) == 3 + sum(each.judged for each in load_pack(name).clauses)
    assert all("# Choice of policy" in each for each in numbers)


@pytest.mark.parametrize("name", COMPLETE)
def test_the_hash_of_a_pack_is_that_of_its_file(name: str) -> None:
    import hashlib

    content = (FOLDER / f"{name}.yaml").read_bytes()
    assert load_pack(name).sha256 == hashlib.sha256(content).hexdigest()


def test_every_declared_name_has_its_fields_when_a_post_is_judged() -> None:
    post = made.post(submitted_at=made.at("2024-10-10"), posted_at=made.at("2024-10-10"))
    evidence = made.evidence(
        made.clip(made.sighting()), passages=(made.words(made.flagged("political")),)
    )
    account = lookups.look_up_account(post, Registers())
    given = {
        "post": variables.post_value(post, Evidence("p")),
        "account": variables.account_value(account),
        "author": variables.author_value(lookups.tell_author(post, account)),
        "duty": variables.duty_value(lookups.look_up_duty(post, Registers())),
        "approval": variables.approval_value(lookups.look_up_approval(post, Registers(), [])),
    }
    sighting = variables.sighting_value(everything_seen(evidence)[0])
    topic = variables.topic_value(everything_read(evidence)[0])

    declared = {key: set(each.fields or ()) for key, each in schema.NAMES.items() if each.fields}
    assert {key: set(each) for key, each in given.items()} == declared
    assert set(sighting) == set(schema.SIGHTING.fields or ())
    assert set(topic) == set(schema.TOPIC.fields or ())


OWN = """\
extends: karachi-2024
id: my-force
version: "2025-1"
title: My force
documents:
  order: Standing Order 12/2025
clauses:
  - id: K3
    source: order
    severity: 0.9
"""


def test_a_force_issues_a_clause_again_in_ten_lines(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    base, own = load_pack("karachi-2024"), load_pack(path)

    assert len(OWN.splitlines()) == 10
    assert own.limits == base.limits
    assert own.clause("K1") == base.clause("K1")
    assert own.clause("K3") == replace(
        base.clause("K3"), source="Standing Order 12/2025", severity=0.9
    )


def test_a_clause_that_asks_the_same_as_one_of_the_extended_pack_is_a_fault(
    tmp_path: Path,
) -> None:
    clause = yaml.safe_load((FOLDER / "karachi-2024.yaml").read_text("utf-8"))["clauses"][0]
    clause |= {"id": "K9", "source": "order"}
    path = tmp_path / "own.yaml"
    path.write_text(OWN + yaml.safe_dump([clause], indent=2).replace("\n", "\n  ").rstrip(" "))
    text = path.read_text().replace("- binds", "  - binds", 1)
    path.write_text(text)

    with pytest.raises(Exception, match="it asks the same as clause K1"):
        load_pack(path)


def test_a_pack_that_extends_an_unknown_one_is_told_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace("karachi-2024", "karachi-2025"), encoding="utf-8")

    with pytest.raises(
        Exception, match=r"own\.yaml:1:10: no pack 'karachi-2025' .* 'karachi-2024'"
    ):
        load_pack(path)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pack_may_extend_a_file_named_from_its_own_folder(tmp_path: Path) -> None:
    base = written(tmp_path, "force/base.yaml", OWN)
    text = OWN.replace("karachi-2024", "../force/base.yaml").replace("0.9", "0.7")
    own = written(tmp_path, "unit/own.yaml", text)

    assert load_pack(own).clause("K3") == replace(load_pack(base).clause("K3"), severity=0.7)
    before = load_pack(own).sha256
    base.write_text(OWN.replace("2025-1", "2025-2"), encoding="utf-8")
    assert load_pack(own).sha256 != before


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        pytest.param("gone.yaml", "there is no file 'gone.yaml' to extend", id="gone"),
        pytest.param("bad.yaml", "'bad.yaml', which this one extends, has faults", id="faulty"),
        pytest.param("loop.yaml", "'loop.yaml', which this one extends, has faults", id="loop"),
        pytest.param("own.yaml", "the pack extends itself by way of 'own.yaml'", id="itself"),
        pytest.param("karachi", "no pack 'karachi' comes with Wardi; did you mean", id="name"),
        pytest.param("5", "'extends' is 5; expected words", id="number"),
    ],
)
def test_a_base_that_cannot_be_used_is_one_fault(tmp_path: Path, base: str, expected: str) -> None:
    written(tmp_path, "bad.yaml", OWN.replace("0.9", "9"))
    written(tmp_path, "loop.yaml", OWN.replace("karachi-2024", "own.yaml"))
    own = written(tmp_path, "own.yaml", OWN.replace("karachi-2024", base))

    (fault,) = check_pack(own)

    assert (fault.line, fault.column) == (1, 10)
    assert expected in fault.problem


def test_an_extends_that_is_empty_hides_no_other_fault(tmp_path: Path) -> None:
    own = written(tmp_path, "own.yaml", OWN.replace("karachi-2024", "").replace("title", "titel"))
    assert len(check_pack(own)) > 2


def test_a_clause_issued_again_by_a_wrong_id_is_one_fault(tmp_path: Path) -> None:
    own = written(tmp_path, "own.yaml", OWN.replace("id: K3", "id: K33"))

    (fault,) = check_pack(own)

    assert (fault.line, fault.clause) == (8, "K33")
    assert fault.problem == (
        "no clause K33 in karachi-2024; did you mean 'K3'? A clause of your own needs 'title', "
        "'wording', 'check' too"
    )


def test_a_clause_of_ones_own_that_lacks_one_key_is_told_that_key(tmp_path: Path) -> None:
    clause = "  - {id: X1, title: T, source: order, check: C, judged: false, why: W}\n"
    (fault,) = check_pack(written(tmp_path, "own.yaml", OWN + clause))
    assert fault.problem == "the clause lacks 'wording'; expected words"


def test_differences_name_clause_and_value(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")

    found = differences(load_pack("karachi-2024"), load_pack(path))

    assert ("K3", "severity", "0.8", "0.9") in {
        (each.clause, each.key, each.before, each.after) for each in found
    }
    assert {each.clause for each in found} == {"", "K3"}
    assert differences(load_pack("kp-2024"), load_pack("kp-2024")) == ()
