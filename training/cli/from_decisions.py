"""``wardi data from-decisions``: what reviewers decided becomes labelled data."""

from __future__ import annotations

from pathlib import Path

import click

from detector.cli.opening import opened, store_options
from detector.errors import InputError
from training.cli.data import INCOMPLETE, needs_extra, print_troubles, say

_PATH = click.Path(path_type=Path)


@click.command("from-decisions")
@click.argument("decisions", type=_PATH, required=False)
@click.option(
    "--to", "folder", type=_PATH, help="Folder of the two corpora, of pictures and texts."
)
@click.option("--sources", type=_PATH, default=Path("data/sources"), show_default=True)
@click.option("--schema", is_flag=True, help="Print the form of a line as JSON Schema.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of words.")
@store_options
def from_decisions(
    decisions: Path | None,
    folder: Path | None,
    sources: Path,
    schema: bool,
    as_json: bool,
    out: Path,
    url: str | None,
    file: Path | None,
) -> int:
    """Turn DECISIONS (JSON lines) on stored posts into labelled data; list what cannot be taken.

    A rejected finding becomes a hard negative. Words and pictures of the posts are copied, names of
    officers are not. Ends with 3 where something was left out.

    \b
    wardi data from-decisions decisions.jsonl --to corpus/
    """
    with needs_extra():
        from training.decisions import json_schema, read_decisions
        from training.from_decisions import from_decisions as run
        from training.settling import FINGERPRINTS

    if schema:
        click.echo(json_schema(), nl=False)
        return 0
    if decisions is None or folder is None:
        raise InputError(
            "a file of decisions or --to is missing; expected both; see `wardi data from-decisions -h`"
        )
    read, troubles = read_decisions(decisions)
    with opened(out, url, file) as store:
        done = run(read, store, folder, known=[sources.resolve().parent / FINGERPRINTS])
    every = [*troubles, *done.troubles]
    print_troubles(every, as_json=as_json)
    say(
        {"decisions": len(read), "pictures": done.pictures, "texts": done.texts},
        f"{len(read)} decisions: {done.pictures} pictures and {done.texts} texts taken into {folder}; "
        f"they are personal data, and `wardi forget` does not reach them",
        as_json=as_json,
    )
    return INCOMPLETE if every else 0
