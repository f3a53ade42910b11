"""Names of groups, all of a kind read as one: what is said of one people counts as if said of another.

A reader that sees the name learns it, and a kind word about one people then weighs otherwise than the
same word about the next. So before anything reads a text, while it is fitted and ever after, each name on
a list becomes the first of its kind in its letters, whatever its number or case. The list lies in the
model's folder; a model without one sees every name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detector.artifact import ModelFolder
from detector.text.normalise import Normalised, normalise

NAMES_FILE = "names.tsv"
KEPT = "kept"
"""Kind of what stays as it is written: a place, or a word that a regular ending would make a name."""
_WORD = re.compile(r"[^\W_]+")
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN_ENDINGS = ("", "s", "o", "on", "oo", "oon", "oun", "yo", "yon", "yoon")
_ENGLISH_ENDINGS = ("", "s")
_JOINED = str.maketrans("-'", "  ")
_ARABIC_ENDINGS = ("", "وں", "و", "یوں")


@dataclass(frozen=True, slots=True)
class Names:
    """What each name is read as."""

    first: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language, ``""`` for any other: normalised name, with any ending -> the first of its kind; what
    is kept stands for itself."""
    most_words: int = 1
    """Of a name."""
    lines: str = ""
    """The list itself, to be kept with what is fitted."""

    def blind(self, plain: Normalised, language: str) -> Normalised:
        """Return a text with each name read as the first of its kind, and the way back to the original.

        Args:
            plain: The text.
            language: BCP 47 tag that it was read as: "men" is a name in English, and no word of Urdu.

        Example:
            >>> names_of("faith\\tmuslim|hindu|sikh").blind(normalise("Sikhs, I like"), "en").text
            'muslim, i like'
        """
        first = self.first.get(language, self.first.get("", {}))
        text: list[str] = []
        offsets: list[int] = []
        done = 0
        for start, end, name in self._found(plain.text, first):
            text += (plain.text[done:start], name)
            offsets += plain.offsets[done:start]
            offsets += _stretched(plain.offsets[start:end], len(name))
            done = end
        if not done:
            return plain
        return Normalised("".join((*text, plain.text[done:])), (*offsets, *plain.offsets[done:]))

    def _found(self, text: str, first: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and what is read instead of each word of a name; longest names first."""
        words = list(_WORD.finditer(text)) if first else []
        at = 0
        while at < len(words):
            for count in range(min(self.most_words, len(words) - at), 0, -1):
                own = words[at : at + count]
                written = text[own[0].start() : own[-1].end()].translate(_JOINED)
                if read := first.get(written, "").split():
                    parts = [[each] for each in own] if len(own) == len(read) else [own]
                    for part, each in zip(parts, read, strict=True):
                        yield part[0].start(), part[-1].end(), each
                    break
            else:
                count = 1
            at += count


NO_NAMES = Names()


def names_of(lines: str) -> Names:
    """Read a list: lines ``kind<TAB>name|name``, or ``kind<TAB>name|name<TAB>language`` for names that
    are none in another language; ``#`` begins a comment.

    The first name of a kind in Latin and the first in Urdu letters are what the others are read as;
    they are single words, or have as many words as every other name of the kind.

    Raises:
        ValueError: If a line is none of these, a name is of two kinds, or has too many words or too few.
    """
    first: dict[tuple[str, bool], str] = {}
    kind_of: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, tab, given = line.partition("\t")
        given, _, language = given.partition("\t")
        names = [normalise(each).text.translate(_JOINED) for each in given.split("|")]
        if not tab or not all(names):
            raise ValueError(
                f"line {number} is {line[:60]!r}; expected a kind, a tab, and names with | between them"
            )
        for name in names:
            if kind_of.setdefault(name, (kind, language))[0] != kind:
                raise ValueError(
                    f"line {number} says that {name} is {kind}; an earlier line says {kind_of[name][0]}"
                )
            read = first.setdefault((kind, _in_arabic(name)), name)
            if kind != KEPT and len(read.split()) not in (1, len(name.split())):
                raise ValueError(f"line {number}: {name} is read as {read}; expected as many words")
    tags = {"", "en", *(language for _, language in kind_of.values())}
    read_as = {
        tag: _with_endings(
            {name: kind for name, (kind, only) in kind_of.items() if only in ("", tag)}, first, tag
        )
        for tag in tags
    }
    most = max((len(name.split()) for each in read_as.values() for name in each), default=1)
    return Names(read_as, most, lines)


def names_in(folder: ModelFolder) -> Names:
    """Return the list of a model folder; no names where the model was fitted without.

    Raises:
        ValueError: As `names_of`.
    """
    if NAMES_FILE not in folder.card["files"]:
        return NO_NAMES
    return names_of(folder.file(NAMES_FILE).read_text("utf-8"))


def _with_endings(
    kind_of: Mapping[str, str], first: Mapping[tuple[str, bool], str], language: str
) -> dict[str, str]:
    read = {name: name for name, kind in kind_of.items() if kind == KEPT}
    groups = {name: first[kind, _in_arabic(name)] for name, kind in kind_of.items() if kind != KEPT}
    read |= groups
    latin = _ENGLISH_ENDINGS if language == "en" else _LATIN_ENDINGS
    for name, instead in groups.items():
        words = [groups.get(each, each) for each in instead.split()]  # "men" of "pakistani men"
        read[name] = " ".join(words)
        for ending in _ARABIC_ENDINGS if _in_arabic(name) else latin:
            read.setdefault(name + ending, read[name])
    return read


def _in_arabic(name: str) -> bool:
    return _ARABIC.search(name) is not None


def _stretched(offsets: tuple[int, ...], length: int) -> list[int]:
    """Return places for a name of another length: its ends are those of what it stands for."""
    inner = [offsets[min(at, len(offsets) - 1)] for at in range(length)]
    return [*inner[:-1], offsets[-1]]
