"""``wardi judge``: verdicts follow registers and policy, without a new look."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from detector.cli import INPUT, OK, run
from detector.policy.judge import judge
from detector.policy.pack import load_pack
from detector.record import Record
from detector.registers import Account, Approval
from detector.store import open_store
from detector.store.keys import verdict_key
from tests.kept import NOON, TEXT, VISION, a_failure, a_post, evidence_of

APPROVAL = Approval("A-1", ("all",), NOON - timedelta(1), NOON + timedelta(1), "AIG")
ACCOUNT = Account("tiktok", "ps_saddar", "South", True, "PRO")
PACK = load_pack("karachi-2024")


def scanned(post_id: str, approval: str, digest: str) -> Record:
    """Return what a scan would have kept of a clip with a badge, before any register was loaded."""
    from detector.registers import Registers

    post = replace(a_post(post_id, text=""), approval=approval, author_role="official account")
    evidence = evidence_of(post)
    [media] = evidence.media
    evidence = replace(
        evidence, media=(replace(media, gaps=(), looked_s=10.0),), models=(VISION, TEXT)
    )
    verdict = judge(PACK, post, evidence, Registers())
    key = verdict_key("e" * 64, post, digest, PACK.ref)
    return Record(post, evidence, verdict, "e" * 64, key, NOON)


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'wardi.db'}"
    with open_store(url) as kept:
        for post_id, approval in (("approved", "A-1"), ("not approved", "")):
            kept.keep(scanned(post_id, approval, kept.registers_digest()))
        kept.keep(a_failure("broken"))
    return url


def load_registers(store: str) -> None:
    with open_store(store) as kept:
        kept.load_register("approvals", [APPROVAL])
        kept.load_register("accounts", [ACCOUNT])


def record(store: str, post_id: str) -> Record:
    with open_store(store) as kept:
        found = kept.record(post_id)
    assert found is not None
    return found


def test_without_a_change_nothing_changes(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = record(store, "approved")
    assert run(["judge", "--store", store]) == OK
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 posts judged again, 0 verdicts changed" in told.err
    assert "1 failures have no evidence" in told.err
    assert record(store, "approved") == before


def test_an_approval_loaded_later_clears_the_post_and_says_why(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert any(each.clause == "K1" for each in record(store, "approved").outcome.findings)  # type: ignore[union-attr]
    load_registers(store)
    assert run(["judge", "--json", "--store", store]) == OK

    lines = {
        each["post_id"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())
    }
    assert lines["approved"]["after"]["band"] == "clear"
    assert any(each.startswith("K1 met -> not met") for each in lines["approved"]["reasons"])
    after = record(store, "approved")
    assert after.outcome.findings == ()  # type: ignore[union-attr]
    assert after.judged_at > NOON
    assert any(each.clause == "K1" for each in record(store, "not approved").outcome.findings)  # type: ignore[union-attr]


def test_a_second_time_nothing_changes_any_more(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load_registers(store)
    run(["judge", "--store", store])
    once = record(store, "approved")
    capsys.readouterr()
    assert run(["judge", "--store", store]) == OK
    assert "0 verdicts changed" in capsys.readouterr().err
    assert record(store, "approved") == once


def test_the_key_follows_the_registers_so_that_a_scan_finds_it_valid(store: str) -> None:
    load_registers(store)
    run(["judge", "--store", store])
    with open_store(store) as kept:
        digest = kept.registers_digest()
    kept_record = record(store, "approved")
    assert kept_record.verdict_key == verdict_key("e" * 64, kept_record.post, digest, PACK.ref)


def test_another_policy_is_said_to_be_another(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["judge", "--policy", "kp-2024", "--store", store]) == OK
    out = capsys.readouterr().out
    assert "policy karachi-2024" in out
    assert "-> kp-2024" in out
    assert record(store, "approved").outcome.policy.id == "kp-2024"  # type: ignore[union-attr]


def test_a_policy_that_is_not_there_is_asked_for(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(store) as kept:
        stored = record(store, "approved")
        policy = replace(stored.outcome.policy, id="my-force")  # type: ignore[union-attr]
        kept.keep(replace(stored, outcome=replace(stored.outcome, policy=policy)))  # type: ignore[arg-type]
    assert run(["judge", "--store", store]) == INPUT
    assert "wardi judge --policy FILE" in capsys.readouterr().err
