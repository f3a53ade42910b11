"""Judging again what is stored: new verdicts from kept evidence, without a new look at anything.

Verdicts that come out as they were keep the moment they were first judged, so that a list of what is
new since yesterday stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from detector.record import Record
from detector.verdict import Verdict


class Kept(Protocol):
    """Where records are read from and kept."""

    def replace(self, former: Record, record: Record) -> bool:
        """Keep a record if the post's record still is the former one; say whether it was."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that came out differently."""

    before: Verdict
    after: Verdict
    reasons: tuple[str, ...]
    """What differs, one sentence each, the gravest first; never empty."""


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What became of one post."""

    post_id: str
    change: Change | None
    """None where the verdict came out as it was."""
    overtaken: bool = False
    """Whether another program kept a newer record meanwhile, which stands."""


Judge = Callable[[Record], tuple[Verdict, str]]
"""Judges a record's post by its evidence; returns the verdict and its key."""


def rejudge(records: Iterable[Record], judge: Judge, kept: Kept) -> Iterator[Rejudged]:
    """Judge records again and keep what changed; failures have no evidence and are left out."""
    for record in records:
        if record.evidence is None or not isinstance(record.outcome, Verdict):
            continue
        verdict, key = judge(record)
        reasons = differences(record.outcome, verdict)
        changed = replace(
            record,
            outcome=verdict,
            verdict_key=key,
            judged_at=datetime.now(UTC) if reasons else record.judged_at,
        )
        stands = changed == record or kept.replace(record, changed)
        change = Change(record.outcome, verdict, reasons) if reasons else None
        yield Rejudged(record.post.id, change if stands else None, overtaken=not stands)


def differences(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Say what differs between two verdicts on one post; empty where nothing does.

    Which register rows were looked up is no difference by itself.
    """
    found: list[str] = []
    if before.policy != after.policy:
        found.append(f"policy {_policy(before)} -> {_policy(after)}")
    former = {each.clause: each for each in before.clauses}
    for clause in after.clauses:
        was = former.pop(clause.clause, None)
        why = _sentence(after, clause.clause) or clause.reason
        if was is None:
            found.append(f"{clause.clause} is new: {clause.state}. {why}".rstrip(". ") + ".")
        elif was.state != clause.state:
            found.append(f"{clause.clause} {was.state} -> {clause.state}: {why or 'as looked at'}")
        elif why != (_sentence(before, clause.clause) or was.reason):
            found.append(f"{clause.clause} still {clause.state}: {why}")
    found += [f"{clause} is gone from the policy" for clause in former]
    same = replace(after, register_rows=before.register_rows)
    if not found and same != before:
        found.append(f"score {before.score:g} -> {after.score:g}: {after.band_reason}")
    return tuple(found)


def _sentence(verdict: Verdict, clause: str) -> str:
    return " ".join(each.sentence for each in verdict.findings if each.clause == clause)


def _policy(verdict: Verdict) -> str:
    return f"{verdict.policy.id} {verdict.policy.version} ({verdict.policy.sha256[:8]})"
