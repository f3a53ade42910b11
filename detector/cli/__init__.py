"""The command line: the only place that prints or exits.

`main` maps errors to exit statuses: 0 all judged, 3 some posts failed or have gaps, 2 the user's input
or set-up, 1 our bug, 130 interrupted. Verbs are loaded when they are called, so that ``wardi --help``
stays quick; the verbs of `training` are mounted through the entry-point group ``wardi.verbs``.
"""

from __future__ import annotations

import errno
import importlib
import os
import select
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import click

from detector.errors import ContractBroken, WardiError

VERBS = {
    "scan": "detector.cli.scan:scan",
    "explain": "detector.cli.explain:explain",
    "export": "detector.cli.export:export",
    "judge": "detector.cli.judge:judge",
    "list": "detector.cli.records:list_",
    "stats": "detector.cli.records:stats",
    "forget": "detector.cli.records:forget",
    "policy": "detector.cli.policy:policy",
    "register": "detector.cli.register:register",
    "schema": "detector.cli.schema:schema",
    "settings": "detector.cli.settings:settings",
    "doctor": "detector.cli.doctor:doctor",
}
"""The verbs of the core, by name: module and command."""

OK, BUG, INPUT, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130


class Verbs(click.Group):
    """A group whose verbs are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the core's verbs in the order of use, then those of other parts."""
        return [*VERBS, *sorted(_mounted())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb, or return None for a name that is none."""
        target = VERBS.get(cmd_name) or _mounted().get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def _mounted() -> dict[str, str]:
    return {each.name: each.value for each in entry_points(group="wardi.verbs")}


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wardi", prog_name="wardi")
def cli() -> None:
    """Hold social-media posts against a written policy; a person decides.

    \b
    wardi scan submissions/ --policy karachi-2024 --out out/
    wardi explain clip.mp4
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `wardi` and exit with its status."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run `wardi` with arguments; return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with cli.make_context("wardi", given) as context:
            status = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; what was done is kept", err=True)
        return INTERRUPTED
    except ContractBroken as error:
        click.echo(f"wardi: this is a bug in Wardi: {error}", err=True)
        return BUG
    except WardiError as error:
        click.echo(f"wardi: {error}", err=True)
        return INPUT
    except OSError as error:
        return _output_lost(error)
    return status if isinstance(status, int) else OK


def _output_lost(error: OSError) -> int:
    """End quietly where the reader had enough (``| head``), with a sentence where a disk is full."""
    if isinstance(error, BrokenPipeError) and _reader_gone():
        # Python flushes once more at its end; there is nobody to hear of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        raise error
    click.echo(
        f"wardi: {error.filename or 'the output'} cannot be written ({error.strerror}); expected "
        f"room for it; make room, then run the same command again: what was done is kept",
        err=True,
    )
    return INPUT


def _reader_gone() -> bool:
    watch = select.poll()
    watch.register(sys.stdout.fileno(), select.POLLOUT)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in watch.poll(0))
