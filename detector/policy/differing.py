"""What differs between two packs, clause by clause: what a re-issued policy changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from detector.policy.clauses import Clause, Pack


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that two packs give differently."""

    clause: str
    """Id of the clause; empty for the pack itself."""
    key: str
    """What differs, e.g. ``severity``; ``clause`` where only one of the two has it."""
    before: str
    """In the first pack; empty where it has none."""
    after: str
    """In the second pack; empty where it has none."""


def differences(before: Pack, after: Pack) -> tuple[Difference, ...]:
    """Return what differs, the pack's own values first, then by clause in the order of the packs."""
    found = [
        *_values("", {"version": before.version}, {"version": after.version}),
        *_values("", asdict(before.limits), asdict(after.limits)),
        *_values("", {"requires": before.requires}, {"requires": after.requires}),
    ]
    one = {each.id: each for each in before.clauses}
    other = {each.id: each for each in after.clauses}
    for id in dict.fromkeys([*one, *other]):
        if id in one and id in other:
            found.extend(_values(id, asdict(one[id]), asdict(other[id])))
        else:
            found.append(Difference(id, "clause", _title(one.get(id)), _title(other.get(id))))
    return tuple(found)


def _values(clause: str, before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    return [
        Difference(clause, key, _shown(before[key]), _shown(after[key]))
        for key in before
        if before[key] != after[key]
    ]


def _title(clause: Clause | None) -> str:
    return clause.title if clause else ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_shown(each)}" for key, each in value.items() if each)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
