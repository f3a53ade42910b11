"""Hold evidence against a policy: one outcome per clause, findings, a score, a band.

Pure and deterministic: the same pack, post, evidence and registers give the same verdict. A clause
that could not be evaluated is "not judged", never "not met".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from detector.evidence import Evidence
from detector.policy import variables as values
from detector.policy.bands import choose_band
from detector.policy.clauses import Clause, Pack
from detector.policy.conditions import parse
from detector.policy.evaluate import ConditionFailed, holds
from detector.policy.lookups import (
    AccountAnswer,
    ApprovalAnswer,
    Author,
    DutyAnswer,
    look_up_account,
    look_up_approval,
    look_up_duty,
    tell_author,
)
from detector.policy.missed import overlooked, partly
from detector.policy.score import score
from detector.policy.selection import (
    Read,
    Seen,
    blurred,
    everything_read,
    everything_seen,
    has_words,
    hindrances,
    lacking,
    select_read,
    select_seen,
    unexamined,
)
from detector.policy.sentences import finding_sentence, joined, not_bound
from detector.post import Post
from detector.registers import Registers
from detector.verdict import ClauseOutcome, ClauseState, EvidenceRef, Finding, Verdict


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything that is the same for every clause."""

    pack: Pack
    post: Post
    evidence: Evidence
    registers: Registers
    seen: list[Seen]
    read: list[Read]
    account: AccountAnswer
    author: Author
    duty: DutyAnswer


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one clause."""

    state: ClauseState
    reason: str = ""
    finding: Finding | None = None
    doubt: bool = False
    """Whether the reason lies with the post, so that a person must look."""


def judge(pack: Pack, post: Post, evidence: Evidence, registers: Registers) -> Verdict:
    """Return the verdict on a post.

    Args:
        pack: A checked policy.
        post: Its fields; nothing of it is opened.
        evidence: What was seen and read of it.
        registers: What the force has on file; a register that is None was never loaded.
    """
    account = look_up_account(post, registers)
    case = _Case(
        pack=pack,
        post=post,
        evidence=evidence,
        registers=registers,
        seen=everything_seen(evidence),
        read=everything_read(evidence),
        account=account,
        author=tell_author(post, account),
        duty=look_up_duty(post, registers),
    )
    results = [_judge_clause(clause, case) for clause in pack.clauses]
    drafts = [each.finding for each in results if each.finding is not None]
    scored = score(drafts)
    findings = tuple(
        replace(each, contribution=points)
        for each, points in zip(drafts, scored.contributions, strict=True)
    )
    band, reason = choose_band(
        pack,
        evidence,
        score=scored.value,
        findings=findings,
        author_known=case.author.known,
        doubts=_doubts(case, results),
    )
    return Verdict(
        post_id=post.id,
        score=scored.value,
        band=band,
        band_reason=reason,
        findings=findings,
        clauses=tuple(
            ClauseOutcome(c.id, c.title, each.state, each.reason, c.source, c.wording)
            for c, each in zip(pack.clauses, results, strict=True)
        ),
        coverage=evidence.coverage,
        has_gaps=evidence.has_gaps,
        channels=evidence.channels,
        policy=pack.ref,
        models=evidence.models,
        register_rows=_rows(case),
    )


def _judge_clause(clause: Clause, case: _Case) -> _Result:
    if not clause.judged:
        return _Result("not judged", f"Not judged by the program: {clause.why}")
    if case.author.bound_as not in clause.binds:
        return _Result("does not apply", _told(not_bound(clause, case.author), _known_by(case)))
    if "duty" in _names(clause) and case.duty.unknown:
        return _Result("not judged", _sentence(case.duty.unknown))
    seen, read = select_seen(clause, case.seen), select_read(clause, case.read)
    rests = bool(seen or read or clause.post_fields)
    asked = rests or "approval" in _names_in(clause.condition)
    approval = _approval(clause, case, seen) if asked else None
    known = _variables(clause, case, seen=seen, read=read, approval=approval)
    try:
        met = holds(clause.condition, known)
        excused = met and rests and bool(clause.exception) and holds(clause.exception, known)
    except ConditionFailed as error:
        return _Result("not judged", f"Its condition could not be evaluated: {error}.", doubt=True)
    if met and not rests:
        # The check of a pack refuses such a condition; one that was never checked may have it.
        return _Result(
            "not judged",
            "Its condition holds, but nothing was seen or read to rest on.",
            doubt=True,
        )
    if met and not excused:
        return _Result("met", *_met(clause, case, seen, read, approval))
    return _unmet(clause, case, _exempt(clause, case, approval) if excused else "")


def _unmet(clause: Clause, case: _Case, exempt: str) -> _Result:
    """Say "not met" only where everything that the clause needs was seen and read."""
    hindered = hindrances(clause, case.pack, case.post, case.evidence)
    if hindered:
        return _Result("not judged", _sentence("; ".join(hindered)), doubt=True)
    missing = lacking(clause, case.post, case.evidence)
    if missing:
        return _Result("not judged", _sentence("; ".join(missing)))
    words = has_words(case.post, case.evidence)
    why = exempt or (blurred(clause, case.evidence) if words else "")
    return _Result("not met", _told(why, partly(clause, case.evidence), _known_by(case)))


def _met(
    clause: Clause,
    case: _Case,
    seen: Sequence[Seen],
    read: Sequence[Read],
    approval: ApprovalAnswer | None,
) -> tuple[str, Finding]:
    names, problems = _names(clause), []
    if "duty" in names and case.duty.period:
        problems.append(f"Posted on duty: {case.duty.period}.")
    if approval is not None:
        problems.extend(approval.problems)
    if "account" in names and case.account.problem:
        problems.append(f"Not from an official account: {case.account.problem}.")
    if case.author.remark:
        problems.append(case.author.remark)
    sentence = finding_sentence(clause, seen, read, problems)
    found: list[Seen | Read] = sorted([*seen, *read], key=lambda each: -each.probability)
    refs = tuple(each.ref for each in found)
    refs += tuple(EvidenceRef("post", topic=name) for name in clause.post_fields)
    finding = Finding(
        clause=clause.id,
        title=clause.title,
        # The chance that at least one of several is there is no smaller than that of the best one;
        # a field of the post is on record.
        probability=found[0].probability if found else 1.0,
        severity=clause.severity,
        contribution=0.0,
        sentence=sentence,
        check=clause.check,
        remedy=clause.remedy,
        evidence=refs,
    )
    return sentence, finding


def _approval(clause: Clause, case: _Case, seen: Sequence[Seen]) -> ApprovalAnswer | None:
    if "approval" not in _names(clause):
        return None
    shown = {(each.sighting.label, each.media.sha256) for each in seen}
    return look_up_approval(case.post, case.registers, sorted(shown))


def _variables(
    clause: Clause,
    case: _Case,
    *,
    seen: Sequence[Seen],
    read: Sequence[Read],
    approval: ApprovalAnswer | None,
) -> dict[str, object]:
    """Return the values of the names that the clause's expressions read."""
    names = _names(clause)
    makers: dict[str, Callable[[], object]] = {
        "sightings": lambda: [values.sighting_value(each) for each in seen],
        "topics": lambda: [values.topic_value(each) for each in read],
        "post": lambda: values.post_value(case.post, case.evidence),
        "author": lambda: values.author_value(case.author),
        "account": lambda: values.account_value(case.account),
        "duty": lambda: values.duty_value(case.duty),
    }
    known = {name: make() for name, make in makers.items() if name in names}
    if approval is not None:
        known["approval"] = values.approval_value(approval)
    return known


