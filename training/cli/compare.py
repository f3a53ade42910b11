"""``wardi compare``: a candidate against a champion on the same items."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from training.cli.data import needs_extra
from training.cli.evaluate import opened, progress_bar
from training.cli.printed import aligned

if TYPE_CHECKING:
    from detector.artifact import ModelFolder
    from training.compare import Comparison
    from training.comparing import Line
    from training.evaluate import Request

_PATH = click.Path(path_type=Path)
SIDES = {"heldout": "held-out items", "calibration": "items of the calibration side"}
CommandT = TypeVar("CommandT", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--data", "root", type=_PATH, help="Data root; without it, where sources are."),
    click.option("--sources", type=_PATH, default=Path("data/sources"), show_default=True),
    click.option("--corpus", "corpora", type=_PATH, multiple=True, help="Imported; repeatable."),
    click.option("--draws", default=1000, show_default=True, help="Of the bootstrap."),
    click.option("--seed", default=0, show_default=True),
    click.option("--settings", type=_PATH, help="Settings file."),
)


def items_options(command: CommandT) -> CommandT:
    """Add the options that say on which held-out items models are compared."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def items_request(said: dict[str, Any]) -> Request:
    """Return what those options ask for."""
    from detector.settings import load
    from training.evaluate import Request

    return Request(
        on=said.get("on", "heldout"),
        manifests=said["sources"],
        root=said["root"],
        corpora=said["corpora"],
        draws=said["draws"],
        seed=said["seed"],
        settings=load(said["settings"]).vision,
    )


@click.command()
@click.argument("model")
@click.option("--champion", help="Model folder (default: the current one beside MODEL).")
@click.option("--on", type=click.Choice(["heldout", "calibration"]), default="heldout")
@items_options
@click.option("--all", "every", is_flag=True, help="List undecided slices too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of words.")
@click.option("--keep", nargs=2, metavar="QUESTION FOLDER", help="Keep it in that model's card.")
def compare(
    model: str,
    champion: str | None,
    every: bool,
    as_json: bool,
    keep: tuple[str, str] | None,
    **said: Any,
) -> None:
    """Compare MODEL with a champion on the same items: better, worse or undecided.

    Between ways to train, choose on the calibration side: what is chosen on held-out items is no longer
    measured by them.

    \b
    wardi compare models/text/my-1 --corpus corpus/corpus.toml
    wardi compare models/vision/my-1 --champion models/vision/3 --on calibration
    wardi compare out/a --champion out/b --on calibration --keep "partial labels" models/vision/my-1
    """
    with needs_extra():
        from training.ablation import keep_ablation
        from training.compare import compare as run

    candidate = opened(model)
    other = opened(champion) if champion else _current(candidate)
    with progress_bar() as progress:
        found = run(candidate, other, items_request(said), progress)
    show(found, every=every, as_json=as_json)
    if keep:
        keep_ablation(opened(keep[1]).path, keep[0], found, candidate, other)


def _current(candidate: ModelFolder) -> ModelFolder:
    """Open the model that is current beside the candidate, else the one a scan loads."""
    from detector.artifact import load_model_folder
    from training.current import current_version

    beside = candidate.path.parent
    version = current_version(beside)
    return (
        opened(str(beside / version))
        if version
        else load_model_folder("current", candidate.ref.kind)
    )


def show(found: Comparison, *, every: bool, as_json: bool) -> None:
    """Print a comparison."""
    if as_json:
        for line in found.lines:
            click.echo(json.dumps(_plain(line), ensure_ascii=False))
        return
    click.echo(
        f"{found.candidate.kind} {found.candidate.version} against {found.champion.version} on "
        f"{found.items} {SIDES[found.on]} in {found.groups} groups"
    )
    shown = [
        each
        for each in found.lines
        if every or each.part == "all" or each.difference.outcome != "undecided"
    ]
    rows: list[tuple[str, ...]] = [
        ("", "label", "on", "number", "positives", "current", "candidate", "difference")
    ]
    for each in aligned([*rows, *map(_row, shown)]):
        click.echo(each)
    counted = Counter(each.difference.outcome for each in found.lines if each.part != "all")
    told = ", ".join(f"{counted[each]} {each}" for each in ("better", "worse", "undecided"))
    click.echo(f"slices: {told}; brackets: 95 % interval of the difference, groups drawn in pairs")
    if found.lost:
        click.echo(f"the candidate does not know {', '.join(found.lost)}")


def _row(line: Line) -> tuple[str, ...]:
    found = line.difference
    interval = (
        f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
        if found.low is not None
        else "–"
    )
    numbers = (_number(found.champion), _number(found.candidate), interval)
    return (found.outcome, line.label, line.part, line.metric, str(line.positives), *numbers)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _plain(line: Line) -> dict[str, Any]:
    found = line.difference
    return {
        "label": line.label,
        "part": line.part,
        "metric": line.metric,
        "positives": line.positives,
        "candidate": found.candidate,
        "champion": found.champion,
        "low": found.low,
        "high": found.high,
        "outcome": found.outcome,
    }


def listed(reasons: Iterable[str]) -> str:
    """Return reasons as lines of a list."""
    return "".join(f"\n  - {each}" for each in reasons)
