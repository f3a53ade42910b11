"""``wardi evaluate``: numbers with intervals, on the screen, as a page and as JSON.

Importing this file is light; what the verb needs is imported when it runs. Evaluating needs no PyTorch.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.errors import ArtifactMismatch, InputError
from training.cli.data import needs_extra
from training.cli.printed import print_evaluation

if TYPE_CHECKING:
    from detector.artifact import ModelFolder
    from detector.settings import Settings
    from training.evaluate import Request
    from training.evaluation.values import Evaluation
    from training.evaluation.vision import Progress

_PATH = click.Path(path_type=Path)
POSTS = "posts"
"""In place of a model: the whole chain."""
OTHER = ("clips", "families")
"""What a vision model is measured on besides labelled items; see `training.cli.evaluate_more`."""
SOURCES = "sources"
"""What a text model's recipe is measured on besides; see `training.cli.evaluate_sources`."""


@click.command()
@click.argument("model")
@click.option("--on", type=click.Choice(["heldout", "calibration", *OTHER, SOURCES]), required=True)
@click.option("--data", "root", type=_PATH, help="Data root; without it, where sources were added.")
@click.option("--sources", type=_PATH, default=Path("data/sources"), show_default=True)
@click.option("--source", "only", multiple=True, metavar="NAME", help="Only this one; repeatable.")
@click.option("--corpus", "corpora", type=_PATH, multiple=True, help="Imported one; repeatable.")
@click.option("--out", type=_PATH, help="Folder of the report (default: out/evaluation/MODEL).")
@click.option("--draws", default=1000, show_default=True, help="Of the bootstrap.")
@click.option("--seed", default=0, show_default=True)
@click.option("--freeze", is_flag=True, help="Choose thresholds on the calibration split first.")
@click.option("--target", multiple=True, metavar="LABEL=P", help="Precision to freeze for.")
@click.option(
    "--card", is_flag=True, help="Write the figures into its card; a --corpus replaces no others."
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole evaluation as JSON.")
@click.option("--settings", type=_PATH, help="Settings file.")
@click.option("--policy", default="karachi-2024", show_default=True, help="For `posts`: the pack.")
@click.option("--recipe", type=_PATH, default=Path("data/posts.toml"), show_default=True)
@click.option("--draw-posts", type=int, help="For `posts`: draw the recipe of so many anew first.")
@click.option("--clips", type=_PATH, default=Path("data/clips.toml"), show_default=True)
@click.option(
    "--family", multiple=True, metavar="NAME", help="For families: only this; repeatable."
)
@click.option("--epochs", default=0, help="For families: fewer than the model's own.")
@click.option("--pictures", default=0, help="For families: fewer an epoch than the model's own.")
@click.option("--control/--no-control", default=True, help="For families: as briefly with all.")
@click.option("--from", "start", type=_PATH, help="For families: the start weights.")
@click.option("--device", default="auto", show_default=True, help="For families: as for training.")
@click.option(
    "--text-recipe", type=_PATH, default=Path("data/recipes/text.toml"), show_default=True,
    help="Of a text model: for the n-grams beside it, and for sources.",
)  # fmt: skip
@click.option("--reduced", type=_PATH, help="For sources: a recipe that takes less time.")
@click.option(
    "--together", type=click.IntRange(1), default=1, show_default=True, metavar="N",
    help="For sources: leave out N at a time; fewer fits, a stricter test.",
)  # fmt: skip
@click.option("--former", help="For sources: text model whose language reader is kept.")
@click.option("--runs", type=_PATH, default=Path("runs/families"), show_default=True)
def evaluate(
    model: str, out: Path | None, freeze: bool, card: bool, as_json: bool, **said: Any
) -> None:
    """Measure MODEL, a model folder or `posts` for the whole chain, on labelled items.

    Of a vision model also: what it sights in clips of known content (`clips`), and what its recipe finds
    of families of pictures that it is fitted anew without (`families`: hours; an interrupted run goes on).
    Of a text model: what its recipe makes of sources that it is fitted anew without (`sources`: a fit for
    each N of them; fits that are done are kept in runs/sources).

    \b
    wardi evaluate models/vision/3 --on heldout --corpus corpus/corpus.toml
    wardi evaluate models/text/my-1 --on heldout --corpus corpus/corpus.toml --card
    wardi evaluate models/vision/3 --on clips
    wardi evaluate models/text/2 --on sources --together 4
    """
    if said["on"] in (*OTHER, SOURCES):
        _other(model, card=card, freeze=freeze, as_json=as_json, **said)
        return
    with needs_extra():
        from detector.settings import load
        from training.cards import write_card
        from training.evaluate import Request

    settings = load(said["settings"])
    request = Request(
        on=said["on"],
        manifests=said["sources"],
        root=said["root"],
        only=said["only"],
        corpora=said["corpora"],
        recipe=said["recipe"],
        text_recipe=said["text_recipe"],
        draws=said["draws"],
        seed=said["seed"],
        settings=settings.vision,
    )
    if model == POSTS:
        if freeze or card or request.only or request.corpora or request.on != "heldout":
            raise InputError(
                "the whole chain is measured on all its held-out posts and has no card; leave out "
                "--freeze, --card, --source, --corpus and --on calibration"
            )
        out = out or Path("out") / "evaluation" / POSTS
        found = _posts(request, settings, said["policy"], out, said["draw_posts"])
    else:
        folder = opened(model)
        if card and request.corpora:
            _check_own(folder, request)
        if freeze:
            _freeze(folder, request, targets(said["target"]))
            folder = opened(model)
        with progress_bar() as progress:
            found = _measure(folder, request, progress)
        if card:
            write_card(folder.path, found)
        out = out or Path("out") / "evaluation" / f"{folder.ref.kind}-{folder.ref.version}"
    _write(found, out)
    print_evaluation(found, as_json=as_json)
    click.echo(f"report: {out / 'report.html'}", err=True)


def _other(model: str, **said: Any) -> None:
    if said["on"] == SOURCES:
        from training.cli.evaluate_sources import evaluate_sources

        evaluate_sources(model, **said)
    else:
        from training.cli.evaluate_more import evaluate_more

        evaluate_more(model, **said)


def _posts(
    request: Request, settings: Settings, policy: str, out: Path, anew: int | None
) -> Evaluation:
    from detector.artifact import load_model_folder
    from training.evaluate import built_from, evaluate_chain
    from training.posts.recipe import draw_recipes, write_recipes

    if anew is not None:
        pictures, texts = built_from(request)
        drawn = draw_recipes(
            list(pictures.values()), list(texts.values()), posts=anew, seed=request.seed
        )
        write_recipes(request.recipe, drawn)
    with progress_bar() as progress:
        return evaluate_chain(
            load_model_folder(settings.vision.model, "vision"),
            load_model_folder(settings.text.model, "text"),
            request,
            settings,
            policy=policy,
            clips=out / "clips",
            progress=progress,
        )


def opened(model: str) -> ModelFolder:
    """Open a model folder of whatever kind its card says."""
    from detector.artifact import load_model_folder

    path = Path(model) / "card.toml"
    try:
        kind = tomllib.loads(path.read_text("utf-8")).get("model", {}).get("kind")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ArtifactMismatch(
            f"{path} cannot be read ({error}); expected a model folder with a card.toml; give its "
            f"path, e.g. models/vision/3"
        ) from error
    if kind not in ("vision", "text"):
        raise ArtifactMismatch(f"{path} names the kind {kind!r}; expected vision or text")
    return load_model_folder(str(Path(model).resolve()), kind)


def _check_own(folder: ModelFolder, request: Request) -> None:
    from training.cards import check_own
    from training.sources import open_given

    corpora = open_given(request.corpora, root=request.root, kind=folder.card["model"]["kind"])
    check_own(folder.path, [each.name for each in corpora])


def _measure(folder: ModelFolder, request: Request, progress: Progress) -> Evaluation:
    from training.evaluate import evaluate_text, evaluate_vision

    run = evaluate_vision if folder.ref.kind == "vision" else evaluate_text
    return run(folder, request, progress)


def _freeze(folder: ModelFolder, request: Request, targets: dict[str, float]) -> None:
    from training import freezing
    from training.evaluate import calibration_scenes, calibration_texts

    with progress_bar() as progress:
        if folder.ref.kind == "vision":
            corpus, scenes = calibration_scenes(folder, request, progress)
            labels = tuple(folder.card["model"]["labels"])
            points = freezing.freeze_vision(
                folder.path, corpus, scenes, targets, labels=labels, seed=request.seed
            )
        else:
            texts, read = calibration_texts(folder, request, progress)
            about = folder.card["model"]
            points = freezing.freeze_text(
                folder.path, texts, read, targets,
                topics=tuple(about["labels"]), languages=tuple(about["languages"]),
                seed=request.seed,
            )  # fmt: skip
    for name, each in points.items():
        limit = "not reachable" if each.threshold is None else f"{each.threshold:.3f}"
        click.echo(f"frozen: {name} {limit} ({each.why})", err=True)


def targets(pairs: tuple[str, ...]) -> dict[str, float]:
    """Read LABEL=P pairs.

    Raises:
        InputError: If one is none.
    """
    found = {}
    for each in pairs:
        label, _, value = each.partition("=")
        try:
            found[label] = float(value)
        except ValueError:
            found[label] = 0.0
        if not 0.0 < found[label] < 1.0:
            raise InputError(f"--target {each} is no target; expected LABEL=P, e.g. weapon=0.85")
    return found


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show how far a run is on stderr, where that is a terminal."""
    import sys

    last = -1

    def told(done: int, of: int) -> None:
        nonlocal last
        if sys.stderr.isatty() and (now := 100 * done // of) != last:
            last = now
            click.echo(f"\r{done} of {of}", nl=False, err=True)

    yield told
    if last >= 0:
        click.echo("", err=True)


def _write(found: Evaluation, out: Path) -> None:
    from training.report.as_json import to_json
    from training.report.html import to_html

    out.mkdir(parents=True, exist_ok=True)
    (out / "report.html").write_text(to_html(found), "utf-8")
    (out / "report.json").write_text(to_json(found), "utf-8")
