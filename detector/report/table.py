"""The table on the terminal: one row per post, failures among them, most urgent first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from detector.record import Record
from detector.report.display import cell
from detector.report.overview import band_of, by_urgency, number, summary_lines
from detector.report.times import percent
from detector.verdict import Failure, Finding, Verdict

__all__ = ["BAND_STYLE", "gap_note", "headline", "strongest", "summary_lines", "table"]

BAND_STYLE = {
    "hold": "bold red",
    "failure": "bold magenta",
    "review": "bold yellow",
    "clear": "green",
}


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def table(records: Iterable[Record]) -> Table:
    """Lay records out for a terminal: band, score, post, clauses, what was found, gaps.

    Captions, names and reasons appear as they are; what would act on the terminal is made visible.
    """
    result = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    result.add_column("band", no_wrap=True)
    result.add_column("score", justify="right", no_wrap=True)
    result.add_column("post", overflow="fold", max_width=22)
    result.add_column("clauses", overflow="fold", max_width=8)
    result.add_column("what was found", overflow="fold")
    ordered = by_urgency(records)
    gaps = any(isinstance(each.outcome, Verdict) and gap_note(each) for each in ordered)
    if gaps:
        result.add_column("not looked at", overflow="fold", max_width=13)
    for record in ordered:
        *cells, gap = _row(record)
        result.add_row(*cells, *([gap] if gaps else []))
    return result


def strongest(verdict: Verdict) -> Finding | None:
    """Return the finding that adds most to the score, or None where there is none."""
    return max(verdict.findings, key=lambda each: each.contribution, default=None)


def headline(record: Record) -> str:
    """Say in one sentence what became of a post; the words may hold data of the post.

    A finding's account runs over several sentences; the first says what was found.
    """
    outcome = record.outcome
    if isinstance(outcome, Failure):
        return outcome.reason
    finding = strongest(outcome)
    if finding is None:
        return outcome.band_reason
    more = len(outcome.findings) - 1
    first = _SENTENCE_END.split(finding.sentence, maxsplit=1)[0]
    return f"{first} (+{more} more)" if more else first


def gap_note(record: Record) -> str:
    """Say how much of a post could not be looked at, read or heard; empty where all of it was."""
    outcome = record.outcome
    if isinstance(outcome, Failure):
        return "the whole post"
    if not outcome.has_gaps:
        return ""
    found = record.evidence.media if record.evidence else ()
    gaps = Counter(gap.channel for each in found for gap in each.gaps)
    in_frames = gaps.pop("frames", 0)
    notes = [f"{channel}, {number(count, 'gap')}" for channel, count in gaps.items()]
    if in_frames or not notes:
        share = percent(1.0 - outcome.coverage)
        notes.insert(0, f"{share}, {number(in_frames, 'gap')}" if in_frames else share)
    return "; ".join(notes)


def _row(record: Record) -> tuple[Text, ...]:
    outcome, band = record.outcome, band_of(record)
    score, clauses = "", ""
    judged = isinstance(outcome, Verdict)
    if isinstance(outcome, Verdict):
        score = f"{outcome.score:.0f}"
        clauses = ", ".join(dict.fromkeys(each.clause for each in outcome.findings))
    return (
        Text(band, style=BAND_STYLE[band]),
        Text(score),
        cell(record.post.id),
        cell(clauses),
        cell(headline(record)),
        cell(gap_note(record) if judged else "", style="yellow"),
    )
