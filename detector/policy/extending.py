"""What goes wrong where one pack extends another, each said once, at its cause.

A base that is not there, or a clause by a wrong id, would else be told as everything that is then
missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from detector.policy.located import Located
from detector.policy.nearest import instead_or

_WHOLE = ("title", "source", "wording", "check")
"""What a clause of one's own has, and one that is issued again need not."""
_ENDINGS = {".yaml", ".yml"}


def is_path(name: str) -> bool:
    """Return whether a pack is named by the path of its file."""
    return Path(name).suffix in _ENDINGS or len(Path(name).parts) > 1


def misnamed(node: Located, id: str, base: str, known: Iterable[str]) -> str:
    """Return what is wrong where a clause was to be issued again by an id that the base lacks.

    Args:
        node: The clause as it is written.
        id: Its id.
        base: Id of the pack that is extended.
        known: Ids of its clauses.

    Returns:
        The fault; empty where the base has the clause, or it is one of the pack's own: then it
        lacks no more than one of the keys that such a clause has.
    """
    ids = tuple(known)
    if not id or id in ids or not isinstance(node.value, dict):
        return ""
    lacks = [key for key in _WHOLE if key not in node.value]
    if len(lacks) < 2:
        return ""
    otherwise = f"A clause of your own needs {', '.join(map(repr, lacks))} too"
    return f"no clause {id} in {base}; {instead_or(id, ids, otherwise)}"
