"""YAML with the place of everything in it, so that a fault in a pack can be pointed at.

Read by the safe loader's parser: no tags make objects. A key that stands twice, an alias (which can make
a small file huge) and anything but plain values are faults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

Place = tuple[int, int]
"""Line and column in the file, from 1."""
Report = Callable[[Place, str], None]
"""Takes the place and the words of a fault."""

LARGEST = 1_000_000
"""Bytes of a pack's file."""


@dataclass(frozen=True, slots=True)
class Located:
    """A value of a YAML file with its place."""

    value: Any
    """Text, number, bool, None, a list of these, or a dict of these by key."""
    place: Place
    raw: str = ""
    """A scalar as it is written in the file, quotes and line breaks included."""
    keys: dict[str, Place] = field(default_factory=dict)
    """Where each key of a dict stands."""

    def inside(self, line: int, column: int) -> Place:
        """Return where a place in the text of this scalar stands in the file.

        The text of a folded or quoted scalar differs from what is written only in white space and
        escapes, so that it is found again character by character.
        """
        text, at = str(self.value), -1
        rows = text.split("\n")
        offset = sum(len(row) + 1 for row in rows[: line - 1]) + column - 1
        for character in text[: offset + 1]:
            if not character.isspace():
                at = max(self.raw.find(character, at + 1), at)
        before = self.raw[: max(at, 0)]
        if "\n" not in before:
            return self.place[0], self.place[1] + len(before)
        return self.place[0] + before.count("\n"), len(before) - before.rindex("\n")


def read(content: bytes, report: Report) -> Located | None:
    """Return what a YAML file says, or None where it is no YAML at all; faults are reported."""
    if len(content) > LARGEST:
        report((1, 1), f"the file has {len(content)} bytes; expected at most {LARGEST}")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        report((line, 1), "the file is not in UTF-8 from this line on; save it as UTF-8")
        return None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        report(place, f"is no YAML: {error.problem or error.context}")
        return None
    except (yaml.YAMLError, RecursionError) as error:
        report((1, 1), f"is no YAML: {error}")
        return None
    if node is None:
        report((1, 1), "the file is empty; expected a policy pack")
        return None
    return _Reader(text, report).located(node)


class _Reader:
    def __init__(self, text: str, report: Report) -> None:
        self._text = text
        self._report = report
        self._met: set[int] = set()
        self._plain = yaml.SafeLoader("")

    def located(self, node: yaml.Node) -> Located:
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        if id(node) in self._met:
            self._report(place, "an alias (*) is used; write the value out")
            return Located(None, place)
        self._met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return Located([self.located(each) for each in node.value], place)
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> Located:
        values: dict[str, Located] = {}
        keys: dict[str, Place] = {}
        for key, value in node.value:
            at = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode):
                self._report(at, "a key is a list or a mapping; expected a word")
                continue
            if key.value in values:
                self._report(at, f"the key {key.value!r} stands here again; keep one of the two")
                continue
            values[key.value], keys[key.value] = self.located(value), at
        return Located(values, place, keys=keys)

    def _scalar(self, node: yaml.Node, place: Place) -> Located:
        raw = self._text[node.start_mark.index : node.end_mark.index]
        try:
            value = self._plain.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self._report(place, f"has no plain value: {error}".splitlines()[0])
            value = None
        if not isinstance(value, (str, int, float, bool, type(None))):
            # A date, say: packs have none, so that it was meant as words.
            value = node.value
        return Located(value, place, raw)
