"""Model cards, written from an evaluation's numbers and never by hand.

``card.toml`` gets ``[heldout]`` (what `detector.report.trust` reads: a table per label, or per slice and
label), ``[heldout_slices]``, ``[heldout_suites]``, ``[heldout_at_recall]``, ``[heldout_beside]``,
``[heldout_tried]``, ``[must_show]`` and ``[measured]``; ``card.md`` says all of ``card.toml`` for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from detector.errors import InputError
from training import toml
from training.evaluation.values import FEW_POSITIVES, Evaluation, Held, Scores
from training.metrics.interval import Measure
from training.report.card_page import card_page
from training.report.words import reached

FEW = 10
"""Flagged items below which no ratio is stated, but how many were right."""
DIGITS = 6
"""Digits that a card keeps of a number; a page rounds them, and only once."""


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
    before = toml.read(card)
    for name, table in _further(evaluation).items():
        if table or name in before:
            toml.replace(card, name, table)
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
    write_page(folder)


def check_own(folder: Path, corpora: Collection[str]) -> None:
    """Check that figures of one's own corpora would not take the place of those of other items.

    Args:
        folder: The model folder.
        corpora: Names of what is about to be measured on.

    Raises:
        InputError: If the card states held-out figures of sources that are not among them.
    """
    card = toml.read(folder / "card.toml")
    measured = card.get("measured", {})
    others = sorted(set(measured.get("sources", ("a source that it does not name",))) - {*corpora})
    if card.get("heldout") and others:
        raise InputError(
            f"the card of {folder} states figures of {measured.get('items', 'some')} held-out items of "
            f"{', '.join(others)}, which those of {', '.join(sorted(corpora))} would take the place of; "
            f"expected a card without figures, or with those of the same corpora; leave out --card: "
            f"the report says the figures too"
        )


def write_page(folder: Path) -> None:
    """Write the page for people anew, from the card."""
    (folder / "card.md").write_text(card_page(toml.read(folder / "card.toml")), "utf-8")


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
                table.setdefault(each.part.removeprefix("lang="), {})[each.label] = row_of(each)
        elif each.part == "all" and each.level == "box":
            table[each.label] = row_of(each)
        elif each.part == "all":
            table.setdefault("whole picture", {})[each.label] = row_of(each)
        elif "=" not in each.part:
            name = each.part if each.level == "box" else f"{each.part}, whole picture"
            table.setdefault(name, {})[each.label] = row_of(each)
    return table


def _slices(evaluation: Evaluation) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for each in evaluation.scores:
        if "=" in each.part and not each.curve and each.positives >= FEW_POSITIVES:
            table.setdefault(each.part, {})[each.label] = row_of(each)
    return table


def row_of(scores: Scores) -> dict[str, Any]:
    """Return scores as a card states them."""
    row: dict[str, Any] = {
        "items": scores.items,
        "groups": scores.groups,
        "positives": scores.positives,
        "flagged": scores.flagged,
    }
    row |= stated("ap", scores.ap)
    if scores.ap_50_95:
        row |= stated("ap_50_95", scores.ap_50_95)
    if scores.flagged < FEW:
        row["right"] = scores.right
    else:
        row |= stated("precision", scores.precision)
    return row | stated("recall", scores.recall)


def stated(name: str, found: Measure) -> dict[str, Any]:
    """Return a measure as a card states it; nothing where it is not defined."""
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
        yield each.name, row | stated("rate", each.per_100)


def _further(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Return the tables that only some evaluations have; an empty one takes an old one out."""
    at_recall = {
        each.part: {
            "label": each.label,
            "recall": each.recall,
            "flagged": each.flagged,
            "right": each.right,
            **({} if each.threshold is None else {"threshold": round(each.threshold, 6)}),
            **stated("precision", each.precision),
        }
        for each in evaluation.at_recall
    }
    beside: dict[str, Any] = {}
    for each in evaluation.beside:
        row: dict[str, Any] = {"label": each.label, "baseline": each.name}
        row |= {"absent": each.absent} if each.absent else stated("ap", each.ap)
        if each.difference.value is not None:
            row["ap_above"] = round(each.difference.value, DIGITS)
        if each.difference.low is not None and each.difference.high is not None:
            ends = (each.difference.low, each.difference.high)
            row["ap_above_interval"] = [round(end, DIGITS) for end in ends]
        text = evaluation.kind == "text"
        beside[f"{each.part}, {each.label}" if text else each.part] = row
    held = {"bars": [held_row(each) for each in evaluation.held]} if evaluation.held else {}
    return {
        "heldout_at_recall": at_recall,
        "heldout_beside": beside,
        "heldout_tried": _tried(evaluation),
        "must_show": held,
    }


def _tried(evaluation: Evaluation) -> dict[str, Any]:
    """Return what was tried on texts that ask one thing, a list of rows for each way of asking."""
    table: dict[str, Any] = {}
    for each in evaluation.tried:
        row: dict[str, Any] = {"of": each.label, "on": each.part, "figure": each.figure}
        row |= {"items": each.found.items, "abstained": each.abstained}
        table.setdefault(each.by, []).append(row | stated("found", each.found))
    return table


def held_row(each: Held) -> dict[str, Any]:
    """Return a bar as a card states it, with what was found or why nothing was."""
    row: dict[str, Any] = {
        "name": each.name,
        "figure": each.figure,
        "bar": each.asked,
        "at_most": each.at_most,
        "reached": reached(each),
    }
    if each.unit:
        row["unit"] = each.unit
    if each.found.value is None:
        return row | {"why": each.why}
    if each.unit:
        return row | {"found": round(each.found.value, DIGITS)}
    return row | stated("found", each.found)
