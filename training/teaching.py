"""What a picture may teach: partial labels said place by place, for the loss of the classes.

The network answers at places: the cells of its three grids. A label that a picture's source does not
annotate fully teaches nothing there of absence, and neither does a place whose middle lies in a region to
be ignored. What is boxed is always taught: see `training.network.yolo`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.examples import LabelledBox

STRIDES = (8, 16, 32)
"""Pixels between the places of each grid, in the order in which the network answers."""


def places(side: int) -> npt.NDArray[np.float64]:
    """Return the middles of all places of a square, as fractions, row by row: shape ``(places, 2)``."""
    grids = []
    for stride in STRIDES:
        steps = (np.arange(side // stride) + 0.5) / (side // stride)
        y, x = np.meshgrid(steps, steps, indexing="ij")
        grids.append(np.stack([x.ravel(), y.ravel()], axis=1))
    return np.concatenate(grids)


def teaches_absence(
    labels: Sequence[str], ignore: Sequence[LabelledBox], side: int
) -> npt.NDArray[np.bool_]:
    """Say where in a picture the absence of each label is known.

    Args:
        labels: Of the network, in order.
        ignore: Regions of which nobody can say, as fractions of the square; the whole of a picture for a
            label that it neither annotates fully nor was checked not to show.
        side: Of the square, in pixels; a multiple of 32.

    Returns:
        Shape ``(places, labels)``.
    """
    at = places(side)
    known = np.ones((len(at), len(labels)), np.bool_)
    for region in ignore:
        x0, y0, x1, y1 = region.box
        inside = (at[:, 0] >= x0) & (at[:, 0] <= x1) & (at[:, 1] >= y0) & (at[:, 1] <= y1)
        concerned = np.array([region.label in ("", label) for label in labels])
        known[inside[:, None] & concerned] = False
    return known
