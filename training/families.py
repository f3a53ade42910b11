"""Fits a model's recipe anew without a family of sources: what was learnt, and what was learnt by heart.

A family is pictures that were made, drawn or boxed in one way. A model that finds its held-out pictures
well and is lost without its training pictures knows the family, not the thing. Nothing held out is read
here; `training.evaluate_families` measures. Importing this file does not import PyTorch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.errors import InputError, SetupError

if TYPE_CHECKING:
    from training.evaluation.sets import Family
    from training.sources import Source
    from training.vision import Plan, Recipe

RUNS = Path("runs/families")
RATE = re.compile(r"rate ([0-9.e-]+)")
DRAWN = re.compile(r"(\S+) drawn ([0-9.]+) times as often")
Told = Callable[[str], None]
Fit = Callable[["Plan"], Any]
"""Runs a plan to its end, or goes on with it: `training.vision.train_vision`."""


@dataclass(frozen=True, slots=True)
class Less:
    """How much less is fitted than the recipe says; 0 leaves it as it is."""

    epochs: int = 0
    pictures: int = 0
    """Of an epoch."""

    def of(self, recipe: Recipe) -> Recipe:
        """Return the recipe with fewer steps; never with more."""
        return replace(
            recipe,
            epochs=min(self.epochs or recipe.epochs, recipe.epochs),
            pictures=min(self.pictures or recipe.pictures, recipe.pictures),
        )


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a model was fitted on, as far as its card tells and this machine has it."""

    recipe: Recipe
    start: Path
    sources: tuple[Source, ...]
    emblems: Source | None
    other_start: bool = False
    """Whether the model itself started from weights that knew the families already."""


def recipe_of(card: Mapping[str, Any]) -> Recipe:
    """Read the recipe of a model from its card, as `training.vision_card` writes it.

    Raises:
        InputError: If the card does not say it in full, or in words that are not known here.
    """
    from training.augment import Changes
    from training.balance import Shares
    from training.vision import Recipe

    said, rules = card.get("recipe", {}), card.get("threshold_rule", {})
    try:
        shares = [str(each) for each in said["shares"]]
        emphasis = {
            found[1]: float(found[2]) for each in shares if (found := DRAWN.fullmatch(each))
        }
        plain = _numbers(Shares, [each for each in shares if not DRAWN.fullmatch(each)])
        rate = RATE.search(said["optimizer"])
        return Recipe(
            epochs=int(said["epochs"]),
            image_size=int(said["image_size"]),
            batch=int(said["batch"]),
            learning_rate=float(rate[1]) if rate else float("nan"),
            pictures=int(said["pictures_per_epoch"]),
            head=card["model"]["head"],
            masked=not str(said["partial_labels"]).startswith("what is not boxed"),
            seed=int(said["seed"]),
            targets={
                label: float(rule["target_precision"])
                for label, rule in rules.items()
                if isinstance(rule, Mapping) and "target_precision" in rule
            },
            shares=Shares(**plain, emphasis=emphasis),
            changes=Changes(**_numbers(Changes, said["changes"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"the card does not tell its recipe in full ({type(error).__name__}: {error}); expected "
            f"one that `wardi train vision` wrote; train the model with it"
        ) from error


def _numbers(of: type, lines: Iterable[str]) -> dict[str, float]:
    """Read lines like ``scale 0.5`` that name fields of a data class."""
    known = {each.name for each in fields(of)}
    found = {}
    for each in lines:
        name, _, value = str(each).partition(" ")
        if name not in known:
            raise ValueError(f"{of.__name__} has no {name!r}")
        found[name] = float(value)
    return found


def grounds_of(
    card: Mapping[str, Any],
    sources: Sequence[Source],
    weights: Sequence[Source],
    emblems: Sequence[Source],
    *,
    start: Path | None = None,
) -> Grounds:
    """Gather what a model was fitted on.

    Args:
        card: The model's.
        sources: Of pictures that lie on this machine.
        weights: Of start weights, likewise.
        emblems: Of artwork, likewise.
        start: The start weights, where they lie in no source, or where the model's own know the families.

    Raises:
        InputError: If the start is another model, which knows the families already.
        SetupError: If a source or the start weights are not on this machine.
    """
    recipe = recipe_of(card)
    rows = card.get("data", {}).get("sources", [])
    wanted = [str(row["name"]) for row in rows]
    there = {each.name: each for each in sources}
    if missing := sorted(set(wanted) - there.keys()):
        raise SetupError(
            f"the model learnt from {', '.join(missing)}, which is not on this machine; expected all "
            f"of its sources; run `wardi data add`, or give --data"
        )
    fitted_on = str(card["recipe"].get("start", "")).startswith("vision model")
    if _of_a_model(start) if start else fitted_on:
        raise InputError(
            "the model was fitted on from another model, which has seen the families already; expected "
            "weights that know none of the data; name their .safetensors file with --from, where it "
            "lies in no model folder"
        )
    path = start or _file_of(card["recipe"].get("start_sha256", ""), weights)
    artwork = next(iter(emblems), None) if recipe.changes.badges else None
    return Grounds(recipe, path, tuple(there[each] for each in wanted), artwork, fitted_on)


def _of_a_model(start: Path) -> bool:
    """Say whether weights lie in a model folder: fitted here, on whatever its card says."""
    return start.is_dir() or start.with_name("card.toml").exists()


def _file_of(sha256: str, weights: Sequence[Source]) -> Path:
    from training.sources import file_list

    for source in weights:
        for name, _, found in file_list(source.folder):
            if found == sha256:
                return source.folder / name
    raise SetupError(
        f"the weights that the model started from (sha256 {sha256[:12] or 'not told'}) are not on this "
        f"machine; expected them in a source of weights; run `wardi data add`, or give --from"
    )


def plan_without(grounds: Grounds, families: Sequence[Family], less: Less, folder: Path) -> Plan:
    """Plan the training without families; none leaves nothing out.

    The model folder is named by families and fingerprint: the same training is found again when it is done,
    and another one never takes its place.

    Args:
        grounds: Of the model.
        families: What is left out.
        less: How much less is fitted.
        folder: Of the models that are made here, and of their runs.
    """
    from training.vision import open_start, plan

    out = {source for each in families for source in each.sources}
    kept = [each for each in grounds.sources if each.name not in out]
    recipe = less.of(grounds.recipe)
    shares = replace(recipe.shares.without(out), mined=1.0)  # the start knows none of the labels
    recipe = replace(recipe, shares=shares)
    names = "-".join(each.name for each in families)
    name = f"without-{names}" if families else "with-every-family"
    planned = plan(
        kept,
        open_start(grounds.start),
        recipe,
        folder / name,
        emblems=grounds.emblems,
        runs=folder / "runs",
    )
    return replace(planned, out=folder / planned.run.name)


def fitted(plan: Plan, fit: Fit, told: Told = lambda words: None) -> Path:
    """Return the model folder of a plan, fitting it where that is not done yet."""
    if (plan.out / "card.toml").is_file():
        told(f"{plan.out} is fitted already")
    else:
        told(f"fitting {plan.out}")
        fit(plan)
    return plan.out
