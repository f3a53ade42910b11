"""``wardi evaluate MODEL --on sources``: a text model's recipe, fitted without some sources at a time.

Importing this file is light; what is needed is imported when it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.errors import InputError
from training.cli.data import needs_extra

if TYPE_CHECKING:
    from detector.artifact import ModelFolder
    from training.evaluate_sources import LeftOut
    from training.text import TextPlan

RUNS = Path("runs/sources")


def evaluate_sources(model: str, *, card: bool, freeze: bool, as_json: bool, **said: Any) -> None:
    """Measure a text model's recipe on sources that it is fitted anew without.

    Raises:
        InputError: If it is no text model, or an option is given that has no meaning here.
    """
    from training.cli.evaluate import POSTS, opened, progress_bar

    if model == POSTS or freeze or said["corpora"] or as_json:
        raise InputError(
            "--on sources measures a text model and chooses nothing; expected a model folder without "
            "--freeze, --corpus and --json; leave them out"
        )
    with needs_extra():
        from training.evaluate_sources import measure_sources, write_sources
        from training.evaluation.sets import SETS, read_asked
        from training.hold_again import hold_again
        from training.left_out import roots_of
        from training.sources import open_all

    folder = _text_model(opened(model))
    every = {  # pairs too: an encoder's gloss is learnt from them
        each.name: each
        for each in open_all(said["sources"], root=said["root"])
        if each.manifest.kind in ("text", "pairs")
    }
    wanted = said["only"] or read_asked(SETS).text.left_out
    if missing := [each for each in wanted if each not in every]:
        raise InputError(
            f"{', '.join(missing)} is not on this machine; expected every source that is left out; run "
            f"`wardi data add`, or name others with --source"
        )
    roots = roots_of(
        folder.card,
        list(every.values()),
        said["text_recipe"],
        reduced=said["reduced"],
        former=opened(said["former"]) if said["former"] else None,
    )
    with progress_bar() as progress:
        rows = measure_sources(
            folder,
            roots,
            [every[each] for each in wanted],
            RUNS / folder.ref.version,
            _fit,
            together=said["together"],
            draws=said["draws"],
            seed=said["seed"],
            told=lambda words: click.echo(words, err=True),
            progress=progress,
        )
    if card and not said["only"]:
        write_sources(folder.path, roots, rows)
        hold_again(folder.path, SETS)
    _print(rows)


def _text_model(folder: ModelFolder) -> ModelFolder:
    if folder.ref.kind != "text":
        raise InputError(
            f"{folder.path} holds a {folder.ref.kind} model; expected a text model for --on sources; "
            f"name another"
        )
    return folder


def _fit(plan: TextPlan, out: Path) -> None:
    from training.cli.evaluate import progress_bar
    from training.text import train_text

    with progress_bar() as progress:
        train_text(plan, out, progress)


def _print(rows: tuple[LeftOut, ...]) -> None:
    from training.cli.printed import aligned
    from training.evaluate_sources import groups_of, mean_of, worst_of
    from training.report.words import measure

    heading = ("source", "fitted without it", "texts", "mocking", "not judged")
    table: list[tuple[str, ...]] = [(*heading, "AUC", "n-grams", "outcome")]
    for each in rows:
        counts = (str(each.auc.items), str(each.positives), str(each.abstained))
        numbers = (measure(each.auc), measure(each.floor), each.difference.outcome)
        table.append((each.source, each.without, *counts, *numbers))
    for line in aligned(table):
        click.echo(line)
    for group in groups_of(rows):
        click.echo(f"left out together: {', '.join(group)}")
    worst = worst_of(rows)
    click.echo(f"mean {measure(mean_of(rows))}; least {worst.source} {measure(worst.auc)}")
