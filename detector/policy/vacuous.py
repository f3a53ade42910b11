"""Check that a condition is false where nothing was selected: a finding must rest on evidence.

``!sightings.exists(s, s.label == "badge")`` is true of an empty list, and ``sightings[0].probability``
fails on one; neither would ever be asked of a post on which nothing was seen, unless here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from detector.policy.clauses import Clause
from detector.policy.conditions import parse
from detector.policy.evaluate import ConditionFailed, holds
from detector.policy.schema import NAMES, Type

_MOST = 4096
"""Combinations of what the registers may say that are tried; beyond, none of it is taken as known."""
_ADVICE = "ask for what is needed first: size(sightings) > 0 && ..."


def empty_fault(clause: Clause) -> str:
    """Return what a clause's condition gets wrong where nothing was seen or read; empty for nothing.

    A finding of a clause with `post_fields` rests on these, so that its condition may be true there.

    Args:
        clause: A clause whose condition has passed the check of its types.
    """
    advice = _ADVICE if clause.looks_at else _ADVICE.replace("sightings", "topics")
    for values in _cases(clause.condition):
        try:
            met = holds(clause.condition, values)
        except ConditionFailed as error:
            if not _open(error):
                return f"the condition cannot be evaluated where nothing is selected ({error}); {advice}"
            if not clause.post_fields:
                return (
                    f"the condition may be true where nothing is selected, but a finding must rest "
                    f"on evidence; {advice}"
                )
            continue
        if met and not clause.post_fields:
            return (
                f"the condition is true where nothing is selected, but a finding must rest on "
                f"evidence; {advice}"
            )
    return ""


def _cases(text: str) -> Iterator[dict[str, object]]:
    """Yield the names with empty lists and everything that the registers may say.

    What can have any value, such as the post's words, is left out: reading it fails, unless another
    term settles the condition whatever it is.
    """
    asked = sorted(
        {
            (each.parts[0].text, each.text)
            for each in parse(text).walk()
            if each.kind == "field" and each.parts[0].kind == "name" and each.parts[0].text in NAMES
        }
    )
    known = {at: found for at in asked if (found := _values(*at))}
    count = 1
    for found in known.values():
        count *= len(found)
    if count > _MOST:
        known = {}
    for chosen in product(*known.values()):
        values: dict[str, object] = {"sightings": [], "topics": []}
        objects: dict[str, dict[str, object]] = {name: {} for name, _ in asked}
        for (name, field), value in zip(known, chosen, strict=True):
            objects[name][field] = value
        yield values | objects


def _values(name: str, field: str) -> tuple[object, ...]:
    kind: Type | None = (NAMES[name].fields or {}).get(field)
    if kind is None:
        return ()
    return (False, True) if kind.name == "bool" else kind.values


def _open(error: ConditionFailed) -> bool:
    """Return whether it failed for what was left out, not for the empty lists."""
    return isinstance(error.__cause__, KeyError)
