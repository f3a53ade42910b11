"""``wardi export``: stored posts as a file for spreadsheets, notebooks and other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.opening import band_option, opened, since_option, store_options, unit_option

if TYPE_CHECKING:
    from detector.record import Record

FORMATS = {".csv": "write_csv", ".parquet": "write_parquet", ".jsonl": "write_jsonl"}
"""What the ending of a file says: the function of `detector.report.exports` that writes it."""


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@band_option
@unit_option
@since_option
@store_options
def export(target: Path, **options: Any) -> None:
    """Write stored posts to FILE, highest score first; its ending says the format.

    .csv for spreadsheets, .parquet for notebooks (needs the extra parquet), .jsonl as
    verdicts.jsonl. A file that is there is replaced.

    \b
    wardi export verdicts.csv --band hold
    wardi export march.parquet --since 2024-03-01 --unit South
    """
    from detector.cli.display import visible
    from detector.errors import InputError

    write = _writer(target)
    wanted = {key: options[key] for key in ("band", "unit", "since")}
    with opened(options["out"], options["url"], options["file"]) as store:
        records = Counted(store.records(**wanted))
        try:
            write(records, target)
        except OSError as error:
            raise InputError(
                f"{visible(str(target))} cannot be written ({error.strerror}); expected a file in "
                f"a folder that can be written; name another one"
            ) from error
    posts = "1 post" if records.count == 1 else f"{records.count} posts"
    click.echo(f"wrote {posts} to {visible(str(target))}", err=True)


class Counted:
    """Records on their way into a file, counted."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.count += 1
            yield record


def _writer(target: Path) -> Callable[[Iterable[Record], Path], Path]:
    from detector.cli.display import visible
    from detector.errors import InputError
    from detector.report import exports

    name = FORMATS.get(target.suffix.lower())
    if name is None:
        raise InputError(
            f"the name {visible(target.name)!r} does not say which format is wanted; expected one "
            f"that ends in {', '.join(FORMATS)}; name such a file"
        )
    writer: Callable[[Iterable[Record], Path], Path] = getattr(exports, name)
    return writer
