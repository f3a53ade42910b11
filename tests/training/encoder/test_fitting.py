"""Fitting an encoder model from a recipe: what is written, read again, and refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detector.artifact import load_model_folder
from detector.errors import ArtifactMismatch, InputError, SetupError
from detector.evidence import Passage
from detector.text.encoder import GLOSS_FILE, NETWORK_FILE, EncoderTextModel
from detector.text.models import open_text_model
from detector.text.names import NAMES_FILE
from detector.text.pieces import WordPieces
from tests.training import bert
from tests.training.wording import TOPICS, drawn, imported, recipe
from training import toml
from training.encoder.fitting import licence_of, marked, start, thinned
from training.sources import Source
from training.text import TextPlan, train_text
from training.text_recipe import EncoderFrom, Recipe

VIEW = "election minister parliament music garden"
NAMES = "office\tminister|mayor|mullah\n"
PIECES = WordPieces(bert.VOCABULARY)


def encoding(name: str, folder: Path) -> Recipe:
    glossary = folder / "glossary.tsv"
    glossary.write_text("# ours\nووٹ|vot\tvote\n", "utf-8")
    names = folder / "names.tsv"
    names.write_text(NAMES, "utf-8")
    how = EncoderFrom(
        package=str(bert.written(folder / "bert")),
        glossary=str(glossary),
        names=str(names),
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
    assert {NETWORK_FILE, GLOSS_FILE, NAMES_FILE} <= set(card["files"])


def test_names_of_a_kind_get_one_answer_and_the_list_travels_with_the_model(folder: Path) -> None:
    model = open_text_model(load_model_folder(str(folder), "text"))
    texts = [VIEW, VIEW.replace("minister", "mayor"), VIEW.replace("minister", "mullahs")]
    found = [each.topics for each in model.read([Passage(text, "caption") for text in texts])]
    assert [[each.probability for each in topics] for topics in found] == [
        [each.probability for each in found[0]]
    ] * 3
    assert (folder / NAMES_FILE).read_text("utf-8") == NAMES
    caveats = toml.read(folder / "card.toml")["data"]["caveats"]
    assert any("read as one" in each for each in caveats)
    assert any(each.startswith("Its gloss holds") for each in caveats)


def test_a_model_without_a_list_reads_every_name(
    source: Source, folder: Path, tmp_path: Path
) -> None:
    plain = encoding(source.name, tmp_path)
    assert plain.encoder is not None
    how = plain.encoder.model_copy(update={"names": ""})
    train_text(TextPlan([source], plain.model_copy(update={"encoder": how})), tmp_path / "1")
    assert NAMES_FILE not in toml.read(tmp_path / "1" / "card.toml")["files"]
    model = open_text_model(load_model_folder(str(tmp_path / "1"), "text"))
    texts = [VIEW, VIEW.replace("minister", "mayor")]
    one, other = model.read([Passage(text, "caption") for text in texts])
    assert one.topics[0].probability != other.topics[0].probability


@pytest.mark.parametrize("wrong", ["minister and mayor", None])
def test_a_list_that_cannot_be_used_is_refused(
    source: Source, tmp_path: Path, wrong: str | None
) -> None:
    asked = encoding(source.name, tmp_path)
    if wrong:
        (tmp_path / "names.tsv").write_text(wrong, "utf-8")
    else:
        (tmp_path / "names.tsv").unlink()
    with pytest.raises(InputError, match=r"names\.tsv cannot be used"):
        train_text(TextPlan([source], asked), tmp_path / "1")


def test_the_licence_of_the_weights_is_what_the_card_beside_them_states(tmp_path: Path) -> None:
    assert licence_of(str(tmp_path)) == "none stated"
    (tmp_path / "README.md").write_text("---\nlicense: apache-2.0\n---\n# Weights\n", "utf-8")
    assert licence_of(str(tmp_path)) == "apache-2.0"


def test_words_are_left_out_but_never_all() -> None:
    words = [PIECES.cut(each) for each in ("music", "women", "vote")]
    rng = np.random.default_rng(0)
    found = {tuple(thinned(words, 0.9, rng)) for _ in range(60)}
    assert tuple(words) in found
    assert any(len(each) == 1 for each in found)
    assert () not in found
    assert thinned(words, 0.0, rng) == words


def test_marks_stand_at_both_ends_and_long_texts_are_cut() -> None:
    pieces = marked([PIECES.cut("music")] * 50, PIECES, 10)
    assert (len(pieces), pieces[0], pieces[-1]) == (10, PIECES.cls, PIECES.sep)


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
