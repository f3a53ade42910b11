"""Artwork that badges are composited from: files of a source of emblems, beside what is drawn.

What a picture stands for is told by its folder: crests as they are, flags, and charges of one colour that
are given another one. Only PNG is read; the source has one beside every SVG. No artwork is part of the
project, and without the source everything is drawn (`training.insignia`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import cv2
import numpy as np

from detector.errors import SetupError
from training import insignia
from training.insignia import METALS, SIDE, Art

Kind = Literal["crest", "flag", "charge", "icon"]
FOLDERS: Mapping[str, Kind] = MappingProxyType(
    {"flag_icons_mit": "flag", "armoria_charges_nonNC": "charge", "game_icons_cc_by3": "icon"}
)
"""What the pictures of a folder are; those of any other one are crests."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """Pictures of a source of emblems by kind; none where there is no source."""

    files: Mapping[Kind, tuple[Path, ...]]

    def crest(self, rng: np.random.Generator) -> Art:
        """Return a police crest, or one that is made up."""
        crests = self.files.get("crest", ())
        if crests and rng.random() < 0.3:
            return _read(_one(crests, rng))
        return insignia.crest(rng, self.charge(rng))

    def cap_badge(self, rng: np.random.Generator) -> Art:
        """Return what is worn on a cap: metal, mostly with a wreath."""
        kind = rng.integers(4)
        if kind == 0:
            return self.crest(rng)
        return insignia.star(rng) if kind == 1 else insignia.wreath(rng, self.charge(rng))

    def patch(self, rng: np.random.Generator) -> Art:
        """Return what is sewn on a sleeve: a crest or a flag."""
        flags = self.files.get("flag", ())
        if flags and rng.random() < 0.25:
            return _read(_one(flags, rng))
        return self.crest(rng)

    def charge(self, rng: np.random.Generator) -> Art | None:
        """Return a heraldic charge in the colour of a metal; None where there is no source."""
        kind: Kind = "charge" if rng.random() < 0.5 else "icon"
        files = self.files.get(kind, ())
        if not files:
            return None
        art = _read(_one(files, rng))
        light = art[..., :3].max(axis=2).astype(np.float32) / 255
        metal = np.array(METALS[int(rng.integers(len(METALS)))], np.float32)
        if kind == "icon":  # white on black: the white is the drawing
            alpha, light = (light * art[..., 3]).astype(np.uint8), np.ones_like(light)
        else:
            alpha = art[..., 3]
        rgb = (metal * (0.25 + 0.75 * light[..., None])).astype(np.uint8)
        return np.dstack([rgb, alpha])


@lru_cache(maxsize=4)
def open_artwork(folder: Path | None) -> Artwork:
    """List the pictures of a source of emblems.

    Raises:
        SetupError: If the folder holds none.
    """
    found: dict[Kind, list[Path]] = {}
    if folder is None:
        return Artwork(MappingProxyType({}))
    for path in sorted(folder.rglob("*.png")):
        kind = FOLDERS.get(path.relative_to(folder).parts[0], "crest")
        found.setdefault(kind, []).append(path)
    if not found:
        raise SetupError(
            f"{folder} holds no PNG; expected the artwork of a source of emblems; get the source "
            f"again, or take it out of registered.toml to draw badges without it"
        )
    return Artwork(MappingProxyType({kind: tuple(paths) for kind, paths in found.items()}))


@lru_cache(maxsize=512)
def _read(path: Path) -> Art:
    """Read a picture, `SIDE` pixels large, cut to what is not transparent."""
    raw = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if raw is None or raw.ndim != 3:
        raise SetupError(
            f"{path} is no PNG in colour; expected artwork; restore the source of emblems"
        )
    code = cv2.COLOR_BGRA2RGBA if raw.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    art = cv2.cvtColor(raw, code)
    y, x = np.nonzero(art[..., 3] > 16)
    if len(y):
        art = art[y.min() : y.max() + 1, x.min() : x.max() + 1]
    scale = SIDE / max(art.shape[:2])
    small = cv2.resize(art, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small.setflags(write=False)
    return np.asarray(small, np.uint8)


def _one(paths: tuple[Path, ...], rng: np.random.Generator) -> Path:
    return paths[int(rng.integers(len(paths)))]
