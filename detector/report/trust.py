"""How far a reader may trust each label: the precision that its model card states, or "not measured".

``[heldout]`` of a card holds a table per label, e.g. ``[heldout.weapon]``, or one per slice and
label, e.g. ``[heldout.ur.political]``: ``precision`` with ``precision_interval``, ``recall``, and
``flagged``, the number of decisions that precision was counted over. Where those are too few for a
ratio there is ``right`` instead. What else a reader should know stands in ``caveats`` of ``[data]``; which
labels miss the precision that their threshold was chosen for follows from ``[threshold_rule]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.evidence import ModelRef
from detector.report.times import percent

NOT_MEASURED = "not measured"
LANGUAGES = {"en": "English", "ur": "Urdu", "ur-Latn": "Roman Urdu"}
"""Slices of a card that a reader knows by another name."""
WHOLE = frozenset({"", *LANGUAGES.values()})
"""Slices that say of a label how far to trust it at all; the others are parts of these."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of one label of one model, on one slice of its held-out data."""

    model: str
    label: str
    slice: str
    """Language or set; empty where the card makes no difference."""
    precision: str
    """Measured precision with its interval, or `NOT_MEASURED`."""
    recall: str


def trust(models: Iterable[ModelRef], cards: Sequence[Mapping[str, Any]]) -> list[Trust]:
    """Return a line or more per label of each model that was used.

    Args:
        models: The models that verdicts were made with; repetitions are left out.
        cards: Parsed cards; one whose kind and version no model has is not used.
    """
    rows = []
    for model in dict.fromkeys(models):
        heldout = _table(_card_of(model, cards).get("heldout"))
        for label in model.labels:
            measured = [*_measured(heldout, label)] or [("", {})]
            rows += [
                Trust(f"{model.kind} {model.version}", label, where, _precision(of), _recall(of))
                for where, of in measured
            ]
    return rows


def in_short(rows: Sequence[Trust]) -> tuple[list[Trust], list[Trust]]:
    """Part what a reader needs at a glance from the rest: per label the whole, or each language.

    A label that has been measured on neither keeps its first row.
    """
    short = [each for each in rows if each.slice in WHOLE]
    named = {(each.model, each.label) for each in short}
    for each in rows:
        if (each.model, each.label) not in named:
            named.add((each.model, each.label))
            short.append(each)
    chosen = set(short)
    return [each for each in rows if each in chosen], [each for each in rows if each not in chosen]


def caveats(
    models: Iterable[ModelRef], cards: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[str, ...]]:
    """Return what each model's card warns of, where it does; see `limits`."""
    found = {
        f"{model.kind} {model.version}": limits(_card_of(model, cards))
        for model in dict.fromkeys(models)
    }
    return {model: each for model, each in found.items() if each}


def limits(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a card warns of: ``caveats`` of ``[data]``, and where it is not as precise as asked."""
    warned = _table(card.get("data")).get("caveats") or ()
    return (*map(str, warned), *_unproven(card), *_less_precise(card))


def _unproven(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield, as one line, the labels that no threshold was found for on the calibration side."""
    found: dict[str, list[str]] = {}
    for name in _table(card.get("threshold_rule")).get("not_reached", ()):
        label, _, lang = str(name).partition(", ")
        found.setdefault(label, []).extend([LANGUAGES.get(lang, lang)] if lang else [])
    if found:
        labels = (f"{a} ({', '.join(b)})" if b else a for a, b in found.items())
        yield (
            f"No threshold is proven to keep the precision that is asked of {', '.join(labels)}. "
            f"What is not flagged was not found to be harmless."
        )


def _less_precise(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield, as one line, the labels whose whole interval lies below what is asked."""
    heldout, missed = _table(card.get("heldout")), []
    for name, told in _table(card.get("threshold_rule")).items():
        label, _, lang = name.partition(", ")
        found = _table(_table(heldout.get(lang) if lang else heldout).get(label))
        target = _fraction(_table(told).get("target_precision"))
        _, high = _interval(found.get("precision_interval"))
        if target is not None and high is not None and high < target:
            where = f"{label} in {LANGUAGES.get(lang, lang)}" if lang else label
            missed.append(f"{where} {_precision(found)}, asked {percent(target)}")
    if missed:
        yield f"Less precise on held-out items than asked: {'; '.join(missed)}."


def _card_of(model: ModelRef, cards: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    for card in cards:
        about = _table(card.get("model"))
        if (about.get("kind"), str(about.get("version"))) == (model.kind, model.version):
            return card
    return {}


def _measured(
    heldout: Mapping[str, Any], label: str, where: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every table of a label with the slice it was measured on."""
    for name, value in heldout.items():
        if name == label and isinstance(value, Mapping):
            yield where, value
        elif isinstance(value, Mapping):
            inner = LANGUAGES.get(name, name)
            yield from _measured(value, label, f"{where}, {inner}" if where else inner)


def _precision(measured: Mapping[str, Any]) -> str:
    value, flagged = _fraction(measured.get("precision")), measured.get("flagged")
    counted = isinstance(flagged, int)
    if value is None:
        right = measured.get("right")
        few = f" ({right} of {flagged} right: too few)"
        return NOT_MEASURED + (few if counted and isinstance(right, int) else "")
    low, high = _interval(measured.get("precision_interval"))
    text = percent(value)
    if low is not None and high is not None:
        text += f" ({percent(low)} to {percent(high)})"
    return f"{text} of {flagged}" if counted else text


def _recall(measured: Mapping[str, Any]) -> str:
    value = _fraction(measured.get("recall"))
    return NOT_MEASURED if value is None else percent(value)


def _interval(value: Any) -> tuple[float | None, float | None]:
    if isinstance(value, Sequence) and len(value) == 2:
        return _fraction(value[0]), _fraction(value[1])
    return None, None


def _fraction(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 <= value <= 1.0 else None


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
