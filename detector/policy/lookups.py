"""What the registers say of a post: who posts it, whether it was approved, whether it was on duty.

Every answer comes with what stands in its way, one sentence each, and names the register rows it
looked up, so that a verdict can be recomputed when one of them changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from detector.policy.clauses import Bound
from detector.post import Post
from detector.registers import Account, Approval, DutyPeriod, Registers


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """What the register of accounts says of the post's account."""

    on_file: bool
    official: bool
    problem: str
    """Why the account does not count as official; empty where it does."""
    row: str
    """The register row that was looked up."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whom the policy takes the author for."""

    bound_as: Bound
    known: bool
    remark: str
    """What the register says otherwise than the submitter, or only it knows, as sentences."""
    doubt: str = ""
    """A contradiction that a person must look at: whom the policy binds hangs on it; else empty."""


@dataclass(frozen=True, slots=True)
class ApprovalAnswer:
    """What the register of approvals says of what a clause selected."""

    given: bool
    """Whether the post names an approval."""
    on_file: bool
    in_force: bool
    covers_labels: bool
    covers_media: bool
    covers_account: bool
    valid: bool
    """Whether it is on file, in force, and covers everything that was selected."""
    problems: tuple[str, ...]
    """What stands in the way of its validity, each a sentence; empty where it is valid."""
    row: str


@dataclass(frozen=True, slots=True)
class DutyAnswer:
    """What the register of duty hours says of the moment of posting."""

    on_duty: bool
    unknown: str
    """Why it cannot be said; empty where it can."""
    period: str
    """The duty period that the moment falls into, for the reader; else empty."""
    row: str


def look_up_account(post: Post, registers: Registers) -> AccountAnswer:
    """Say whether the post's account is official."""
    handle, platform = _key(post.account), _key(post.platform)
    row = f"accounts:{platform}/{handle}"
    shown = f"{post.account.lstrip('@')} on {post.platform}"
    found: Account | None = None
    if registers.accounts is None:
        problem = "no register of accounts is loaded"
    elif not handle:
        problem = "the post names no account"
    elif not platform:
        problem = f"the post names no platform for the account {post.account.lstrip('@')}"
    else:
        found = next(
            (
                each
                for each in registers.accounts
                if _key(each.handle) == handle and _key(each.platform) == platform
            ),
            None,
        )
        problem = f"the account {shown} is not in the register of accounts"
        if found is not None:
            problem = "" if found.official else f"the account {shown} is on file as unofficial"
    return AccountAnswer(found is not None, not problem, problem, row)


def tell_author(post: Post, account: AccountAnswer) -> Author:
    """Say whom the policy binds: "official" is what the register says, not the post."""
    if account.official:
        if post.author_role == "private person":
            doubt = "the post says private person; the register of accounts says official"
            return Author("official account", True, f"{doubt[0].upper()}{doubt[1:]}.", doubt)
        unnamed = post.author_role == "unknown"
        known = "The post does not say who posts; the register of accounts says official."
        return Author("official account", True, known if unnamed else "")
    if post.author_role == "private person":
        return Author("private person", True, "")
    if post.author_role == "unknown":
        filed = " The register of accounts has the account, as unofficial."
        return Author("personnel", False, "Author unknown." + (filed if account.on_file else ""))
    remark = ""
    if post.author_role == "official account":
        remark = f"The post calls itself official, but counts as unofficial: {account.problem}."
    return Author("personnel", True, remark)


