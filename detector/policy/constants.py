"""Find conditions that can only have one answer, whatever the post.

A condition that is never true is a clause that silently judges nothing. Values and ranges come from
the declared types; what this cannot see through counts as open.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from detector.policy.expression import Node
from detector.policy.schema import Type

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def always(node: Node, types: Mapping[int, Type]) -> bool | None:
    """Return True or False where an expression can only be that, None where it depends.

    Args:
        node: A checked expression of type bool.
        types: Types of its parts, as `TypeCheck` found them.
    """
    if node.kind == "literal":
        return node.value if isinstance(node.value, bool) else None
    if node.kind == "method" and node.text in {"exists", "exists_one", "all"}:
        body = always(node.parts[2], types)
        # Over an empty list `exists` is false and `all` is true, so that the other answer stays open.
        settled = node.text == "all"
        return settled if body is settled else None
    if node.kind != "op":
        return None
    if node.text == "!":
        below = always(node.parts[0], types)
        return None if below is None else not below
    if node.text in {"&&", "||"}:
        return _chain(node, types)
    if node.text == "?:":
        return _choice(node, types)
    return _compared(node, types)


def _chain(node: Node, types: Mapping[int, Type]) -> bool | None:
    """Settle a chain: one false term settles ``&&``, one true term ``||``, opposites both."""
    settling = node.text == "||"
    found = [always(term, types) for term in node.terms]
    if settling in found:
        return settling
    if all(each is not None for each in found):
        return not settling
    said = {term.canonical for term in node.terms}
    if any(
        term.kind == "op" and term.text == "!" and term.parts[0].canonical in said
        for term in node.terms
    ):
        return settling
    if node.text == "&&" and _contradict(node.terms, types):
        return False
    return None


def _choice(node: Node, types: Mapping[int, Type]) -> bool | None:
    asked, one, other = (always(part, types) for part in node.parts)
    if asked is not None:
        return one if asked else other
    return one if one is other else None


def _compared(node: Node, types: Mapping[int, Type]) -> bool | None:
    if node.text == "in":
        return False if node.parts[1].kind == "list" and not node.parts[1].parts else None
    if node.text not in _MIRRORED:
        return None
    one, other = node.parts
    if one.canonical == other.canonical:
        return node.text in {"==", "<=", ">="}
    if one.kind == "literal" and other.kind == "literal":
        return _truth(one.value, node.text, other.value)
    bounds = _Bounds.of(node, types)
    if bounds is None:
        return None
    if bounds.empty:
        return False
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[node.text]
    counter = Node("op", opposite, node.parts, node.line, node.column)
    against = _Bounds.of(counter, types)
    return True if against is not None and against.empty else None


def _truth(one: Any, sign: str, other: Any) -> bool | None:
    compare: dict[str, Callable[[Any, Any], Any]] = {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
    return bool(compare[sign](one, other))


def _contradict(terms: Sequence[Node], types: Mapping[int, Type]) -> bool:
    """Return whether terms leave no value for one of the things they speak of."""
    known: dict[str, _Bounds] = {}
    for term in terms:
        bounds = _Bounds.of(term, types)
        if bounds is not None:
            before = known.setdefault(bounds.subject, bounds)
            before.narrow(bounds)
    return any(each.empty for each in known.values())


@dataclass(slots=True)
class _Bounds:
    """What comparisons with literals leave of the values of one thing."""

    subject: str
    """The thing, in canonical form."""
    whole: bool
    """Whether it is an int."""
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    equals: set[object] = field(default_factory=set)
    differs: set[object] = field(default_factory=set)

    @classmethod
    def of(cls, node: Node, types: Mapping[int, Type]) -> _Bounds | None:
        """Return what a comparison of something with a literal leaves; None for anything else."""
        if node.kind != "op" or node.text not in _MIRRORED:
            return None
        (thing, literal), sign = node.parts, node.text
        if thing.kind == "literal":
            thing, literal, sign = literal, thing, _MIRRORED[sign]
        kind = types.get(id(thing))
        if literal.kind != "literal" or thing.kind == "literal" or kind is None:
            return None
        bounds = cls(thing.canonical, kind.name == "int")
        if kind.low is not None:
            bounds.low = kind.low
        if kind.high is not None:
            bounds.high = kind.high
        bounds._apply(sign, literal.value)
        return bounds

    def _apply(self, sign: str, value: object) -> None:
        if sign == "==":
            self.equals.add(value)
        elif sign == "!=":
            self.differs.add(value)
        elif isinstance(value, (int, float)):
            self._cut(sign, float(value))

    def _cut(self, sign: str, value: float) -> None:
        if sign in {"<", "<="}:
            if value < self.high or (value == self.high and sign == "<"):
                self.high, self.open_high = value, sign == "<"
        elif value > self.low or (value == self.low and sign == ">"):
            self.low, self.open_low = value, sign == ">"

    def narrow(self, other: _Bounds) -> None:
        """Leave only what another comparison of the same thing leaves too."""
        self._cut("<" if other.open_high else "<=", other.high)
        self._cut(">" if other.open_low else ">=", other.low)
        self.equals |= other.equals
        self.differs |= other.differs

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        if len(self.equals) > 1 or self.equals & self.differs:
            return True
        if any(isinstance(each, (int, float)) and not self._holds(each) for each in self.equals):
            return True
        low, high, open_ends = self.low, self.high, self.open_low or self.open_high
        if self.whole and math.isfinite(low) and math.isfinite(high):
            low = math.floor(low) + 1 if self.open_low else math.ceil(low)
            high = math.ceil(high) - 1 if self.open_high else math.floor(high)
            open_ends = False
        return low > high or (low == high and open_ends)

    def _holds(self, value: float) -> bool:
        above = value > self.low or (value == self.low and not self.open_low)
        return above and (value < self.high or (value == self.high and not self.open_high))
