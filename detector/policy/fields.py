"""Take typed values out of a mapping of a pack's file, and report what is not as expected."""

from __future__ import annotations

from collections.abc import Sequence

from detector.policy.located import Located, Place, Report
from detector.policy.nearest import instead


class Fields:
    """One mapping of the file: a pack, its limits, a clause."""

    def __init__(self, node: Located, what: str, known: Sequence[str], report: Report) -> None:
        """Take a mapping and report keys that are not known.

        Args:
            node: The mapping; anything else is reported and read as empty.
            what: What it is, for messages, e.g. ``a clause``.
            known: Every key that it may have.
            report: Takes faults.
        """
        self.place = node.place
        self._what = what
        self._report = report
        self._values: dict[str, Located] = {}
        if not isinstance(node.value, dict):
            report(node.place, f"{what} is {_shown(node)}; expected a mapping of keys")
            return
        self._values = node.value
        for key in node.value:
            if key not in known:
                report(node.keys[key], f"{what} has no key {key!r}; {instead(key, known)}")

    def node(self, key: str) -> Located | None:
        """Return a value as it stands, or None where the key is not given."""
        return self._values.get(key)

    def text(self, key: str, *, required: bool = False) -> str:
        """Return words, without white space around them; empty where they are missing."""
        node = self._values.get(key)
        if node is None or node.value is None or node.value == "":
            if required:
                place = self.place if node is None else node.place
                self._report(place, f"{self._what} lacks {key!r}; expected words")
            return ""
        if not isinstance(node.value, str):
            self._report(
                node.place, f"{key!r} is {_shown(node)}; expected words, put them in quotes"
            )
            return ""
        return node.value.strip()

    def number(self, key: str, low: float, high: float, *, required: bool = True) -> float | None:
        """Return a number from `low` to `high`, or None where it is missing or wrong."""
        node = self._values.get(key)
        if node is None:
            if required:
                self._report(
                    self.place,
                    f"{self._what} lacks {key!r}; expected a number from {low:g} to {high:g}",
                )
            return None
        number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        if number and low <= node.value <= high:
            return float(node.value)
        self._report(
            node.place, f"{key!r} is {_shown(node)}; expected a number from {low:g} to {high:g}"
        )
        return None

    def flag(self, key: str, *, otherwise: bool) -> bool:
        """Return true or false."""
        node = self._values.get(key)
        if node is None:
            return otherwise
        if not isinstance(node.value, bool):
            self._report(node.place, f"{key!r} is {_shown(node)}; expected true or false")
            return otherwise
        return node.value

    def words(self, key: str, known: Sequence[str], *, required: bool = False) -> tuple[str, ...]:
        """Return a list of known words, each once."""
        node = self._values.get(key)
        if node is None or not isinstance(node.value, list) or (required and not node.value):
            if node is not None or required:
                self._report(
                    self.place if node is None else node.place,
                    f"{self._what} needs {key!r} as a list of {', '.join(known)}",
                )
            return ()
        found: list[str] = []
        for each in node.value:
            if each.value not in known:
                self._report(
                    each.place, f"{key!r} has {_shown(each)}; {instead(str(each.value), known)}"
                )
            elif each.value in found:
                self._report(each.place, f"{key!r} has {each.value!r} twice; keep one")
            else:
                found.append(each.value)
        return tuple(found)

    def items(self, key: str) -> list[Located]:
        """Return a list that must not be empty; empty where it is missing or wrong."""
        node = self._values.get(key)
        if node is not None and isinstance(node.value, list) and node.value:
            return node.value
        place = self.place if node is None else node.place
        self._report(place, f"{self._what} needs {key!r} as a list with at least one item")
        return []

    def place_of(self, key: str) -> Place:
        """Return where a value stands, or the mapping where it is not given."""
        node = self._values.get(key)
        return self.place if node is None else node.place


def _shown(node: Located) -> str:
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    return "empty" if node.value is None else repr(node.value)
