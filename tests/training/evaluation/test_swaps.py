"""Group names are changed for others of their kind, and what a model makes of it is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detector.errors import InputError
from tests.training.evaluation.readings import TOPICS, post, read, scripted
from training.evaluation.swaps import ANY, MOST, Kind, read_swaps, score_swaps, swaps_of
from training.evaluation.text import read_all
from training.evaluation.text_bars import CHANGE, DECISIONS
from training.evaluation.values import Tried
from training.examples import TextExample

KIND = Kind(
    name="peoples",
    lang="en",
    target="race",
    terms=(("Pathan/Pashtun", "Pathans"), ("Sindhi", "Sindhis"), ("Baloch", "Balochs")),
)


def others(text: str, kind: Kind = KIND) -> list[str]:
    return [each[2] for each in kind.others(text)]


def scored(model, *posts: TextExample) -> dict[tuple[str, str, str], Tried]:  # type: ignore[no-untyped-def]
    found = score_swaps(
        read(model, *posts), [KIND], TOPICS, lambda some: read_all(some, model), draws=50
    )
    return {(each.label, each.part, each.figure): each for each in found}


def test_every_form_and_spelling_is_changed_in_its_own_form() -> None:
    assert others("A Pashtun cook and two pathans")[0] == "A Sindhi cook and two sindhis"


def test_a_name_inside_another_word_is_left_alone() -> None:
    assert others("Pathankot is far") == []


def test_a_name_that_stands_in_the_text_already_is_not_put_in() -> None:
    assert others("Pathan and Sindhi") == ["Baloch and Sindhi"]


def test_urdu_names_are_found_between_urdu_words() -> None:
    kind = Kind(name="faiths", lang="ur", target="religion", terms=(("ہندو",), ("سکھ",)))
    assert others("یہ ہندو بھائی ہے", kind) == ["یہ سکھ بھائی ہے"]


def test_only_posts_of_no_topic_in_the_language_of_the_list_are_changed() -> None:
    model = scripted()
    texts = read(
        model,
        post("a Pathan", {"mockery": True}),
        post("b Pathan", lang="ur"),
        post("c Pathan"),
    )
    assert {each.original.example.text for each in swaps_of(texts, [KIND])} == {"c Pathan"}


def test_long_lists_weigh_no_more_than_short_ones() -> None:
    names = tuple((f"People{at}",) for at in range(12))
    kind = Kind(name="many", lang="en", target="race", terms=names)
    assert len(list(swaps_of(read(scripted(), post("People3 came")), [kind]))) == MOST


def test_a_model_that_does_not_know_names_changes_nothing() -> None:
    found = scored(scripted(vote={"political": 0.9}), post("a Pathan came"), post("Sindhis sang"))
    assert found["mockery", "all", CHANGE].found.value == 0.0
    assert found[ANY, "all", DECISIONS].found.value == 0.0


def test_a_model_that_holds_a_name_for_mockery_is_caught() -> None:
    found = scored(scripted(baloch={"mockery": 0.9}), post("a Pathan came"))
    assert found["mockery", "lang=en", CHANGE].found.value == pytest.approx(0.89)
    assert found["political", "lang=en", CHANGE].found.value == 0.0
    assert found[ANY, "all", DECISIONS].found.value == 0.5


def test_a_text_that_is_no_longer_judged_is_a_changed_decision_and_counted() -> None:
    model = scripted()
    model = type(model)({}, abstain={"baloch": "unknown words"})
    found = scored(model, post("a Pathan came"))
    assert found["mockery", "all", CHANGE].abstained == 1
    assert found[ANY, "all", DECISIONS].found.value == 0.5


def test_the_percentile_is_over_all_swaps() -> None:
    rng = np.random.default_rng(0)
    words = {f"w{at}": {"mockery": float(p)} for at, p in enumerate(rng.random(40))}
    posts = [post(f"w{at} Pathan") for at in range(40)]
    assert scored(scripted(**words), *posts)["mockery", "all", CHANGE].found.items == 80


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "swaps.toml"
    path.write_text('[[kind]]\nname = "x"\nlang = "en"\ntarget = "race"\nterms = [["one"]]\n')
    with pytest.raises(InputError, match=r"\[\[kind\]\] in .* are wrong"):
        read_swaps(path)


def test_our_own_lists_can_be_read_and_every_term_has_the_forms_of_its_kind() -> None:
    kinds = read_swaps(Path(__file__).parents[3] / "data" / "swaps.toml")
    assert {each.lang for each in kinds} == {"en", "ur", "ur-Latn"}
    assert {each.target for each in kinds} == {"race", "religion", "gender", "caste"}
    for kind in kinds:
        assert len({len(forms) for forms in kind.terms}) == 1, (kind.lang, kind.name)
