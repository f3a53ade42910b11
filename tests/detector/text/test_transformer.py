"""A transformer of one's own: read as the shipped models are, and refused where it does not fit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import ArtifactMismatch, SetupError
from detector.evidence import Passage, TopicScore
from detector.text.models import open_text_model
from tests.detector.text import own_transformer as own

TEXT = "the government: eid mubarak vote thief"


def read(folder: Path, text: str = TEXT) -> Passage:
    [found] = open_text_model(load_model_folder(str(folder), "text")).read(
        [Passage(text, "caption")]
    )
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own.written(tmp_path_factory.mktemp("own") / "1")


def test_every_topic_gets_a_probability(folder: Path) -> None:
    found = read(folder)
    assert {each.topic for each in found.topics} == set(own.TOPICS)
    assert len({each.probability for each in found.topics}) > 1


def test_words_are_weighed_by_leaving_them_out(folder: Path) -> None:
    words = {TEXT[each.start : each.end] for topic in read(folder).topics for each in topic.words}
    assert words & {"government", "vote", "thief", "eid", "mubarak"}
    assert "government:" not in words


def raised_by_vote(folder: Path) -> str:
    """Return the topic that a vote says most for, against an article."""
    vote, article = (read(folder, word).topics for word in ("vote", "the"))
    gains = {a.topic: a.probability - b.probability for a, b in zip(vote, article, strict=True)}
    return max(gains, key=lambda topic: gains[topic])


def scored(folder: Path, text: str, topic: str) -> TopicScore:
    return next(each for each in read(folder, text).topics if each.topic == topic)


def test_a_word_far_behind_the_first_window_moves_the_score(folder: Path) -> None:
    topic, start = raised_by_vote(folder), "the " * 200
    long = scored(folder, f"{start}vote vote", topic)
    assert long.probability > 1.1 * scored(folder, start, topic).probability
    assert {(800, 804), (805, 809)} <= {(each.start, each.end) for each in long.words}
    assert all(each.weight > 0 for each in long.words if each.start >= 800)


def test_a_sentence_on_the_border_of_two_windows_is_read_whole(tmp_path: Path) -> None:
    made = own.written(tmp_path / "1", transformer={"outputs": list(own.TOPICS), "longest": 8})
    topic = raised_by_vote(made)
    whole = scored(made, "vote vote vote vote the the the the", topic)
    across = scored(made, f"{'the ' * 6}{'vote ' * 4}{'the ' * 6}", topic)
    assert across.probability == pytest.approx(whole.probability)


def test_a_passage_of_one_window_scores_the_same_however_much_could_be_read(
    folder: Path, tmp_path: Path
) -> None:
    more = own.written(tmp_path / "1", transformer={"outputs": list(own.TOPICS), "longest": 512})
    assert read(folder).topics == read(more).topics


def test_another_language_is_not_judged(folder: Path) -> None:
    assert read(folder, "नमस्ते दुनिया यह हिंदी में है").abstained


def test_a_card_whose_outputs_are_other_topics_is_refused(tmp_path: Path) -> None:
    made = own.written(tmp_path / "1", transformer={"outputs": ["political"], "longest": 64})
    with pytest.raises(ArtifactMismatch, match="outputs"):
        read(made)


def test_a_card_that_leaves_no_room_for_a_piece_is_refused(tmp_path: Path) -> None:
    made = own.written(tmp_path / "1", transformer={"outputs": list(own.TOPICS), "longest": 0})
    with pytest.raises(ArtifactMismatch, match="longest 0 leaves no room"):
        read(made)


def test_a_probe_that_reads_otherwise_is_refused(tmp_path: Path) -> None:
    probe = {"text": "vote", "probability": {"political": 0.999999}}
    made = own.written(tmp_path / "1", probe=probe)
    with pytest.raises(ArtifactMismatch, match="probe"):
        read(made)


def test_without_its_library_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(SetupError, match=r"wardi\[transformer\]"):
        read(folder)
