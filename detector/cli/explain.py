"""``wardi explain``: everything that is known of one post, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("post_id")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder that holds the store.",
)
@click.option("--store", "url", help="Store: SQLAlchemy URL (default: wardi.db in --out).")
@click.option("--settings", "file", type=click.Path(path_type=Path), help="Settings file (TOML).")
@click.option("--json", "as_json", is_flag=True, help="Print the post's line of verdicts.jsonl.")
def explain(post_id: str, out: Path, url: str | None, file: Path | None, as_json: bool) -> None:
    """Say of POST_ID what was found, which clause it touches, on what it rests, what to check.

    \b
    wardi explain clip.mp4
    wardi explain clip.mp4 --json
    """
    from rich.console import Console

    from detector.cli.assemble import store_url
    from detector.errors import InputError
    from detector.report.display import shown
    from detector.report.explain import explanation
    from detector.report.schema import as_json as line
    from detector.settings import load
    from detector.store import open_store

    settings = load(file, flags={"store": {"url": url}})
    with open_store(store_url(settings, out), create=False) as store:
        record = store.record(post_id)
    if record is None:
        raise InputError(
            f"no post {shown(post_id)!r} in the store; expected an id as `wardi list` prints it; "
            f"look it up there, or name another store with --store"
        )
    if as_json:
        click.echo(line(record))
        return
    Console().print(explanation(record, cards=_cards(record)), highlight=False)


def _cards(record: Any) -> list[Mapping[str, Any]]:
    """Return the cards of the models a record was made with, as far as they are still there."""
    from detector.artifact import load_model_folder
    from detector.errors import ArtifactMismatch

    cards = []
    for model in record.evidence.models if record.evidence else ():
        try:
            folder = load_model_folder(model.version, model.kind)
        except ArtifactMismatch:
            continue
        if folder.ref.sha256 == model.sha256:
            cards.append(folder.card)
    return cards
