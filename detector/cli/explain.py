"""``wardi explain``: everything that is known of one post, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from detector.cli.opening import opened, store_options

if TYPE_CHECKING:
    from detector.record import Record


@click.command()
@click.argument("post_id")
@click.option("--json", "as_json", is_flag=True, help="Print the post's line of verdicts.jsonl.")
@store_options
def explain(post_id: str, as_json: bool, **options: Any) -> None:
    """Say of POST_ID what was found, which clause it touches, on what it rests, what to check.

    \b
    wardi explain clip.mp4
    wardi explain clip.mp4 --json
    """
    from detector.cli.display import console, visible
    from detector.errors import InputError
    from detector.report.schema import as_json as line

    with opened(options["out"], options["url"], options["file"]) as store:
        record = store.record(post_id)
    if record is None:
        raise InputError(
            f"no post {visible(post_id)!r} in the store; expected an id as `wardi list` prints "
            f"it; look it up there, or name another store with --store"
        )
    if as_json:
        click.echo(line(record))
        return
    from detector.report.explain import explanation

    console().print(explanation(record, cards=_cards(record)))


def _cards(record: Record) -> list[Mapping[str, Any]]:
    """Return the cards of the models a record was made with, as far as they are still there."""
    from detector.artifact import load_model_folder
    from detector.errors import ArtifactMismatch

    cards = []
    for model in record.evidence.models if record.evidence else ():
        if model.kind != "vision" and model.kind != "text":
            continue  # what reads or hears words has no card
        try:
            folder = load_model_folder(model.version, model.kind)
        except ArtifactMismatch:
            continue
        if folder.ref.sha256 == model.sha256:
            cards.append(folder.card)
    return cards
