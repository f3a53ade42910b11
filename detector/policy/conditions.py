"""Read conditions in CEL, the Common Expression Language: the one file that knows the library.

cel-python parses; what it makes of a text is turned into our own tree at once, which the checker
walks and `evaluate` turns into functions.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from detector.errors import WardiError
from detector.policy.expression import Node

LONGEST = 1000
"""Characters of an expression."""

DEEPEST = 40
"""Levels of an expression; everything that walks it recurses once per level."""

_TOO_DEEP = f"is nested too deeply; expected at most {DEEPEST} levels: write it flatter"


class ConditionFault(WardiError):
    """An expression that cannot be read, with its place in the expression."""

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column


def parse(text: str) -> Node:
    """Parse an expression.

    Raises:
        ConditionFault: If it is no CEL, too long, or uses a part of CEL that packs do not.
    """
    tree = _parse(text)
    try:
        node = _node(tree)
    except RecursionError as error:
        raise ConditionFault(_TOO_DEEP) from error
    if node.depth > DEEPEST:
        raise ConditionFault(_TOO_DEEP)
    return node


@lru_cache(maxsize=1)
def _celpy() -> Any:
    """Import the library when first needed: it takes 0.2 s."""
    import celpy

    return celpy


@lru_cache(maxsize=1)
def _environment() -> Any:
    # Its constructor sets the recursion limit of the whole process; put it back.
    limit = sys.getrecursionlimit()
    try:
        return _celpy().Environment()
    finally:
        sys.setrecursionlimit(limit)


def _parse(text: str) -> Any:
    if len(text) > LONGEST:
        raise ConditionFault(f"is {len(text)} characters long; expected at most {LONGEST}")
    try:
        return _environment().compile(text)
    except _celpy().CELParseError as error:
        line = error.line if error.line and error.line > 0 else 1
        column = error.column if error.column and error.column > 0 else len(text)
        raise ConditionFault("is no CEL expression from here on", line, column) from error
    except RecursionError as error:
        raise ConditionFault(_TOO_DEEP) from error


_OPERATORS = {
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
    "relation_eq": "==",
    "relation_ne": "!=",
    "relation_in": "in",
    "addition_add": "+",
    "addition_sub": "-",
    "multiplication_mul": "*",
    "multiplication_div": "/",
    "multiplication_mod": "%",
    "unary_not": "!",
    "unary_neg": "-",
}


def _node(tree: Any) -> Node:
    """Turn the library's parse tree into ours: one node per thing that is written."""
    kind, parts = str(tree.data), tree.children
    at = (tree.meta.line, tree.meta.column)
    if kind == "literal":
        return _literal(parts[0], at)
    if kind == "ident":
        return Node("name", str(parts[0]), (), *at)
    if kind in {"ident_arg", "member_dot_arg"}:
        return _call(parts, at)
    if kind == "member_dot":
        return Node("field", str(parts[1]), (_node(parts[0]),), *_place(parts[1]))
    if kind == "member_index":
        return Node("index", "[]", (_node(parts[0]), _node(parts[1])), *at)
    if kind == "list_lit":
        return Node("list", "", _arguments(parts), *at)
    if kind in {"map_lit", "member_object", "dot_ident", "dot_ident_arg"}:
        raise ConditionFault(
            "uses a map, an object or a leading dot; packs have no use for it", *at
        )
    if len(parts) == 1:
        return _node(parts[0])
    return _operation(kind, parts, at)


def _operation(kind: str, parts: Any, at: tuple[int, int]) -> Node:
    if kind == "expr":
        return Node("op", "?:", tuple(_node(each) for each in parts), *at)
    if kind in {"conditionalor", "conditionaland"}:
        sign = "||" if kind == "conditionalor" else "&&"
        return Node("op", sign, tuple(_node(each) for each in parts), *at)
    # The operator is a node of its own that holds the left operand: [relation_lt [left], right].
    operator, right = parts
    operands = (*(_node(each) for each in operator.children), _node(right))
    return Node("op", _OPERATORS[str(operator.data)], operands, *at)


def _call(parts: Any, at: tuple[int, int]) -> Node:
    if hasattr(parts[0], "type"):
        return Node("call", str(parts[0]), _arguments(parts[1:]), *_place(parts[0], at))
    owner, name, *rest = parts
    return Node("method", str(name), (_node(owner), *_arguments(rest)), *_place(name, at))


def _arguments(parts: Any) -> tuple[Node, ...]:
    return tuple(_node(each) for each in parts[0].children) if parts else ()


def _place(token: Any, otherwise: tuple[int, int] = (1, 1)) -> tuple[int, int]:
    return (token.line, token.column) if getattr(token, "line", None) else otherwise


def _literal(token: Any, at: tuple[int, int]) -> Node:
    kinds: dict[str, type] = {"INT_LIT": int, "FLOAT_LIT": float, "BOOL_LIT": bool}
    text = str(token)
    if token.type in {"STRING_LIT", "MLSTRING_LIT"}:
        return Node("literal", text, (), *at, value=str(_celpy().evaluation.celstr(token)))
    if token.type not in kinds:
        raise ConditionFault(f"uses {text}, a kind of value that packs have no use for", *at)
    value: object = text == "true" if token.type == "BOOL_LIT" else kinds[token.type](text)
    return Node("literal", text, (), *at, value=value)
