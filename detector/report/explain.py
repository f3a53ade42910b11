"""One post on the terminal: the same account of it as in the HTML report, without its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detector.evidence import Evidence, MediaEvidence
from detector.record import Record
from detector.report.display import cell, shown
from detector.report.overview import band_of, row_was_read
from detector.report.page import FindingView, PostView, WordsView, post_view
from detector.report.table import BAND_STYLE
from detector.report.timeline import share_looked
from detector.report.times import percent, seen_at, span
from detector.report.trust import in_short, trust
from detector.verdict import Failure, Verdict

HEADING = "bold"
WARNING = "yellow"
NOTE = "A person decides: the score orders the work and says nothing of anyone's guilt."


def explanation(record: Record, *, cards: Sequence[Mapping[str, Any]] = ()) -> Group:
    """Return everything that is known of a post, ready for a rich console.

    Args:
        record: The post.
        cards: Parsed cards of the models, for their measured precision.
    """
    return Group(*_parts(record, cards))


def _parts(record: Record, cards: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    yield cell(record.post.id, HEADING)
    if row_was_read(record):
        yield from _about(record)
    if isinstance(record.outcome, Failure):
        yield from _failed(record.outcome)
        return
    view = post_view(record, 1, lambda _: (), show_faces=True)
    yield from _score(view, record.outcome)
    for each in view.findings:
        yield from _finding(each)
    for words in (*view.words, *view.further):
        yield from _words(words)
    for media in (record.evidence or Evidence(record.post.id)).media:
        yield from _file(media)
    yield from _rest(record, record.outcome, cards)
    yield Text(NOTE, style="italic")


def _about(record: Record) -> Iterator[RenderableType]:
    post = record.post
    known = {
        "account": post.account,
        "platform": post.platform,
        "author": post.author_role,
        "unit": post.unit,
        "posted": post.posted_at.isoformat(" ", "minutes") if post.posted_at else "",
        "submitted": post.submitted_at.isoformat(" ", "minutes") if post.submitted_at else "",
        "approval": post.approval or "none named",
    }
    yield cell("; ".join(f"{name} {value}" for name, value in known.items() if value), "dim")


def _failed(failure: Failure) -> Iterator[RenderableType]:
    yield Text("could not look", style=BAND_STYLE["failure"])
    yield cell(failure.reason)
    if failure.where:
        yield cell(f"where: {failure.where}")
    yield Text('Nothing of this post was judged. That is not "clear".')


def _score(view: PostView, verdict: Verdict) -> Iterator[RenderableType]:
    band = Text(verdict.band, style=BAND_STYLE[band_of(view.record)])
    yield Text.assemble(band, f", {verdict.score:.1f} of 100: ", cell(verdict.band_reason))
    if view.slices:
        parts = " + ".join(f"{each.clause} {each.points:.1f}" for each in view.slices)
        yield cell(f"{parts} = {verdict.score:.1f}")


def _finding(view: FindingView) -> Iterator[RenderableType]:
    finding = view.finding
    yield Text()
    yield cell(f"{finding.clause} {finding.title}", HEADING)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("found", cell(finding.sentence))
    for each in view.proofs:
        facts.add_row("rests on", cell(each.text))
    if view.more_proofs:
        facts.add_row("", Text(f"and {view.more_proofs} more, listed with the file"))
    facts.add_row("check", cell(finding.check))
    facts.add_row("to comply", cell(finding.remedy))
    if view.wording:
        facts.add_row("the clause", cell(f"{view.wording} ({view.source})"))
    sure, grave = percent(finding.probability), percent(finding.severity)
    points = f"{finding.contribution:.1f} points"
    facts.add_row("figures", Text(f"probability {sure}, severity {grave} (of policy), {points}"))
    yield Padding(facts, (0, 0, 0, 2))


def _words(view: WordsView) -> Iterator[RenderableType]:
    passage = view.passage
    sure = passage.reading_confidence
    doubt = f"read with {percent(sure)} certainty" if sure < 1 else ""
    head = [passage.origin, view.when, passage.language, doubt, *view.topics]
    yield Text()
    yield cell(", ".join(each for each in head if each), HEADING)
    text = Text()
    for each in view.pieces:
        text.append(shown(each.text), style="reverse" if each.topics else "")
        if each.topics and len(view.topics) > 1:
            text.append(f" ({shown(', '.join(each.topics))})", style="dim")
    yield Padding(text, (0, 0, 0, 2))
    if passage.abstained:
        yield cell(f"  not judged: {passage.abstained}", WARNING)


def _file(media: MediaEvidence) -> Iterator[RenderableType]:
    yield Text()
    yield cell(f"{media.name}, {media.kind}; looked at: {share_looked(media)}", HEADING)
    for each in media.sightings:
        yield cell(f"  {seen_at(each, media.kind)}")
    if not media.sightings:
        yield Text("  nothing that the vision model looks for was seen")
    for gap in media.gaps:
        when = "" if media.kind == "photo" else f", {span(gap.start_s, gap.end_s)}"
        yield cell(f"  {gap.missed}{when}: {gap.reason}", WARNING)


def _rest(
    record: Record, verdict: Verdict, cards: Sequence[Mapping[str, Any]]
) -> Iterator[RenderableType]:
    yield Text()
    for channel in verdict.channels:
        if not channel.examined:
            yield cell(
                f"{channel.name}: not examined ({channel.note or 'no reason given'})", WARNING
            )
    for clause in verdict.clauses:
        why = f" ({clause.reason})" if clause.reason else ""
        yield cell(f"{clause.clause} {clause.title}: {clause.state}{why}")
    yield Text()
    yield from _trusted(record, verdict, cards)
    models = ", ".join(f"{each.kind} {each.version}" for each in verdict.models)
    policy = f"{verdict.policy.id} {verdict.policy.version}"
    when = record.judged_at.isoformat(" ", "minutes")
    yield cell(f"policy {policy}; models {models or 'none'}; judged {when}", "dim")


def _trusted(
    record: Record, verdict: Verdict, cards: Sequence[Mapping[str, Any]]
) -> Iterator[RenderableType]:
    """Say how far to trust the labels and topics that the findings rest on."""
    rested_on = _rested_on(record, verdict)
    for each in in_short(trust(verdict.models, cards))[0]:
        if each.label in rested_on:
            where = f" ({each.slice})" if each.slice else ""
            yield cell(
                f"{each.model}, {each.label}{where}: precision on held-out data {each.precision}"
            )
    if verdict.models:
        named = ", ".join(f"{each.kind} {each.version}" for each in verdict.models)
        yield cell(f"other labels, and parts of the data: model card (card.toml) of {named}", "dim")


def _rested_on(record: Record, verdict: Verdict) -> set[str]:
    media = record.evidence.media if record.evidence else ()
    found = set()
    for ref in (ref for finding in verdict.findings for ref in finding.evidence):
        if ref.kind == "passage":
            found.add(ref.topic)
        elif ref.kind == "sighting" and ref.media is not None:
            found.add(media[ref.media].sightings[ref.index].label)
    return found
