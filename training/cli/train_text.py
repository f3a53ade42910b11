"""``wardi train text``: a text model from labelled texts. Needs no PyTorch and no GPU."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from training.cli.data import needs_extra
from training.cli.evaluate import progress_bar, targets

if TYPE_CHECKING:
    from training.operating_point import OperatingPoint

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("more", nargs=-1, type=_PATH)
@click.option(
    "--data", "given", type=_PATH, multiple=True, required=True, metavar="PATH",
    help="Corpus, manifest, or folder of manifests; repeatable.",
)  # fmt: skip
@click.option("--out", type=_PATH, required=True, help="New model folder; its name: version.")
@click.option("--root", type=_PATH, help="Data root; without it, where sources were registered.")
@click.option("--recipe", type=_PATH, help="What is taken from which source (default: everything).")
@click.option(
    "--from", "former", default="current", show_default=True,
    help="Text model whose language reader is kept, or `none`.",
)  # fmt: skip
@click.option("--seed", default=0, show_default=True)
@click.option("--target", multiple=True, metavar="TOPIC=P", help="Precision asked for (0.85).")
@click.option("--explore", is_flag=True, help="Also take sources that forbid to give weights away.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of words.")
def text(
    more: tuple[Path, ...], given: tuple[Path, ...], out: Path, as_json: bool, **said: Any
) -> None:
    """Fit a text model on labelled texts, calibrate it by language and freeze its thresholds.

    \b
    wardi train text --data corpus/corpus.toml --out models/text/my-1
    wardi train text --data data/sources --recipe data/recipes/text.toml --out models/text/my-2
    """
    with needs_extra():
        from detector.artifact import load_model_folder
        from training.sources import open_given
        from training.text import TextPlan, train_text
        from training.text_recipe import plain_recipe, read_recipe

    sources = open_given((*given, *more), root=said["root"], kind="text")
    recipe = read_recipe(said["recipe"]) if said["recipe"] else plain_recipe(sources)
    if recipe.encoder:
        folders = [each for each in (*given, *more) if _holds_manifests(each)]
        sources += open_given(folders, root=said["root"], kind="pairs")
    former = None if said["former"] == "none" else load_model_folder(said["former"], "text")
    plan = TextPlan(
        sources,
        recipe,
        former,
        seed=said["seed"],
        explore=said["explore"],
        targets=targets(said["target"]),
    )
    with progress_bar() as progress:
        points = train_text(plan, out, progress)
    _told(points, as_json=as_json)
    own = "".join(f" --corpus {each.folder}" for each in sources if each.is_own)
    click.echo(
        f"{out} is fitted and not yet measured: `wardi evaluate {out} --on heldout{own} --card`, then "
        f"`wardi compare {out}{own}` and `wardi promote {out}{own}`",
        err=True,
    )


def _holds_manifests(path: Path) -> bool:
    return path.is_dir() and not (path / "corpus.toml").is_file()


def _told(points: dict[str, OperatingPoint], *, as_json: bool) -> None:
    for name, each in points.items():
        if as_json:
            row = {"point": name, "threshold": each.threshold, "recall": each.recall}
            click.echo(json.dumps(row | {"precision": each.precision.value}, ensure_ascii=False))
        else:
            limit = "not reachable" if each.threshold is None else f"{each.threshold:.3f}"
            click.echo(f"{name}: {limit} ({each.why})")
