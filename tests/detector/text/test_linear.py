"""The character n-gram model: what moves it, what it flags, and which folders it refuses."""

from __future__ import annotations

import math
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import skops.io

from detector.artifact import MODELS, ModelFolder, load_model_folder
from detector.errors import ArtifactMismatch
from detector.evidence import Passage, TopicScore
from detector.text.linear import LANGUAGES_FILE, TOPICS_FILE, LinearTextModel, open_parts
from detector.text.models import open_text_model
from detector.text.normalise import normalise
from detector.text.trusted import load_trusted

pytestmark = pytest.mark.shipped

VIEW = "Imran Khan zindabad, ye chor hukumat namanzoor, vote sirf PTI ka"


@pytest.fixture(scope="module")
def folder() -> ModelFolder:
    return load_model_folder("0", "text")


@pytest.fixture(scope="module")
def model(folder: ModelFolder) -> LinearTextModel:
    return LinearTextModel(folder)


def read(model: LinearTextModel, text: str) -> dict[str, TopicScore]:
    [passage] = model.read([Passage(text, "caption")])
    return {each.topic: each for each in passage.topics}


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        pytest.param(
            "The government has failed the people, these corrupt politicians and their courts "
            "should resign. #ImportedGovernmentNamanzoor",
            {"political"},
            id="en-political",
        ),
        pytest.param(
            "Islam is the only true religion. Every Muslim must follow Quran and Sunnah and "
            "reject bidah.",
            {"religious"},
            id="en-religious",
        ),
        pytest.param(
            "Women drivers are a joke, go back to the kitchen bitch", {"mockery"}, id="en-mockery"
        ),
        pytest.param(
            "عمران خان ہی ملک کا واحد لیڈر ہے، یہ چور حکومت نامنظور۔ ووٹ صرف پی ٹی آئی کا",
            {"political"},
            id="ur-political",
        ),
        pytest.param(
            "یہ بدعت ہے، اللہ اور رسول ﷺ کے حکم کے خلاف ہے، توبہ کرو",
            {"religious"},
            id="ur-religious",
        ),
        pytest.param(VIEW, {"political"}, id="ur-Latn-political"),
        pytest.param(
            "qadiani kafir hain, har musalman par farz hai k in se door rahe",
            {"religious"},
            id="ur-Latn-religious",
        ),
        pytest.param("Tea break after a long night shift, thank you!", set(), id="en-duty"),
        pytest.param("الحمدللہ ڈیوٹی مکمل، سب کو عید مبارک", set(), id="ur-greeting"),
        pytest.param(
            "9 Muharram ke juloos ke liye traffic plan jari, shehri mutabadil rasta ikhtiyar karein",
            set(),
            id="ur-Latn-official",
        ),
        pytest.param("Eid Mubarak", set(), id="short-greeting"),
    ],
)
def test_flags_views_and_not_the_day_s_work(
    model: LinearTextModel, text: str, flagged: set[str]
) -> None:
    scores = read(model, text)
    assert {topic for topic, each in scores.items() if each.flagged} == flagged


def test_the_words_that_moved_it_are_the_words_as_written(model: LinearTextModel) -> None:
    text = "\u202eOur #CorruptGovernment https://example.org must go"
    words = read(model, text)["political"].words
    assert "Government" in [text[each.start : each.end] for each in words if each.weight > 0]


def test_punctuation_is_no_part_of_a_word(model: LinearTextModel) -> None:
    text = '"(vote!)" for the government...'
    words = {text[each.start : each.end] for each in read(model, text)["political"].words}
    assert words >= {"vote", "government"}


def test_the_words_add_up_to_what_the_logistic_regression_says(folder: ModelFolder) -> None:
    parts = open_parts(folder)
    plain = normalise(VIEW).text
    stored = load_trusted(folder.file(TOPICS_FILE))
    features = stored["tfidf"].transform(stored["vectoriser"].transform([plain]))
    for part in parts.topics:
        slope, shift = part.calibration["ur-Latn"]
        raw = stored["topics"][part.topic].decision_function(features)[0]
        expected = 1.0 / (1.0 + math.exp(-(slope * raw + shift)))
        score = next(
            each for each in parts.read(Passage(VIEW, "caption")).topics if each.topic == part.topic
        )
        assert score.probability == pytest.approx(expected, abs=1e-4)


def test_a_text_without_words_is_judged_and_not_flagged(model: LinearTextModel) -> None:
    [passage] = model.read([Passage("😂🤡 https://example.org", "caption")])
    assert passage.language == "zxx"
    assert not any(each.flagged for each in passage.topics)


def test_a_very_long_text_is_read(model: LinearTextModel) -> None:
    assert read(model, "vote for the government " * 5000)["political"].flagged


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS / "text" / "0", tmp_path / "copy"))


def opened(path: Path, change: Callable[[str], str] = str) -> LinearTextModel:
    """Open a folder whose card was changed; checksums are not what is tested here."""
    card = tomllib.loads(change((path / "card.toml").read_text("utf-8")))
    ref = load_model_folder("0", "text").ref
    model = open_text_model(ModelFolder(path, card, ref))
    assert isinstance(model, LinearTextModel)
    return model


def test_a_probe_that_is_read_otherwise_is_refused(tmp_path: Path) -> None:
    model = opened(copied(tmp_path), lambda card: card.replace("mockery = 0.37", "mockery = 0.47"))
    with pytest.raises(ArtifactMismatch, match=r"gives its probe mockery 0\.37"):
        model.read([Passage("a", "caption")])


def test_a_card_without_a_threshold_is_refused(tmp_path: Path) -> None:
    model = opened(
        copied(tmp_path), lambda card: card.replace("[thresholds.mockery]", "[x.mockery]")
    )
    with pytest.raises(ArtifactMismatch, match=r"is incomplete \(KeyError: 'mockery'"):
        model.read([Passage("a", "caption")])


def test_a_missing_part_is_refused(tmp_path: Path) -> None:
    path = copied(tmp_path)
    skops.io.dump({"other": "part"}, path / TOPICS_FILE)
    with pytest.raises(ArtifactMismatch, match=r"is incomplete \(KeyError"):
        opened(path).read([Passage("a", "caption")])


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ArtifactMismatch, match=r"names the form 'oracle'; expected one of .*linear"
    ):
        opened(copied(tmp_path), lambda card: card.replace('"linear"', '"oracle"'))


def test_nothing_is_opened_before_a_text_is_read(tmp_path: Path) -> None:
    path = copied(tmp_path)
    (path / LANGUAGES_FILE).write_bytes(b"no archive")
    model = opened(path)
    assert model.read([]) == []
    with pytest.raises(ArtifactMismatch, match="is no skops file"):
        model.read([Passage("a", "caption")])


def test_the_card_gives_a_held_out_figure_for_every_language_and_topic(folder: ModelFolder) -> None:
    for language in folder.card["model"]["languages"]:
        for topic in folder.ref.labels:
            assert 0.0 < folder.card["heldout"][language][topic]["ap"] <= 1.0


def test_the_folder_is_small(folder: ModelFolder) -> None:
    assert sum(each.stat().st_size for each in folder.path.iterdir()) < 6 * 2**20


def test_the_files_hold_no_pickle(folder: ModelFolder) -> None:
    for name in (TOPICS_FILE, LANGUAGES_FILE):
        with zipfile.ZipFile(folder.file(name)) as archive:
            endings = {Path(each).suffix for each in archive.namelist()}
        assert endings == {".json", ".npy"}