def _exempt(clause: Clause, case: _Case, approval: ApprovalAnswer | None) -> str:
    """Return why the clause is not met although its condition holds."""
    reasons = []
    if approval is not None and approval.valid:
        reasons.append(f"approval {case.post.approval.strip()} covers what was seen")
    if "account" in _names(clause) and case.account.official:
        reasons.append("the account is on file as official")
    return _sentence(joined(reasons) or "the exception of the clause holds")


def _doubts(case: _Case, results: Sequence[_Result]) -> list[str]:
    """Return what must bring a person in, although nothing was found."""
    doubts = unexamined(case.pack, case.post, case.evidence)
    doubts += overlooked(case.pack, case.post, case.evidence)
    doubts += [case.author.doubt] if case.author.doubt else []
    for clause, result in zip(case.pack.clauses, results, strict=True):
        if result.doubt:
            doubts.append(f"clause {clause.id}: {result.reason[:1].lower()}{result.reason[1:-1]}")
    return doubts


def _rows(case: _Case) -> tuple[str, ...]:
    names = frozenset[str]().union(*(_names(each) for each in case.pack.clauses if each.judged))
    rows = {case.account.row}
    if "approval" in names:
        rows.add(look_up_approval(case.post, case.registers, ()).row)
    if "duty" in names:
        rows.add(case.duty.row)
    return tuple(sorted(rows))


def _known_by(case: _Case) -> str:
    """Return what the register of accounts says of the author, where it has the account."""
    return case.author.remark if case.account.on_file else ""


def _told(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


def _names(clause: Clause) -> frozenset[str]:
    return _names_in(clause.condition, clause.exception)


@lru_cache(maxsize=1024)
def _names_in(*expressions: str) -> frozenset[str]:
    return frozenset[str]().union(*(parse(each).names for each in expressions if each))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
