"""What a run comes to: counts over records, and the order in which a person should look at them.

A failure and a gap count as loudly as a finding: "could not look" is never "clear".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from detector.post import Post
from detector.record import Record, RunSummary
from detector.report.display import shown
from detector.verdict import Failure, Verdict

PLACE = {"hold": 0, "failure": 1, "review": 2, "clear": 3}
"""The order of bands in a report; a failure stands before `review`: nothing is known of it."""


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """How one clause came out over all posts."""

    clause: str
    title: str
    source: str
    met: int
    not_met: int
    not_judged: int
    does_not_apply: int


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """In how many posts one channel was not examined, and why."""

    name: str
    note: str
    posts: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the posts of a run."""

    posts: int
    bands: dict[str, int]
    """Posts by band, failures under ``failure``; every key of `PLACE` is there."""
    with_gaps: int
    """Judged posts of which a part could not be looked at."""
    clauses: tuple[ClauseCount, ...]
    channels: tuple[ChannelCount, ...]


def band_of(record: Record) -> str:
    """Return the record's band, or ``failure``."""
    return record.outcome.band if isinstance(record.outcome, Verdict) else "failure"


def row_was_read(record: Record) -> bool:
    """Say whether anything is known of a post but its id; not where its row could not be used.

    What such a row would have said of author or approval, or a run's defaults for it, is not known.
    """
    return record.post != Post(record.post.id)


def by_urgency(records: Iterable[Record]) -> list[Record]:
    """Order records for a person: hold, failures, review, clear; gaps and high scores first."""
    return sorted(records, key=_urgency)


def tally(records: Iterable[Record]) -> Tally:
    """Count bands, failures, gaps, clauses and channels in one pass over the records."""
    bands = Counter[str]()
    states: dict[str, Counter[str]] = {}
    titles: dict[str, tuple[str, str]] = {}
    channels = Counter[tuple[str, str]]()
    with_gaps = 0
    for record in records:
        bands[band_of(record)] += 1
        if isinstance(record.outcome, Failure):
            continue
        with_gaps += record.outcome.has_gaps
        for each in record.outcome.clauses:
            titles.setdefault(each.clause, (each.title, each.source))
            states.setdefault(each.clause, Counter())[each.state] += 1
        channels.update((c.name, c.note) for c in record.outcome.channels if not c.examined)
    return Tally(
        posts=bands.total(),
        bands={band: bands[band] for band in PLACE},
        with_gaps=with_gaps,
        clauses=tuple(
            ClauseCount(
                clause,
                *titles[clause],
                met=counts["met"],
                not_met=counts["not met"],
                not_judged=counts["not judged"],
                does_not_apply=counts["does not apply"],
            )
            for clause, counts in states.items()
        ),
        channels=tuple(ChannelCount(*key, posts) for key, posts in channels.items()),
    )


def summary_lines(records: Iterable[Record], summary: RunSummary) -> list[str]:
    """Return what a run came to, line by line, safe for a terminal."""
    counts = tally(records)
    bands = counts.bands
    lines = [
        f"{number(counts.posts, 'post')}: {bands['hold']} hold, {bands['review']} review, "
        f"{bands['clear']} clear, {number(bands['failure'], 'failure')}; "
        f"{counts.with_gaps} judged with gaps"
    ]
    if summary.interrupted:
        lines.append("interrupted: posts after the last one shown were not looked at")
    for channel in counts.channels:
        why = f" ({shown(channel.note)})" if channel.note else ""
        lines.append(f"{channel.name}: not examined{why} in {number(channel.posts, 'post')}")
    if unjudged := [each for each in counts.clauses if each.not_judged]:
        listed = ", ".join(f"{shown(each.clause)} ({each.not_judged})" for each in unjudged)
        lines.append(f"clauses not judged (in how many posts): {listed}")
    lines += [f"{shown(each.where)}: {shown(each.problem)}" for each in summary.problems]
    lines += [f"not a post: {shown(name)}" for name in summary.not_posts]
    if summary.hidden:
        lines.append(f"{number(summary.hidden, 'hidden file')} skipped")
    return lines


def number(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 post``, ``2 posts``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _urgency(record: Record) -> tuple[int, float, bool, str]:
    outcome = record.outcome
    score = outcome.score if isinstance(outcome, Verdict) else 0.0
    gaps = outcome.has_gaps if isinstance(outcome, Verdict) else True
    return PLACE[band_of(record)], -score, not gaps, record.post.id
