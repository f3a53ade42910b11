"""Average precision, as COCO and as scikit-learn define it, for one sample or many weighted ones.

A bootstrap draw is the sample with a whole-numbered weight on each item, so nothing is matched or
sorted again: a draw costs two running sums.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RECALLS = np.linspace(0.0, 1.0, 101)
_TINY = np.spacing(1)
"""pycocotools adds it to the divisor of precision."""


def coco_average_precision(hit: Bools, positives: int) -> float | None:
    """Return the mean precision at 101 recalls, each the best at that recall or beyond.

    Args:
        hit: Whether each detection is right, the most confident first; ignored ones are left out.
        positives: Objects that are there.

    Returns:
        In [0, 1]; None where nothing is there (pycocotools says -1).

    Example:
        >>> round(coco_average_precision(np.array([True, False, True]), 2), 4)
        0.835

    Source:
        Lin et al., Microsoft COCO, arXiv:1405.0312; ``COCOeval.accumulate`` of pycocotools.
    """
    ones = np.ones((1, 1), np.int64)
    where = np.zeros(len(hit), np.int64)
    return next(coco_draws(hit, where, np.array([positives]), ones))


def coco_draws(
    hit: Bools, cluster: Ints, positives: Ints, weights: npt.NDArray[np.integer]
) -> Iterator[float | None]:
    """Yield `coco_average_precision` for each draw of clusters.

    Args:
        hit: Shape ``(n,)``, the most confident first.
        cluster: Cluster of each detection, shape ``(n,)``.
        positives: Objects by cluster, shape ``(clusters,)``.
        weights: How often each cluster was drawn, shape ``(draws, clusters)``.
    """
    hits = np.flatnonzero(hit)
    hit_cluster = cluster[hits]
    for weight in weights:
        there = int(weight @ positives)
        if not there:
            yield None
            continue
        right = np.cumsum(weight[hit_cluster], dtype=np.int64)
        flagged = np.cumsum(weight[cluster], dtype=np.int64)[hits]
        reached = np.searchsorted(right / there, RECALLS, side="left")
        best = np.maximum.accumulate((right / (flagged + _TINY))[::-1])[::-1]
        yield float(np.append(best, 0.0)[reached].mean())


def ranked_average_precision(score: Floats, truth: Bools) -> float | None:
    """Return the area under the steps of precision over recall; None where nothing is true.

    Example:
        >>> ranked_average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
        0.8333333333333333

    Source:
        ``sklearn.metrics.average_precision_score``.
    """
    ones = np.ones((1, 1), np.int64)
    return next(ranked_draws(score, truth, np.zeros(len(score), np.int64), ones))


def ranked_draws(
    score: Floats, truth: Bools, cluster: Ints, weights: npt.NDArray[np.integer]
) -> Iterator[float | None]:
    """Yield `ranked_average_precision` for each draw of clusters; equal scores are one step."""
    order = np.argsort(-score, kind="stable")
    truth, cluster, score = truth[order], cluster[order], score[order]
    steps = _steps(score)
    for weight in weights:
        each = weight[cluster].astype(np.int64)
        right = np.cumsum(each * truth)[steps]
        flagged = np.cumsum(each)[steps]
        if not len(right) or not right[-1]:
            yield None
            continue
        gained = np.diff(right / right[-1], prepend=0.0)
        yield float(np.sum(gained * right / np.maximum(flagged, 1)))


def precision_at_recall(
    score: Floats, truth: Bools, recall: float
) -> tuple[float, float, int, int] | None:
    """Return where a recall is reached first: score, precision, flagged, right; None if nowhere.

    Example:
        >>> precision_at_recall(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]), 0.5)
        (0.9, 1.0, 1, 1)
    """
    order = np.argsort(-score, kind="stable")
    ends = _steps(score[order])
    right = np.cumsum(truth[order])[ends]
    if not truth.any():
        return None
    reached = np.flatnonzero(right >= recall * truth.sum() - 1e-9)
    at = ends[reached[0]]
    flagged, hits = int(at) + 1, int(right[reached[0]])
    return float(score[order][at]), hits / flagged, flagged, hits


def precision_at_recall_draws(
    score: Floats,
    truth: Bools,
    recall: float,
    cluster: Ints,
    weights: npt.NDArray[np.integer],
) -> Iterator[float | None]:
    """Yield the precision of `precision_at_recall` for each draw: each has a threshold of its own."""
    order = np.argsort(-score, kind="stable")
    truth, cluster = truth[order], cluster[order]
    ends = _steps(score[order])
    for weight in weights:
        each = weight[cluster].astype(np.int64)
        right, flagged = np.cumsum(each * truth)[ends], np.cumsum(each)[ends]
        if not len(right) or not right[-1]:
            yield None
            continue
        reached = np.flatnonzero(right >= recall * right[-1] - 1e-9)
        yield float(right[reached[0]] / max(flagged[reached[0]], 1))


def _steps(score: Floats) -> Ints:
    """Return the last item of each run of equal scores, given scores sorted so."""
    last = np.ones(min(1, len(score)), np.bool_)
    return np.flatnonzero(np.append(score[1:] != score[:-1], last))
