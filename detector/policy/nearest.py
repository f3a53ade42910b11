"""Name what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def instead(found: str, known: Iterable[str]) -> str:
    """Return the end of a message: the nearest right name, or every right name where none is near."""
    options = sorted(known)
    near = get_close_matches(found, options, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"expected one of {', '.join(each or '(empty)' for each in options)}"


def instead_or(found: str, known: Iterable[str], otherwise: str) -> str:
    """Return the same, closed, and a sentence on what else can be done."""
    text = instead(found, known)
    return f"{text if text.endswith('?') else f'{text}.'} {otherwise}"
