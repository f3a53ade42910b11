"""Judging stored posts again: what counts as a change, and who wins when a scan comes between."""

from __future__ import annotations

from dataclasses import replace

from detector.engine.rejudge import Rejudged, differences, rejudge
from detector.record import Record
from detector.verdict import Verdict
from tests.kept import NOON, POLICY, a_failure, a_post, a_record, verdict_of


class Shelf:
    """Keeps records unless another program was quicker."""

    def __init__(self, *, overtaken: bool = False) -> None:
        self.overtaken = overtaken
        self.kept: list[Record] = []

    def replace(self, former: Record, record: Record) -> bool:
        if not self.overtaken:
            self.kept.append(record)
        return not self.overtaken


def again(shelf: Shelf, verdict: Verdict, key: str = "new") -> list[Rejudged]:
    return list(rejudge([a_record("p")], lambda _: (verdict, key), shelf))


def test_a_changed_verdict_is_kept_with_the_moment_it_changed() -> None:
    shelf = Shelf()
    [result] = again(shelf, verdict_of(a_post("p"), score=0, band="clear", clauses=()))
    [kept] = shelf.kept
    assert result.change is not None
    assert result.change.after == kept.outcome
    assert kept.judged_at > NOON
    assert kept.verdict_key == "new"


def test_an_equal_verdict_keeps_its_moment_and_gets_the_new_key() -> None:
    shelf = Shelf()
    [result] = again(shelf, verdict_of(a_post("p")))
    [kept] = shelf.kept
    assert result.change is None
    assert kept == replace(a_record("p"), verdict_key="new")


def test_what_is_equal_to_the_last_key_is_not_written() -> None:
    shelf = Shelf()
    again(shelf, verdict_of(a_post("p")), key=a_record("p").verdict_key)
    assert shelf.kept == []


def test_a_newer_record_of_another_program_stands() -> None:
    [result] = again(Shelf(overtaken=True), verdict_of(a_post("p"), score=1))
    assert result == Rejudged("p", None, overtaken=True)


def test_failures_are_left_out() -> None:
    assert list(rejudge([a_failure("x")], lambda _: 1 / 0, Shelf())) == []  # type: ignore[arg-type, return-value]


def test_differences_name_policy_clauses_and_reasons() -> None:
    post = a_post()
    before = verdict_of(post, clauses=("K1", "K2", "K3"))
    k1, k2, _ = before.clauses
    after = replace(
        verdict_of(post, clauses=("K1",)),
        clauses=(
            k1,
            replace(k2, state="not met", reason="approval A-1 covers it"),
            replace(k2, clause="K9", state="not judged", reason="no register"),
        ),
        policy=replace(POLICY, version="2"),
    )
    assert differences(before, after) == (
        "policy karachi-2024 1 (cccccccc) -> karachi-2024 2 (cccccccc)",
        "K2 met -> not met: approval A-1 covers it",
        "K9 is new: not judged. no register.",
        "K3 is gone from the policy",
    )


def test_other_register_rows_alone_are_no_difference() -> None:
    before = verdict_of(a_post())
    assert differences(before, replace(before, register_rows=("accounts:x",))) == ()


def test_another_score_alone_is_a_difference() -> None:
    before = verdict_of(a_post())
    assert differences(before, replace(before, score=41.0)) == ("score 40 -> 41: a finding",)
