"""A text model beside n-grams: the same texts, cell by cell, or the reason why not."""

from __future__ import annotations

import numpy as np

from tests.training.evaluation.readings import TOPICS, post, read, scripted
from training.evaluation.floor import hold_beside_floor, without_floor

VIEWS = [post(f"vote {at}", {"political": True}) for at in range(20)]
OTHER = [post(f"rain {at}") for at in range(20)]
TEXTS = read(scripted(vote={"political": 0.9}), *VIEWS, *OTHER)


def test_a_model_that_ranks_better_is_better_and_one_that_ranks_alike_is_undecided() -> None:
    blind, alike = np.zeros(40), np.array([1.0] * 20 + [0.0] * 20)
    [row] = hold_beside_floor(TEXTS, {"political": blind}, TOPICS, draws=200)
    assert (row.part, row.difference.outcome) == ("lang=en", "better")
    assert row.ap.value == 0.5
    [row] = hold_beside_floor(TEXTS, {"political": alike}, TOPICS, draws=200)
    assert row.difference.outcome == "undecided"


def test_each_language_is_a_cell_of_its_own() -> None:
    texts = read(scripted(), *VIEWS, *(post(f"x {at}", lang="ur") for at in range(4)))
    found = hold_beside_floor(texts, {"political": np.zeros(24)}, TOPICS, draws=20)
    assert [each.part for each in found] == ["lang=en", "lang=ur"]


def test_a_floor_that_is_not_there_is_told_for_every_cell() -> None:
    found = list(without_floor(TEXTS, TOPICS, "the recipe is another"))
    assert [each.label for each in found] == list(TOPICS)
    assert {each.absent for each in found} == {"the recipe is another"}
