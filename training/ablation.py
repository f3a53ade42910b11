"""Keeps in a model's card why it was made as it was: what two ways to train gave on the calibration side.

A choice that was made on held-out items would spoil what they measure: such a comparison is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detector.artifact import ModelFolder
from detector.errors import InputError
from training import toml
from training.compare import Comparison
from training.comparing import Line
from training.report.card_page import card_page

TABLE = "ablations"
EQUAL = frozenset({"device", "software", "precision"})
"""Parts of a recipe that say where a model was made."""


def keep_ablation(
    folder: Path,
    question: str,
    found: Comparison,
    candidate: ModelFolder,
    champion: ModelFolder,
) -> None:
    """Write what a comparison of two ways to train gave into the card of the model that followed it.

    Args:
        folder: Of the model; its ``card.toml`` gets a table under ``[ablations]``.
        question: What was asked, in a few words; another answer to it replaces this one.
        found: The comparison, on the calibration side.
        candidate: The model that was compared.
        champion: The one it was compared with.

    Raises:
        InputError: If the comparison was made on held-out items, or the recipes do not differ.
    """
    if found.on != "calibration":
        raise InputError(
            "this comparison was made on held-out items; expected the calibration side, so that the "
            "held-out figures stay fair to what was chosen; compare with --on calibration"
        )
    differs = list(_differences(candidate.card["recipe"], champion.card["recipe"]))
    if not differs:
        raise InputError(
            f"{candidate.path} and {champion.path} were made by the same recipe; expected two ways to "
            f"train; compare others"
        )
    card = folder / "card.toml"
    said = {
        "differs": differs,
        "items": found.items,
        "groups": found.groups,
        "draws": found.draws,
        "numbers": [_words(each) for each in found.lines if each.part == "all"],
    }
    toml.replace(card, TABLE, {**toml.read(card).get(TABLE, {}), question: said})
    (folder / "card.md").write_text(card_page(toml.read(card)), "utf-8")


def _differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted((one.keys() | other.keys()) - EQUAL):
        left, right = (_listed(each.get(name, "nothing")) for each in (one, other))
        if left != right:
            first = [each for each in left if each not in right] or ["nothing"]
            second = [each for each in right if each not in left] or ["nothing"]
            yield f"{name}: {'; '.join(first)} against {'; '.join(second)}"


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _words(line: Line) -> str:
    found = line.difference
    numbers = [
        "none" if each is None else f"{each:.3f}" for each in (found.candidate, found.champion)
    ]
    told = f"{line.label}, {line.metric}: {numbers[0]} against {numbers[1]}, {found.outcome}"
    return told if found.low is None else f"{told} [{found.low:+.3f}, {found.high:+.3f}]"
