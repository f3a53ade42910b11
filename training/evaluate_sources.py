"""Measures what a text model's recipe makes of sources that it was fitted without.

By the area under the ROC curve: sources label mockery each in their own way and rate, and a threshold of
ours means nothing there. Beside it n-grams that were fitted on the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import InputError
from detector.text.models import open_text_model
from training import heldout, toml
from training.cards import DIGITS, stated, write_page
from training.evaluation.text import ReadText, read_all
from training.evaluation.text_bars import SOURCES
from training.evaluation.vision import Progress
from training.examples import TextExample
from training.floor import fit_floor, floor_scores
from training.left_out import FitText, TextRoots, Told, dealt, fitted_without, learnt_from
from training.metrics.area import roc_area, roc_draws
from training.metrics.interval import DRAWS, Measure, draw, number, quantiles, replicated
from training.metrics.paired import Difference, replicates
from training.sources import Source

TOPIC = "mockery"
LEFT_OUT, NEVER = "yes", "never learnt from"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One source, and what was made of it without having seen it."""

    source: str
    without: str
    """Whether the model was fitted without it, in words."""
    companions: tuple[str, ...]
    """What it was fitted without besides."""
    positives: int
    abstained: int
    """Texts that were not judged; they count neither for the model nor for the n-grams."""
    auc: Measure
    floor: Measure
    difference: Difference
    drawn: tuple[float, ...]
    """AUC in each draw, for the mean over sources."""


def measure_sources(
    model: ModelFolder,
    roots: TextRoots,
    tested: Sequence[Source],
    folder: Path,
    fit: FitText,
    *,
    together: int = 1,
    draws: int = DRAWS,
    seed: int = 0,
    told: Told = lambda words: None,
    progress: Progress = lambda done, of: None,
) -> tuple[LeftOut, ...]:
    """Fit without each source in turn, or take what was fitted before, and measure on its held-out rows.

    Args:
        model: The model whose recipe it is; it stands for itself where it learnt nothing of a source,
            unless a reduced recipe stands in the place of its own.
        roots: What it was fitted on.
        tested: What is left out.
        folder: Of the models that are made here; they are kept.
        fit: Runs a plan.
        together: How many are left out at a time: fewer fits, and a stricter test, since each source
            is then measured on a fit that saw none of its companions either.
        draws: Of the bootstrap of texts.
        seed: Of the bootstrap.
        told: Told what is done next.
        progress: Told how many texts of how many are read.

    Raises:
        InputError: If a source has no held-out row that people labelled for mockery, of both kinds.
    """
    texts = {each.name: _labelled(each) for each in tested}
    learnt = [name for name in texts if learnt_from(roots, name)]
    never = [name for name in texts if name not in learnt]
    found = {}
    for group in (*dealt(learnt, together), *([()] if never else [])):
        made = model
        if group or not roots.own:
            path = fitted_without(roots, group, folder, fit, told)
            made = load_model_folder(str(path.resolve()), "text")
        reader = open_text_model(made)
        grams = fit_floor(roots.rows.without(*group).train, [TOPIC], seed=roots.seed)
        for name in group or never:
            read = read_all(texts[name], reader, progress)
            floor = floor_scores(grams, [each.text for each in texts[name]])[TOPIC]
            found[name] = _row(name, group, read, floor, draws, seed)
    return tuple(found[each.name] for each in tested)


def _labelled(source: Source) -> list[TextExample]:
    texts = [
        each
        for each in heldout.texts([source])
        if each.labels.get(TOPIC) is not None and TOPIC not in each.weak
    ]
    if len({each.labels[TOPIC] for each in texts}) < 2:
        raise InputError(
            f"{source.name} holds out {len(texts)} rows that people labelled for {TOPIC}; expected some "
            f"that are and some that are not; leave the source out of `left_out`"
        )
    return texts


