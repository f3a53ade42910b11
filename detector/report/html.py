"""The report for people: one HTML file that needs nothing else, or a folder of them beyond 500 posts.

It asks no one for anything: style, drawings and pictures lie inside, there is no script, and its
content-security-policy forbids every request. Words of a post are data: Jinja2 escapes them, and
characters that would turn the reading order round are shown by their code.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from detector.evidence import ModelRef
from detector.record import Record, RunSummary
from detector.report.display import shown
from detector.report.exports import replacing
from detector.report.overview import PLACE, band_of, by_urgency, number, row_was_read, tally
from detector.report.page import Pictures, post_view
from detector.report.table import gap_note, headline
from detector.report.times import clock, percent, span
from detector.report.trust import caveats, in_short, trust
from detector.report.words import is_arabic, visible
from detector.verdict import PolicyRef, Verdict

ONE_FILE = 500
"""Posts up to which the report is one file."""
PER_PAGE = 100
"""Posts on a page of a longer report."""
FIRST = 10
"""Posts that the first screen names."""
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as lists name it, with the address of its full account."""

    href: str
    band: str
    score: str
    post_id: str
    clauses: str
    headline: str
    gaps: str


def write_html(
    records: Iterable[Record],
    summary: RunSummary,
    out: Path,
    *,
    pictures: Pictures,
    cards: Sequence[Mapping[str, Any]] = (),
    show_faces: bool = False,
) -> Path:
    """Write the report into a folder; return the file to open.

    Args:
        records: All posts of the run, in any order.
        summary: What the run was given and left out.
        out: Where ``report.html`` is put, or the folder ``report`` beyond `ONE_FILE` posts.
        pictures: Returns the frames that are kept of a file, by its hash.
        cards: Parsed cards of the models, for their measured precision.
        show_faces: Leave faces in the pictures; the report says so.
    """
    ordered = by_urgency(records)
    pages = _pages(len(ordered))
    entries = _entries(ordered, pages)
    environment = _environment()
    common = _frame(ordered, summary, cards, show_faces) | {"pages": pages}
    _clear(out)
    for page in pages:
        chosen = range(page.first, page.last + 1)
        views = (post_view(ordered[at - 1], at, pictures, show_faces) for at in chosen)
        here = {"entries": entries, "page": page, "posts": views}
        _write(environment, "page.html", common | here, out / page.file)
    if len(pages) > 1:
        _write(environment, "index.html", common | {"entries": entries}, out / "report/index.html")
        return out / "report" / "index.html"
    return out / "report.html"


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the report and the posts it holds, counted from 1."""

    file: str
    """Relative to the output folder."""
    first: int
    last: int


def _pages(posts: int) -> list[Page]:
    if posts <= ONE_FILE:
        return [Page("report.html", 1, posts)]
    return [
        Page(f"report/posts-{at // PER_PAGE + 1:03d}.html", at + 1, min(at + PER_PAGE, posts))
        for at in range(0, posts, PER_PAGE)
    ]


def _entries(ordered: Sequence[Record], pages: Sequence[Page]) -> list[Entry]:
    file_of = {}
    if len(pages) > 1:
        file_of = {
            at: page.file.removeprefix("report/")
            for page in pages
            for at in range(page.first, page.last + 1)
        }
    entries = []
    for at, record in enumerate(ordered, start=1):
        outcome = record.outcome
        judged = isinstance(outcome, Verdict)
        findings = outcome.findings if isinstance(outcome, Verdict) else ()
        entries.append(
            Entry(
                href=f"{file_of.get(at, '')}#post-{at}",
                band=band_of(record),
                score=f"{outcome.score:.0f}" if judged else "",  # type: ignore[union-attr]
                post_id=record.post.id,
                clauses=", ".join(dict.fromkeys(each.clause for each in findings)),
                headline=headline(record),
                gaps=gap_note(record),
            )
        )
    return entries


def _frame(
    ordered: Sequence[Record],
    summary: RunSummary,
    cards: Sequence[Mapping[str, Any]],
    show_faces: bool,
) -> dict[str, Any]:
    """Return what every page of the report knows."""
    verdicts = [each.outcome for each in ordered if isinstance(each.outcome, Verdict)]
    css = (TEMPLATES / "report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")
    models: dict[ModelRef, None] = dict.fromkeys(m for each in verdicts for m in each.models)
    policies: dict[PolicyRef, None] = dict.fromkeys(each.policy for each in verdicts)
    return {
        "summary": summary,
        "tally": tally(ordered),
        "bands": tuple(PLACE),
        "first": FIRST,
        "trust": in_short(trust(models, cards)),
        "caveats": caveats(models, cards),
        "models": list(models),
        "policies": list(policies),
        "show_faces": show_faces,
        "has_pictures": any(m.sightings for r in ordered if r.evidence for m in r.evidence.media),
        "css": Markup(css),  # noqa: S704 - our own file, and the policy names its hash
        "css_hash": digest,
        "wardi_version": _version(),
        "made_at": datetime.now(UTC),
    }


def _write(environment: Environment, template: str, values: Mapping[str, Any], out: Path) -> None:
    with replacing(out, encoding="utf-8", newline="\n", errors="replace") as file:
        file.writelines(environment.get_template(template).generate(values))


def _clear(out: Path) -> None:
    """Remove a former report: pages that the new one lacks would pass for a part of it."""
    (out / "report.html").unlink(missing_ok=True)
    for page in (out / "report").glob("posts-*.html"):
        page.unlink()
    (out / "report" / "index.html").unlink(missing_ok=True)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": clock,
        "percent": percent,
        "moment": _moment,
        "data": _data,
        "name": _name,
        "visible": _visible_markup,
        "css": _css,
        "attribute": shown,
        "points": _points,
    }
    environment.globals |= {
        "span": span,
        "number": number,
        "is_arabic": is_arabic,
        "row_was_read": row_was_read,
    }
    return environment


def _data(text: str) -> Markup:
    """Return words of a post: escaped, of their own direction, hidden characters by their code."""
    return Markup("<bdi>{}</bdi>").format(_visible_markup(text))


def _name(text: str) -> Markup:
    """Return a path or id: read from left to right, whatever its parts are written in."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(_visible_markup(text))


def _visible_markup(text: str) -> Markup:
    return Markup("").join(_visible(text))


def _visible(text: str) -> Iterator[Markup]:
    for stretch, hides in visible(text):
        if hides:
            yield Markup('<bdi class="code" title="a hidden character">{}</bdi>').format(stretch)
        else:
            yield escape(stretch)


def _moment(value: datetime | None) -> str:
    return f"{value:%d %B %Y, %H:%M %Z}".strip() if value else ""


def _css(label: str) -> str:
    """Return a label as a class name; a label without a colour of its own gets the common one."""
    return label if label.isascii() and label.isalnum() else "other"


def _points(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _version() -> str:
    try:
        return version("wardi")
    except PackageNotFoundError:
        return "of a checkout"
