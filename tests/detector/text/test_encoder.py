"""The encoder model: three readers mixed, words that moved them, targets, long texts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from detector.evidence import Passage, TopicScore
from detector.text.encoder import EncoderParts, Grams, Mix
from detector.text.gloss import Gloss, table_of
from detector.text.language import Languages, word_key
from detector.text.linear import TopicPart
from detector.text.names import NO_NAMES, Names, names_of
from detector.text.network import LONGEST, EncoderNetwork
from detector.text.pieces import WordPieces
from tests.training import bert
from training.encoder.onnx_file import write_onnx
from training.linear import Rows, TopicParts, fit_topics

TAGS = ("en", "ur", "ur-Latn", "zxx")
OUTPUTS = ("mockery", "mockery:race", "mockery:caste")
TEXTS = ["thief government", "women music", "prayer mosque", "vote election thief"]
MOCKING = "thief government thief"


def fitted() -> TopicParts:
    truth = {"mockery": np.array([1.0, 0.0, 0.0, 1.0])}
    rows = Rows(TEXTS, truth, np.ones(4), np.ones(4, np.bool_))
    return fit_topics(rows, ngrams=(2, 3), places=512, strength=5.0, seed=0)


def grams(found: TopicParts, threshold: float) -> Grams:
    model = found.models["mockery"]
    part = TopicPart(
        "mockery",
        np.asarray(model.coef_, np.float32).reshape(-1),
        float(model.intercept_[0]),
        dict.fromkeys(TAGS, (1.0, 0.0)),
        dict.fromkeys(TAGS, threshold),
    )
    return Grams(found.vectoriser, found.tfidf, {"mockery": part})


def likelihood(text: str) -> Mapping[str, float]:
    return dict.fromkeys(("en", "ur", "ur-Latn"), 0.0) | {"en": 1.0}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> EncoderNetwork:
    rng = np.random.default_rng(3)
    head = {"head.weight": rng.normal(size=(len(OUTPUTS), bert.SIZE)).astype(np.float32)}
    intercepts = [0.0, 0.0, 0.0]
    weights = bert.weights() | head | {"head.bias": np.float32(intercepts)}
    path: Path = tmp_path_factory.mktemp("network") / "encoder.onnx"
    write_onnx(weights, path)
    return EncoderNetwork(path, WordPieces(bert.VOCABULARY), intercepts)


def parts(
    network: EncoderNetwork, mix: Mix, threshold: float = 0.5, names: Names = NO_NAMES
) -> EncoderParts:
    pieces = WordPieces(bert.VOCABULARY)
    empty = table_of({})
    words = {word for text in TEXTS for word in text.split()}
    own = fitted()
    return EncoderParts(
        Languages(("en", "ur", "ur-Latn"), 0.45, frozenset(map(word_key, words)), likelihood),
        grams(own, threshold),
        grams(own, threshold),
        Gloss(pieces, table_of({"چور": pieces.cut("thief")}), empty, empty),
        network,
        OUTPUTS,
        {"mockery": mix},
        names,
    )


def score(model: EncoderParts, text: str) -> TopicScore:
    [found] = model.read(Passage(text, "caption")).topics
    return found


def odds(found: TopicScore) -> float:
    return math.log(found.probability / (1 - found.probability))


def test_the_readers_log_odds_are_added_up_as_the_mix_says(network: EncoderNetwork) -> None:
    alone = [Mix(1, 0, 0, 0), Mix(0, 1, 0, 0), Mix(0, 0, 1, 0)]
    apart = [odds(score(parts(network, each), MOCKING)) for each in alone]
    together = odds(score(parts(network, Mix(0.5, 0.25, 2.0, 0.1)), MOCKING))
    assert together == pytest.approx(
        0.5 * apart[0] + 0.25 * apart[1] + 2.0 * apart[2] + 0.1, abs=1e-6
    )


def test_the_same_word_in_urdu_letters_moves_the_gloss_alike(network: EncoderNetwork) -> None:
    model = parts(network, Mix(0, 1, 0, 0))
    assert score(model, "چور").probability == pytest.approx(score(model, "thief").probability)
    assert score(model, "چور").probability != score(model, "women").probability


def test_words_of_an_n_gram_reader_add_up_to_its_answer(network: EncoderNetwork) -> None:
    model = parts(network, Mix(1, 0, 0, 0), threshold=1.1)
    found = score(model, "thief music")
    intercept = model.letters.topics["mockery"].intercept
    assert sum(each.weight for each in found.words) == pytest.approx(
        odds(found) - intercept, abs=0.01
    )


def test_of_a_flagged_topic_a_word_weighs_what_the_answer_loses_without_it(
    network: EncoderNetwork,
) -> None:
    model = parts(network, Mix(0, 0, 1, 0), threshold=0.0)
    text = "thief women music"
    whole = odds(score(model, text))
    first = next(each for each in score(model, text).words if each.start == 0)
    without = odds(score(model, "women music"))
    assert first.weight == pytest.approx(whole - without, abs=0.01)


def test_words_are_stretches_of_what_was_written(network: EncoderNetwork) -> None:
    text = "  THIEF, women!! 😀"
    found = score(parts(network, Mix(1, 1, 1, 0), threshold=0.0), text)
    assert {text[each.start : each.end] for each in found.words} <= {"THIEF", "women", "😀"}


def test_names_of_a_kind_move_every_reader_alike_and_lead_back_to_their_own_place(
    network: EncoderNetwork,
) -> None:
    mix = Mix(1, 1, 1, 0)
    blind = parts(network, mix, threshold=0.0, names=names_of("kind\tthief|women"))
    seeing = parts(network, mix, threshold=0.0)
    one, other = "Women vote music", "thief vote music"
    assert score(blind, one).probability == score(blind, other).probability
    assert score(seeing, one).probability != score(seeing, other).probability
    assert (0, len("Women")) in {(each.start, each.end) for each in score(blind, one).words}


def test_a_target_is_named_where_one_is_likelier_than_the_rest(network: EncoderNetwork) -> None:
    model = parts(network, Mix(1, 0, 0, 0))
    assert score(model, MOCKING).target in ("race", "caste")
    answers = {"mockery": 0.0, "mockery:race": 1.0, "mockery:caste": 1.0, "mockery:x": 1.0}
    assert model._target("mockery", answers) == ""
    assert model._target("political", answers) == ""


def test_a_long_text_is_read_in_windows(network: EncoderNetwork) -> None:
    model = parts(network, Mix(0, 0, 1, 0), threshold=0.0)
    long = " ".join(["thief women"] * LONGEST)
    assert 0 < score(model, long).probability < 1


def test_a_text_without_words_is_read(network: EncoderNetwork) -> None:
    read = parts(network, Mix(1, 1, 1, 0)).read(Passage("https://example.org/1 !!", "caption"))
    assert read.language == "zxx"
    assert len(read.topics) == 1


def test_another_script_is_not_judged(network: EncoderNetwork) -> None:
    read = parts(network, Mix(1, 1, 1, 0)).read(Passage("नमस्ते दुनिया यह हिंदी में है", "caption"))
    assert read.abstained
    assert read.topics == ()
