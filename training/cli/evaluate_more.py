"""``wardi evaluate MODEL --on clips`` and ``--on families``: what is no list of labelled items.

Importing this file is light; what is needed is imported when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from detector.errors import InputError
from training.cli.data import needs_extra

if TYPE_CHECKING:
    from detector.artifact import ModelFolder
    from detector.settings import Settings
    from training.evaluate_families import FamilyRow
    from training.evaluation.clips import ClipsResult
    from training.families import Fit

VIDEOS = "videos"
"""Name of the source of clips."""


def evaluate_more(model: str, *, card: bool, freeze: bool, as_json: bool, **said: Any) -> None:
    """Measure a vision model on clips, or its recipe on families that are left out.

    Raises:
        InputError: If it is no vision model, or an option is given that has no meaning here.
    """
    from training.cli.evaluate import POSTS, opened

    if model == POSTS or freeze or said["only"] or said["corpora"] or as_json:
        raise InputError(
            f"--on {said['on']} measures a vision model and chooses nothing; expected a model folder "
            f"without --freeze, --source, --corpus and --json; leave them out"
        )
    with needs_extra():
        from detector.settings import load

        folder = opened(model)
        if folder.ref.kind != "vision":
            raise InputError(
                f"{folder.path} holds a {folder.ref.kind} model; expected a vision model for --on "
                f"{said['on']}; name another"
            )
        run = _clips if said["on"] == "clips" else _families
        run(folder, load(said["settings"]), said, card=card)


def _clips(folder: ModelFolder, settings: Settings, said: Mapping[str, Any], *, card: bool) -> None:
    from training.cli.evaluate import progress_bar
    from training.clips import watch_clips, write_clips
    from training.evaluation.clips import read_clips
    from training.sources import open_all

    sources = open_all(said["sources"], root=said["root"], kind="videos")
    place = next((each.folder for each in sources if each.name == VIDEOS), None)
    if place is None:
        raise InputError(
            "the source of clips is not on this machine; expected `videos`; run `wardi data add` on the "
            "data root, or give --data"
        )
    with progress_bar() as progress:
        result = watch_clips(
            folder,
            read_clips(said["clips"]),
            place,
            settings,
            progress=progress,
            draws=said["draws"],
            seed=said["seed"],
        )
    if card:
        write_clips(folder.path, folder, result)
    _print_clips(result)


def _print_clips(result: ClipsResult) -> None:
    from training.evaluation.clips import in_words, wrong_in_words
    from training.report.words import measure

    for each in result.watched:
        parts = {
            "found": in_words(each.found),
            "missed": in_words(each.missed),
            "false": wrong_in_words(each.wrong),
            "not looked at": [each.absent] if each.absent else [],
        }
        words = "; ".join(f"{name}: {', '.join(value)}" for name, value in parts.items() if value)
        kind = "clean" if each.clip.clean else "shows something"
        click.echo(f"{each.clip.name} ({kind}): {words or 'nothing, as expected'}")
    found, missed = (
        sum(len(getattr(each, name)) for each in result.watched) for name in ("found", "missed")
    )
    click.echo(f"expected labels sighted: {found} of {found + missed}")
    clean = result.clean
    wrong = sum(len(each.wrong) for each in clean)
    minutes = sum(each.looked_s for each in clean) / 60
    click.echo(
        f"clean clips: {wrong} false sightings in {minutes:.1f} minutes; with any, per 100 of "
        f"{len(clean)} clips: {measure(result.alarmed, times=100, digits=1)}"
    )


def _families(
    folder: ModelFolder, settings: Settings, said: Mapping[str, Any], *, card: bool
) -> None:
    from training.evaluate import Request
    from training.evaluate_families import measure_families, write_families
    from training.evaluation.sets import SETS, read_asked
    from training.families import Less, grounds_of
    from training.sources import open_all

    known = {each.name: each for each in read_asked(SETS).family}
    if strange := [each for each in said["family"] if each not in known]:
        raise InputError(
            f"there is no family {strange[0]} in {SETS}; expected one of {', '.join(known)}"
        )
    here = open_all(said["sources"], root=said["root"])
    pictures, weights, emblems = (
        [each for each in here if each.manifest.kind == kind]
        for kind in ("vision", "weights", "emblems")
    )
    grounds = grounds_of(folder.card, pictures, weights, emblems, start=said["start"])
    families = [known[each] for each in said["family"] or known]
    less = Less(said["epochs"], said["pictures"])
    request = Request(
        manifests=said["sources"],
        root=said["root"],
        draws=said["draws"],
        seed=said["seed"],
        settings=settings.vision,
    )
    rows = measure_families(
        folder,
        grounds,
        families,
        request,
        less,
        said["runs"] / folder.ref.version,
        _fit(said["device"]),
        control=said["control"],
        told=lambda words: click.echo(words, err=True),
    )
    if card:
        write_families(folder.path, grounds, families, less, rows)
    _print_families(rows)


def _fit(device: str) -> Fit:
    def fit(plan: Any) -> None:
        from training.cli.train_vision import _progress
        from training.vision import train_vision

        with _progress(plan.recipe.epochs) as fitting:
            train_vision(
                plan,
                device=device,
                fitting=fitting,
                told=lambda words: click.echo(words, err=True),
            )

    return fit


def _print_families(rows: tuple[FamilyRow, ...]) -> None:
    from training.cli.printed import aligned
    from training.report.words import measure

    heading = ("on the held-out of", "label", "fitted without it", "positives")
    table: list[tuple[str, ...]] = [(*heading, "AP", "precision", "recall")]
    for each in rows:
        scores = each.scores
        numbers = (measure(scores.ap), measure(scores.precision), measure(scores.recall))
        about = (each.family, scores.label, each.without, str(scores.positives))
        table.append((*about, *numbers))
    for line in aligned(table):
        click.echo(line)
