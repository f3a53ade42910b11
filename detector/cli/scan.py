"""``wardi scan``: posts in; table, verdicts.jsonl and report.html out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.intake import Intake
    from detector.record import Record, RunSummary
    from detector.settings import Settings

ROLES = ["officer", "official account", "private person", "unknown"]


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--policy", default="karachi-2024", show_default=True, help="Pack: name or file.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder for report.html, verdicts.jsonl and the store.",
)
@click.option("--account", default="", help="Account of every post that names none.")
@click.option("--author-role", type=click.Choice(ROLES), help="Author of posts that name none.")
@click.option("--unit", default="", help="Unit of every post that names none.")
@click.option("--platform", default="", help="Platform of every post that names none.")
@click.option("--fps", type=float, help="Frames inspected per second of video (default: 2).")
@click.option("--exhaustive", is_flag=True, default=None, help="Inspect every decoded frame.")
@click.option("--keep-repeats", is_flag=True, help="Inspect near-duplicate frames too.")
@click.option("--store", "url", help="Store: SQLAlchemy URL (default: wardi.db in --out).")
@click.option("--settings", "file", type=click.Path(path_type=Path), help="Settings file (TOML).")
@click.option("--show-faces", is_flag=True, help="Leave faces in pictures; the report says so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of the table.")
def scan(source: Path, policy: str, out: Path, **options: Any) -> int:
    """Scan SOURCE: a folder of videos and photos, a single file, JSONL or CSV.

    \b
    wardi scan submissions/ --policy karachi-2024 --out out/
    wardi scan posts.csv --author-role officer --json
    """
    from detector.intake import read_posts
    from detector.policy.pack import load_pack

    settings = _settings(options)
    pack = load_pack(policy)
    defaults = {key: options[key] or "" for key in ("account", "author_role", "unit", "platform")}
    intake = read_posts(source, defaults=defaults)
    out.mkdir(parents=True, exist_ok=True)
    return _run(source, intake, pack, settings, out, options)


def _settings(options: dict[str, Any]) -> Settings:
    from detector.settings import load

    sampling = {
        "fps": options["fps"],
        "exhaustive": options["exhaustive"],
        "skip_repeats": False if options["keep_repeats"] else None,
    }
    return load(options["file"], flags={"sampling": sampling, "store": {"url": options["url"]}})


def _run(
    source: Path, intake: Intake, pack: Any, settings: Settings, out: Path, options: dict[str, Any]
) -> int:
    from dataclasses import replace
    from datetime import UTC, datetime

    from detector.cli import INTERRUPTED
    from detector.cli.assemble import model_folders, stages
    from detector.record import RunSummary
    from detector.store import open_store

    summary = RunSummary(
        source=str(source),
        started_at=datetime.now(UTC),
        policy_id=pack.id,
        problems=tuple(intake.problems),
        not_posts=tuple(intake.not_posts),
        hidden=intake.hidden,
    )
    folders = model_folders(settings)
    with open_store(store_url(settings, out)) as store:
        with stages(settings, folders, pack, store.registers()) as parts:
            records, interrupted = _collect(intake, parts, store)
        summary = replace(summary, interrupted=interrupted)
        _write(records, summary, out, store, folders, options)
    return INTERRUPTED if interrupted else _status(records, summary)


def store_url(settings: Settings, out: Path) -> str:
    """Return the store that the settings name, or the one in the output folder."""
    return settings.store.url or f"sqlite:///{(out / 'wardi.db').resolve()}"


def _collect(intake: Intake, parts: Any, store: Any) -> tuple[list[Record], bool]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from detector.engine.local import Interrupted, run
    from detector.scan import scan as pipeline

    done = _failures(intake)
    columns = (
        TextColumn("scanning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.speed:.1f} posts/s"),
        Remaining(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scan", total=len(intake.posts))
        try:
            for record in run(intake.posts, lambda posts: pipeline(posts, parts, store)):
                done.append(record)
                progress.advance(task)
        except Interrupted:
            return done, True
    return done, False


def _failures(intake: Intake) -> list[Record]:
    """Return a record for each post whose row or file could not be used."""
    from datetime import UTC, datetime

    from detector.post import Post
    from detector.record import Record
    from detector.verdict import Failure

    now = datetime.now(UTC)
    first: dict[str, Record] = {}
    for each in intake.problems:
        if each.post_id and each.post_id not in first:
            failure = Failure(each.post_id, each.problem, each.where)
            first[each.post_id] = Record(Post(each.post_id), None, failure, "", "", now)
    return list(first.values())


def _write(
    records: list[Record], summary: RunSummary, out: Path, store: Any, folders: Any, options: Any
) -> None:
    from rich.console import Console

    from detector.report.exports import write_jsonl
    from detector.report.html import write_html
    from detector.report.table import summary_lines, table

    write_jsonl(records, out / "verdicts.jsonl")
    report = write_html(
        records,
        summary,
        out,
        pictures=store.pictures,
        cards=[each.card for each in folders],
        show_faces=options["show_faces"],
    )
    if options["as_json"]:
        click.echo((out / "verdicts.jsonl").read_text("utf-8"), nl=False)
        return
    console = Console()
    console.print(table(records))
    for line in summary_lines(records, summary):
        console.print(line, markup=False, highlight=False)
    console.print(f"report: {report}", markup=False, highlight=False)


def _status(records: Iterable[Record], summary: RunSummary) -> int:
    from detector.cli import INCOMPLETE, OK
    from detector.verdict import Verdict

    whole = all(isinstance(each.outcome, Verdict) and not each.outcome.has_gaps for each in records)
    return OK if whole and not summary.problems else INCOMPLETE
