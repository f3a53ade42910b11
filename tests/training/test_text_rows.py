"""What a recipe takes: labels of our own, topics that rows are none of, what calibrates which topic."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from detector.text.names import names_of
from tests.training.making import text_source
from training.sources import Source
from training.text_recipe import LabelsFrom, LanguageFrom, Recipe, TopicsFrom
from training.text_rows import Gathered, TextRow, gather

POSTS = [f"post number {at} about this and that" for at in range(120)]


def source_of(folder: Path) -> Source:
    rows = [{"text": each, "lang": "hi-Latn", "political": "0"} for each in POSTS]
    return text_source(folder, rows)


def labelled(folder: Path, texts: list[str], source: str = "made") -> str:
    home = folder / "labels"
    home.mkdir()
    with (home / "ours.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["source", "sha256", "political", "religious", "mockery", "target", "doubt"])
        for each in texts:
            out.writerow([source, hashlib.sha256(each.encode()).hexdigest(), 1, 0, 0, "", 1])
    return str(home)


def gathered(source: Source, recipe: Recipe) -> Gathered:
    return gather([source], recipe, seed=0, explore=False, tagger=lambda texts: [""] * len(texts))


def by_text(rows: tuple[TextRow, ...]) -> dict[str, TextRow]:
    return {each.text: each for each in rows}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path)


def test_our_label_takes_the_place_of_the_source_s(source: Source, tmp_path: Path) -> None:
    ours = LabelsFrom(
        folder=labelled(tmp_path, POSTS[:60]), in_doubt=0.5, read_as={"hi-Latn": "ur-Latn"}
    )
    recipe = Recipe(topics=(TopicsFrom(source="made", calibrates=False),), labels=(ours,))
    found = gathered(source, recipe)
    rows = by_text(found.train)
    mine = [each for each in POSTS[:60] if each in rows]
    assert mine
    for each in mine:
        assert rows[each].labels == {"political": True, "religious": False, "mockery": False}
        assert (rows[each].weight, rows[each].example.lang) == (0.5, "ur-Latn")
    rest = [rows[each] for each in POSTS[60:] if each in rows]
    assert {tuple(each.labels.items()) for each in rest} == {(("political", False),)}


def test_a_share_of_our_labels_is_set_aside_to_calibrate(source: Source, tmp_path: Path) -> None:
    folder = labelled(tmp_path, POSTS)
    topics = (TopicsFrom(source="made", topics=("religious",)),)

    def calibrating(share: float) -> Gathered:
        return gathered(
            source, Recipe(topics=topics, labels=(LabelsFrom(folder=folder, calibrates=share),))
        )

    none, half = calibrating(0.0), calibrating(0.5)
    assert len(none.calibration) < len(half.calibration) < len(POSTS)
    assert not by_text(half.train).keys() & by_text(half.calibration).keys()
    assert len(half.train) + len(half.calibration) == len(POSTS)


def test_labels_of_posts_that_do_not_lie_here_are_counted(source: Source, tmp_path: Path) -> None:
    ours = LabelsFrom(folder=labelled(tmp_path, POSTS[:7], "elsewhere"))
    found = gathered(source, Recipe(topics=(TopicsFrom(source="made"),), labels=(ours,)))
    assert found.unfound == 7


def test_rows_are_none_of_what_is_said_to_be_absent(source: Source) -> None:
    found = gathered(source, Recipe(topics=(TopicsFrom(source="made", absent=("opsec",)),)))
    assert {each.labels["opsec"] for each in found.train} == {False}


def test_rows_calibrate_the_topics_they_are_for_alone(source: Source) -> None:
    topics = TopicsFrom(source="made", absent=("opsec",), calibrates_for=("opsec",))
    found = gathered(source, Recipe(topics=(topics,)))
    assert {tuple(each.labels) for each in found.calibration} == {("opsec",)}
    assert {tuple(sorted(each.labels)) for each in found.train} == {("opsec", "political")}


def test_a_text_that_we_read_is_not_taken_with_its_source_s_label_too(tmp_path: Path) -> None:
    source = source_of(tmp_path)
    twice = Recipe(
        topics=(
            TopicsFrom(source="made", topics=("political",)),
            TopicsFrom(source="made", topics=("political",), weight=0.3, calibrates=False),
        )
    )
    found = gathered(source, twice)
    assert all(each.in_full for each in found.train)
    assert len(found.train) == len({each.text for each in found.train})


def test_picked_rows_give_probabilities_for_the_topics_that_they_are_usual_for(
    source: Source, tmp_path: Path
) -> None:
    ours = LabelsFrom(folder=labelled(tmp_path, POSTS), calibrates=0.5, usual_for=("mockery",))
    topics = (TopicsFrom(source="made", topics=("political",), calibrates=False),)
    found = gathered(source, Recipe(topics=topics, labels=(ours,)))
    assert found.calibration
    assert {tuple(each.usual().labels) for each in found.calibration} == {("mockery",)}
    assert {len(each.labels) for each in found.calibration} == {3}


def test_names_are_read_as_one_on_both_sides_and_not_by_the_language_reader(source: Source) -> None:
    recipe = Recipe(
        topics=(TopicsFrom(source="made"),),
        languages=(LanguageFrom(source="made", lang="hi-Latn"),),
    )
    found = gathered(source, recipe)
    blinded = found.blinded(names_of("thing\tthat|this"))
    for rows, before in (
        (blinded.train, found.train),
        (blinded.calibration, found.calibration),
    ):
        assert before
        assert [each.text for each in rows] == [
            each.text.replace("this", "that") for each in before
        ]
        assert [each.example for each in rows] == [each.example for each in before]
    assert blinded.languages == found.languages
