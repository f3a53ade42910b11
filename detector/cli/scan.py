"""``wardi scan``: posts in; table, verdicts.jsonl and report.html out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from detector.cli.assemble import Setup
    from detector.intake import Intake
    from detector.record import Record, RunSummary
    from detector.settings import Settings
    from detector.store import Store

ROLES = ["officer", "official account", "private person", "unknown"]
POSTS_PER_JOB = 20
"""Fewer posts with media than this for each process do not pay for starting another: that costs 4 s of
processor time, as much as 14 clips of 3 s, and one process keeps two cores busy with decoding."""


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
@click.option(
    "--read", "words", help="Words of files: screen, speech, both, none (default: screen)."
)
@click.option("--jobs", type=click.IntRange(0), default=0, help="Processes (default: as it pays).")
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
    from datetime import UTC, datetime

    from detector.cli import INTERRUPTED
    from detector.cli.assemble import Setup, model_folders, store_url
    from detector.intake import read_posts
    from detector.policy.pack import load_pack
    from detector.record import RunSummary
    from detector.store import open_store

    started_at = datetime.now(UTC)
    _apart(source, out)
    pack = load_pack(policy)
    defaults = {key: options[key] or "" for key in ("account", "author_role", "unit", "platform")}
    intake = read_posts(source, defaults=defaults)
    jobs = options["jobs"] or _jobs(intake)
    settings = _settings(options, jobs)
    folders = model_folders(settings)
    _make(out)
    with_media = any(each.media for each in intake.posts)
    setup = Setup(settings, policy, store_url(settings, out), with_media)
    if jobs > 1:
        open_store(setup.store_url).close()  # brought up to date by one process, used by several
    records, interrupted = _collect(intake, setup, jobs)
    summary = RunSummary(
        source=str(source),
        started_at=started_at,
        policy_id=pack.id,
        problems=intake.problems,
        not_posts=intake.not_posts,
        hidden=intake.hidden,
        interrupted=interrupted,
    )
    with open_store(setup.store_url) as store:
        report = _write(records, summary, out, store, [each.card for each in folders], options)
    _print(records, summary, out, report, as_json=options["as_json"])
    return INTERRUPTED if interrupted else _status(records, summary)


def _jobs(intake: Intake) -> int:
    """Return how many processes pay: one for a long video, one a core for many short clips."""
    import os

    with_media = sum(1 for each in intake.posts if each.media)
    return max(1, min(os.cpu_count() or 1, with_media // POSTS_PER_JOB))


def _settings(options: dict[str, Any], jobs: int) -> Settings:
    import os

    from detector.settings import load

    sampling = {
        "fps": options["fps"],
        "exhaustive": options["exhaustive"],
        "skip_repeats": False if options["keep_repeats"] else None,
    }
    flags = {
        "sampling": sampling,
        "store": {"url": options["url"]},
        "words": {"read": options["words"]},
    }
    settings = load(options["file"], flags=flags)
    if jobs > 1 and settings.vision.threads == 0:  # the processes share the cores
        threads = {"threads": max(1, (os.cpu_count() or 1) // jobs)}
        settings = load(options["file"], flags=flags | {"vision": threads})
    return settings


def _apart(source: Path, out: Path) -> None:
    """Refuse to write into the folder that is scanned: the next run would read it as posts."""
    from detector.errors import InputError

    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise InputError(
            f"the output folder {out} lies in {source}, which is to be scanned; expected a folder "
            f"elsewhere; name one with --out"
        )


def _make(out: Path) -> None:
    from detector.errors import InputError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the output folder {out} cannot be made ({error.strerror}); expected a folder that "
            f"can be written; name another with --out"
        ) from error


def _collect(intake: Intake, setup: Setup, jobs: int) -> tuple[list[Record], bool]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from detector.engine.local import Interrupted, run

    done = _failures(intake)
    columns = (
        TextColumn("scanning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        Remaining(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scan", total=len(intake.posts), rate="")
        try:
            for record in run(intake.posts, setup.work, jobs=jobs):
                done.append(record)
                speed = progress.tasks[task].speed
                progress.update(task, advance=1, rate=f"{speed:.1f} posts/s" if speed else "")
        except Interrupted:
            return done, True
    return done, False


def _failures(intake: Intake) -> list[Record]:
    """Return a record for each post whose row or file could not be used."""
    from datetime import UTC, datetime

    from detector.post import Post
    from detector.record import Record

    now = datetime.now(UTC)
    return [Record(Post(each.post_id), None, each, "", "", now) for each in intake.failures]


def _write(
    records: list[Record],
    summary: RunSummary,
    out: Path,
    store: Store,
    cards: list[Any],
    options: dict[str, Any],
) -> Path:
    from detector.report.exports import write_jsonl
    from detector.report.html import write_html

    write_jsonl(records, out / "verdicts.jsonl")
    return write_html(
        records,
        summary,
        out,
        pictures=store.pictures,
        cards=cards,
        show_faces=options["show_faces"],
    )


def _print(
    records: list[Record], summary: RunSummary, out: Path, report: Path, *, as_json: bool
) -> None:
    from rich.console import Console

    from detector.report.table import summary_lines, table

    if as_json:
        click.echo((out / "verdicts.jsonl").read_text("utf-8"), nl=False)
        return
    console = Console()
    console.print(table(records))
    for line in summary_lines(records, summary):
        console.print(line, highlight=False)
    console.print(f"report: {report}", markup=False, highlight=False, soft_wrap=True)


def _status(records: list[Record], summary: RunSummary) -> int:
    from detector.cli import INCOMPLETE, OK
    from detector.verdict import Verdict

    whole = all(isinstance(each.outcome, Verdict) and not each.outcome.has_gaps for each in records)
    return OK if whole and not summary.problems else INCOMPLETE
