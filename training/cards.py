"""Model cards, written from an evaluation's numbers and never by hand.

``card.toml`` gets ``[heldout]`` (what `detector.report.trust` reads: a table per label, or per slice and
label), ``[heldout_slices]``, ``[heldout_suites]`` and ``[measured]``; ``card.md`` says all of
``card.toml`` for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detector.errors import InputError
from training import toml
from training.evaluation.values import FEW_POSITIVES, Evaluation, Scores
from training.metrics.interval import Measure
from training.report.card_page import card_page

FEW = 10
"""Flagged items below which no ratio is stated, but how many were right."""
DIGITS = 3


def write_card(folder: Path, evaluation: Evaluation) -> None:
    """Write the held-out figures into a model folder's card, and the page for people anew.

    Raises:
        InputError: If they were not measured on all held-out items, or of another model.
    """
    card = folder / "card.toml"
    about = toml.read(card).get("model", {})
    _check(folder, about, evaluation)
    toml.replace(card, "heldout", _heldout(evaluation))
    toml.replace(card, "heldout_slices", _slices(evaluation))
    toml.replace(card, "heldout_suites", _suites(evaluation))
    toml.replace(
        card,
        "measured",
        {
            "on": evaluation.on,
            "items": evaluation.items,
            "groups": evaluation.groups,
            "lock": evaluation.lock,
            "draws": evaluation.draws,
            "seed": evaluation.seed,
            "sources": dict(evaluation.sources),
            "notes": list(evaluation.notes),
        },
    )
    (folder / "card.md").write_text(card_page(toml.read(card)), "utf-8")


def _check(folder: Path, about: Mapping[str, Any], evaluation: Evaluation) -> None:
    measured = evaluation.models[0]
    if evaluation.on != "heldout" or evaluation.restricted:
        raise InputError(
            f"the figures were measured on {evaluation.restricted or evaluation.on + ' items'}; a "
            f"card states those of all held-out items; evaluate without --source, --on heldout"
        )
    if (about.get("kind"), str(about.get("version"))) != (measured["kind"], measured["version"]):
        raise InputError(
            f"{folder} holds {about.get('kind')} {about.get('version')}; the figures are those of "
            f"{measured['kind']} {measured['version']}; evaluate the model in this folder"
        )


def _heldout(evaluation: Evaluation) -> dict[str, Any]:
    """Return the tables that a scan's report reads: whole labels, languages, named sets."""
    table: dict[str, Any] = {}
    for each in evaluation.scores:
        if evaluation.kind == "text":
            if each.curve:
                table.setdefault(each.part.removeprefix("lang="), {})[each.label] = _row(each)
        elif each.part == "all" and each.level == "box":
            table[each.label] = _row(each)
        elif each.part == "all":
            table.setdefault("whole picture", {})[each.label] = _row(each)
        elif "=" not in each.part:
            name = each.part if each.level == "box" else f"{each.part}, whole picture"
            table.setdefault(name, {})[each.label] = _row(each)
    return table


def _slices(evaluation: Evaluation) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for each in evaluation.scores:
        if "=" in each.part and not each.curve and each.positives >= FEW_POSITIVES:
            table.setdefault(each.part, {})[each.label] = _row(each)
    return table


def _row(scores: Scores) -> dict[str, Any]:
    row: dict[str, Any] = {
        "items": scores.items,
        "groups": scores.groups,
        "positives": scores.positives,
        "flagged": scores.flagged,
    }
    row |= _stated("ap", scores.ap)
    if scores.ap_50_95:
        row |= _stated("ap_50_95", scores.ap_50_95)
    if scores.flagged < FEW:
        row["right"] = scores.right
    else:
        row |= _stated("precision", scores.precision)
    return row | _stated("recall", scores.recall)


def _stated(name: str, found: Measure) -> dict[str, Any]:
    if found.value is None or found.low is None or found.high is None:
        return {}
    interval = [round(found.low, DIGITS), round(found.high, DIGITS)]
    return {name: round(found.value, DIGITS), f"{name}_interval": interval}


def _suites(evaluation: Evaluation) -> dict[str, Any]:
    return dict(_suite_rows(evaluation))


def _suite_rows(evaluation: Evaluation) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in evaluation.suites:
        row: dict[str, Any] = {
            "labels": list(each.labels),
            "items": each.items,
            "alarmed": each.alarmed,
        }
        yield each.name, row | _stated("rate", each.per_100)
