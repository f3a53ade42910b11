"""An expression as a tree of our own, so that checking it needs no library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression."""

    kind: Literal["literal", "name", "field", "index", "call", "method", "list", "op"]
    text: str
    """The name, field, function or operator, or the literal as written."""
    parts: tuple[Node, ...]
    """Operands; of a field and of a method the first is what it belongs to."""
    line: int
    """Line in the expression, from 1."""
    column: int
    """Column in the expression, from 1."""
    value: object = None
    """What a literal means."""

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def depth(self) -> int:
        """Levels of this node and what is below it, from 1."""
        level: tuple[Node, ...] = (self,)
        found = 0
        while level:
            level, found = tuple(part for node in level for part in node.parts), found + 1
        return found

    @property
    def names(self) -> frozenset[str]:
        """Every name it reads, the variables of macros among them."""
        return frozenset(each.text for each in self.walk() if each.kind == "name")

    @property
    def canonical(self) -> str:
        """The expression in one form, whatever the spacing, brackets and order of its terms."""
        if self.kind == "literal":
            return repr(self.value)
        below = [part.canonical for part in self.terms]
        if self.kind == "op" and self.text in {"&&", "||"}:
            below = sorted(set(below))
        elif self.kind == "op" and self.text in {"==", "!="}:
            below = sorted(below)
        elif self.kind == "op" and self.text in {">", ">="}:
            return f"{'<' if self.text == '>' else '<='}({','.join(reversed(below))})"
        return f"{self.text}({','.join(below)})" if below or self.kind != "name" else self.text

    @property
    def terms(self) -> tuple[Node, ...]:
        """The operands; those of a chain of one logical operator as one row."""
        if self.kind != "op" or self.text not in {"&&", "||"}:
            return self.parts
        row: list[Node] = []
        for part in self.parts:
            same = part.kind == "op" and part.text == self.text
            row.extend(part.terms if same else (part,))
        return tuple(row)
