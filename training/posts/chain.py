"""The whole chain on posts that are built: the parts of a scan, put together from their seams.

Nothing is kept on disk: its memory lasts as long as the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from detector.artifact import ModelFolder
from detector.evidence import Channel, Passage
from detector.media import MediaReader
from detector.policy.judge import judge
from detector.policy.pack import Pack
from detector.post import Media, Post
from detector.registers import Account, Registers
from detector.scan import Seen, Stages
from detector.settings import Settings
from detector.text.caption import CaptionSource
from detector.text.models import open_text_model
from detector.vision.calibration import read_calibration
from detector.vision.runtimes import open_vision_model
from detector.vision.sightings import look

CHANNELS = (
    Channel("frames", examined=True),
    Channel("caption", examined=True),
    Channel("on-screen text", examined=False, note="built posts have none"),
    Channel("speech", examined=False, note="built posts are silent"),
)
BATCH = 8
PLATFORM, HANDLE = "built", "officer"
REGISTERS = Registers(
    approvals=(),
    accounts=(Account(PLATFORM, HANDLE, "built", official=False, run_by="an officer"),),
    duty=(),
)
"""An officer's own account, no approval: what the clauses are about."""


@contextmanager
def chain(
    vision: ModelFolder, text: ModelFolder, pack: Pack, settings: Settings
) -> Iterator[Stages]:
    """Open models and decoder; yield the stages of a scan.

    Raises:
        SetupError: If one of them cannot be used.
    """
    model, calibration = open_vision_model(vision, settings.vision), read_calibration(vision)
    reader_of_words, source = open_text_model(text), CaptionSource()
    with MediaReader(settings.sampling, settings.limits) as reader:

        def watch(media: Media, sha256: str) -> Seen:
            with reader.open(media.path) as stream:
                found = look(stream, model, calibration, batch_size=BATCH)
                report = stream.report
            return report.evidence(media.name, sha256, found.sightings), (), ()

        def hear(post: Post, said: Sequence[Passage]) -> Sequence[Passage]:
            passages = [*source.passages(post), *said]
            return reader_of_words.read(passages) if passages else []

        yield Stages(
            watch=watch,
            hear=hear,
            judge=lambda post, evidence: judge(pack, post, evidence, REGISTERS),
            models=(vision.ref, text.ref),
            channels=CHANNELS,
            look_key=lambda sha256: sha256,
            evidence_key=lambda post, hashes: "|".join([post.id, *hashes]),
            verdict_key=lambda post, key: key,
        )
