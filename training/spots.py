"""Where on a figure insignia are worn, how large, and how they hang: what `training.badging` sews on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from training import insignia
from training.emblems import Artwork
from training.figures import Cloth
from training.insignia import Art


class Spot(NamedTuple):
    """Where on a figure something is worn; lengths in widths of the person."""

    chance: float
    draw: Callable[[Artwork, np.random.Generator], Art]
    at: Callable[[Cloth, float], tuple[float, float] | None]
    """Middle in the picture on the side given, -1 or 1; None where the cloth does not reach."""
    size: float
    tilt: float
    """Degrees that it hangs down to the outside."""
    turned: float
    """Narrowest that it is seen, for surfaces that face away."""
    is_badge: bool = True
    on_cloth: bool = True


def _shoulder(cloth: Cloth, side: float) -> tuple[float, float] | None:
    """Find where the cloth begins, going down at a shoulder."""
    figure = cloth.figure
    x = figure.middle + side * 0.28 * figure.width
    column = cloth.mask[:, min(max(int(x - cloth.left), 0), cloth.mask.shape[1] - 1)]
    first = max(0, int(figure.top + 0.6 * figure.head - cloth.top))
    last = int(figure.shoulders + 0.8 * figure.head - cloth.top)
    rows = np.nonzero(column[first:last] > 0.5)[0]
    if not len(rows):
        return None
    return x, cloth.top + first + float(rows[0]) + 0.05 * figure.width


def _sleeve(cloth: Cloth, side: float) -> tuple[float, float] | None:
    """Find the outer end of the cloth, below a shoulder."""
    figure = cloth.figure
    y = figure.shoulders + 0.55 * figure.head
    row = cloth.mask[min(max(int(y - cloth.top), 0), cloth.mask.shape[0] - 1)]
    columns = np.nonzero(row > 0.5)[0]
    if not len(columns):
        return None
    x = cloth.left + float(columns[0 if side < 0 else -1])
    return x - side * 0.08 * figure.width, y


def _chest(down: float) -> Callable[[Cloth, float], tuple[float, float]]:
    def at(cloth: Cloth, side: float) -> tuple[float, float]:
        figure = cloth.figure
        return figure.middle + side * 0.17 * figure.width, figure.shoulders + down * figure.head

    return at


def _cap(cloth: Cloth, side: float) -> tuple[float, float]:
    figure = cloth.figure
    return figure.middle + side * 0.04 * figure.width, figure.top + 0.16 * figure.head


SPOTS = (
    Spot(0.45, lambda _, rng: insignia.rank_slide(rng), _shoulder, 0.19, 24, 0.8),
    Spot(0.45, Artwork.patch, _sleeve, 0.15, 4, 0.55),
    Spot(0.4, Artwork.crest, _chest(0.55), 0.13, 0, 0.9),
    Spot(0.1, lambda _, rng: insignia.wings(rng), _chest(0.45), 0.18, 0, 0.9),
    Spot(0.15, lambda _, rng: insignia.name_plate(rng), _chest(0.7), 0.17, 0, 0.9, is_badge=False),
    Spot(0.1, lambda _, rng: insignia.ribbons(rng), _chest(0.5), 0.16, 0, 0.9, is_badge=False),
    Spot(0.4, Artwork.cap_badge, _cap, 0.13, 0, 0.85, on_cloth=False),
)
"""A shoulder or a sleeve is tried on both sides, what is worn on chest and cap on one."""


def drawn(rng: np.random.Generator) -> list[tuple[Spot, float]]:
    """Draw what a person wears; a slide or patch mostly on both sides."""
    worn = []
    for spot in SPOTS:
        if rng.random() < spot.chance:
            side = float(rng.choice([-1, 1]))
            both = spot.at in (_shoulder, _sleeve) and rng.random() < 0.7
            worn += [(spot, side), (spot, -side)] if both else [(spot, side)]
    return worn
