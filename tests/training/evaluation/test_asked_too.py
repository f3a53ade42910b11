"""Everything that a text model is asked comes together in one evaluation."""

from __future__ import annotations

from pathlib import Path

from tests.training.evaluation.readings import TOPICS, post, read, scripted
from training.evaluate_text import TextGrounds, asked_too
from training.evaluation.text import APART, HARD, evaluate_texts
from training.evaluation.text_bars import TextAsked, TextBar
from training.evaluation.values import Evaluation

ASKED = TextAsked(
    bar=(
        TextBar(name="pairs", on="pairs", topics=("political", "religious"), ranked=0.85),
        TextBar(name="hard", on="hard negatives", suite=APART, alarms=0.05),
        TextBar(name="speed", on="speed", ms=25),
    )
)


def asked(tmp_path: Path, *, opsec: bool = False) -> Evaluation:
    labels = {"opsec": None} if opsec else {}
    model = scripted(vote={"political": 0.9}, pathan={"mockery": 0.7})
    texts = read(
        model, post("vote", {"political": True}), post("the vote", labels, drawn="high_political")
    )
    apart = [
        post("vote out", {"political": True}, pair="a"),
        post("Sindhi polls at ten", pair="a"),
        post("Sindhi tea"),
    ]
    swaps = tmp_path / "swaps.toml"
    swaps.write_text(
        '[[kind]]\nname = "p"\nlang = "en"\ntarget = "race"\nterms = [["Sindhi"], ["Pathan"]]\n'
    )
    grounds = TextGrounds(
        [], apart, tmp_path / "none.toml", swaps, tmp_path / "none.toml", draws=20
    )
    found = evaluate_texts(texts, model.ref, on="heldout", draws=20)
    return asked_too(found, texts, model, {"speed": {"ms": 3.0}}, ASKED, grounds)


def test_pairs_hard_negatives_and_figures_of_the_card_are_held(tmp_path: Path) -> None:
    met = {each.name: each.met for each in asked(tmp_path).held}
    assert met == {"pairs": True, "hard": True, "speed": True}


def test_both_kinds_of_hard_negatives_stand_by_language_and_as_a_whole(tmp_path: Path) -> None:
    suites = {each.name: (each.alarmed, each.items) for each in asked(tmp_path).suites}
    assert suites == {
        HARD: (1, 1),
        f"{HARD}, en": (1, 1),
        APART: (0, 2),
        f"{APART}, en": (0, 2),
        "pooled": (1, 3),
    }


def test_a_topic_that_nobody_judged_there_takes_no_text_out_of_the_hard_negatives(
    tmp_path: Path,
) -> None:
    assert HARD in {each.name for each in asked(tmp_path, opsec=True).suites}


def test_names_are_swapped_in_held_out_posts_and_the_floor_says_why_it_is_not_there(
    tmp_path: Path,
) -> None:
    found = asked(tmp_path)
    changed = {(each.label, each.part): each.found.value for each in found.tried}
    assert changed["any topic", "all"] == 1.0
    assert {each.label for each in found.beside} == set(TOPICS)
    assert all("none.toml cannot be read" in each.absent for each in found.beside)
