"""Which words of a file a scan looks for: asked for, installed, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import SetupError
from detector.evidence import (
    Channel,
    ChannelName,
    Frame,
    Gap,
    MediaEvidence,
    ModelRef,
    Passage,
    Repeat,
)
from detector.text.screen.base import ScreenWords

if TYPE_CHECKING:
    from detector.media import MediaReader, MediaReport
    from detector.media.listening import SoundStream
    from detector.settings import Settings
    from detector.text.screen.reader import ScreenFile
    from detector.text.screen.setup import ScreenReader
    from detector.text.speech.setup import Hearing

TYPED = (Channel("frames", examined=True), Channel("caption", examined=True))
NOT_ASKED = "not asked for"
NOTHING_READ = ScreenWords((), (), ())


@dataclass(frozen=True, slots=True)
class WordReaders:
    """What reads the picture and hears the sound of every file of a scan."""

    screen: ScreenReader | None
    speech: Hearing | None
    channels: tuple[Channel, ...]
    """What is examined, and why not where it is not; frames and caption are among them."""

    @property
    def refs(self) -> tuple[ModelRef, ...]:
        """What reads and hears, for keys and verdicts."""
        return tuple(each.ref for each in (self.screen, self.speech) if each is not None)


def open_readers(settings: Settings) -> WordReaders:
    """Open what the settings ask for; what is asked for and lacking is said in every verdict."""
    asked = settings.words.read.split(",")
    screen, on_screen = _screen() if "screen" in asked else (None, (_left("on-screen text"),))
    speech, spoken = _speech(settings) if "speech" in asked else (None, (_left("speech"),))
    return WordReaders(screen, speech, (*TYPED, *on_screen, *spoken))


def _left(name: ChannelName) -> Channel:
    how = "`--read screen,speech` includes it"
    return Channel(name, False, f"{NOT_ASKED}; {how}")


def _screen() -> tuple[ScreenReader | None, tuple[Channel, ...]]:
    from detector.text.screen.setup import SCREEN, open_screen_reader

    try:
        reader = open_screen_reader()
    except SetupError as error:
        return None, (Channel(SCREEN, False, str(error)),)
    return reader, reader.channels


def _speech(settings: Settings) -> tuple[Hearing | None, tuple[Channel, ...]]:
    from detector.text.speech.setup import open_speech

    try:
        hearing = open_speech(settings.speech)
    except SetupError as error:
        return None, (Channel("speech", False, str(error)),)
    return hearing, hearing.channels


def followed(
    stream: Iterable[Frame | Repeat], words: ScreenFile | None
) -> Iterator[Frame | Repeat]:
    """Yield the samples of a file on their way to the vision model; the reader of words sees them too."""
    for sample in stream:
        if words is not None:
            words.add(sample)
        yield sample


def heard(
    path: Path, reader: MediaReader, hearing: Hearing | None, media: MediaEvidence
) -> tuple[Sequence[Passage], tuple[Gap, ...]]:
    """Return what is said in a video, and where its sound could not be heard."""
    if hearing is None or media.kind == "photo":
        return (), ()
    from detector.text.speech.base import RATE
    from detector.text.speech.listener import listen

    sound = reader.hear(path, RATE)
    passages = listen(sound, hearing.engine)
    return passages, tuple(_unheard(sound, media.duration_s))


def _unheard(sound: SoundStream, end_s: float) -> Iterator[Gap]:
    if sound.problem:
        yield Gap(min(sound.lost_from_s, end_s), end_s, f"its sound: {sound.problem}", "speech")
    if sound.tracks > 1:
        yield Gap(0.0, end_s, f"only one of {sound.tracks} sound tracks was heard", "speech")


def subtitles(report: MediaReport) -> tuple[Gap, ...]:
    """Return the gap that a file's tracks of subtitles are: they are not read."""
    if not report.subtitles:
        return ()
    tracks = "track was" if report.subtitles == 1 else "tracks were"
    found = f"{report.subtitles} subtitle {tracks} not read"
    return (Gap(0.0, report.duration_s, found, "on-screen text"),)
