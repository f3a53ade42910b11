"""Fitting an encoder model from a recipe: what is written, read again, and refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import ArtifactMismatch, InputError, SetupError
from detector.evidence import Passage
from detector.text.encoder import GLOSS_FILE, NETWORK_FILE, EncoderTextModel
from detector.text.models import open_text_model
from tests.training import bert
from tests.training.wording import TOPICS, drawn, imported, recipe
from training import toml
from training.encoder.fitting import start
from training.sources import Source
from training.text import TextPlan, train_text
from training.text_recipe import EncoderFrom, Recipe

VIEW = "election minister parliament music garden"


def encoding(name: str, folder: Path) -> Recipe:
    glossary = folder / "glossary.tsv"
    glossary.write_text("# ours\nووٹ|vot\tvote\n", "utf-8")
    how = EncoderFrom(
        package=str(bert.written(folder / "bert")),
        glossary=str(glossary),
        epochs=1,
        frozen=0,
        rate=1e-3,
    )
    return recipe(name).model_copy(update={"encoder": how})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    rows = [
        each | {"mockery": str(int(at % 7 == 0)), "target": "race" if at % 7 == 0 else ""}
        for at, each in enumerate(drawn(360, seed=0))
    ]
    return imported(tmp_path_factory.mktemp("texts") / "corpus", rows)


@pytest.fixture(scope="module")
def folder(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("models")
    told: list[tuple[int, int]] = []
    train_text(
        TextPlan([source], encoding(source.name, home)),
        home / "text" / "1",
        lambda done, of: told.append((done, of)),
    )
    assert told
    return home / "text" / "1"


def test_what_is_fitted_opens_as_an_encoder_and_has_learnt(folder: Path) -> None:
    model = open_text_model(load_model_folder(str(folder), "text"))
    assert isinstance(model, EncoderTextModel)
    [read] = model.read([Passage(VIEW, "caption")])
    found = {each.topic: each.probability for each in read.topics}
    assert set(found) == set(TOPICS)
    assert found["political"] > 0.6 > 0.4 > found["religious"]


def test_the_card_names_mix_outputs_and_every_file(folder: Path) -> None:
    card = toml.read(folder / "card.toml")
    assert card["model"]["form"] == "encoder"
    assert "mockery:race" in card["model"]["labels"]
    assert set(card["mix"]) == set(TOPICS)
    assert all(
        min(each["letters"], each["gloss"], each["encoder"]) >= 0 for each in card["mix"].values()
    )
    assert {NETWORK_FILE, GLOSS_FILE} <= set(card["files"])


def test_a_damaged_gloss_is_refused(folder: Path, tmp_path: Path) -> None:
    loaded = load_model_folder(str(folder), "text")
    broken = replace(loaded, card={**loaded.card, "mix": {"political": {"letters": 1.0}}})
    with pytest.raises(ArtifactMismatch, match="incomplete"):
        EncoderTextModel(broken).read([Passage(VIEW, "caption")])


def test_a_recipe_that_names_pairs_that_are_not_given_is_refused(
    source: Source, tmp_path: Path
) -> None:
    plain = encoding(source.name, tmp_path)
    assert plain.encoder is not None
    asked = plain.model_copy(
        update={"encoder": plain.encoder.model_copy(update={"translated": ("nowhere",)})}
    )
    with pytest.raises(InputError, match="nowhere"):
        train_text(TextPlan([source], asked), tmp_path / "text" / "1")
    assert not (tmp_path / "text" / "1").exists()


def test_weights_that_are_not_installed_are_named() -> None:
    with pytest.raises(SetupError, match="no_such_package"):
        start("no_such_package")
