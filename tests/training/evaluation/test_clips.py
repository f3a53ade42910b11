"""Clips: what is sighted where it is shown, what is missed, what is false, what was not looked at."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.cli import run
from detector.errors import InputError
from detector.evidence import WHOLE_FRAME, Sighting
from detector.settings import Settings
from tests import clips as made
from training import toml
from training.clips import watch_clips, write_clips
from training.evaluation.clips import (
    CLIPS,
    Clip,
    Stretch,
    Watched,
    judge_clip,
    read_clips,
    sum_up,
    wrong_in_words,
)

ROOT = Path(__file__).parents[3]
LABELS = ("badge", "uniform", "vehicle", "weapon")
SHA = "0" * 64


def sighting(label: str, start_s: float, end_s: float) -> Sighting:
    return Sighting(label, start_s, end_s, start_s, WHOLE_FRAME, 0.9, 1)


def clip(*must: Stretch, may: tuple[Stretch, ...] = (), name: str = "a.mp4") -> Clip:
    return Clip(name=name, sha256=SHA, seconds=10.0, must=must, may=may)


def stretch(label: str, from_s: float, to_s: float) -> Stretch:
    return Stretch.model_validate({"label": label, "from_s": from_s, "to_s": to_s})


ARMED = clip(stretch("weapon", 2, 4), may=(stretch("badge", 2, 4),))


def judged(of: Clip, *sightings: Sighting, looked_s: float = 10.0) -> Watched:
    return judge_clip(of, sightings, LABELS, looked_s, "")


def test_a_label_that_is_sighted_in_its_stretch_is_found() -> None:
    found = judged(ARMED, sighting("weapon", 3.5, 6.0))
    assert (len(found.found), found.missed, found.wrong) == (1, (), ())


def test_a_label_that_is_sighted_elsewhere_is_missed_and_false() -> None:
    found = judged(ARMED, sighting("weapon", 5.0, 6.0))
    assert (found.found, len(found.missed), len(found.wrong)) == ((), 1, 1)


def test_what_may_be_there_is_neither_found_nor_false() -> None:
    found = judged(ARMED, sighting("badge", 2.0, 3.0), sighting("weapon", 2.0, 3.0))
    assert (len(found.found), found.wrong) == (1, ())


def test_a_sighting_just_beside_a_stretch_is_not_false() -> None:
    assert judged(ARMED, sighting("weapon", 4.2, 5.0)).wrong == ()


def test_nothing_is_expected_of_a_label_that_the_model_does_not_know() -> None:
    found = judge_clip(ARMED, (), ("uniform",), 10.0, "")
    assert (found.found, found.missed) == ((), ())


def test_false_sightings_are_counted_a_minute_of_clean_clips() -> None:
    clean = [judged(clip(), sighting("weapon", 0, 1), looked_s=30.0), judged(clip(), looked_s=90.0)]
    result = sum_up([*clean, judged(ARMED, sighting("uniform", 0, 1))], draws=200)
    assert (result.per_minute.value, result.per_minute.items) == (0.5, 1)
    assert (result.alarmed.value, result.alarmed.items) == (0.5, 2)
    assert len(result.clean) == 2


def test_a_clip_that_was_not_looked_at_is_not_clean() -> None:
    unseen = judge_clip(clip(), (), LABELS, 0.0, "not there")
    result = sum_up([unseen], draws=20)
    assert (result.clean, result.alarmed.value, result.per_minute.value) == ((), None, None)


def test_false_sightings_are_told_by_label_and_second() -> None:
    said = wrong_in_words([sighting("weapon", 3, 4), sighting("badge", 1, 2)])
    assert said == ["1 x badge (at 1.0 s)", "1 x weapon (at 3.0 s)"]


def test_a_stretch_beyond_the_end_of_its_clip_is_refused(tmp_path: Path) -> None:
    row = {"label": "weapon", "from_s": 9.0, "to_s": 12.0}
    said = {"name": "a.mp4", "sha256": SHA, "seconds": 10.0, "must": [row]}
    toml.write(tmp_path / "clips.toml", {"clip": [said]})
    with pytest.raises(InputError, match="does not lie in its"):
        read_clips(tmp_path / "clips.toml")


def test_the_project_names_each_clip_once_and_some_are_clean() -> None:
    known = read_clips(ROOT / CLIPS)
    assert len({each.name for each in known}) == len({each.sha256 for each in known}) == len(known)
    assert any(each.clean for each in known)
    assert {each.label for clip in known for each in clip.must} == set(LABELS)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The shipped vision model with thresholds that a drawing never reaches."""
    shutil.copytree(load_model_folder("current", "vision").path, tmp_path / "m")
    toml.update(tmp_path / "m" / "card.toml", "thresholds", dict.fromkeys(LABELS, 0.999))
    return tmp_path / "m"


