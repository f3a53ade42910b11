"""A model's card for people, in Markdown, made of nothing but its ``card.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LABEL_COLUMNS = ("items", "groups", "positives", "AP", "right of flagged", "precision", "recall")
NONE = "–"
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
    if caveats := card.get("data", {}).get("caveats"):
        yield from ("## Limits", "", *(f"- {_cell(each)}" for each in caveats), "")
    yield from _rows("## Promoted against the gates", card.get("promotion", {}))
    yield from _measured(card)
    yield from _rows("## Running it", about)
    yield from _thresholds(card)
    yield from _sources(card.get("data", {}).get("sources", ()))
    yield from _rows("## Recipe", card.get("recipe", {}))


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
        yield from ("", *(f"- {_cell(each)}" for each in measured.get("notes", ())), "")
    yield from _scores("on", sorted(_tables(heldout), key=lambda each: (each[0] != "", each)))
    suites = card.get("heldout_suites", {})
    if suites:
        yield from ("### Hard negatives", "")
        yield from (
            "| suite | not to be found | items | with any alarm | per 100 |",
            "|---|---|---|---|---|",
        )
        for name, row in suites.items():
            rate = _measure(row, "rate", 100, 1)
            labels = ", ".join(row["labels"])
            yield f"| {_cell(name)} | {labels} | {row['items']} | {row['alarmed']} | {rate} |"
        yield ""
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
            _measure(row, "ap"),
            f"{right} of {flagged}",
            _measure(row, "precision"),
            _measure(row, "recall"),
        )
        yield f"| {_cell(part) or 'all'} | {label} | " + " | ".join(map(str, cells)) + " |"
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


def _measure(row: Mapping[str, Any], name: str, times: float = 1.0, digits: int = 2) -> str:
    value, interval = row.get(name), row.get(f"{name}_interval")
    if value is None:
        return NONE
    shown = f"{value * times:.{digits}f}"
    if interval is None:
        return shown
    low, high = (f"{each * times:.{digits}f}" for each in interval)
    return f"{shown} [{low}, {high}]"


def _thresholds(card: Mapping[str, Any]) -> Iterator[str]:
    thresholds, rule = card.get("thresholds", {}), card.get("threshold_rule", {})
    if not thresholds:
        return
    yield from ("## Thresholds", "")
    if said := rule.get("rule"):
        yield from (f"{_cell(said)[:1].upper()}{_cell(said)[1:]}.", "")
    if missed := rule.get("not_reached"):
        yield from (f"Not reachable: {'; '.join(missed)}.", "")
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
        yield "| " + " | ".join(_cell(each.get(key, NONE)) for key in columns) + " |"
    yield ""


def _rows(title: str, table: Mapping[str, Any]) -> Iterator[str]:
    if not table:
        return
    yield from (title, "", "| | |", "|---|---|")
    yield from (f"| {name} | {_cell(value)} |" for name, value in table.items())
    yield ""


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return str(value).replace("|", "\\|").replace("\n", " ").strip()
