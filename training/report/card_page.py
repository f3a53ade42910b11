"""A model's card for people, in Markdown, made of nothing but its ``card.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detector.report.trust import limits
from training.report import asked_page
from training.report.markdown import NONE, cell, measure

LABEL_COLUMNS = ("items", "groups", "positives", "AP", "right of flagged", "precision", "recall")
WORST = 15
"""Slices that the page lists; all stand in the card."""


def card_page(card: Mapping[str, Any]) -> str:
    """Return the page, from a parsed card."""
    return "\n".join(_lines(card)).rstrip() + "\n"


def _lines(card: Mapping[str, Any]) -> Iterator[str]:
    about = card.get("model", {})
    yield f"# {str(about.get('kind', '')).capitalize()} model {about.get('version', '')}"
    yield ""
    yield "Written by `wardi evaluate` from `card.toml`, which programs read: change that, not this."
    yield ""
    if summary := card.get("about", {}).get("summary"):
        yield from (str(summary).strip(), "")
    if warned := limits(card):
        yield from ("## Limits", "", *(f"- {cell(each)}" for each in warned), "")
    yield from _rows("## Promoted against the gates", card.get("promotion", {}))
    yield from _measured(card)
    yield from asked_page.clips(card)
    yield from asked_page.families(card)
    yield from asked_page.sources(card)
    yield from _rows("## Running it", about)
    yield from _rows("## One passage at a time", card.get("speed", {}))
    yield from _thresholds(card)
    yield from _sources(card.get("data", {}).get("sources", ()))
    yield from _rows("## Recipe", card.get("recipe", {}))
    yield from _chosen(card.get("ablations", {}))


def _measured(card: Mapping[str, Any]) -> Iterator[str]:
    heldout = card.get("heldout", {})
    yield from ("## Held out", "")
    if not heldout:
        yield from ("Not measured.", "")
        return
    measured = card.get("measured", {})
    if measured:
        yield (
            f"{measured['items']} items in {measured['groups']} groups; brackets are 95 % intervals "
            f"({measured['draws']} draws)."
        )
        yield from ("", *(f"- {cell(each)}" for each in measured.get("notes", ())), "")
    yield from asked_page.asked(card)
    yield from _scores("on", sorted(_tables(heldout), key=lambda each: (each[0] != "", each)))
    yield from asked_page.beside(card)
    suites = card.get("heldout_suites", {})
    if suites:
        yield from ("### Hard negatives", "")
        yield from (
            "| suite | not to be found | items | with any alarm | per 100 |",
            "|---|---|---|---|---|",
        )
        for name, row in suites.items():
            rate = measure(row, "rate", 100, 1)
            labels = ", ".join(row["labels"])
            yield f"| {cell(name)} | {labels} | {row['items']} | {row['alarmed']} | {rate} |"
        yield ""
    yield from asked_page.tried(card)
    slices = sorted(
        _tables(card.get("heldout_slices", {})), key=lambda each: each[2].get("ap", 2.0)
    )
    if slices:
        yield from (f"### Slices, the worst {min(WORST, len(slices))} of {len(slices)}", "")
        yield from _scores("slice", slices[:WORST])


def _scores(where: str, rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> Iterator[str]:
    yield f"| {where} | label | " + " | ".join(LABEL_COLUMNS) + " |"
    yield "|---" * (len(LABEL_COLUMNS) + 2) + "|"
    for part, label, row in rows:
        flagged = row.get("flagged", 0)
        right = row.get("right", round(row.get("precision", 0.0) * flagged))
        cells = (
            row.get("items", row.get("pictures", NONE)),
            row.get("groups", NONE),
            row.get("positives", NONE),
            measure(row, "ap"),
            f"{right} of {flagged}",
            measure(row, "precision"),
            measure(row, "recall"),
        )
        yield f"| {cell(part) or 'all'} | {label} | " + " | ".join(map(str, cells)) + " |"
    yield ""


def _tables(
    table: Mapping[str, Any], part: str = ""
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield part, label and row of each table that states how many were flagged."""
    for name, value in table.items():
        if isinstance(value, Mapping) and "flagged" in value:
            yield part, name, value
        elif isinstance(value, Mapping):
            yield from _tables(value, f"{part}, {name}" if part else name)


def _thresholds(card: Mapping[str, Any]) -> Iterator[str]:
    thresholds, rule = card.get("thresholds", {}), card.get("threshold_rule", {})
    if not thresholds:
        return
    yield from ("## Thresholds", "")
    if said := rule.get("rule"):
        yield from (f"{cell(said)[:1].upper()}{cell(said)[1:]}.", "")
    if missed := rule.get("not_reached"):
        yield from (f"Not reachable: {'; '.join(missed)}.", "")
    if taken := rule.get("taken_together"):
        few = "its own texts are too few to prove one"
        yield from (f"Threshold of all languages together ({few}): {'; '.join(taken)}.", "")
    yield from (
        "| label | threshold | target | there: precision | recall |",
        "|---|---|---|---|---|",
    )
    for label, limit in thresholds.items():
        each = limit.items() if isinstance(limit, Mapping) else [("", limit)]
        for part, value in each:
            name = f"{label}, {part}" if part else label
            told = rule.get(name, {})
            cells = (told.get(key, NONE) for key in ("target_precision", "precision", "recall"))
            yield f"| {name} | {value:.3f} | " + " | ".join(map(str, cells)) + " |"
    yield ""


def _sources(sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not sources:
        return
    columns = list(dict.fromkeys(key for each in sources for key in each))
    yield from ("## Data", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|")
    for each in sources:
        yield "| " + " | ".join(cell(each.get(key, NONE)) for key in columns) + " |"
    yield ""


def _chosen(ablations: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what decided between ways to train."""
    if not ablations:
        return
    yield from ("## What was tried", "")
    for question, said in ablations.items():
        yield f"{cell(question)}: {cell('; '.join(said['differs']))}."
        yield (
            f"On {said['items']} items of the calibration side in {said['groups']} groups, brackets: 95 % "
            f"of the paired difference ({said['draws']} draws); how much one training differs from the "
            f"next is not in them."
        )
        yield from ("", *(f"- {cell(each)}" for each in said["numbers"]), "")


def _rows(title: str, table: Mapping[str, Any]) -> Iterator[str]:
    if not table:
        return
    yield from (title, "", "| | |", "|---|---|")
    yield from (f"| {name} | {cell(value)} |" for name, value in table.items())
    yield ""
