"""Bars whose figures another run wrote into the card are held again, and nothing else is touched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench import reading
from training import toml
from training.hold_again import hold_again

SPEED = {"name": "fast", "figure": "median time for a passage", "bar": 25.0, "at_most": True}
LEFT_OUT = {"name": "new sources", "figure": "mean AUC", "bar": 0.75, "at_most": False}
POSTS = {"name": "posts", "figure": "AP, political, en", "bar": 0.8, "at_most": False}
MISSING = {"reached": "not measured", "why": "it was not run"}
BARS = """
[[text.bar]]
name = "posts"
on = "posts"
topics = ["political"]
languages = ["en"]
ap = 0.8

[[text.bar]]
name = "fast"
on = "speed"
ms = 25

[[text.bar]]
name = "new sources"
on = "sources"
macro = 0.75
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder whose bars were held before anything but the posts was measured."""
    held = {**POSTS, "reached": "met", "found": 0.85, "found_interval": [0.8, 0.9]}
    card = {
        "model": {"kind": "text", "version": "1", "labels": ["political"]},
        "files": {},
        "heldout": {"en": {"political": {"flagged": 12}}},
        "must_show": {"bars": [held, SPEED | MISSING, LEFT_OUT | MISSING]},
    }
    toml.write(tmp_path / "card.toml", card)
    (tmp_path / "bars.toml").write_text(BARS, "utf-8")
    return tmp_path


def reached(folder: Path) -> list[str]:
    return [each["reached"] for each in toml.read(folder / "card.toml")["must_show"]["bars"]]


def test_a_bar_is_held_again_once_its_figure_stands_in_the_card(folder: Path) -> None:
    toml.replace(folder / "card.toml", "speed", {"ms": 9.5})
    hold_again(folder, folder / "bars.toml")
    assert reached(folder) == ["met", "met", "not measured"]
    page = (folder / "card.md").read_text("utf-8")
    assert "| fast | median time for a passage | <= 25 ms | 9.5 ms | met |" in page
    assert "| posts | AP, political, en | >= 0.80 | 0.85 [0.80, 0.90] | met |" in page


def test_sources_that_were_left_out_are_held_again_too(folder: Path) -> None:
    measured = {"how": "anew", "items": 90, "macro": 0.7, "macro_interval": [0.6, 0.8]}
    toml.replace(folder / "card.toml", "sources_left_out", measured)
    hold_again(folder, folder / "bars.toml")
    assert reached(folder) == ["met", "not measured", "not met"]


def test_a_card_without_bars_gets_none(folder: Path) -> None:
    toml.replace(folder / "card.toml", "must_show", {})
    toml.replace(folder / "card.toml", "speed", {"ms": 9.5})
    hold_again(folder, folder / "bars.toml")
    assert toml.read(folder / "card.toml")["must_show"] == {}
    assert "| ms | 9.5 |" in (folder / "card.md").read_text("utf-8")


def test_timing_writes_its_figures_and_holds_their_bars(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "one_core", lambda: None)
    monkeypatch.setattr(reading, "speed", lambda *_: {"ms": 30.0})
    monkeypatch.setattr(reading, "ROOT", folder)
    monkeypatch.setattr(reading, "passages", list)
    monkeypatch.setattr("training.evaluation.sets.SETS", Path("bars.toml"))
    monkeypatch.setattr(sys, "argv", ["reading", str(folder), "--card"])
    reading.main()
    assert toml.read(folder / "card.toml")["speed"]["ms"] == 30.0
    assert reached(folder) == ["met", "not met", "not measured"]
