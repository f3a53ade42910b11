"""The area under the ROC curve: how often what is of a label is ranked above what is not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def roc_area(score: Floats, truth: Bools) -> float | None:
    """Return the share of pairs in which the true item scores higher; a tie is half a pair.

    None where nothing is true, or everything.

    Example:
        >>> roc_area(np.array([0.9, 0.4, 0.4, 0.1]), np.array([True, True, False, False]))
        0.875

    Source:
        ``sklearn.metrics.roc_auc_score``; Hanley and McNeil, Radiology 143(1), 1982.
    """
    ones = np.ones((1, 1), np.int64)
    return next(roc_draws(score, truth, np.zeros(len(score), np.int64), ones))


def roc_draws(
    score: Floats, truth: Bools, cluster: Ints, weights: npt.NDArray[np.integer]
) -> Iterator[float | None]:
    """Yield `roc_area` for each draw of clusters.

    Args:
        score: Shape ``(n,)``.
        truth: Shape ``(n,)``.
        cluster: Cluster of each item, shape ``(n,)``.
        weights: How often each cluster was drawn, shape ``(draws, clusters)``.
    """
    levels, level = np.unique(score, return_inverse=True)
    for weight in weights:
        each = weight[cluster].astype(np.float64)
        there = np.bincount(level, each * truth, len(levels))
        other = np.bincount(level, each * ~truth, len(levels))
        whole = there.sum() * other.sum()
        if not whole:
            yield None
            continue
        below = np.cumsum(other) - other / 2
        yield float(there @ below / whole)
