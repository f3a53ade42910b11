"""``wardi schema``: the form of a line of ``verdicts.jsonl``."""

from __future__ import annotations

import click


@click.command()
def schema() -> None:
    """Print the JSON schema of a line of verdicts.jsonl.

    \b
    wardi schema > verdict-1.json
    """
    from detector.report.schema import json_schema

    click.echo(json_schema(), nl=False)