def known(path: Path, *must: Stretch) -> Clip:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Clip(name=path.name, sha256=sha256, seconds=1.0, must=must)


@pytest.mark.shipped
def test_clips_are_scanned_as_they_are_deployed_and_stand_in_the_card(
    tmp_path: Path, model: Path
) -> None:
    there = made.write_clip(tmp_path / "a.mp4", [made.drawing(at) for at in range(25)])
    armed = made.write_clip(tmp_path / "b.mp4", [made.drawing(at, scene=1) for at in range(25)])
    other = known(there).model_copy(update={"name": "b.mp4"})
    gone = known(there).model_copy(update={"name": "gone.mp4"})
    folder = load_model_folder(str(model), "vision")
    clips = [known(there), known(armed, stretch("weapon", 0, 1)), other, gone]
    result = watch_clips(folder, clips, tmp_path, Settings(), draws=20)
    clean, shows, changed, missing = result.watched
    assert clean.looked_s == pytest.approx(1.0, abs=0.05)
    assert (clean.wrong, clean.absent) == ((), "")
    assert [each.label for each in shows.missed] == ["weapon"]
    assert changed.absent.startswith("another file")
    assert missing.absent == "not there"
    write_clips(model, folder, result)
    card = toml.read(model / "card.toml")["clips"]
    assert (card["expected"], card["found"], card["clean"]["clips"]) == (1, 0, 1)
    assert card["notes"] == ["Not looked at: b.mp4, gone.mp4."]
    page = (model / "card.md").read_text("utf-8")
    assert "0 of 1 expected labels were sighted" in page
    assert "| b.mp4 | 1.0 | – | weapon 0.0-1.0 s | – |" in page
    assert load_model_folder(str(model), "vision").ref == folder.ref


@pytest.mark.shipped
def test_a_clip_that_cannot_be_decoded_is_named_and_not_clean(tmp_path: Path, model: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no clip at all")
    folder = load_model_folder(str(model), "vision")
    result = watch_clips(folder, [known(tmp_path / "a.mp4")], tmp_path, Settings(), draws=20)
    assert result.watched[0].absent
    assert result.clean == ()


@pytest.mark.shipped
def test_a_folder_without_any_of_the_clips_is_refused(tmp_path: Path, model: Path) -> None:
    with pytest.raises(InputError, match="holds none of the 1 clips"):
        watch_clips(load_model_folder(str(model), "vision"), [ARMED], tmp_path, Settings())


def test_the_verb_measures_a_vision_model_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = str(load_model_folder("current", "text").path)
    assert run(["evaluate", text, "--on", "clips", "--data", str(tmp_path)]) == 2
    assert "expected a vision model" in capsys.readouterr().err
    assert run(["evaluate", "posts", "--on", "families"]) == 2
    assert "measures a vision model" in capsys.readouterr().err


@pytest.mark.shipped
def test_the_verb_prints_what_each_clip_is_for(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "videos").mkdir()
    there = made.write_clip(tmp_path / "videos" / "a.mp4", [made.drawing(0)] * 25)
    row = known(there).model_dump(include={"name", "sha256", "seconds"})
    toml.write(tmp_path / "clips.toml", {"clip": [row]})
    given = ["--data", str(tmp_path), "--clips", str(tmp_path / "clips.toml")]
    given += ["--sources", str(ROOT / "data" / "sources")]
    before = (model / "card.toml").read_text("utf-8")
    assert run(["evaluate", str(model), "--on", "clips", *given]) == 0
    said = capsys.readouterr().out
    assert "a.mp4 (clean): nothing, as expected" in said
    assert "clean clips: 0 false sightings in 0.0 minutes" in said
    assert (model / "card.toml").read_text("utf-8") == before
