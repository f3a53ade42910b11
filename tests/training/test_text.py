"""Fitting a text model: what comes out, what it rests on, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import InputError
from detector.evidence import Passage
from detector.text.language import word_key
from detector.text.models import open_text_model
from detector.text.trusted import load_trusted
from tests.training.making import text_source
from tests.training.wording import TOPICS, drawn, fitted, imported, recipe
from training import toml
from training.sources import Source
from training.text import TextPlan, train_text
from training.text_recipe import Recipe, TopicsFrom, plain_recipe, read_recipe
from training.text_rows import gather

VIEW = "election minister parliament music garden"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return imported(tmp_path_factory.mktemp("texts") / "corpus", drawn(360, seed=0))


@pytest.fixture(scope="module")
def folder(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted(source, tmp_path_factory.mktemp("models") / "text" / "1")


def probabilities(folder: Path, text: str) -> dict[str, float]:
    model = open_text_model(load_model_folder(str(folder), "text"))
    [read] = model.read([Passage(text, "caption")])
    return {each.topic: each.probability for each in read.topics}


def test_a_fitted_model_is_read_by_a_scan_and_has_learnt(folder: Path) -> None:
    found = probabilities(folder, VIEW)
    assert set(found) == set(TOPICS)
    assert found["political"] > 0.7 > 0.3 > found["religious"]


def test_the_card_says_data_terms_recipe_and_that_nothing_is_measured_yet(
    folder: Path, source: Source
) -> None:
    card = toml.read(folder / "card.toml")
    assert card["model"]["languages"] == ["en", "ur-Latn"]
    assert card["data"]["ships"] is False
    assert card["data"]["sources"][0]["name"] == source.name
    assert any("give these weights away" in each for each in card["data"]["caveats"])
    assert "English (`en`) and Roman Urdu (`ur-Latn`)" in card["about"]["summary"]
    assert card["recipe"]["seed"] == 0
    assert card["threshold_rule"]["items"] > 20
    assert "heldout" not in card
    assert "Not measured" in (folder / "card.md").read_text("utf-8")


def test_the_probe_in_the_card_is_what_the_model_says(folder: Path) -> None:
    probe = toml.read(folder / "card.toml")["probe"]
    said = probabilities(folder, probe["text"])
    assert said == pytest.approx(probe["probability"], abs=1e-5)


def test_the_same_seed_gives_the_same_model(folder: Path, source: Source, tmp_path: Path) -> None:
    again = fitted(source, tmp_path / "text" / "1")
    assert probabilities(again, VIEW) == probabilities(folder, VIEW)


def test_every_language_is_calibrated_by_itself_where_there_is_enough(folder: Path) -> None:
    lines = toml.read(folder / "card.toml")["calibration"]["political"]
    assert set(lines) == {"en", "ur-Latn", "zxx"}
    assert lines["en"]["rows"] + lines["ur-Latn"]["rows"] == lines["zxx"]["rows"]
    assert all(each["slope"] > 0 for each in lines.values())


def test_texts_without_words_have_the_strictest_threshold(folder: Path) -> None:
    for limits in toml.read(folder / "card.toml")["thresholds"].values():
        assert limits["zxx"] == max(limits.values())


def test_a_threshold_that_is_not_proven_is_at_least_the_target(folder: Path) -> None:
    card = toml.read(folder / "card.toml")
    unproven = [each.split(", ") for each in card["threshold_rule"]["not_reached"]]
    assert unproven
    assert all(card["thresholds"][topic][lang] >= 0.85 for topic, lang in unproven)
    assert "no probability below the target" in card["threshold_rule"]["rule"]


def test_a_model_folder_that_is_there_is_not_overwritten(source: Source, tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text("")
    with pytest.raises(InputError, match="is there already"):
        fitted(source, tmp_path)


def test_a_topic_that_nobody_is_of_is_refused(tmp_path: Path) -> None:
    rows = [row | {"political": "0"} for row in drawn(60, seed=1)]
    source = imported(tmp_path / "corpus", rows)
    plan = TextPlan([source], Recipe(topics=(TopicsFrom(source="corpus", topics=("political",)),)))
    with pytest.raises(InputError, match="no topic can be taught"):
        train_text(plan, tmp_path / "text" / "1")
    assert not (tmp_path / "text").exists()


def test_a_run_that_fails_leaves_no_half_a_model(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise InputError("nothing to choose from")

    monkeypatch.setattr("training.freezing.freeze_text", fail)
    with pytest.raises(InputError, match="nothing to choose from"):
        fitted(source, tmp_path / "text" / "1")
    assert list((tmp_path / "text").iterdir()) == []


def test_without_languages_or_a_former_model_nothing_can_be_told_apart(
    source: Source, tmp_path: Path
) -> None:
    plan = TextPlan([source], plain_recipe([source]))
    with pytest.raises(InputError, match="give --from"):
        train_text(plan, tmp_path / "1")


@pytest.mark.shipped
def test_a_former_reader_is_kept_and_learns_the_new_words(source: Source, tmp_path: Path) -> None:
    former = load_model_folder("current", "text")
    small = plain_recipe([source]).model_copy(update={"shape": recipe("x").shape})
    train_text(TextPlan([source], small, former), tmp_path / "1")
    before = set(load_trusted(former.file("languages.skops"))["words"].tolist())
    now = set(load_trusted(tmp_path / "1" / "languages.skops")["words"].tolist())
    assert before < now
    assert word_key("khirki") in now
    said = toml.read(tmp_path / "1" / "card.toml")["recipe"]["languages"]
    assert said == f"reader of text {former.ref.version}, with the words of the new rows"


# What is taken


def test_rows_without_a_language_get_one_or_are_left_out_and_counted(source: Source) -> None:
    found = gather([source], recipe(source.name), seed=0, explore=False, tagger=lambda _: [])
    assert found.nameless == 0
    blank = [row | {"lang": "" if at % 3 else row["lang"]} for at, row in enumerate(drawn(60, 5))]
    other = imported(source.folder.parent / "blank", blank)
    known = gather(
        [other], recipe("blank"), seed=0, explore=False, tagger=lambda texts: ["en"] * len(texts)
    )
    assert {each.example.lang for each in known.train} == {"en", "ur-Latn"}
    unknown = gather(
        [other], recipe("blank"), seed=0, explore=False, tagger=lambda texts: [""] * len(texts)
    )
    assert unknown.nameless == len(known.train) + len(known.calibration) - (
        len(unknown.train) + len(unknown.calibration)
    )
    assert unknown.nameless > 0


def test_only_the_most_are_taken_and_the_seed_draws_them(source: Source) -> None:
    def taken(seed: int) -> list[str]:
        some = recipe(source.name).model_copy(
            update={"topics": (TopicsFrom(source=source.name, most=20, calibrates=False),)}
        )
        rows = gather([source], some, seed=seed, explore=False, tagger=lambda _: []).train
        return [each.example.id for each in rows]

    assert len(taken(0)) == 20
    assert taken(0) == taken(0) != taken(1)


def test_labels_from_a_word_list_are_not_taken(tmp_path: Path) -> None:
    rows = [
        {"text": f"number {at} of some texts", "political": "1", "weak": "political"}
        for at in range(9)
    ]
    weak = text_source(tmp_path, rows)
    found = gather([weak], plain_recipe([weak]), seed=0, explore=False, tagger=lambda _: [])
    assert found.train == ()


def test_no_text_is_fitted_on_that_equals_one_of_the_calibration_side(source: Source) -> None:
    found = gather([source], recipe(source.name), seed=0, explore=False, tagger=lambda _: [])
    assert not {each.text for each in found.train} & {each.text for each in found.calibration}


def test_terms_that_forbid_shipping_are_obeyed_unless_one_explores(tmp_path: Path) -> None:
    rows = [{"text": f"number {at} of some texts", "political": "1"} for at in range(9)]
    closed = text_source(
        tmp_path, rows,
        origin={"repository": "n", "version": "1", "path": "text/made", "licence": "?",
                "ships": "never"},
    )  # fmt: skip
    plain = plain_recipe([closed])
    with pytest.raises(InputError, match="may not be given away"):
        gather([closed], plain, seed=0, explore=False, tagger=lambda _: [])
    assert not gather([closed], plain, seed=0, explore=True, tagger=lambda _: []).ships


def test_a_source_that_is_not_given_is_named(source: Source) -> None:
    with pytest.raises(InputError, match="the recipe names elsewhere"):
        gather([source], recipe("elsewhere"), seed=0, explore=False, tagger=lambda _: [])


def test_two_sources_of_one_name_are_refused(source: Source) -> None:
    with pytest.raises(InputError, match="2 sources are given under 1 names"):
        gather(
            [source, replace(source)], recipe(source.name), seed=0, explore=False,
            tagger=lambda _: [],
        )  # fmt: skip


def test_the_shipped_recipe_reads_and_a_misspelt_key_does_not(tmp_path: Path) -> None:
    shipped = read_recipe(Path(__file__).parents[2] / "data" / "recipes" / "text.toml")
    assert shipped.topics[0].source == "posts_labelled"
    (tmp_path / "wrong.toml").write_text('[[topics]]\nsource = "a"\nwieght = 1.0\n')
    with pytest.raises(InputError, match="wieght"):
        read_recipe(tmp_path / "wrong.toml")
