"""What verbs on stored posts share: which store, which of its posts, how moments are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from detector.settings import Settings
    from detector.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
BANDS = ("hold", "review", "clear", "failure")


def store_options(command: Command) -> Command:
    """Add the options that name the store: ``out``, ``url`` and ``file``."""
    for option in (
        click.option("--settings", "file", type=click.Path(path_type=Path), help="Settings file."),
        click.option("--store", "url", help="Store: SQLAlchemy URL (default: wardi.db in --out)."),
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("out"),
            show_default=True,
            help="Folder that holds the store.",
        ),
    ):
        command = option(command)
    return command


def opened(out: Path, url: str | None, file: Path | None, *, create: bool = False) -> Store:
    """Open the store that options and settings name.

    Raises:
        StoreError: If it cannot be opened; if there is none, unless it may be made.
    """
    from detector.store import open_store

    chosen = settings_of(url, file).store.url
    if not chosen and create:
        out.mkdir(parents=True, exist_ok=True)
    return open_store(chosen or str(out / "wardi.db"), create=create)


def settings_of(url: str | None, file: Path | None) -> Settings:
    """Return the settings in force, with the store that the command line names."""
    from detector.settings import load

    return load(file, flags={"store": {"url": url}})


class Moment(click.ParamType[datetime]):
    """A day or a time in ISO 8601; Asia/Karachi where no zone is given."""

    name = "day or time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or say what was expected."""
        from detector.intake.fields import parse_moment

        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


band_option = click.option(
    "--band", type=click.Choice(BANDS), help="Posts of this band; failure: unreadable."
)
unit_option = click.option("--unit", help="Posts of this unit.")
since_option = click.option(
    "--since", type=Moment(), help="Posts whose verdict is of this day or time, or newer."
)
