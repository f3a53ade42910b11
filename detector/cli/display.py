"""The terminal: one console, on which words of a post are shown and never obeyed."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from detector.report.display import cell, hidden
from detector.report.display import shown as visible

__all__ = ["cell", "console", "hidden", "shown", "visible"]


def shown(text: str) -> str:
    """Return untrusted text for a place where rich reads markup.

    Control, bidi and other unseen characters become visible, square brackets stay themselves. Where
    rich reads no markup (`cell`, ``markup=False``, click) take `visible`.

    Example:
        >>> shown("[red]\\u202e")
        '\\\\[red]<U+202E>'
    """
    return escape(visible(text))


def console(*, stderr: bool = False) -> Console:
    """Return a console that makes no pictures of words like ``:fire:`` and colours no numbers."""
    return Console(stderr=stderr, emoji=False, highlight=False)
