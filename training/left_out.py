"""Fits a text model's recipe anew without one source: what was learnt of mockery, and what of the source.

Labelled posts and labels of our own are drawn from the same sources: their rows go as well. Several may be
left out at a time, for fewer fits. Nothing held out is read here; `training.evaluate_sources` measures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.artifact import ModelFolder
from detector.errors import InputError
from detector.text.names import NAMES_FILE
from training.floor import RECIPE, rows_of_model, untold
from training.sources import Source
from training.text import TextPlan
from training.text_recipe import Recipe, entry, read_names, read_recipe
from training.text_rows import Gathered, TextRow, comes_from, gather

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
        _check_own(card, recipe, path)
        rows = rows_of_model(card, sources, path)
    else:
        rows = gather(sources, recipe, seed=seed, explore=False, tagger=untold)
    return TextRoots(recipe, tuple(sources), rows, former, seed, own=reduced is None)


def _check_own(card: Mapping[str, Any], recipe: Recipe, path: Path) -> None:
    """Check that a recipe is the model's in what the rows do not show: weights, encoder, names."""
    how = recipe.encoder
    here = {
        "topics": [entry(each.model_dump(exclude_none=True)) for each in recipe.topics],
        "labels": [entry(each.model_dump(exclude_none=True)) for each in recipe.labels],
        "encoder": entry(how.model_dump()) if how else "none",
    }
    told = card.get("recipe", {})
    odd = [name for name, value in here.items() if name in told and told[name] != value]
    names = read_names(recipe).lines
    if card.get("files", {}).get(NAMES_FILE, "") != (_hashed(names.encode()) if names else ""):
        odd.append(NAMES_FILE)
    if odd:
        raise InputError(
            f"{path} is not the recipe of the model: {', '.join(odd)} differ from what its card tells; "
            f"expected the same; name the recipe of that model with --text-recipe, or one that is to "
            f"stand in its place with --reduced"
        )


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

    The folder is named by sources, recipe, the lists that it names, and rows with their labels: another
    fit never takes its place.

    Raises:
        InputError: If a list that the recipe names cannot be read.
    """
    name = _hashed("\n".join(_said(roots)).encode())[:8]
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


def _said(roots: TextRoots) -> Iterator[str]:
    """Yield all that decides what comes out of a fit."""
    yield roots.recipe.model_dump_json()
    yield str(roots.seed)
    if how := roots.recipe.encoder:
        for path in (how.glossary, how.names):
            yield _hashed(_bytes(Path(path))) if path else ""
    yield from map(_row, (*roots.rows.train, *roots.rows.calibration))


def _row(each: TextRow) -> str:
    labels = {name: bool(value) for name, value in sorted(each.labels.items())}
    return json.dumps([each.example.id, each.example.lang, each.text, labels, each.weight])


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error}); expected the list that the recipe names; run this from "
            f"the checkout, or correct the recipe"
        ) from error


def _hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
