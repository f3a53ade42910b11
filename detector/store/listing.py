"""Lists and figures from the narrow columns alone: no record is read, so 100,000 posts take no second."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from detector.record import Record
from detector.store.codec import holdable
from detector.store.database import (
    Condition,
    Connection,
    Select,
    count,
    exists,
    findings,
    posts,
    select,
)
from detector.verdict import Verdict

FAILED = "failure"
"""What stands in the column `band` of a post that is a failure."""

_ZONE = ZoneInfo("Asia/Karachi")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of posts."""

    post_id: str
    band: str
    """``clear``, ``review``, ``hold``, or ``failure``."""
    score: float
    """0 to 100; 0.0 for a failure."""
    unit: str
    account: str
    platform: str
    week: str
    """ISO week of the post, e.g. ``2024-W05``."""
    clauses: tuple[str, ...]
    """Clauses that are met, sorted."""
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class PostCount:
    """How many posts of a unit and week are in a band."""

    unit: str
    week: str
    """ISO week in Karachi in which the post was posted, else submitted, else judged."""
    band: str
    posts: int


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """How many posts of a band meet a clause."""

    clause: str
    band: str
    posts: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts; they add up, over any of their fields."""

    posts: tuple[PostCount, ...]
    clauses: tuple[ClauseCount, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts are asked for; None asks for all."""

    post_ids: Collection[str] | None = None
    band: str | None = None
    unit: str | None = None
    since: datetime | None = None
    """Judged at this moment or later."""
    failures: bool | None = None
    """True: failures alone; False: verdicts alone."""
    clause: str | None = None
    """Posts that meet this clause."""

    def conditions(self) -> list[Condition]:
        """Return them as conditions on `posts`; `post_ids` is left to the caller."""
        column = posts.c
        found: list[Condition] = []
        if self.band is not None:
            found.append(column.band == self.band)
        if self.unit is not None:
            found.append(column.unit == holdable(self.unit))
        if self.since is not None:
            found.append(column.judged_at >= moment(self.since))
        if self.failures is not None:
            found.append((column.band == FAILED) == self.failures)
        if self.clause is not None:
            met = findings.c.number == column.number, findings.c.clause == holdable(self.clause)
            found.append(exists().where(*met))
        return found


def columns_of(record: Record, *, now: datetime) -> dict[str, Any]:
    """Return the row of `posts` for a record, without its number.

    Args:
        record: The record.
        now: When it is kept; with time zone.
    """
    post, outcome = record.post, record.outcome
    judged = isinstance(outcome, Verdict)
    return {
        "id": holdable(post.id),
        "band": outcome.band if isinstance(outcome, Verdict) else FAILED,
        "score": outcome.score if isinstance(outcome, Verdict) else 0.0,
        "unit": holdable(post.unit),
        "account": holdable(post.account),
        "platform": holdable(post.platform),
        "week": week(post.posted_at or post.submitted_at or record.judged_at),
        "judged_at": moment(record.judged_at),
        "kept_at": moment(now),
        "clauses": "\n".join(met_clauses(record)) if judged else "",
    }


def met_clauses(record: Record) -> list[str]:
    """Return the clauses that a record's findings name, sorted, each once."""
    if not isinstance(record.outcome, Verdict):
        return []
    return sorted({holdable(each.clause) for each in record.outcome.findings})


def moment(value: datetime) -> str:
    """Return a moment as text that sorts by time: UTC, microseconds, always as long."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def week(value: datetime) -> str:
    """Return the ISO week in Karachi, e.g. ``2024-W05``."""
    year, number, _ = value.astimezone(_ZONE).isocalendar()
    return f"{year:04d}-W{number:02d}"


def numbers(connection: Connection, wanted: Wanted) -> list[int]:
    """Return the numbers of the wanted posts, highest score first, then by id."""
    order = (posts.c.score.desc(), posts.c.id)
    if wanted.post_ids is None:
        statement = select(posts.c.number).where(*wanted.conditions()).order_by(*order)
        return list(connection.execute(statement).scalars())
    found: list[tuple[float, str, int]] = []
    ids = sorted({holdable(each) for each in wanted.post_ids})
    for at in range(0, len(ids), _AT_ONCE):
        some = posts.c.id.in_(ids[at : at + _AT_ONCE])
        query = select(posts.c.score, posts.c.id, posts.c.number).where(some, *wanted.conditions())
        found += [(-row.score, row.id, row.number) for row in connection.execute(query)]
    return [number for _, _, number in sorted(found)]


def listed(connection: Connection, wanted: Wanted, *, limit: int) -> Iterator[Listed]:
    """Yield a line per wanted post, highest score first, then by id; 0 sets no limit."""
    statement: Select = select(posts).where(*wanted.conditions())
    statement = statement.order_by(posts.c.score.desc(), posts.c.id)
    for row in connection.execute(statement.limit(limit) if limit else statement):
        yield Listed(
            post_id=row.id,
            band=row.band,
            score=row.score,
            unit=row.unit,
            account=row.account,
            platform=row.platform,
            week=row.week,
            clauses=tuple(row.clauses.split("\n")) if row.clauses else (),
            judged_at=datetime.fromisoformat(row.judged_at),
        )


def how_many(connection: Connection, wanted: Wanted) -> int:
    """Return the number of wanted posts."""
    statement = select(count()).select_from(posts).where(*wanted.conditions())
    return int(connection.execute(statement).scalar_one())


def stats(connection: Connection, wanted: Wanted) -> Stats:
    """Count the wanted posts per unit, week and band, and per clause and band."""
    by = (posts.c.unit, posts.c.week, posts.c.band)
    conditions = wanted.conditions()
    per_post = select(*by, count().label("n")).where(*conditions).group_by(*by).order_by(*by)
    which = (findings.c.clause, findings.c.band)
    per_clause = select(*which, count().label("n")).group_by(*which).order_by(*which)
    if conditions:
        joined = findings.join(posts, findings.c.number == posts.c.number)
        per_clause = per_clause.select_from(joined).where(*conditions)
    return Stats(
        posts=tuple(PostCount(*row) for row in connection.execute(per_post)),
        clauses=tuple(ClauseCount(*row) for row in connection.execute(per_clause)),
    )