def _row(
    name: str,
    left_out: Sequence[str],
    read: Sequence[ReadText],
    floor: Floats,
    draws: int,
    seed: int,
) -> LeftOut:
    judged = np.array([not each.passage.abstained for each in read], np.bool_)
    score = np.array([each.score(TOPIC) for each in read], np.float64)[judged]
    truth = np.array([each.example.labels[TOPIC] is True for each in read], np.bool_)[judged]
    group, groups = number(
        each.example.group for each, kept in zip(read, judged, strict=True) if kept
    )
    weights = draw(groups, draws=draws, seed=seed)
    values = roc_area(score, truth), roc_area(floor[judged], truth)
    drawn = [list(roc_draws(each, truth, group, weights)) for each in (score, floor[judged])]
    return LeftOut(
        source=name,
        without=LEFT_OUT if left_out else NEVER,
        companions=tuple(each for each in left_out if each != name),
        positives=int(truth.sum()),
        abstained=int((~judged).sum()),
        auc=replicated(values[0], drawn[0], len(truth), groups),
        floor=replicated(values[1], drawn[1], len(truth), groups),
        difference=replicates(values, drawn[0], drawn[1], groups),
        drawn=tuple(np.nan if each is None else each for each in drawn[0]),
    )


def mean_of(rows: Sequence[LeftOut]) -> Measure:
    """Return the mean AUC over sources; each draw takes texts anew in every one of them."""
    values = [each.auc.value for each in rows if each.auc.value is not None]
    if len(values) < len(rows) or not rows:
        return Measure(None, None, None, 0, 0, "none")
    mean = float(np.mean(values))
    drawn = np.array([each.drawn for each in rows], np.float64).mean(axis=0)
    known = drawn[~np.isnan(drawn)]
    low, high = quantiles(known) if len(known) else (mean, mean)
    items = sum(each.auc.items for each in rows)
    return Measure(mean, min(low, mean), max(high, mean), items, len(rows), "bootstrap of groups")


def worst_of(rows: Sequence[LeftOut]) -> LeftOut:
    """Return the source with the least AUC."""
    return min(rows, key=lambda each: each.auc.value if each.auc.value is not None else -1.0)


def write_sources(folder: Path, roots: TextRoots, rows: Sequence[LeftOut]) -> None:
    """Write ``[sources_left_out]`` into a model folder's card, and the page for people anew."""
    table: dict[str, Any] = {
        "how": _how(roots, rows),
        "items": sum(each.auc.items for each in rows),
        "at_least_floor": sum(_at_least_floor(each) for each in rows),
    }
    table |= stated("macro", mean_of(rows)) | stated("worst", worst_of(rows).auc)
    toml.replace(folder / "card.toml", SOURCES, table | {"rows": [_said(each) for each in rows]})
    write_page(folder)


def groups_of(rows: Sequence[LeftOut]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of sources that were left out together, in the order of their first."""
    found = {}
    for each in rows:
        if each.companions:
            names = {each.source, *each.companions}
            found[frozenset(names)] = tuple(row.source for row in rows if row.source in names)
    return tuple(found.values())


def _how(roots: TextRoots, rows: Sequence[LeftOut]) -> str:
    whose = "this model's recipe" if roots.own else "a reduced recipe, not the model's own,"
    how = (
        f"AUC of mockery on the held-out rows of each source, by {whose} fitted anew without "
        f"that source and without what was drawn from it, beside n-grams fitted on the same rows. "
        f"What tells languages apart was taught as ever."
    )
    if groups := groups_of(rows):
        named = "; ".join(", ".join(each) for each in groups)
        how += (
            f" Left out together, so that each is read by a model that saw none of its group, which is "
            f"harder than to leave out one: {named}."
        )
    if any(each.without == NEVER for each in rows):
        how += (
            " A source that the model never learnt from is read by the model itself."
            if roots.own
            else " A source that the reduced recipe takes nothing from is read by a fit of all it takes."
        )
    return how


def _at_least_floor(row: LeftOut) -> bool:
    return row.difference.value is not None and row.difference.value >= 0.0


def _said(each: LeftOut) -> dict[str, Any]:
    row: dict[str, Any] = {"source": each.source, "model": each.without}
    if each.companions:
        row["with"] = list(each.companions)
    row |= {"items": each.auc.items, "positives": each.positives, "abstained": each.abstained}
    row |= stated("auc", each.auc) | stated("floor", each.floor)
    gap = each.difference
    if gap.value is not None and gap.low is not None and gap.high is not None:
        row["above"] = round(gap.value, DIGITS)
        row["above_interval"] = [round(gap.low, DIGITS), round(gap.high, DIGITS)]
    return row
