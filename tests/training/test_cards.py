"""A card is written from an evaluation's numbers, in the form that a scan's report reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.artifact import TOLD
from detector.errors import InputError
from detector.report.trust import NOT_MEASURED, trust
from tests.fakes import TEXT_REF, VISION_REF
from tests.training.evaluated import asked_evaluation, text_evaluation, vision_evaluation
from training import toml
from training.cards import check_own, write_card
from training.metrics.interval import Measure
from training.report.card_page import card_page


def folder(path: Path, kind: str) -> Path:
    toml.write(
        path / "card.toml",
        {
            "model": {"kind": kind, "version": "scripted", "labels": ["weapon"]},
            "heldout": {"old": {"weapon": {"flagged": 3}}},
            "data": {"caveats": ["Small."]},
        },
        comment="Written by hand.",
    )
    return path


def test_a_scan_reads_the_figures_of_a_vision_card(tmp_path: Path) -> None:
    made = vision_evaluation(tmp_path)
    write_card(folder(tmp_path, "vision"), made)
    rows = trust([VISION_REF], [toml.read(tmp_path / "card.toml")])
    by_slice = {each.slice: each for each in rows if each.label == "weapon"}
    assert by_slice[""].precision.startswith("92 % (")
    assert by_slice[""].precision.endswith("of 13")
    assert "whole picture" in by_slice
    assert "old" not in by_slice


def test_a_scan_reads_the_figures_of_a_text_card_by_language(tmp_path: Path) -> None:
    write_card(folder(tmp_path, "text"), text_evaluation(tmp_path))
    rows = trust([TEXT_REF], [toml.read(tmp_path / "card.toml")])
    found = {(each.label, each.slice): each.precision for each in rows}
    assert found["political", "English"].endswith("of 13")
    assert found["mockery", "English"].startswith(NOT_MEASURED)


def test_the_rest_of_a_card_stays_as_it_was(tmp_path: Path) -> None:
    made = vision_evaluation(tmp_path)
    write_card(folder(tmp_path, "vision"), made)
    assert (tmp_path / "card.toml").read_text("utf-8").startswith("# Written by hand.")
    assert toml.read(tmp_path / "card.toml")["data"]["caveats"] == ["Small."]


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    made = vision_evaluation(tmp_path)
    write_card(folder(tmp_path, "vision"), made)
    once = (tmp_path / "card.toml").read_text("utf-8")
    write_card(tmp_path, made)
    assert (tmp_path / "card.toml").read_text("utf-8") == once


def test_figures_of_a_part_do_not_become_a_card(tmp_path: Path) -> None:
    part = replace(vision_evaluation(tmp_path), restricted="sources made")
    with pytest.raises(InputError, match="measured on sources made"):
        write_card(folder(tmp_path, "vision"), part)


def test_figures_of_the_calibration_split_do_not_become_a_card(tmp_path: Path) -> None:
    wrong = replace(vision_evaluation(tmp_path), on="calibration")
    with pytest.raises(InputError, match="measured on calibration items"):
        write_card(folder(tmp_path, "vision"), wrong)


def test_figures_of_another_model_do_not_become_a_card(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the figures are those of vision scripted"):
        write_card(folder(tmp_path, "text"), vision_evaluation(tmp_path))


def test_figures_of_ones_own_corpus_take_the_place_of_no_others(tmp_path: Path) -> None:
    write_card(folder(tmp_path, "vision"), vision_evaluation(tmp_path))
    with pytest.raises(
        InputError, match="states figures of 13 held-out items of made, which those"
    ):
        check_own(tmp_path, ["corpus"])


def test_figures_without_a_source_are_not_replaced_by_those_of_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a source that it does not name"):
        check_own(folder(tmp_path, "vision"), ["corpus"])


@pytest.mark.parametrize("corpora", [["made"], ["made", "corpus"]])
def test_a_corpus_that_was_measured_on_may_be_measured_again(
    tmp_path: Path, corpora: list[str]
) -> None:
    write_card(folder(tmp_path, "vision"), vision_evaluation(tmp_path))
    check_own(tmp_path, corpora)


def test_a_card_without_figures_takes_those_of_any_corpus(tmp_path: Path) -> None:
    toml.replace(folder(tmp_path, "vision") / "card.toml", "heldout", {})
    check_own(tmp_path, ["corpus"])


def test_the_page_says_what_the_card_says(tmp_path: Path) -> None:
    write_card(folder(tmp_path, "vision"), vision_evaluation(tmp_path))
    page = (tmp_path / "card.md").read_text("utf-8")
    assert page == card_page(toml.read(tmp_path / "card.toml"))
    assert "- Small." in page
    assert "| all | weapon | 13 | 13 | 12 |" in page


def test_a_number_is_rounded_once_when_it_is_shown(tmp_path: Path) -> None:
    made = vision_evaluation(tmp_path)
    share = Measure(86 / 92, 0.8648, 0.9696, 92, 92, "wilson")
    made = replace(made, scores=tuple(replace(each, precision=share) for each in made.scores))
    write_card(folder(tmp_path, "vision"), made)
    assert toml.read(tmp_path / "card.toml")["heldout"]["weapon"]["precision"] == 0.934783
    assert "| 0.93 [0.86, 0.97] |" in (tmp_path / "card.md").read_text("utf-8")


def test_a_card_without_figures_says_so() -> None:
    assert "Not measured." in card_page({"model": {"kind": "vision", "version": "9"}})


def test_what_is_asked_stands_in_the_card_and_on_the_page(tmp_path: Path) -> None:
    write_card(folder(tmp_path, "vision"), asked_evaluation(tmp_path))
    card = toml.read(tmp_path / "card.toml")
    told = [(each["figure"], each["reached"]) for each in card["must_show"]["bars"]]
    assert told == [
        ("AP above the other network", "met"),
        ("lower bound of the precision of pictures at recall 0.85", "not met"),
        ("pictures with any alarm, pooled", "not measured"),
    ]
    assert card["heldout_beside"]["carried"]["ap_above_interval"] == [0.2, 0.4]
    assert card["heldout_beside"]["bare"]["absent"] == "no weights"
    assert card["heldout_at_recall"]["carried"]["threshold"] == 0.2
    page = (tmp_path / "card.md").read_text("utf-8")
    assert "| weapon | AP above the other network | >= 0.25 | 0.30 [0.20, 0.40] | met |" in page
    assert "the other network was not measured: no weights" in page
    assert "is read off these pictures and is not the frozen one" in page


def test_a_card_without_bars_gets_no_empty_tables_and_old_ones_go(tmp_path: Path) -> None:
    write_card(folder(tmp_path, "vision"), vision_evaluation(tmp_path))
    assert "must_show" not in toml.read(tmp_path / "card.toml")
    write_card(tmp_path, asked_evaluation(tmp_path))
    write_card(tmp_path, vision_evaluation(tmp_path))
    card = toml.read(tmp_path / "card.toml")
    assert (card["must_show"], card["heldout_beside"]) == ({}, {})


def test_what_is_measured_later_does_not_make_another_model() -> None:
    told = ("heldout_at_recall", "heldout_beside", "must_show", "clips", "families", "speed")
    assert {*told, "sources_left_out"} <= TOLD