def look_up_approval(
    post: Post, registers: Registers, shown: Collection[tuple[str, str]]
) -> ApprovalAnswer:
    """Say whether the approval that the post names covers what was seen.

    The moment that counts is `posted_at`, else `submitted_at`: an approval is prior.

    Args:
        shown: Label and media sha256 of everything that must be covered. Several rows of one
            reference may share the work.
    """
    reference = post.approval.strip()
    row = f"approvals:{_key(reference)}"
    rows = [each for each in registers.approvals or () if _key(each.reference) == _key(reference)]
    if not reference or not rows:
        return ApprovalAnswer(
            given=bool(reference),
            on_file=False,
            in_force=False,
            covers_labels=False,
            covers_media=False,
            covers_account=False,
            valid=False,
            problems=(_not_on_file(reference, registers),),
            row=row,
        )
    moment = post.posted_at or post.submitted_at
    standing = [each for each in rows if _in_force(each, moment) and _for_account(each, post)]
    uncovered = [pair for pair in shown if not any(_covers(each, *pair) for each in standing)]
    nearest = min(
        ((each, _against(each, post, moment, shown)) for each in rows),
        key=lambda pair: len(pair[1]),
    )
    valid = bool(standing) and not uncovered
    return ApprovalAnswer(
        given=True,
        on_file=True,
        in_force=_in_force(nearest[0], moment),
        covers_labels=valid or all(_names_label(nearest[0], label) for label, _ in shown),
        covers_media=valid or all(_names_media(nearest[0], sha256) for _, sha256 in shown),
        covers_account=_for_account(nearest[0], post),
        valid=valid,
        problems=() if valid else tuple(nearest[1]),
        row=row,
    )


def look_up_duty(post: Post, registers: Registers) -> DutyAnswer:
    """Say whether the post went out while the holder of its account was on duty.

    A period holds from its start up to, and without, its end. An account without a single period
    on file is not off duty: nothing is known of it.
    """
    handle = _key(post.account)
    row = f"duty:{handle}"
    moment = post.posted_at
    if registers.duty is None:
        return DutyAnswer(False, "no register of duty hours is loaded", "", row)
    if not handle:
        return DutyAnswer(False, "the post names no account", "", row)
    if moment is None:
        return DutyAnswer(False, "the post does not say when it was posted", "", row)
    periods = [each for each in registers.duty if _key(each.account) == handle]
    if not periods:
        return DutyAnswer(
            False, f"the register of duty hours has none for {post.account.lstrip('@')}", "", row
        )
    within = next((each for each in periods if each.start <= moment < each.end), None)
    return DutyAnswer(within is not None, "", "" if within is None else _period(within), row)


def _key(text: str) -> str:
    """Return the form in which names are compared: people type them."""
    return text.strip().lstrip("@").casefold()


def _not_on_file(reference: str, registers: Registers) -> str:
    missing = "the post names no approval"
    if reference:
        missing = f"the post names {reference}"
        if registers.approvals is not None:
            missing = f"{reference} is not in the register of approvals"
    loaded = "" if registers.approvals is not None else ", and no register of approvals is loaded"
    return f"Shown without an approval on file: {missing}{loaded}."


def _in_force(row: Approval, moment: datetime | None) -> bool:
    return moment is not None and row.valid_from <= moment <= row.valid_until


def _for_account(row: Approval, post: Post) -> bool:
    return not row.account or _key(row.account) == _key(post.account)


def _names_label(row: Approval, label: str) -> bool:
    return "all" in row.labels or label in row.labels


def _names_media(row: Approval, sha256: str) -> bool:
    return not row.media_sha256 or row.media_sha256.lower() == sha256.lower()


def _covers(row: Approval, label: str, sha256: str) -> bool:
    return _names_label(row, label) and _names_media(row, sha256)


def _against(
    row: Approval, post: Post, moment: datetime | None, shown: Collection[tuple[str, str]]
) -> list[str]:
    """Return what stands against one row, each a sentence."""
    name = f"Approval {row.reference}"
    problems = []
    if moment is None:
        problems.append(f"{name} cannot be checked: the post names no time.")
    elif moment < row.valid_from:
        problems.append(f"{name} was not yet valid: it holds from {_time(row.valid_from)}.")
    elif moment > row.valid_until:
        problems.append(f"{name} had expired: it held until {_time(row.valid_until)}.")
    if not _for_account(row, post):
        problems.append(f"{name} is for another account: {row.account.lstrip('@')}.")
    if not all(_names_media(row, sha256) for _, sha256 in shown):
        problems.append(f"{name} is for another file: its SHA-256 differs.")
    missing = sorted({label for label, _ in shown if not _names_label(row, label)})
    if missing:
        problems.append(f"{name} covers {_listed(row.labels)}, not {_listed(missing)}.")
    return problems


def _listed(labels: Sequence[str]) -> str:
    return " and ".join(labels)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".rstrip()


def _period(period: DutyPeriod) -> str:
    return f"{_time(period.start)} to {_time(period.end)}"
