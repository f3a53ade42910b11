"""Labelled examples: plain frozen values, as every fitting, choosing and measuring part sees them.

Boxes are fractions of width and height, as in `detector.evidence`. What a picture's source does not
annotate fully is unknown there, which is not the same as absent; a topic of a text that nobody judged is
None, which is not 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from detector.errors import ContractBroken
from detector.evidence import Fractions
from training.manifest import Manifest

Split = Literal["train", "calibration"]
"""What may be fitted on, and what calibration and thresholds may be chosen on."""
Side = Literal["train", "calibration", "heldout", "aside"]
"""Where an item stands; ``aside``: nowhere, because its twin stands on another side."""


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """One thing that somebody drew a box around."""

    label: str
    """One of our labels; in `Example.ignore` the label concerned, empty for every label."""
    box: Fractions


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled picture."""

    id: str
    """``<source>/<file name without suffix>``."""
    source: str
    path: Path
    size_wh: tuple[int, int]
    """Width and height in pixels."""
    group: str
    """Pictures of one photo, shoot or clip share it; they never stand on two sides."""
    heldout: bool
    boxes: tuple[LabelledBox, ...]
    ignore: tuple[LabelledBox, ...]
    """Regions of which nobody can say: a detection that meets one is neither right nor wrong."""
    annotates: frozenset[str]
    """Our labels of which every instance in this picture is boxed."""
    negative_for: frozenset[str]
    """Our labels of which the picture was checked to show none."""
    shows: frozenset[str] = frozenset()
    """The source's own classes that are boxed here."""
    suites: frozenset[str] = frozenset()
    """Suites of hard negatives that it belongs to."""
    slices: tuple[tuple[str, str], ...] = ()
    """Name and value of what it can be reported by, besides its source."""
    background: tuple[LabelledBox, ...] = ()
    """What is boxed and is none of our labels, under the source's own class: never to be found."""

    @property
    def judged(self) -> frozenset[str]:
        """Labels for which a detection here is right or wrong; for others it is neither."""
        return self.annotates | self.negative_for


@dataclass(frozen=True, slots=True)
class TextExample:
    """A labelled text."""

    id: str
    """``<source>/<start of the text's sha256>``."""
    source: str
    text: str
    lang: str
    """BCP 47 tag."""
    labels: Mapping[str, bool | None]
    """By topic; None where nobody judged."""
    target: str
    """Whom a mockery is aimed at; empty where there is none or nobody said."""
    group: str
    heldout: bool
    weak: frozenset[str] = frozenset()
    """Topics whose label comes from a word list or a topic, not from a reader."""
    drawn: str = ""
    """How it was drawn, e.g. ``random``; empty where the source does not say."""
    register: str = ""
    """Caption, hashtags, comment, overlay ...; empty where the source does not say."""
    doubt: bool = False
    """Whether a careful reader might decide otherwise."""
    pair: str = ""
    """Name that it shares with its twin, which says nearly the same and is labelled otherwise."""
    slices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PairExample:
    """Two texts that say the same in two languages, scripts or spellings."""

    id: str
    source: str
    src: str
    tgt: str
    src_lang: str
    tgt_lang: str
    group: str
    heldout: bool


AnyExample = Example | TextExample | PairExample
ExampleT = TypeVar("ExampleT", Example, TextExample, PairExample)


@dataclass(frozen=True, slots=True)
class Corpus(Generic[ExampleT]):
    """Examples for fitting, calibrating or choosing: never a held-out one.

    Raises:
        ContractBroken: If a held-out example is among them.
    """

    examples: tuple[ExampleT, ...]
    split: Split
    manifests: tuple[Manifest, ...]
    """The sources they come from, for the card."""

    def __post_init__(self) -> None:
        held = [each.id for each in self.examples if each.heldout]
        if held:
            raise ContractBroken(
                f"{len(held)} held-out examples (the first: {held[0]}) were put into a corpus for "
                f"{self.split}; expected none; take examples from training.corpus alone"
            )

    @property
    def ships(self) -> bool:
        """Whether weights fitted on all of it may be given away."""
        return all(each.ships for each in self.manifests)

    def __len__(self) -> int:
        return len(self.examples)

    def __iter__(self) -> Iterator[ExampleT]:
        return iter(self.examples)


def text_key(text: str) -> str:
    """Return a text with compatibility characters, case and spaces made equal: its group.

    Example:
        >>> text_key("  Eid   MUBARAK ")
        'eid mubarak'
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()
