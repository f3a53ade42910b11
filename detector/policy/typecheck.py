"""Check an expression against the declared names and types, without evaluating it.

The rules are CEL's, and stricter where CEL would go on: numbers of different kinds are compared only
by order, conditions are bool throughout, and a text that can never be equal to a value is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from detector.policy.expression import Node
from detector.policy.nearest import instead
from detector.policy.schema import (
    BOOL,
    DOUBLE,
    DURATION,
    FUNCTIONS,
    INT,
    ITEMS,
    MACROS,
    METHODS,
    SIZE,
    STRING,
    TIMESTAMP,
    Type,
)

Report = Callable[[Node, str], None]
"""Takes the part of the expression that is wrong and what is wrong with it."""

_LITERALS: Mapping[type, Type] = {bool: BOOL, int: INT, float: DOUBLE, str: STRING}
_NUMBERS = {"int", "double"}
_ORDERED = {"int", "double", "string", "timestamp", "duration"}
_SUMS: Mapping[tuple[str, str, str], Type] = {
    ("timestamp", "-", "timestamp"): DURATION,
    ("timestamp", "-", "duration"): TIMESTAMP,
    ("timestamp", "+", "duration"): TIMESTAMP,
    ("string", "+", "string"): STRING,
}


def cost(node: Node) -> int:
    """Return the steps that an expression takes at most, with lists of the length taken for granted."""
    steps = 1 + sum(cost(part) for part in node.parts)
    if node.kind == "method" and node.text in MACROS and len(node.parts) == 3:
        return cost(node.parts[0]) + ITEMS * (1 + cost(node.parts[2]))
    return steps


class TypeCheck:
    """Finds the type of every part of one expression, and reports what does not fit."""

    def __init__(self, names: Mapping[str, Type], report: Report) -> None:
        self._names = dict(names)
        self._report = report
        self.types: dict[int, Type] = {}
        """Type of each part by ``id``, where it has one."""

    def of(self, node: Node) -> Type | None:
        """Return the type of an expression; None where it is wrong, which is then reported."""
        found = {
            "literal": self._literal,
            "name": self._name,
            "field": self._field,
            "index": self._index,
            "list": self._list,
            "call": self._call,
            "method": self._method,
            "op": self._operation,
        }[node.kind](node)
        if found is not None:
            self.types[id(node)] = found
        return found

    def _literal(self, node: Node) -> Type:
        return _LITERALS[type(node.value)]

    def _name(self, node: Node) -> Type | None:
        if node.text not in self._names:
            return self._wrong(node, f"{node.text!r} is no name; {instead(node.text, self._names)}")
        return self._names[node.text]

    def _field(self, node: Node) -> Type | None:
        owner = self.of(node.parts[0])
        if owner is None:
            return None
        if owner.fields is None:
            return self._wrong(node, f"{_a(owner)} has no field {node.text!r}{_over(owner)}")
        if node.text not in owner.fields:
            what = node.parts[0].text
            return self._wrong(
                node, f"{what!r} has no field {node.text!r}; {instead(node.text, owner.fields)}"
            )
        return owner.fields[node.text]

    def _index(self, node: Node) -> Type | None:
        owner, at = (self.of(part) for part in node.parts)
        if owner is None or at is None:
            return None
        if owner.name != "list" or at.name != "int":
            return self._wrong(node, f"[] takes a list and an int; found {_a(owner)} and {_a(at)}")
        return owner.item

    def _list(self, node: Node) -> Type | None:
        items = [self.of(part) for part in node.parts]
        kinds = {each.name for each in items if each is not None}
        if None in items:
            return None
        if len(kinds) > 1:
            return self._wrong(
                node, f"a list holds {' and '.join(sorted(kinds))}; expected one type"
            )
        return Type("list", item=items[0] if items else None)

    def _call(self, node: Node) -> Type | None:
        found = [self.of(part) for part in node.parts]
        if node.text == "size":
            return self._size(node, found)
        if node.text not in FUNCTIONS:
            return self._wrong(
                node, f"{node.text!r} is no function; {instead(node.text, [*FUNCTIONS, 'size'])}"
            )
        takes, gives = FUNCTIONS[node.text]
        return gives if self._fit(node, takes, found) else None

    def _size(self, node: Node, found: list[Type | None]) -> Type | None:
        if None in found:
            return None
        if len(found) != 1 or found[0] is None or found[0].name not in {"list", "string"}:
            shown = ", ".join(map(str, found)) or "nothing"
            return self._wrong(node, f"size takes one list or string; found {shown}")
        return replace(SIZE, low=found[0].low or 0)

    def _method(self, node: Node) -> Type | None:
        if node.text in MACROS:
            return self._macro(node)
        if node.text not in METHODS and node.text != "size":
            # Its arguments are not looked at: a macro's name may be what is misspelt.
            self.of(node.parts[0])
            known = [*METHODS, *MACROS, "size"]
            return self._wrong(node, f"{node.text!r} is no method; {instead(node.text, known)}")
        found = [self.of(part) for part in node.parts]
        if node.text == "size":
            return self._size(node, found)
        owner, takes, gives = METHODS[node.text]
        return gives if self._fit(node, (owner, *takes), found) else None

    def _macro(self, node: Node) -> Type | None:
        owner = self.of(node.parts[0])
        if owner is None:
            return None
        if owner.name != "list" or owner.item is None:
            return self._wrong(node, f"{node.text} goes over a list; found {_a(owner)}")
        if len(node.parts) != 3 or node.parts[1].kind != "name":
            return self._wrong(node, f"{node.text} takes a variable and a condition on it")
        variable = node.parts[1].text
        if variable in self._names:
            return self._wrong(node.parts[1], f"{variable!r} is a name already; take another")
        self._names[variable] = owner.item
        try:
            self._demand(node.parts[2], BOOL, f"the condition of {node.text}")
        finally:
            del self._names[variable]
        return replace(owner, low=None) if node.text == "filter" else BOOL

    def _operation(self, node: Node) -> Type | None:
        sign = node.text
        if sign in {"&&", "||", "!"}:
            for part in node.parts:
                self._demand(part, BOOL, f"what stands beside {sign}")
            return BOOL
        if sign == "?:":
            return self._choice(node)
        found = [self.of(part) for part in node.parts]
        if any(each is None for each in found):
            return None if sign in "+-*/%" else BOOL
        types = [each for each in found if each is not None]
        if sign == "in":
            return self._membership(node, types)
        if sign in {"==", "!=", "<", "<=", ">", ">="}:
            return self._comparison(node, types)
        return self._arithmetic(node, types)

    def _choice(self, node: Node) -> Type | None:
        self._demand(node.parts[0], BOOL, "what stands before ?")
        one, other = self.of(node.parts[1]), self.of(node.parts[2])
        if one is not None and other is not None and one.name != other.name:
            return self._wrong(node, f"? gives {_a(one)} or {_a(other)}; expected one type")
        return one or other

    def _membership(self, node: Node, types: list[Type]) -> Type | None:
        item, owner = types
        if owner.name != "list" or (owner.item is not None and owner.item.name != item.name):
            return self._wrong(
                node, f"'in' looks for {_a(item)} in {_a(owner)}; expected a list of it"
            )
        for part in node.parts[1].parts:
            self._possible(part, item)
        return BOOL

    def _comparison(self, node: Node, types: list[Type]) -> Type | None:
        one, other = types
        ordering = node.text not in {"==", "!="}
        mixed = ordering and {one.name, other.name} <= _NUMBERS
        if (one.name != other.name and not mixed) or one.name in {"object", "list"}:
            return self._wrong(node, f"{_a(one)} is compared with {_a(other)} by {node.text}")
        if ordering and one.name not in _ORDERED:
            return self._wrong(node, f"{_a(one)} has no order; {node.text} cannot be asked of it")
        if not ordering:
            self._possible(node.parts[0], other)
            self._possible(node.parts[1], one)
        return BOOL

    def _possible(self, node: Node, other: Type) -> None:
        """Report a text that the other side can never be equal to."""
        if other.values and isinstance(node.value, str) and node.value not in other.values:
            self._wrong(
                node, f"{node.value!r} is never a value of it; {instead(node.value, other.values)}"
            )

    def _arithmetic(self, node: Node, types: list[Type]) -> Type | None:
        if len(types) == 1:
            if types[0].name in _NUMBERS:
                return Type(types[0].name)
        elif types[0].name == types[1].name and types[0].name in _NUMBERS:
            if node.text != "%" or types[0].name == "int":
                return Type(types[0].name)
        elif (known := (types[0].name, node.text, types[1].name)) in _SUMS:
            return _SUMS[known]
        shown = " and ".join(map(_a, types))
        return self._wrong(node, f"{node.text} is asked of {shown}")

    def _fit(self, node: Node, takes: tuple[Type, ...], found: list[Type | None]) -> bool:
        if any(each is None for each in found):
            return False
        if [each.name for each in takes] == [each.name for each in found if each is not None]:
            return True
        wanted = ", ".join(map(str, takes))
        self._wrong(node, f"{node.text} takes {wanted}; found {', '.join(map(str, found))}")
        return False

    def _demand(self, node: Node, wanted: Type, what: str) -> None:
        found = self.of(node)
        if found is not None and found.name != wanted.name:
            self._wrong(node, f"{what} is {_a(found)}; expected {_a(wanted)}")

    def _wrong(self, node: Node, problem: str) -> Type | None:
        self._report(node, problem)
        return None


def _a(kind: Type) -> str:
    return f"{'an' if kind.name in {'int', 'object'} else 'a'} {kind}"


def _over(owner: Type) -> str:
    if owner.name != "list":
        return ""
    return "; ask its items: sightings.exists(s, s.probability > 0.5)"
