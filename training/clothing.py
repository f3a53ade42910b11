"""Recolours what boxed persons wear, so that a network meets colours that its pictures lack.

Only the cloth changes, not the picture: its folds stay, as lightness about a new mean; skin, weapons and
badges keep their colours as far as they can be told from the cloth.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from training.figures import Cloth, Figure, Floats, Pixels, cloth_of
from training.palettes import PALETTES, Palette, camouflage, jittered

SMALLEST = 14.0
"""Width in pixels of a person below which clothes are left alone."""
MOST = 10
"""Persons of a picture that are recoloured, the largest first."""
ALIKE = 0.8
"""Chance that persons of one picture wear the same."""
FLASH = 50.0
"""How far a fold may be from its cloth in lightness, out of 255."""
DARK = 90
"""Lightness, out of 255, below which cloth cannot be told from a gun in front of it."""


def recoloured(
    pixels: Pixels,
    persons: Sequence[Figure],
    rng: np.random.Generator,
    *,
    badges: Sequence[Figure] = (),
    weapons: Sequence[Figure] = (),
    plain: bool = False,
) -> Pixels:
    """Dress persons in other colours.

    Args:
        pixels: RGB, shape ``(height, width, 3)``.
        persons: Whom to dress.
        rng: Source of every draw.
        badges: Rectangles that keep their colours.
        weapons: Rectangles with something dark in them that keeps its colour.
        plain: Whether nobody is put into camouflage.
    """
    pixels = pixels.copy()
    free = np.ones(pixels.shape[:2], np.float32)
    choice = [each for each in PALETTES if not plain or each.pattern == "plain"]
    palette = choice[int(rng.integers(len(choice)))]
    for figure in sorted(persons, key=lambda each: -each.width * each.height)[:MOST]:
        if rng.random() > ALIKE:
            palette = choice[int(rng.integers(len(choice)))]
        # A slender box at a side may be half a portrait: its head would be taken for a chest.
        slender = figure.cut and figure.height > 1.4 * figure.width
        if slender or min(figure.width, figure.height) < SMALLEST:
            continue
        cloth = cloth_of(pixels, figure, badges, [each for each in persons if each != figure])
        if cloth.is_sure:
            _dress(pixels, free, cloth, jittered(palette, rng), weapons, rng)
    return pixels


def _dress(
    pixels: Pixels,
    free: Floats,
    cloth: Cloth,
    palette: Palette,
    weapons: Sequence[Figure],
    rng: np.random.Generator,
) -> None:
    """Recolour one person in place; `free` is what nobody who was dressed before covers."""
    shown = cloth.within(pixels)
    lab = np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGB2LAB), np.float32)
    height, width = lab.shape[:2]
    open_to = free[cloth.top : cloth.top + height, cloth.left : cloth.left + width]
    mask = cloth.mask * open_to
    if (held := _held(cloth, weapons, lab)) is not None:
        if _mean(lab[..., 0], mask) < DARK:
            return
        mask = mask * (1 - held)
    target = _target(cloth, palette, height, width, rng)
    light = float(np.percentile(lab[::2, ::2, 0], 90)) / 210
    target[..., 0] *= np.clip(light, 0.5, 1.05)  # white cloth is grey in a dark picture
    below = _below(cloth.figure.waist - cloth.top, height, cloth.figure.height)
    means = [_mean(lab[..., 0], mask * part) for part in (1 - below, below)]
    mean = means[0] * (1 - below) + means[1] * below
    folds = np.clip(target[..., 0] * 2.55 / np.maximum(mean, 1), 0.6, 2.0)
    fresh = np.empty_like(lab)
    # Buttons and belts that were taken for cloth must not flash: what is far from the mean is drawn in.
    relief = FLASH * np.tanh((lab[..., 0] - mean) * folds / FLASH)
    fresh[..., 0] = target[..., 0] * 2.55 + relief
    tint = lab[..., 1:] - [_mean(lab[..., each], mask) for each in (1, 2)]
    fresh[..., 1:] = target[..., 1:] + 128 + 0.25 * tint
    rgb = cv2.cvtColor(np.clip(fresh, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    alpha = mask[..., None]
    shown[...] = np.round(shown * (1 - alpha) + rgb * alpha).astype(np.uint8)
    open_to *= 1 - cloth.mask


def _target(
    cloth: Cloth, palette: Palette, height: int, width: int, rng: np.random.Generator
) -> Floats:
    """Return the colour of each pixel in good light: CIELAB, shape ``(height, width, 3)``."""
    if palette.pattern != "plain":
        return camouflage(palette, height, width, cloth.figure.width, rng)
    below = _below(cloth.figure.waist - cloth.top, height, cloth.figure.height)[..., None]
    plain = np.array(palette.shirt) * (1 - below) + np.array(palette.trousers) * below
    return np.array(np.broadcast_to(plain, (height, width, 3)), np.float32)


def _below(waist: float, height: int, person: float) -> Floats:
    """Return how far below the belt each row is: 0 above, 1 below; shape ``(height, 1)``."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(np.clip((rows - waist) / max(0.02 * person, 1.0) + 0.5, 0, 1), np.float32)


def _held(cloth: Cloth, weapons: Sequence[Figure], lab: Floats) -> Floats | None:
    """Return where something dark and colourless lies in the box of a weapon; None without any."""
    held: Floats = np.zeros((lab.shape[0], lab.shape[1]), np.float32)
    met = False
    for each in weapons:
        x0, y0 = max(0, int(each.left) - cloth.left), max(0, int(each.top) - cloth.top)
        x1 = int(each.left + each.width) + 1 - cloth.left
        y1 = int(each.top + each.height) + 1 - cloth.top
        if x1 > x0 and y1 > y0 and x0 < held.shape[1] and y0 < held.shape[0]:
            met = True
            held[y0:y1, x0:x1] = lab[y0:y1, x0:x1, 0] < DARK
    return np.asarray(cv2.GaussianBlur(held, (0, 0), 0.8), np.float32) if met else None


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / max(float(weight.sum()), 1e-6))
