"""``wardi train vision``: labelled pictures in, a model folder out.

Importing this file is light; PyTorch is imported when the fitting starts.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.errors import InputError
from training.cli.data import needs_extra

if TYPE_CHECKING:
    from training.sources import Source
    from training.vision import Fitting, Recipe, Start, Trained

EVERY = 10.0  # seconds between lines where stderr is no terminal
_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--data", multiple=True, required=True, type=_PATH, help="Manifest or corpus.toml.")
@click.argument("more", nargs=-1, type=_PATH)
@click.option("--from", "start", required=True, type=_PATH, help="Model folder or .safetensors.")
@click.option("--out", required=True, type=_PATH, help="Model folder to make; its name: version.")
@click.option("--root", type=_PATH, help="Data root; without it, where sources were added.")
@click.option("--epochs", default=40, show_default=True, type=click.IntRange(1))
@click.option("--imgsz", default=416, show_default=True, help="Longest side in pixels.")
@click.option("--batch", default=16, show_default=True, type=click.IntRange(2))
@click.option("--lr", default=0.001, show_default=True, help="Learning rate at its highest.")
@click.option("--pictures", default=0, help="Pictures an epoch (default: as many as there are).")
@click.option("--head", type=click.Choice(["one2many", "one2one"]), default="one2many")
@click.option("--unmasked", is_flag=True, help="Teach what is not annotated as absent.")
@click.option("--replay/--no-replay", default=True, help="Show old data again (default: yes).")
@click.option("--emphasis", multiple=True, metavar="SOURCE[/LABEL]=TIMES", help="Draw more often.")
@click.option(
    "--background", type=click.FloatRange(0, 1, max_open=True), help="Share without boxes."
)
@click.option("--mined", type=click.FloatRange(1), help="Draw the start's false alarms more often.")
@click.option("--change", multiple=True, metavar="NAME=CHANCE", help="Change pictures so often.")
@click.option("--target", multiple=True, metavar="LABEL=P", help="Precision to freeze for.")
@click.option("--seed", default=0, show_default=True)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, or a GPU's number.")
@click.option("--workers", default=4, show_default=True, help="Processes that read pictures (GPU).")
@click.option("--runs", type=_PATH, default=Path("runs"), show_default=True)
def vision(data: tuple[Path, ...], more: tuple[Path, ...], out: Path, **said: Any) -> None:
    """Fit a vision model on labelled pictures; an interrupted run goes on where it was.

    The same command goes on with the run. What is held out is not read.

    \b
    wardi train vision --data corpus/corpus.toml --from models/vision/3 --out models/vision/my-1
    wardi train vision --data data/sources/*.toml --from models/vision/3 --out models/vision/my-2
    """
    with needs_extra():
        from training.vision import open_start, plan, train_vision

        start = open_start(said["start"])
        sources = list(_sources((*data, *more), said["root"]))
        replayed = list(_replayed(start, said["root"])) if said["replay"] else []
        recipe = _recipe(said)
        emblems = _emblems((*data, *more), said["root"]) if recipe.changes.badges else None
        planned = plan(
            sources, start, recipe, out, replayed=replayed, emblems=emblems, runs=said["runs"]
        )
        with _progress(said["epochs"]) as fitting:
            trained = train_vision(
                planned,
                device=said["device"],
                workers=said["workers"],
                fitting=fitting,
                told=lambda words: click.echo(words, err=True),
            )
    _print(trained, ships=planned.ships)


def _recipe(said: Mapping[str, Any]) -> Recipe:
    from training.augment import changed
    from training.balance import Shares
    from training.cli.evaluate import targets
    from training.vision import Recipe

    shares = {name: said[name] for name in ("background", "mined") if said[name] is not None}
    return Recipe(
        epochs=said["epochs"],
        image_size=said["imgsz"],
        batch=said["batch"],
        learning_rate=said["lr"],
        pictures=said["pictures"],
        head=said["head"],
        masked=not said["unmasked"],
        seed=said["seed"],
        targets=targets(said["target"]),
        shares=Shares(**shares, emphasis=_emphasis(said["emphasis"])),
        changes=changed(dict(map(_change, said["change"]))),
    )


def _emphasis(pairs: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for each in pairs:
        name, _, times = each.partition("=")
        if not re.fullmatch(r"\d+(\.\d+)?", times) or not float(times):
            raise InputError(
                f"--emphasis {each} says not how often; expected SOURCE=TIMES or SOURCE/LABEL=TIMES, "
                f"e.g. own_photos=3"
            )
        found[name] = float(times)
    return found


def _change(pair: str) -> tuple[str, float]:
    name, _, chance = pair.partition("=")
    if not re.fullmatch(r"\d+(\.\d+)?", chance):
        raise InputError(
            f"--change {pair} says not how much; expected NAME=CHANCE, e.g. badges=0.3"
        )
    return name, float(chance)


def _sources(paths: tuple[Path, ...], root: Path | None) -> Iterator[Source]:
    """Open the sources of pictures among manifests; a folder stands for what is registered of it."""
    from training.manifest import read_manifest
    from training.sources import open_all, open_source

    other = 0
    for path in paths:
        if path.is_dir():
            yield from open_all(path, root=root, kind="vision")
        elif read_manifest(path).kind == "vision":
            yield open_source(path, root=root)
        elif read_manifest(path).kind != "emblems":
            other += 1
    if other:
        click.echo(f"{other} manifests are of other data than pictures; left out", err=True)


def _emblems(paths: tuple[Path, ...], root: Path | None) -> Source | None:
    """Open the artwork for badges: from what is given, else where it lies on this machine."""
    from training.manifest import read_manifest
    from training.sources import SOURCES, open_all, open_source

    for path in paths:
        if path.is_file() and read_manifest(path).kind == "emblems":
            return open_source(path, root=root)
    for folder in (*(each for each in paths if each.is_dir()), SOURCES):
        if found := open_all(folder, root=root, kind="emblems"):
            return found[0]
    click.echo("no source of emblems lies on this machine; badges are drawn without it", err=True)
    return None


def _replayed(start: Start, root: Path | None) -> Iterator[Source]:
    """Open what the start was fitted on, as far as it lies on this machine; say what does not."""
    from training.sources import SOURCES, open_all

    if start.folder is None:
        return
    rows = start.folder.card.get("data", {}).get("sources", [])
    wanted = {name for row in rows for name in re.split(r",\s*", str(row.get("name", ""))) if name}
    there = {each.name: each for each in open_all(SOURCES, root=root, kind="vision")}
    yield from (there[name] for name in sorted(wanted & there.keys()))
    if missing := sorted(wanted - there.keys()):
        click.echo(
            f"not shown again, not registered here: {', '.join(missing)}; what was learnt from them "
            f"may fade",
            err=True,
        )


@contextmanager
def _progress(epochs: int) -> Iterator[Fitting]:
    """Show epoch, batch, losses and the time that is left: on one line, or every ten seconds."""
    began, last, done = time.monotonic(), 0.0, 0
    terminal = sys.stderr.isatty()

    def fitting(epoch: int, batch: int, batches: int, losses: Mapping[str, float]) -> None:
        nonlocal last, done
        done += 1
        now = time.monotonic()
        if batch < batches and now - last < (0.5 if terminal else EVERY):
            return
        last = now
        left = (now - began) / done * (epochs * batches - (epoch - 1) * batches - batch)
        words = ", ".join(
            f"{name.removesuffix('_loss')} {value:.3f}" for name, value in losses.items()
        )
        line = f"epoch {epoch}/{epochs}  batch {batch}/{batches}  {words}  {left / 60:.0f} min left"
        click.echo(f"\r{line}\x1b[K" if terminal else line, nl=not terminal, err=True)

    yield fitting
    if terminal and done:
        click.echo("", err=True)


def _print(trained: Trained, *, ships: bool) -> None:
    for label, point in trained.points.items():
        limit = "not reachable" if point.threshold is None else f"{point.threshold:.3f}"
        click.echo(f"{label}: threshold {limit} ({point.why})")
    for label in trained.carried:
        click.echo(f"{label}: threshold of the start, taken over")
    if not ships:
        click.echo("terms of the data: these weights may not be given away; the card says so")
    click.echo(f"{trained.folder}; now: wardi evaluate {trained.folder} --on heldout --card")
