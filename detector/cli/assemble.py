"""Puts real parts together: settings and names become the work of a scan.

Models are verified when a scan starts and loaded when the first post needs them: a batch of texts never
pays for the vision runtime, a batch of silent clips never for scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from detector.artifact import ModelFolder, load_model_folder
from detector.cli.words import NOTHING_READ, WordReaders, followed, heard, open_readers, subtitles
from detector.engine.local import Work
from detector.evidence import Passage
from detector.media import MediaReader
from detector.policy.judge import judge
from detector.policy.pack import Pack, load_pack
from detector.post import Media, Post
from detector.scan import Seen, Stages, judge_post
from detector.settings import Settings
from detector.store import Store, open_store
from detector.store.keys import evidence_key, look_key, verdict_key
from detector.text.base import TextModel
from detector.text.caption import CaptionSource
from detector.text.doubt import doubted
from detector.vision.base import VisionModel
from detector.vision.calibration import Calibration, read_calibration
from detector.vision.sightings import look

BATCH = 8
"""Frames given to the vision model at once."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a scan is made of, by name: small enough to be sent to another process."""

    settings: Settings
    policy: str
    """A pack's name or file."""
    store_url: str
    media: bool = True
    """Whether any post has media: the process that decodes is then started before all else."""

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open store, policy and models; give the function that judges a post and keeps the record.

        Raises:
            SetupError: If one of them cannot be used.
        """
        with MediaReader(self.settings.sampling, self.settings.limits) as reader:
            if self.media:
                reader.start()
            pack = load_pack(self.policy)
            folders = model_folders(self.settings)
            with open_store(self.store_url) as store:
                parts = _stages(self.settings, folders, pack, store, reader)
                yield lambda post: judge_post(post, parts, store)


def model_folders(settings: Settings) -> tuple[ModelFolder, ModelFolder]:
    """Find and verify the vision and the text model that the settings name.

    Raises:
        ArtifactMismatch: If one is missing, incomplete or changed.
    """
    return (
        load_model_folder(settings.vision.model, "vision"),
        load_model_folder(settings.text.model, "text"),
    )


def store_url(settings: Settings, out: Path) -> str:
    """Return the store that the settings name, or the one in the output folder."""
    return settings.store.url or f"sqlite:///{(out / 'wardi.db').resolve()}"


def _stages(
    settings: Settings,
    folders: tuple[ModelFolder, ModelFolder],
    pack: Pack,
    store: Store,
    reader: MediaReader,
) -> Stages:
    vision, text = folders
    words = open_readers(settings)
    models = (vision.ref, text.ref, *words.refs)
    registers, digest = store.registers(), store.registers_digest()
    return Stages(
        watch=_watcher(settings, vision, reader, words),
        hear=_hearer(text),
        judge=lambda post, evidence: judge(pack, post, evidence, registers),
        models=models,
        channels=words.channels,
        look_key=lambda sha256: look_key(sha256, vision.ref, settings.sampling, words.refs),
        evidence_key=lambda post, hashes: evidence_key(
            post, hashes, models, settings.sampling, words.channels
        ),
        verdict_key=lambda post, key: verdict_key(key, post, digest, pack.ref),
    )


def _watcher(
    settings: Settings, folder: ModelFolder, reader: MediaReader, words: WordReaders
) -> Callable[[Media, str], Seen]:
    @cache
    def parts() -> tuple[VisionModel, Calibration]:
        from detector.vision.runtimes import open_vision_model

        return open_vision_model(folder, settings.vision), read_calibration(folder)

    def watch(media: Media, sha256: str) -> Seen:
        with reader.open(media.path) as stream:
            model, calibration = parts()  # the first time the file is decoded meanwhile
            on_screen = words.screen.begin() if words.screen is not None else None
            samples = followed(stream, on_screen)
            found = look(samples, model, calibration, batch_size=BATCH)
            evidence = stream.report.evidence(media.name, sha256, found.sightings)
        read = NOTHING_READ
        if on_screen is not None:
            read = on_screen.finish(photo=evidence.kind == "photo")
            read = replace(read, gaps=(*read.gaps, *subtitles(stream.report)))
        said, unheard = heard(media.path, reader, words.speech, evidence)
        evidence = replace(evidence, gaps=(*evidence.gaps, *read.gaps, *unheard))
        return evidence, (*found.pictures, *read.strips), (*read.passages, *said)

    return watch


def _hearer(folder: ModelFolder) -> Callable[[Post, Sequence[Passage]], Sequence[Passage]]:
    source = CaptionSource()

    @cache
    def model() -> TextModel:
        from detector.text.models import open_text_model

        return open_text_model(folder)

    def hear(post: Post, said: Sequence[Passage]) -> Sequence[Passage]:
        passages = [*source.passages(post), *said]
        return list(map(doubted, model().read(passages))) if passages else []

    return hear
