"""Fits a text model's recipe anew without one source: what was learnt of mockery, and what of the source.

Labelled posts and labels of our own are drawn from the same sources: their rows go as well. Several may be
left out at a time, for fewer fits. Nothing held out is read here; `training.evaluate_sources` measures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.artifact import ModelFolder
from training.floor import RECIPE, rows_of_model, untold
from training.sources import Source
from training.text import TextPlan
from training.text_recipe import Recipe, read_recipe
from training.text_rows import Gathered, comes_from, gather

RUNS = Path("runs/sources")
Told = Callable[[str], None]
FitText = Callable[[TextPlan, Path], Any]
"""Runs a plan into a new model folder: `training.text.train_text`."""


@dataclass(frozen=True, slots=True)
class TextRoots:
    """What a text model was fitted on, as far as its card tells and this machine has it."""

    recipe: Recipe
    sources: tuple[Source, ...]
    rows: Gathered
    """Of the recipe that is used here."""
    former: ModelFolder | None
    """Whose language reader is kept where the recipe teaches no languages."""
    seed: int
    own: bool = True
    """Whether the recipe is the model's; otherwise a reduced one is fitted anew for each source."""


def roots_of(
    card: Mapping[str, Any],
    sources: Sequence[Source],
    path: Path = RECIPE,
    *,
    reduced: Path | None = None,
    former: ModelFolder | None = None,
) -> TextRoots:
    """Gather what a model was fitted on.

    Args:
        card: The model's.
        sources: Of texts, on this machine.
        path: The model's recipe.
        reduced: A recipe that takes less time, in its place.
        former: Model whose language reader is kept.

    Raises:
        InputError: If the recipe is not that of the model, and none is named in its place.
        SetupError: If a source is not what its manifest and the lock say.
    """
    seed = int(card.get("recipe", {}).get("seed", 0))
    recipe = read_recipe(reduced or path)
    if reduced is None:
        rows = rows_of_model(card, sources, path)
    else:
        rows = gather(sources, recipe, seed=seed, explore=False, tagger=untold)
    return TextRoots(recipe, tuple(sources), rows, former, seed, own=reduced is None)


def learnt_from(roots: TextRoots, source: str) -> bool:
    """Say whether any row of a source was fitted or calibrated on."""
    rows = (*roots.rows.train, *roots.rows.calibration)
    return any(comes_from(each.example, source) for each in rows)


def dealt(names: Sequence[str], together: int) -> tuple[tuple[str, ...], ...]:
    """Deal sources out like cards, in their order, into as few groups as hold so many each at most.

    Neighbours in a list are often of one kind: so they do not all go at once.

    Example:
        >>> dealt(["a", "b", "c", "d", "e"], 3)
        (('a', 'c', 'e'), ('b', 'd'))
    """
    groups = -(-len(names) // together)
    return tuple(tuple(names[at::groups]) for at in range(groups))


def fitted_without(
    roots: TextRoots,
    left_out: Sequence[str],
    folder: Path,
    fit: FitText,
    told: Told = lambda words: None,
) -> Path:
    """Return the model folder of the recipe without some sources, fitting it where that is not done yet.

    The folder is named by sources, recipe and rows: another fit never takes its place.
    """
    rows = roots.rows
    said = [
        roots.recipe.model_dump_json(),
        str(roots.seed),
        *(each.example.id for each in rows.train),
    ]
    name = hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]
    out = folder / f"without-{'+'.join(left_out) or 'nothing'}-{name}"
    if (out / "card.toml").is_file():
        told(f"{out} is fitted already")
        return out
    told(f"fitting {out}")
    out.parent.mkdir(parents=True, exist_ok=True)
    left = tuple(left_out)
    plan = TextPlan(roots.sources, roots.recipe, roots.former, seed=roots.seed, without=left)
    fit(plan, out)
    return out
