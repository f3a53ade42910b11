"""Words of a post on a terminal: captions, names and paths are data, never markup or commands.

A caption may hold an escape sequence that repaints the terminal, a mark that turns the reading
order round, or a line break that forges a row of a table. Here each of them becomes visible.
"""

from __future__ import annotations

import re
import unicodedata

from rich.text import Text

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_HARMLESS = frozenset("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2")
"""Zero-width joiners, with which Urdu is spelt, and Arabic signs that Unicode calls formats."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def shown(text: str) -> str:
    """Return the text with everything that would act on a terminal made visible.

    Control, bidi and other invisible characters become ``<U+202E>``; a line break or a tab becomes
    ``⏎`` or ``⇥``. Square brackets stay as they are: print the result with `cell`, or with
    ``markup=False``.

    Example:
        >>> shown("[red]\\x1b[2J\\u202egnp.exe")
        '[red]<U+001B>[2J<U+202E>gnp.exe'
    """
    return "".join(map(_one, text.replace("\r\n", "\n")))


def cell(text: str, style: str = "") -> Text:
    """Return the text for a rich table or console, its brackets literal."""
    return Text(shown(text), style=style)


def hidden(character: str) -> bool:
    """Say whether a character acts on its surroundings without being seen."""
    return unicodedata.category(character) in _UNSEEN and character not in _HARMLESS


def storable(text: str) -> str:
    """Return the text with lone surrogates, which no file can hold, replaced by U+FFFD."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _one(character: str) -> str:
    if character == "\n":
        return "⏎"
    if character == "\t":
        return "⇥"
    return f"<U+{ord(character):04X}>" if hidden(character) else character
