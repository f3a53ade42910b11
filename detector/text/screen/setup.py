"""Which reader of the picture a scan has: what is installed, by name, and what each lack means."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from detector.errors import SetupError
from detector.evidence import Channel, ChannelName, ModelRef
from detector.text.screen.base import LineReader
from detector.text.screen.choosing import LEAST, SURE
from detector.text.screen.rapid import RapidReader
from detector.text.screen.reader import ScreenFile
from detector.text.screen.tesseract import TesseractReader, missing

SCREEN: ChannelName = "on-screen text"
URDU: ChannelName = "on-screen text in Urdu script"
OTHERS = "Latin and Urdu script; words in other scripts, and those that move, are not read"


@dataclass(frozen=True)
class ScreenReader:
    """What reads the words on the picture of every file of a scan."""

    finder: RapidReader
    readers: Sequence[LineReader]
    channels: tuple[Channel, ...]
    """What it examines and what it does not."""

    @cached_property
    def ref(self) -> ModelRef:
        """Which programs and data read; other ones may read otherwise."""
        named = "; ".join(each.identity for each in self.readers)
        digest = hashlib.sha256(f"{named} {sorted(LEAST.items())} {SURE}".encode()).hexdigest()
        return ModelRef(
            "screen", " + ".join(_short(each.identity) for each in self.readers), digest, ()
        )

    def begin(self) -> ScreenFile:
        """Begin with a file."""
        return ScreenFile(self.finder, self.readers)


def open_screen_reader() -> ScreenReader:
    """Return the reader that the installed programs make up; networks are loaded when first needed.

    Raises:
        SetupError: If not even Latin script can be read.
    """
    latin = RapidReader()
    try:
        urdu = TesseractReader()
    except SetupError:
        channels = (Channel(SCREEN, True, "Latin script"), Channel(URDU, False, missing()))
        return ScreenReader(latin, (latin,), channels)
    return ScreenReader(latin, (latin, urdu), (Channel(SCREEN, True, OTHERS),))


def _short(identity: str) -> str:
    return " ".join(identity.split()[:2])
