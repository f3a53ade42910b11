"""How ``wardi evaluate`` shows figures on the screen.

Importing this file is light; what is needed is imported when something is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.evaluation.values import Evaluation, Scores


def print_evaluation(found: Evaluation, *, as_json: bool) -> None:
    """Print an evaluation, as a table or as JSON."""
    from training.report.as_json import to_json
    from training.report.words import measure

    if as_json:
        click.echo(to_json(found), nl=False)
        return
    part = f" ({found.restricted})" if found.restricted else ""
    click.echo(f"{found.items} {found.on} items in {found.groups} groups{part}")
    rows: list[tuple[str, ...]] = [
        ("label", "on", "level", "positives", "AP", "right of", "precision", "recall")
    ]
    rows += [_row(each) for each in found.scores if _shown(each)]
    for each in aligned(rows):
        click.echo(each)
    for suite in found.suites:
        rate = measure(suite.per_100, times=100, digits=1)
        click.echo(f"{suite.name}: {suite.alarmed} of {suite.items} with any alarm, per 100 {rate}")
    _print_asked(found)
    click.echo("brackets: 95 % intervals; *: rests on fewer than 20 items or 10 groups")


def _print_asked(found: Evaluation) -> None:
    """Print the bars that the model is held to, and what was measured for them."""
    from training.report.words import bars, measure

    for line in _beside(found):
        click.echo(line)
    if found.tried:
        rows: list[tuple[str, ...]] = [("", "of", "on", "figure", "found", "not judged")]
        rows += [
            (each.by, each.label, each.part, each.figure, measure(each.found), str(each.abstained))
            for each in found.tried
        ]
        for line in aligned(rows):
            click.echo(line)
    for line in aligned(list(bars(found.held))) if found.held else ():
        click.echo(line)


def _beside(found: Evaluation) -> Iterator[str]:
    """Yield a line for each thing that the model is held beside; one reason stands once."""
    from training.report.words import measure

    told: set[str] = set()
    for each in found.beside:
        gap = each.difference.value
        if each.absent in told:
            continue
        told |= {each.absent} if each.absent else set()
        words = each.absent if gap is None else f"AP {measure(each.ap)}, this model {gap:+.2f}"
        outcome = "" if gap is None else f" ({each.difference.outcome})"
        yield f"{each.label}, {each.part}, {each.name}: {words}{outcome}"


def _shown(scores: Scores) -> bool:
    return scores.part == "all" or "=" not in scores.part or scores.curve is not None


def _row(each: Scores) -> tuple[str, ...]:
    from training.report.words import flagged, measure

    numbers = (measure(each.ap), flagged(each), measure(each.precision), measure(each.recall))
    return (each.label, each.part, each.level, str(each.positives), *numbers)


def aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
