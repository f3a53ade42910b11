"""``wardi register``: approvals, accounts and duty hours, loaded from CSV and written back as such."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from detector.cli.opening import opened, store_options

if TYPE_CHECKING:
    from detector.registers import RegisterName

NAMES = ("approvals", "accounts", "duty")
_WITHOUT = {
    "approvals": "posts count as shown without an approval on file",
    "accounts": "no account counts as official",
    "duty": "clauses on duty hours are not judged",
}
"""What follows where a register was never loaded."""


@click.group()
def register() -> None:
    """Load, list and export what the force has on file.

    \b
    wardi register load approvals.csv
    """


@register.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--name", type=click.Choice(NAMES), help="Which register (default: the file's name).")
@store_options
def load(source: Path, name: str | None, out: Path, url: str | None, file: Path | None) -> None:
    """Put the CSV file SOURCE in place of a register: all of it, or nothing.

    \b
    wardi register load approvals.csv
    wardi register load march.csv --name duty
    """
    from detector.intake.registers import read_register

    chosen = _name(name or source.stem.lower(), source)
    rows = read_register(chosen, source)
    with opened(out, url, file, create=True) as store:
        store.load_register(chosen, rows)
    click.echo(f"{chosen}: {len(rows)} {'row' if len(rows) == 1 else 'rows'} loaded")
    click.echo("`wardi judge` brings the stored verdicts up to date", err=True)


@register.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of the table.")
@store_options
def list_(as_json: bool, out: Path, url: str | None, file: Path | None) -> None:
    """Say which registers are loaded, since when, with how many rows.

    \b
    wardi register list
    """
    from detector.registers import RegisterName

    with opened(out, url, file) as store:
        states = {each.name: each for each in store.register_states()}
    for name in get_args(RegisterName):
        state = states.get(name)
        if as_json:
            loaded_at = state.loaded_at.isoformat() if state else None
            rows = state.rows if state else None
            click.echo(json.dumps({"register": name, "rows": rows, "loaded_at": loaded_at}))
        elif state is None:
            click.echo(f"{name:<10} never loaded: {_WITHOUT[name]}")
        else:
            since = state.loaded_at.astimezone().isoformat(sep=" ", timespec="minutes")
            click.echo(f"{name:<10} {state.rows} rows, loaded {since}")


@register.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--to", "target", type=click.Path(path_type=Path), help="File (default: print it).")
@store_options
def export(
    name: RegisterName, target: Path | None, out: Path, url: str | None, file: Path | None
) -> None:
    """Write the register NAME as CSV, as `wardi register load` reads it.

    \b
    wardi register export approvals --to approvals.csv
    """
    from detector.errors import InputError
    from detector.intake.registers import register_text

    with opened(out, url, file) as store:
        rows = getattr(store.registers(), name)
    if rows is None:
        raise InputError(
            f"the register {name} was never loaded; expected one that was; "
            f"load it with `wardi register load {name}.csv`"
        )
    content = register_text(name, rows)
    if target is None:
        click.echo(content, nl=False)
        return
    try:
        target.write_text(content, "utf-8", newline="")
    except OSError as error:
        raise InputError(
            f"{target} cannot be written ({error.strerror}); expected a file in a folder that is "
            f"there; name another one with --to"
        ) from error


def _name(name: str, source: Path) -> RegisterName:
    from detector.errors import InputError
    from detector.registers import RegisterName

    for known in get_args(RegisterName):
        if name == known:
            found: RegisterName = known
            return found
    raise InputError(
        f"the file {source.name} does not say which register it is; expected approvals.csv, "
        f"accounts.csv or duty.csv; name the register with --name"
    )
