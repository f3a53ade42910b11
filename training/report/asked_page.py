"""The parts of a card's page that say what is asked of a model, and what was measured for it.

Bars, baselines, what a recall costs, clips, families that were left out. Made of the card alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.report.markdown import NONE, measure, table


def asked(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the bars; nothing where the card has none."""
    bars = card.get("must_show", {}).get("bars", ())
    if not bars:
        return
    yield from ("### What is asked, and whether it is reached", "")
    heading = ("of", "figure", "bar", "found", "")
    yield from table(heading, (_bar(each) for each in bars))


def _bar(row: Mapping[str, Any]) -> tuple[str, ...]:
    most, unit, why = row["at_most"], row.get("unit"), row.get("why")
    if unit:
        bar = f"{'<=' if most else '>='} {row['bar']:g} {unit}"
        found = why or f"{row['found']:.4g} {unit}"
    else:
        bar = f"<= {row['bar'] * 100:g} of 100" if most else f">= {row['bar']:.2f}"
        found = why or (measure(row, "found", 100, 1) if most else measure(row, "found"))
    return row["name"], row["figure"], bar, found, row["reached"]


def beside(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was measured beside the sets: baselines, and the precision at a recall."""
    lines = []
    for part, row in card.get("heldout_beside", {}).items():
        if row.get("absent"):
            lines.append(f"- {part}: the {row['baseline']} was not measured: {row['absent']}")
        else:
            lines.append(
                f"- {part}: the {row['baseline']} has AP {measure(row, 'ap')} there; this model has "
                f"{measure(row, 'ap_above')} more"
            )
    for part, row in card.get("heldout_at_recall", {}).items():
        if "threshold" not in row:
            lines.append(f"- {part}: no threshold finds {row['recall']} of the pictures")
            continue
        lines.append(
            f"- {part}, whole picture: the threshold {row['threshold']:.3f} finds {row['recall']} of the "
            f"pictures that show one, with precision {measure(row, 'precision')} ({row['right']} of "
            f"{row['flagged']}); it is read off these pictures and is not the frozen one"
        )
    if lines:
        yield from (*lines, "")


TRIED = {
    "pairs": "Minimal pairs: nearly the same words, one a view or mocking, its twin neither",
    "swaps": "The name of a group changed for another in texts of no topic",
    "functions": "Short sentences of one function each: passed if mockery is flagged where it is, alone",
    "targets": "Whom a mockery is aimed at, on posts that are mocking",
}


def tried(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was tried on texts that ask one thing; nothing where the card has none."""
    for by, words in TRIED.items():
        rows = card.get("heldout_tried", {}).get(by, ())
        if rows:
            yield from (f"### {words}", "")
            heading = ("of", "on", "figure", "found", "items", "not judged")
            cells = (
                (each["of"], each["on"], each["figure"], measure(each, "found"), each["items"],
                 each["abstained"])
                for each in rows
            )  # fmt: skip
            yield from table(heading, cells)


def sources(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a recipe makes of sources that it was fitted without; nothing where none were."""
    said = card.get("sources_left_out", {})
    if not said:
        return
    yield from ("## Sources left out", "")
    yield from (str(said["how"]), "")
    heading = ("source", "fitted without it", "texts", "mocking", "AUC", "n-grams", "above n-grams")
    rows = (
        (
            row["source"],
            row["model"],
            row["items"],
            row["positives"],
            measure(row, "auc"),
            measure(row, "floor"),
            measure(row, "above"),
        )
        for row in said.get("rows", ())
    )
    yield from table(heading, rows)


def clips(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was sighted in clips; nothing where the card has none."""
    said = card.get("clips", {})
    if not said:
        return
    clean = said["clean"]
    yield from ("## Clips", "")
    yield (
        f"Scanned with the frozen thresholds. {said['found']} of {said['expected']} expected labels were "
        f"sighted. Clean clips: {clean['clips']}, {clean['minutes']} minutes, "
        f"{clean['false_sightings']} false sightings ({clean['per_minute']} a minute) in "
        f"{clean['alarmed']} of them, per 100 {measure(clean, 'rate', 100, 1)}."
    )
    yield ""
    yield from (f"- {each}" for each in said.get("notes", ()))
    if said.get("notes"):
        yield ""
    heading = ("clip", "seconds", "expected and sighted", "missed", "false sightings")
    rows = (
        (
            row["name"],
            row.get("seconds", NONE),
            row.get("found") or NONE,
            row.get("missed") or NONE,
            row.get("wrong") or row.get("absent") or NONE,
        )
        for row in said.get("each", ())
    )
    yield from table(heading, rows)


def families(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a model finds of kinds of pictures that it never saw; nothing where none were left out."""
    said = card.get("families", {})
    if not said:
        return
    yield from ("## Families left out", "")
    yield from (str(said["how"]), "")
    where = ("on the held-out pictures of", "label", "fitted without it", "positives")
    heading = (*where, "AP", "precision", "recall")
    rows = (
        (
            row["family"],
            row["label"],
            row["model"],
            row["positives"],
            measure(row, "ap"),
            measure(row, "precision"),
            measure(row, "recall"),
        )
        for row in said.get("rows", ())
    )
    yield from table(heading, rows)
