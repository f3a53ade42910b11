"""``wardi list``, ``wardi stats``, ``wardi forget``: what the store holds, and removing it for good."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.opening import (
    BANDS,
    Moment,
    band_option,
    opened,
    settings_of,
    since_option,
    store_options,
    unit_option,
)

if TYPE_CHECKING:
    from rich.table import Table

    from detector.store import Listed, Stats, Store


@click.command("list")
@band_option
@unit_option
@since_option
@click.option("--clause", help="Posts that meet this clause.")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="0: all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of the table.")
@store_options
def list_(limit: int, as_json: bool, **options: Any) -> None:
    """List stored posts, highest score first.

    \b
    wardi list --band hold --since 2024-03-01 --unit South
    """
    from detector.store import Wanted

    wanted = Wanted(**{key: options[key] for key in ("band", "unit", "since", "clause")})
    with opened(options["out"], options["url"], options["file"]) as store:
        lines, total = store.lines(wanted, limit=limit), store.count(wanted)
    if as_json:
        for each in lines:
            click.echo(_json(asdict(each)))
        return
    from detector.cli.display import console

    console().print(_listing(lines))
    more = "" if len(lines) == total else f", the {len(lines)} highest shown: --limit 0 lists all"
    click.echo(f"{total} {'post' if total == 1 else 'posts'}{more}", err=True)


@click.command()
@unit_option
@since_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of the tables.")
@store_options
def stats(
    unit: str | None,
    since: datetime | None,
    as_json: bool,
    out: Path,
    url: str | None,
    file: Path | None,
) -> None:
    """Count stored posts per unit, week, clause and band.

    A week is that in which a post was posted, else submitted, else judged.

    \b
    wardi stats --since 2024-01-01
    """
    with opened(out, url, file) as store:
        counted = store.stats(unit=unit, since=since)
    if as_json:
        for line in map(asdict, counted.posts):
            click.echo(_json(line))
        for line in map(asdict, counted.clauses):
            click.echo(_json(line))
        return
    from detector.cli.display import console

    for table in _tables(counted):
        console().print(table)


@click.command()
@click.argument("post_id", required=False)
@click.option("--before", type=Moment(), help="Remove every post first kept before this.")
@click.option("--expired", is_flag=True, help="Remove what is older than [store] retention_days.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_options
def forget(
    post_id: str | None,
    before: datetime | None,
    expired: bool,
    yes: bool,
    out: Path,
    url: str | None,
    file: Path | None,
) -> None:
    """Remove POST_ID from the store, or every old post, with evidence and pictures.

    \b
    wardi forget clip.mp4
    wardi forget --before 2024-01-01
    """
    if [post_id is not None, before is not None, expired].count(True) != 1:
        raise click.UsageError("give one of POST_ID, --before DATE, --expired")
    if expired:
        before = _expiry(url, file)
    with opened(out, url, file) as store:
        if before is None:
            removed = _forget_one(store, str(post_id))
        else:
            removed = _forget_old(store, before, yes=yes)
        copies = store.backups
    click.echo(
        f"removed {removed} {'post' if removed == 1 else 'posts'} with evidence and pictures"
    )
    click.echo("reports and exports written before still name them; remove those too", err=True)
    for copy in copies:
        click.echo(f"so does the copy of the store {copy}", err=True)


def _expiry(url: str | None, file: Path | None) -> datetime:
    from detector.errors import InputError

    days = settings_of(url, file).store.retention_days
    if not days:
        raise InputError(
            "no retention is set; expected days in [store] retention_days of the settings; "
            "set it, or name a day with --before"
        )
    return datetime.now(UTC) - timedelta(days=days)


def _forget_one(store: Store, post_id: str) -> int:
    from detector.cli.display import visible
    from detector.errors import InputError

    removed = store.forget(post_id)
    if not removed:
        raise InputError(
            f"no post {visible(post_id)!r} in the store {store.name}; expected an id as "
            f"`wardi list` prints it; look it up there"
        )
    return removed


def _forget_old(store: Store, before: datetime, *, yes: bool) -> int:
    count = store.kept_before(before)
    if count and not yes:
        day = before.isoformat(sep=" ", timespec="minutes")
        click.confirm(f"remove {count} posts first kept before {day}?", abort=True, err=True)
    return store.forget(before=before)


def _listing(lines: Iterable[Listed]) -> Table:
    from rich.table import Table
    from rich.text import Text

    from detector.cli.display import cell
    from detector.report.table import BAND_STYLE

    table = Table(pad_edge=False)
    for name in ("band", "score", "post", "unit", "account", "clauses", "judged"):
        table.add_column(name, justify="right" if name == "score" else "left", overflow="fold")
    for each in lines:
        table.add_row(
            Text(each.band, style=BAND_STYLE[each.band]),
            "-" if each.band == "failure" else f"{each.score:.0f}",
            cell(each.post_id),
            cell(each.unit),
            cell(each.account),
            cell(", ".join(each.clauses)),
            each.judged_at.astimezone().isoformat(sep=" ", timespec="minutes"),
        )
    return table


def _tables(counted: Stats) -> list[Table]:
    return [
        _crossed("unit", ((each.unit or "none given", each) for each in counted.posts)),
        _crossed("week", ((each.week, each) for each in counted.posts)),
        _crossed("clause", ((each.clause, each) for each in counted.clauses)),
    ]


def _crossed(name: str, counted: Iterable[tuple[str, Any]]) -> Table:
    """Lay counts out: a row per value, a column per band."""
    from rich.table import Table

    from detector.cli.display import cell

    sums: dict[str, Counter[str]] = {}
    for value, each in counted:
        sums.setdefault(value, Counter())[each.band] += each.posts
    table = Table(pad_edge=False)
    for column in (name, *BANDS, "posts"):
        table.add_column(column, justify="left" if column == name else "right", overflow="fold")
    for value, bands in sorted(sums.items()):
        counts = [str(bands[band]) for band in BANDS]
        table.add_row(cell(value), *counts, str(bands.total()))
    return table


def _json(value: dict[str, Any]) -> str:
    as_text: Callable[[datetime], str] = datetime.isoformat
    return json.dumps(value, ensure_ascii=False, default=as_text)
