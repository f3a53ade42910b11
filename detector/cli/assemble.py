"""Puts real parts together: settings and names become the stages of a scan.

Models are verified when the scan starts and loaded when the first post needs them: a batch of texts
never pays for the vision runtime, a batch of silent clips never for scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache

from detector.artifact import ModelFolder, load_model_folder
from detector.evidence import Channel, Evidence, MediaEvidence, Passage
from detector.policy.pack import Pack
from detector.post import Media, Post
from detector.registers import Registers
from detector.scan import Seen, Stages
from detector.settings import Settings
from detector.text.caption import CaptionSource
from detector.verdict import Verdict

CHANNELS = (
    Channel("frames", examined=True),
    Channel("caption", examined=True),
    Channel("on-screen text", examined=False, note="no reader of on-screen text is set up"),
    Channel("speech", examined=False, note="no speech recogniser is set up"),
)
BATCH = 8
"""Frames given to the vision model at once."""


def model_folders(settings: Settings) -> tuple[ModelFolder, ModelFolder]:
    """Find and verify the vision and the text model that the settings name.

    Raises:
        ArtifactMismatch: If one is missing, incomplete or changed.
    """
    return (
        load_model_folder(settings.vision.model, "vision"),
        load_model_folder(settings.text.model, "text"),
    )


@contextmanager
def stages(
    settings: Settings,
    folders: tuple[ModelFolder, ModelFolder],
    pack: Pack,
    registers: Registers,
) -> Iterator[Stages]:
    """Build the stages of a scan; the decoding process ends with the context."""
    from detector.store.keys import evidence_key, look_key, verdict_key

    vision_folder, text_folder = folders
    models = (vision_folder.ref, text_folder.ref)
    with ExitStack() as stack:
        yield Stages(
            watch=_watcher(settings, vision_folder, stack),
            hear=_hearer(text_folder),
            judge=_judge(pack, registers),
            models=models,
            channels=CHANNELS,
            look_key=lambda sha256: look_key(sha256, vision_folder.ref, settings.sampling),
            evidence_key=lambda post, hashes: evidence_key(
                post, hashes, models, settings.sampling, CHANNELS
            ),
            verdict_key=lambda post, key: verdict_key(key, post, registers, pack.sha256),
        )


def _judge(pack: Pack, registers: Registers):  # type: ignore[no-untyped-def]
    from detector.policy.judge import judge

    def held_against_policy(post: Post, evidence: Evidence) -> Verdict:
        return judge(pack, post, evidence, registers)

    return held_against_policy


def _watcher(settings: Settings, folder: ModelFolder, stack: ExitStack):  # type: ignore[no-untyped-def]
    @cache
    def parts():  # type: ignore[no-untyped-def]
        from detector.media import MediaReader
        from detector.vision.calibration import Calibration
        from detector.vision.runtimes import open_vision_model

        reader = stack.enter_context(MediaReader(settings.sampling, settings.limits))
        return reader, open_vision_model(folder, settings.vision), Calibration.of(folder)

    def watch(media: Media, sha256: str) -> Seen:
        from detector.vision.sightings import look

        reader, model, calibration = parts()
        with reader.open(media.path) as stream:
            found = look(stream, model, calibration, batch_size=BATCH)
            report = stream.report
        evidence = MediaEvidence(
            name=media.name,
            sha256=sha256,
            kind=report.kind,
            size_wh=report.size_wh,
            duration_s=report.duration_s,
            looked_s=report.looked_s,
            frames_decoded=report.frames_decoded,
            frames_inspected=report.frames_inspected,
            sightings=found.sightings,
            gaps=report.gaps,
        )
        return evidence, found.pictures

    return watch


def _hearer(folder: ModelFolder):  # type: ignore[no-untyped-def]
    source = CaptionSource()

    @cache
    def model():  # type: ignore[no-untyped-def]
        from detector.text.models import open_text_model

        return open_text_model(folder)

    def hear(post: Post) -> Sequence[Passage]:
        passages = list(source.passages(post))
        return model().read(passages) if passages else []

    return hear
