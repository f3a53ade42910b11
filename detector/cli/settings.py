"""``wardi settings``: the settings in force, in the form of a settings file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--settings", "file", type=click.Path(path_type=Path), help="Settings file (TOML).")
def settings(file: Path | None) -> None:
    """Print the settings in force, after file and environment, as TOML.

    \b
    wardi settings > wardi.toml
    """
    import json

    from detector.settings import load

    for section, values in load(file).model_dump().items():
        click.echo(f"[{section}]")
        for key, value in values.items():
            click.echo(f"{key} = {json.dumps(value)}")
        click.echo()
