"""Scores of boxes and of pictures, from matches: at the deployed threshold, and as curves.

Precision, average precision and curves are taken over the pictures that are judged fully for a label;
recall at the threshold also over those whose boxes count for recall alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt

from training.evaluation.values import AtRecall, Curve, Scores
from training.matching import Matches
from training.metrics.average import (
    coco_average_precision,
    coco_draws,
    precision_at_recall,
    precision_at_recall_draws,
    ranked_average_precision,
    ranked_draws,
)
from training.metrics.counts import f_beta
from training.metrics.interval import (
    DRAWS,
    Measure,
    Weights,
    by_group,
    draw,
    number,
    ratio,
    replicated,
)

CURVE_POINTS = 200
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def score_boxes(
    matches: Sequence[Matches],
    threshold: float,
    *,
    part: str = "all",
    draws: int = DRAWS,
    seed: int = 0,
    curve: bool = False,
) -> Scores:
    """Score one label by its boxes.

    Args:
        matches: At IoU 0.5, and, to score the mean over 0.50 to 0.95 as well, at the other nine.
        threshold: Confidence from which on a detection counts.
        part: What the pictures are, for the report.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
        curve: Whether the curve is wanted.
    """
    every, full = matches[0], matches[0].judged
    group, groups = number(each.group for each in every.examples)
    weights = draw(groups, draws=draws, seed=seed)
    inner = group[every.for_precision]
    flagged, found = full.at(threshold), every.at(threshold)
    flags, right = len(flagged.hit), int(flagged.hit.sum())
    return Scores(
        level="box",
        label=every.label,
        part=part,
        items=len(every.examples),
        groups=groups,
        positives=int(every.positives.sum()),
        threshold=threshold,
        flagged=flags,
        right=right,
        ap=_average(matches[:1], group, groups, weights),
        precision=_share(flagged, inner, groups, weights),
        recall=ratio(
            by_group(found.hit, group[found.picture], groups),
            by_group(every.positives, group, groups),
            weights,
        ),
        f1=f_beta(right, flags, int(full.positives.sum())),
        ap_50_95=_average(matches, group, groups, weights) if len(matches) > 1 else None,
        curve=_curve(full.confidence, full.hit, int(full.positives.sum())) if curve else None,
        note=_note(every),
    )


def _note(matches: Matches) -> str:
    apart = int((~matches.for_precision).sum())
    if not apart:
        return ""
    return f"{apart} of the pictures are not annotated fully: their boxes count for recall alone"


def _share(flagged: Matches, group: Ints, groups: int, weights: Weights) -> Measure:
    where = group[flagged.picture]
    whole = by_group(np.ones(len(where)), where, groups)
    return ratio(by_group(flagged.hit, where, groups), whole, weights)


def _average(matches: Sequence[Matches], group: Ints, groups: int, weights: Weights) -> Measure:
    """Measure the mean over overlaps of the average precision."""
    values: list[float | None] = []
    total = np.zeros(len(weights))
    for each in matches:
        full = each.judged
        inner = group[each.for_precision]
        positives = by_group(full.positives, inner, groups).astype(np.int64)
        values.append(coco_average_precision(full.hit, int(positives.sum())))
        drawn = coco_draws(full.hit, inner[full.picture], positives, weights)
        total += np.array([np.nan if one is None else one for one in drawn])
    items = int(matches[0].judged.positives.sum())
    known = [each for each in values if each is not None]
    value = float(np.mean(known)) if known else None
    means = (None if np.isnan(each) else float(each) for each in total / len(matches))
    there = by_group(matches[0].positives * matches[0].for_precision, group, groups)
    return replicated(value, means, items, int((there > 0).sum()))


def score_pictures(
    matches: Matches,
    threshold: float,
    *,
    part: str = "all",
    draws: int = DRAWS,
    seed: int = 0,
    curve: bool = False,
) -> Scores:
    """Score one label by pictures: does it show one, and is one found, wherever in it.

    A picture's score is its most confident detection that is not ignored. A picture without a box,
    but with a region in which there may be one, is left out.
    """
    score, truth, group, groups = _by_picture(matches)
    weights = draw(groups, draws=draws, seed=seed)
    return score_items(
        "picture", matches.label, part, score, truth, score >= threshold, group, weights,
        threshold=threshold, curve=curve,
    )  # fmt: skip


def pictures_at_recall(
    matches: Matches, recall: float, *, part: str, draws: int = DRAWS, seed: int = 0
) -> AtRecall:
    """Say how precise pictures are where a recall of them is reached; see `score_pictures`."""
    score, truth, group, groups = _by_picture(matches)
    at = precision_at_recall(score, truth, recall)
    if at is None or at[0] <= 0.0:  # pictures without a detection are not found by any threshold
        nothing = replicated(None, (), 0, 0)
        return AtRecall(matches.label, part, recall, None, 0, 0, nothing)
    weights = draw(groups, draws=draws, seed=seed)
    drawn = precision_at_recall_draws(score, truth, recall, group, weights)
    flagged = by_group(score >= at[0], group, groups)
    precision = replicated(at[1], drawn, at[2], int((flagged > 0).sum()))
    return AtRecall(matches.label, part, recall, at[0], at[2], at[3], precision)


def _by_picture(matches: Matches) -> tuple[Floats, Bools, Ints, int]:
    """Return score, truth and group of each picture of which it is known, and how many groups."""
    known = matches.for_precision & ~(matches.uncertain & (matches.positives == 0))
    chosen = matches.of(known)
    score = np.zeros(len(chosen.examples))
    np.maximum.at(score, chosen.picture, chosen.confidence)
    group, groups = number(each.group for each in chosen.examples)
    return score, chosen.positives > 0, group, groups


def score_items(
    level: str,
    label: str,
    part: str,
    score: Floats,
    truth: Bools,
    flagged: Bools,
    group: Ints,
    weights: Weights,
    *,
    threshold: float | None = None,
    curve: bool = False,
    note: str = "",
) -> Scores:
    """Score one label by items that are of it or not: pictures, texts, posts.

    Args:
        level: What an item is.
        label: Label, topic or clause.
        part: What the items are, for the report.
        score: By which items are ranked, shape ``(n,)``.
        truth: Whether an item is of the label.
        flagged: Whether the deployed threshold says so.
        group: Number of each item's group.
        weights: Draws of those groups.
        threshold: The deployed one, where it is one for all.
        curve: Whether the curve is wanted.
        note: What a reader must know.
    """
    groups, positives = weights.shape[1], int(truth.sum())
    flags, right = int(flagged.sum()), int((flagged & truth).sum())
    both = by_group(flagged & truth, group, groups)
    there = by_group(truth, group, groups)
    average = replicated(
        ranked_average_precision(score, truth),
        ranked_draws(score, truth, group, weights) if positives else repeat(None, 0),
        positives,
        int((there > 0).sum()),
    )
    order = np.argsort(-score, kind="stable")
    return Scores(
        level=level,  # type: ignore[arg-type]
        label=label,
        part=part,
        items=len(score),
        groups=groups,
        positives=positives,
        threshold=threshold,
        flagged=flags,
        right=right,
        ap=average,
        precision=ratio(both, by_group(flagged, group, groups), weights),
        recall=ratio(both, there, weights),
        f1=f_beta(right, flags, positives),
        curve=_curve(score[order], truth[order], positives) if curve else None,
        note=note,
    )


def _curve(score: Floats, right: Bools, positives: int) -> Curve:
    """Return precision and recall over falling thresholds, given scores sorted so."""
    if not len(score) or not positives:
        return Curve((), (), ())
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    if len(ends) > CURVE_POINTS:
        ends = ends[np.linspace(0, len(ends) - 1, CURVE_POINTS).astype(np.int64)]
    found = np.cumsum(right)[ends]
    return Curve(
        tuple(np.round(score[ends], 6).tolist()),
        tuple(np.round(found / (ends + 1), 6).tolist()),
        tuple(np.round(found / positives, 6).tolist()),
    )
