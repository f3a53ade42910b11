"""The demonstration, as ``make demo`` runs it: each kind of answer is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from detector.text.screen.tesseract import installed_languages

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.shipped


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "data.samples.demo", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "report:" in done.stdout
    lines = (out / "verdicts.jsonl").read_text("utf-8").splitlines()
    return {each["post_id"]: each for each in map(json.loads, lines)}


def met(answer: dict[str, Any]) -> set[str]:
    return {each["clause"] for each in answer["findings"]}


def test_a_post_is_held_for_what_it_shows(answers: dict[str, dict[str, Any]]) -> None:
    assert answers["range-day.mp4"]["band"] == "hold"
    assert met(answers["range-day.mp4"]) == {"K1"}


def test_a_post_is_held_for_what_it_says(answers: dict[str, dict[str, Any]]) -> None:
    assert answers["old-palace.jpg"]["band"] == "hold"
    assert met(answers["old-palace.jpg"]) == {"K3"}


@pytest.mark.parametrize("name", ["words-english", "words-urdu"])
def test_words_that_stand_in_the_picture_alone_are_read_and_judged(
    answers: dict[str, dict[str, Any]], name: str
) -> None:
    if name == "words-urdu" and "urd" not in installed_languages():
        pytest.skip("tesseract-ocr-urd is not installed; run requirements/system")
    post = answers[f"{name}.mp4"]

    assert met(post) == {"K3"}
    [refs] = [each["evidence"] for each in post["findings"]]
    passage = post["passages"][refs[0]["index"]]
    assert passage["origin"] == "on-screen text"
    assert passage["start_s"] == pytest.approx(0.5, abs=0.6)
    assert passage["end_s"] == pytest.approx(2.5, abs=0.6)


def test_a_name_on_a_uniform_is_read_and_is_nobodys_view(
    answers: dict[str, dict[str, Any]],
) -> None:
    post = answers["parade-official.mp4"]
    assert any("KHAN" in each["text"] for each in post["passages"])
    assert met(post) == set()


def test_an_approved_official_post_is_clear_although_property_is_seen_in_it(
    answers: dict[str, dict[str, Any]],
) -> None:
    post = answers["parade-official.mp4"]

    assert post["band"] == "clear"
    assert any(media["sightings"] for media in post["media"])


def test_the_same_post_from_a_private_handle_is_not(answers: dict[str, dict[str, Any]]) -> None:
    official, personal = answers["parade-official.mp4"], answers["parade-personal.mp4"]

    assert official["media"][0]["sha256"] == personal["media"][0]["sha256"]
    assert personal["band"] == "hold"


def test_a_file_that_cannot_be_read_is_a_failure(answers: dict[str, dict[str, Any]]) -> None:
    for name in ("cut-off.mp4", "letter.mp4"):
        assert answers[name]["outcome"] == "failure"
        assert answers[name]["reason"]


def test_a_half_read_video_is_not_clear(answers: dict[str, dict[str, Any]]) -> None:
    assert answers["scratched.mp4"]["has_gaps"]
    assert answers["scratched.mp4"]["band"] == "review"


def test_the_contributions_add_up_to_the_score(answers: dict[str, dict[str, Any]]) -> None:
    judged = [each for each in answers.values() if each["outcome"] == "verdict"]

    assert judged
    for verdict in judged:
        parts = [each["contribution"] for each in verdict["findings"]]
        assert sum(parts) == pytest.approx(verdict["score"])


def test_every_answer_says_what_was_not_examined(answers: dict[str, dict[str, Any]]) -> None:
    for answer in answers.values():
        if answer["outcome"] == "verdict":
            left_out = [each["name"] for each in answer["channels"] if not each["examined"]]
            assert left_out[-1] == "speech"
            assert set(left_out) <= {"on-screen text in Urdu script", "speech"}
