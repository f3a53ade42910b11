"""Changes what people in a picture wear, before the picture itself is changed: colours, then badges.

Draws come from a generator of their own, so that all other changes of a picture are the same with and
without these: two trainings that differ in them alone can be compared picture by picture.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from training.augment import Changes
from training.badging import with_badges
from training.clothing import recoloured
from training.emblems import open_artwork
from training.examples import Example, LabelledBox
from training.figures import Figure, Pixels, figure_in

OTHER_UNIFORMS = "other uniforms"
"""Suite of pictures whose persons wear a uniform that is not to be found."""


def dressed(
    pixels: Pixels,
    example: Example,
    rng: np.random.Generator,
    changes: Changes,
    emblems: Path | None = None,
) -> tuple[Pixels, Example]:
    """Return a picture with its persons in other clothes, each change with its chance.

    Args:
        pixels: RGB, shape ``(height, width, 3)``.
        example: What is known of the picture; returned with the badges that were added.
        rng: Source of every draw; what it yields afterwards is as if this had not been called.
        changes: Chances.
        emblems: Folder of artwork; None draws what can be drawn.
    """
    colours, badges = rng.spawn(2)
    worn = _figures(example.boxes, pixels, "uniform")
    civilians = _civilians(example, pixels)
    if not worn and civilians and colours.random() < changes.palette:
        pixels = recoloured(pixels, civilians, colours, plain=True)
    elif worn and colours.random() < changes.palette:
        pixels = recoloured(
            pixels,
            worn,
            colours,
            badges=_figures(example.boxes, pixels, "badge"),
            weapons=_figures(example.boxes, pixels, "weapon"),
        )
    # A badge that is added must not stand beside others that nobody boxed.
    if worn and "badge" in example.annotates and badges.random() < changes.badges:
        there = (*example.boxes, *example.ignore)
        taken = [*_figures(there, pixels, "badge"), *_figures(there, pixels, "weapon")]
        taken += _figures(there, pixels, "")
        sewn = with_badges(pixels, worn, taken, open_artwork(emblems), badges)
        example = replace(
            example,
            boxes=(*example.boxes, *sewn.badges),
            ignore=(*example.ignore, *sewn.ignore),
        )
        pixels = sewn.pixels
    return pixels, example


def _civilians(example: Example, pixels: Pixels) -> list[Figure]:
    """Return persons who wear no uniform: in khaki they still do not, so colour alone decides nothing.

    Somebody in another uniform is left alone: a pilot in khaki would be an officer.
    """
    if "uniform" not in example.negative_for or OTHER_UNIFORMS in example.suites:
        return []
    return _figures(example.background, pixels, "person")


def _figures(boxes: tuple[LabelledBox, ...], pixels: Pixels, label: str) -> list[Figure]:
    height, width = pixels.shape[:2]
    return [figure_in(each.box, width, height) for each in boxes if each.label == label]
