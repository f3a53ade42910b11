"""``wardi promote`` and ``wardi rollback``: which model a scan loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from detector.errors import InputError
from training.cli.compare import items_options, items_request, listed, show
from training.cli.data import needs_extra
from training.cli.evaluate import opened, progress_bar

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model")
@click.option("--force", is_flag=True, help="Promote it although a gate fails; needs --reason.")
@click.option("--reason", default="", help="What speaks for it; stays in its card.")
@items_options
def promote(model: str, force: bool, reason: str, **said: Any) -> None:
    """Let scans load MODEL from now on, unless it is worse than the current one, or incomplete.

    Scans look in the folder of the models that come with Wardi: beside those a model has something to beat.

    \b
    wardi promote models/text/my-1 --corpus corpus/corpus.toml
    """
    if force != bool(reason.strip()):
        raise InputError(
            f"{'--force' if force else '--reason'} stands alone; expected both or neither: a gate is "
            f"overruled in writing; add --{'reason' if force else 'force'}"
        )
    with needs_extra():
        from training.promote import promote as run

    with progress_bar() as progress:
        done = run(opened(model), items_request(said), force=reason.strip(), progress=progress)
    if done.comparison:
        show(done.comparison, every=False, as_json=False)
    if done.overruled:
        click.echo(f"promoted against:{listed(done.overruled)}", err=True)
    _told(Path(model).resolve().parent, done.change.version, done.change.before)


@click.command()
@click.argument("kind", type=click.Choice(["vision", "text"]))
@click.option("--models", type=_PATH, help="Folder of models (default: the one a scan reads).")
def rollback(kind: str, models: Path | None) -> None:
    """Let scans load the model of KIND that was current before.

    \b
    wardi rollback vision
    """
    with needs_extra():
        from detector.artifact import MODELS
        from training.current import current_version, roll_back

    folder = (models or MODELS) / kind
    now = current_version(folder)
    _told(folder.resolve(), roll_back(folder).version, now)


def _told(folder: Path, version: str, before: str) -> None:
    from detector.artifact import MODELS

    click.echo(f"{folder.name}: {version} is current{f', instead of {before}' if before else ''}")
    if folder != (MODELS / folder.name).resolve():
        click.echo(
            f"scans of this installation load from {MODELS}; there nothing has changed: copy the "
            f"folder there and promote it there, or name it in the settings",
            err=True,
        )
