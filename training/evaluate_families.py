"""Measures what a recipe finds of families of pictures that it was fitted without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import InputError
from detector.vision.calibration import read_calibration
from detector.vision.runtimes import open_vision_model
from training import toml
from training.cards import row_of, write_page
from training.evaluate import Request, pictures_of
from training.evaluation.boxes import score_boxes
from training.evaluation.sets import Family
from training.evaluation.values import Scores
from training.evaluation.vision import look_at
from training.families import Fit, Grounds, Less, Told, fitted, plan_without
from training.matching import match

NEVER = "southasia_eval"
"""Source that no model is fitted on; its figures stand beside those of the families."""
LEFT_OUT, IN_FULL, ITSELF = "yes", "no, as briefly", "no, the model itself"


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One model on the held-out pictures of one family."""

    family: str
    without: str
    """Whether the model was fitted without it, in words."""
    scores: Scores


def measure_families(
    model: ModelFolder,
    grounds: Grounds,
    families: Sequence[Family],
    request: Request,
    less: Less,
    folder: Path,
    fit: Fit,
    *,
    control: bool = True,
    told: Told = lambda words: None,
) -> tuple[FamilyRow, ...]:
    """Fit without each family in turn, or what goes together, or take what was fitted; and measure.

    Args:
        model: The model whose recipe it is.
        grounds: What it was fitted on.
        families: What is left out, one after the other or together.
        request: Where items lie.
        less: How much less is fitted.
        folder: Of the models that are made here; they are kept.
        fit: Runs a plan.
        control: Where less is fitted, also fit as briefly with every family: what leaving one out costs
            is the difference to that.
        told: Told what is done next.

    Raises:
        InputError: If the model learnt from no source of a family.
    """
    learnt = {each.name for each in grounds.sources}
    for each in families:
        if not learnt & set(each.sources):
            raise InputError(
                f"the model learnt from no source of the family {each.name}; expected one of "
                f"{', '.join(each.sources)}; leave the family out"
            )
    rows = []
    for group in together(families):
        made = fitted(plan_without(grounds, group, less, folder), fit, told)
        for each in group:
            rows.append(_row(made, each.name, each.label, each.sources, LEFT_OUT, request))
    if control and (grounds.other_start or less.of(grounds.recipe) != grounds.recipe):
        whole, words = fitted(plan_without(grounds, (), less, folder), fit, told), IN_FULL
    else:
        whole, words = model.path, ITSELF
    rows += [_row(whole, each.name, each.label, each.sources, words, request) for each in families]
    for label in model.ref.labels:
        rows.append(_row(model.path, NEVER, label, (NEVER,), "never learnt from", request))
    found = [each for each in rows if each is not None]
    order = [each.name for each in families] + [NEVER]
    return tuple(sorted(found, key=lambda each: order.index(each.family)))


def together(families: Sequence[Family]) -> list[tuple[Family, ...]]:
    """Return the families in the groups that are left out together, in order."""
    groups: dict[str, list[Family]] = {}
    for each in families:
        groups.setdefault(f"together {each.together}" if each.together else each.name, []).append(
            each
        )
    return [tuple(each) for each in groups.values()]


def _row(
    made: Path, name: str, label: str, sources: Sequence[str], without: str, request: Request
) -> FamilyRow | None:
    """Measure one label on the held-out pictures of sources; None where they are not here."""
    folder = load_model_folder(str(made.resolve()), "vision")
    try:
        pictures = pictures_of(replace(request, on="heldout", only=sources))
    except InputError:
        if name == NEVER:
            return None
        raise
    judged = [
        each
        for each in pictures
        if label in each.judged or any(box.label == label for box in each.boxes)
    ]
    scenes = look_at(judged, open_vision_model(folder, request.settings))
    scores = score_boxes(
        match(scenes, [label])[label],
        read_calibration(folder).threshold(label),
        part=name,
        draws=request.draws,
        seed=request.seed,
    )
    return FamilyRow(name, without, scores)


def write_families(
    folder: Path,
    grounds: Grounds,
    families: Sequence[Family],
    less: Less,
    rows: Sequence[FamilyRow],
) -> None:
    """Write ``[families]`` into a model folder's card, and the page for people anew."""
    whole, used = grounds.recipe, less.of(grounds.recipe)
    how = (
        f"Fitted anew by this model's recipe without a family of sources, from {grounds.start.name}, "
        f"{used.epochs} epochs of {used.pictures} pictures"
    )
    if used != whole:
        how += f" (the model itself: {whole.epochs} of {whole.pictures})"
    if whole.shares.mined != 1:
        how += "; false alarms of the start are not drawn more often: this start knows none of the labels"
    named = [[one.name for one in each] for each in together(families) if len(each) > 1]
    if named:
        how += f"; left out together: {'; '.join(', '.join(each) for each in named)}"
    if grounds.other_start:
        how += (
            f"; the model itself started from another model that had seen them: compare with the rows "
            f"'{IN_FULL}'"
        )
    how += "; thresholds are those that were frozen for each model; measured on held-out pictures."
    table: dict[str, Any] = {"how": how, "rows": [_said(each) for each in rows]}
    toml.replace(folder / "card.toml", "families", table)
    write_page(folder)


def _said(each: FamilyRow) -> dict[str, Any]:
    about = {"family": each.family, "label": each.scores.label, "model": each.without}
    return about | row_of(each.scores)
