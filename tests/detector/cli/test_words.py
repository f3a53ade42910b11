"""Which words a scan looks for, and what every verdict says of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from detector.cli import words
from detector.cli.words import followed, heard, open_readers, subtitles
from detector.errors import SetupError
from detector.evidence import Frame, Gap, MediaEvidence, Repeat
from detector.media import MediaReader, MediaReport
from detector.settings import Limits, Sampling, Settings, load
from detector.text.screen.reader import ScreenFile
from detector.text.speech import setup as speech
from detector.text.speech.base import Sound, Spoken
from detector.text.speech.setup import Hearing
from tests.detector.media.test_sound import tone
from tests.screens import ScriptedFinder, ScriptedReader, clip


def settings(read: str) -> Settings:
    return load(environ={"WARDI_WORDS__READ": read})


def channels(read: str) -> dict[str, bool]:
    return {each.name: each.examined for each in open_readers(settings(read)).channels}


@pytest.mark.parametrize(
    ("read", "screen"),
    [pytest.param("screen", True, id="asked"), pytest.param("none", False, id="not")],
)
def test_the_picture_is_read_where_it_is_asked_for(read: str, screen: bool) -> None:
    found = channels(read)
    assert found["frames"]
    assert found["caption"]
    assert found["on-screen text"] is screen
    assert not found["speech"]


def test_what_was_left_out_is_said_with_how_to_include_it() -> None:
    notes = {each.name: each.note for each in open_readers(settings("none")).channels}
    assert "--read screen,speech" in notes["on-screen text"]
    assert "--read screen,speech" in notes["speech"]


def test_what_nobody_asked_for_is_not_blamed_on_an_option_that_nobody_gave() -> None:
    notes = {each.name: each.note for each in open_readers(Settings()).channels}
    assert notes["speech"] == "not asked for; `--read screen,speech` includes it"


def test_speech_that_cannot_be_heard_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> Hearing:
        raise SetupError("the speech model is not on this machine")

    monkeypatch.setattr(speech, "open_speech", missing)
    [channel] = [
        each for each in open_readers(settings("speech")).channels if each.name == "speech"
    ]
    assert not channel.examined
    assert "not on this machine" in channel.note


def test_a_reader_that_is_not_whole_leaves_the_picture_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from detector.text.screen import setup

    def broken() -> None:
        raise SetupError("rapidocr does not hold its networks")

    monkeypatch.setattr(setup, "open_screen_reader", broken)
    found = open_readers(settings("screen"))
    assert found.screen is None
    assert found.refs == ()
    assert any("does not hold its networks" in each.note for each in found.channels)


@pytest.mark.parametrize("read", ["pictures", "screen,", "none,screen", ""])
def test_a_wrong_word_is_refused(read: str) -> None:
    with pytest.raises(SetupError, match=r"words\.read"):
        settings(read)


def test_what_reads_is_named_for_keys_and_verdicts() -> None:
    [ref] = open_readers(settings("screen")).refs
    assert ref.kind == "screen"
    assert ref.version.startswith("rapidocr ")
    assert ref.labels == ()


def test_samples_pass_by_unchanged() -> None:
    samples = [*clip(["Vote", "Vote"]), Repeat(1.0)]
    file = ScreenFile(ScriptedFinder(), [ScriptedReader([("Vote", 0.99)])])
    assert list(followed(iter(samples), file)) == samples
    assert len(file.finish(photo=False).passages) == 1


class Scripted:
    """An engine that hears one sentence."""

    identity = "scripted 1"

    def transcribe(self, sound: Sound) -> Iterator[Spoken]:
        """Say that it was given sound."""
        yield Spoken("vote for us", 0.5, 1.5, "en", 0.7 if np.abs(sound).max() > 0.1 else 0.1)


def evidence(kind: str = "video") -> MediaEvidence:
    return MediaEvidence("a.mp4", "0" * 64, kind, (64, 48), 3.0, 3.0, 15, 6)  # type: ignore[arg-type]


def test_speech_of_a_video_is_heard_through_the_seam(tmp_path: Path) -> None:
    with MediaReader(Sampling(), Limits()) as reader:
        said, gaps = heard(tone(tmp_path / "a.mp4"), reader, Hearing(Scripted()), evidence())
    assert [(each.text, each.reading_confidence) for each in said] == [("vote for us", 0.7)]
    assert gaps == ()


def test_a_photo_says_nothing(tmp_path: Path) -> None:
    with MediaReader(Sampling(), Limits()) as reader:
        assert heard(tmp_path / "a.jpg", reader, Hearing(Scripted()), evidence("photo")) == ((), ())
        assert reader.worker_pid is None


def test_sound_that_cannot_be_decoded_is_a_gap(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes()[:2000])
    with MediaReader(Sampling(), Limits()) as reader:
        said, gaps = heard(path, reader, Hearing(Scripted()), evidence())
    assert said == ()
    [gap] = gaps
    assert gap.reason.startswith("its sound:")
    assert (gap.channel, gap.start_s, gap.end_s) == ("speech", 0.0, 3.0)


def test_sound_tracks_that_are_not_heard_are_a_gap(tmp_path: Path) -> None:
    with MediaReader(Sampling(), Limits()) as reader:
        path = tone(tmp_path / "a.mp4", tracks=3)
        said, gaps = heard(path, reader, Hearing(Scripted()), evidence())
    assert len(said) == 1
    found = "only one of 3 sound tracks was heard"
    assert gaps == (Gap(0.0, 3.0, found, "speech"),)


@pytest.mark.parametrize(
    ("tracks", "reasons"),
    [
        (0, []),
        (1, ["1 subtitle track was not read"]),
        (2, ["2 subtitle tracks were not read"]),
    ],
)
def test_subtitles_are_a_gap_of_the_words_on_the_picture(tracks: int, reasons: list[str]) -> None:
    report = MediaReport("video", (64, 48), 3.0, 3.0, 15, 6, (), subtitles=tracks)
    gaps = subtitles(report)
    assert [each.reason for each in gaps] == reasons
    assert all((each.channel, each.end_s) == ("on-screen text", 3.0) for each in gaps)


def test_nothing_is_heard_where_nothing_hears(tmp_path: Path) -> None:
    with MediaReader(Sampling(), Limits()) as reader:
        assert heard(tmp_path / "a.mp4", reader, None, evidence()) == ((), ())


def test_a_frame_is_all_that_a_reader_needs() -> None:
    file = ScreenFile(ScriptedFinder(), [ScriptedReader([("Vote", 0.99)])])
    [frame] = clip([""])
    assert isinstance(frame, Frame)
    file.add(frame)
    assert file.finish(photo=True) == words.NOTHING_READ
