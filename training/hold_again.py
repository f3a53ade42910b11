"""Holds a text model to its bars again, once a run of its own has written its figures into the card.

Timing, and leaving sources out, come after an evaluation or before it: the bars that they are held to
must not say that the run was not made when the figures stand in the same card.
"""

from __future__ import annotations

from pathlib import Path

from training import toml
from training.cards import held_row, write_page
from training.evaluation.sets import read_asked
from training.evaluation.text_bars import hold_told


def hold_again(folder: Path, sets: Path) -> None:
    """Write anew the bars in a model folder's card whose figures stand in the card, and its page.

    Bars that were never held there stay away: an evaluation writes them.

    Args:
        folder: Of a text model.
        sets: The file with the bars, ``data/evaluation.toml``.

    Raises:
        InputError: If the card or the file with the bars cannot be read.
    """
    path = folder / "card.toml"
    card = toml.read(path)
    anew = {
        (each.name, each.figure): held_row(each)
        for each in hold_told(read_asked(sets).text.bar, card)
    }
    if rows := card.get("must_show", {}).get("bars"):
        held = [anew.get((each["name"], each["figure"]), each) for each in rows]
        toml.replace(path, "must_show", {"bars": held})
    write_page(folder)
