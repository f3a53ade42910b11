"""Which script a line is in, and whether what was read of it are words at all.

Both readers answer to anything. The Latin one is cheap and knows what it does not know: on Urdu it
finds nothing, or little that it is sure of. So it reads first; the other one is asked where it is not
sure. An answer counts where most of it is in the reader's own script and the reader is sure enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from detector.text.screen.base import LineReader, LineUnread, Pixels, Reading, Script
from detector.text.scripts import script_of

SURE = 0.9
"""Confidence of the first reader from which no other is asked."""
LEAST: dict[Script, float] = {"Latn": 0.75, "Arab": 0.6}
"""Confidence under which an answer is taken for noise, not words."""
LETTERS: dict[Script, int] = {"Latn": 3, "Arab": 4}
"""Fewer letters say nothing that a policy asks for; a cable or a branch is easily three in Urdu."""
OWN_SHARE = 0.7
"""Share of an answer's letters that must be of the reader's script."""
_NAMES: dict[Script, str] = {"Latn": "LATIN", "Arab": "ARABIC"}


def read_line(sharp: Pixels, steady: Pixels, readers: Sequence[LineReader]) -> Reading | None:
    """Read a line with the readers in turn; None where none of them finds words.

    Args:
        sharp: The line at its sharpest, upright, for the first reader.
        steady: What of the line stands still, for the others.
        readers: The cheap one first.

    Raises:
        LineUnread: If one of them failed, and no other finds words.
    """
    best: Reading | None = None
    failed: LineUnread | None = None
    for at, reader in enumerate(readers):
        try:
            found = reader.read(steady if at else sharp)
        except LineUnread as error:
            failed = error
            continue
        if is_words(found) and (best is None or _margin(found) > _margin(best)):
            best = found
        if best is not None and best.confidence >= SURE:
            break
    if best is None and failed is not None:
        raise failed
    return best


def is_words(reading: Reading) -> bool:
    """Say whether an answer is likely to be words of its script."""
    scripts = [script for script in map(script_of, reading.text) if script]
    own = scripts.count(_NAMES[reading.script])
    return (
        reading.confidence >= LEAST[reading.script]
        and own >= LETTERS[reading.script]
        and own >= OWN_SHARE * len(scripts)
    )


def _margin(reading: Reading) -> float:
    """Return by how much of what is possible an answer is surer than it must be."""
    least = LEAST[reading.script]
    return (reading.confidence - least) / (1.0 - least)
