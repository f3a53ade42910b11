"""What was seen and read of a post: plain frozen values, from one decoded frame up to `Evidence`.

Times are seconds from the start of the file. Boxes of `Detections` are pixels of the upright frame;
boxes that outlive the frame (`Sighting`, `Passage`) are fractions of its width and height, so that
they can be drawn on a picture of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from detector.errors import ContractBroken

Fractions = tuple[float, float, float, float]
"""``(x_min, y_min, x_max, y_max)``, origin top left, as fractions of width and height in [0, 1]."""

Origin = Literal["caption", "hashtag", "file name", "on-screen text", "speech"]
"""Where words come from."""

ChannelName = Literal[
    "frames", "caption", "on-screen text", "on-screen text in Urdu script", "speech"
]
"""A way in which a post can say or show something.

Words on the picture in the Urdu script have a reader of their own, and a channel of their own where it
is missing.
"""

WHOLE_FRAME: Fractions = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded image, upright, with its exact presentation time."""

    time_s: float
    """Presentation time in seconds from the first frame; 0.0 for a photo."""
    pixels: npt.NDArray[np.uint8]
    """RGB, shape ``(height, width, 3)``, values in [0, 255]; read-only by rule."""
    scene_start: bool = False
    """Whether the sampler found a scene change right before it."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A sampled moment whose picture is almost equal to the last `Frame`; it is not inspected again.

    It says that what was found in that frame is still there; it is no further proof of it.
    """

    time_s: float
    """Presentation time in seconds from the first frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Objects found in one frame; row ``i`` of every field describes the same object.

    Raises:
        ContractBroken: If the fields disagree about how many objects there are.
    """

    time_s: float
    """Presentation time of the frame, in seconds."""
    xyxy: npt.NDArray[np.float32]
    """``(x_min, y_min, x_max, y_max)`` in pixels of the frame, origin top left; shape ``(n, 4)``."""
    confidence: npt.NDArray[np.float32]
    """Raw model confidence in [0, 1], not a calibrated probability; shape ``(n,)``."""
    labels: tuple[str, ...]
    """Label of each object, spelt as in the model's card; length ``n``."""

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.xyxy.shape != (n, 4) or self.confidence.shape != (n,):
            raise ContractBroken(
                f"{n} labels need xyxy of shape ({n}, 4) and confidence of shape ({n},); "
                f"got {self.xyxy.shape} and {self.confidence.shape}"
            )

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing seen over a stretch of a video, or in a photo."""

    label: str
    """One of the vision model's labels."""
    start_s: float
    """Time of the first inspected frame that shows it, in seconds."""
    end_s: float
    """Time up to which it was seen, in seconds; equal to `start_s` for a photo."""
    peak_s: float
    """Time of the frame that shows it most clearly, in seconds."""
    box: Fractions
    """Where it is in the peak frame."""
    probability: float
    """Calibrated probability that the label is right, in [0, 1]."""
    frames: int
    """Number of inspected frames in which it was found."""


@dataclass(frozen=True, slots=True)
class WordWeight:
    """A stretch of a passage's text that moved a topic's probability."""

    start: int
    """Offset of the first character in the passage's text."""
    end: int
    """Offset after the last character."""
    weight: float
    """How far it moved the decision, in log-odds; positive towards the topic."""


@dataclass(frozen=True, slots=True)
class TopicScore:
    """What the text model says of one topic in one passage."""

    topic: str
    """One of the text model's topics."""
    probability: float
    """Calibrated probability that the passage is of this topic, in [0, 1]."""
    flagged: bool
    """Whether the probability reaches the model's frozen threshold for this topic and language."""
    target: str = ""
    """Whom a mockery is aimed at (race, gender, caste, religion); empty where the model cannot tell."""
    words: tuple[WordWeight, ...] = ()
    """The words that moved the probability, strongest first."""
    threshold: float | None = None
    """The frozen probability from which on it is flagged; None where the model does not say."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of words with its origin and, once the text model has read it, its topics."""

    text: str
    """The words as they stand in the post; data, never markup."""
    origin: Origin
    media: int | None = None
    """Index into `Evidence.media` of the file it comes from; None for the caption."""
    start_s: float | None = None
    """First second at which it is shown or spoken; None where it has no time."""
    end_s: float | None = None
    """Second up to which it is shown or spoken; None where it has no time."""
    box: Fractions | None = None
    """Where it stands in the picture; None where it is not in a picture."""
    reading_confidence: float = 1.0
    """How sure the reader is of the words, in [0, 1]; 1.0 for typed text."""
    language: str = ""
    """BCP 47 tag of the language it was read as (``en``, ``ur``, ``ur-Latn``); empty before reading."""
    topics: tuple[TopicScore, ...] = ()
    """One score per topic of the text model; empty before reading and where it abstained."""
    abstained: str = ""
    """Why the text model did not judge it, e.g. an unsupported language; empty where it did."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a file that could not be looked at, read or heard."""

    start_s: float
    end_s: float
    reason: str
    """What was found there, in one sentence."""
    channel: ChannelName = "frames"
    """What could not be examined there; coverage is a matter of frames alone."""

    @property
    def missed(self) -> str:
        """What was not done there: ``not looked at``, ``not heard`` or ``not read``."""
        return {"frames": "not looked at", "speech": "not heard"}.get(self.channel, "not read")


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame, or a part of one, that is kept as evidence; faces are not blurred yet.

    The peak frame of one or more sightings, or the strip from which words were read.
    """

    time_s: float
    webp: bytes
    """Upright, longest side at most 640 pixels, WebP."""
    uniforms: tuple[Fractions, ...] = ()
    """Boxes in this frame that may well be uniformed people: their heads are blurred."""
    doubtful: tuple[Fractions, ...] = ()
    """Boxes that are hardly uniformed people, but perhaps people: skin at their top is blurred."""
    box: Fractions = WHOLE_FRAME
    """Which part of the frame it shows; the `Passage.box` of what was read there for a strip."""


@dataclass(frozen=True, slots=True)
class MediaEvidence:
    """What one file showed, and how much of it was looked at."""

    name: str
    """Path of the file relative to the input, with forward slashes."""
    sha256: str
    """Hash of the file's bytes, lower-case hex."""
    kind: Literal["video", "photo"]
    size_wh: tuple[int, int]
    """Width and height of the upright frame in pixels."""
    duration_s: float
    """Seconds announced or decoded, whichever is longer; 0.0 for a photo."""
    looked_s: float
    """Seconds looked at; 0.0 for a photo."""
    frames_decoded: int
    frames_inspected: int
    """Frames the vision model was given; near-duplicates of the last one are not among them."""
    sightings: tuple[Sighting, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def unseen(self) -> tuple[Gap, ...]:
        """The gaps in its frames; words that were not read or heard are no part of them."""
        return tuple(each for each in self.gaps if each.channel == "frames")


@dataclass(frozen=True, slots=True)
class Channel:
    """Whether one way of showing or saying something was examined."""

    name: ChannelName
    examined: bool
    note: str = ""
    """Why not, where it was not; what limits it, where it was."""


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Which model produced a part of the evidence."""

    kind: Literal["vision", "text", "screen", "speech"]
    """``screen`` and ``speech``: what reads words off the picture or out of the sound."""
    version: str
    sha256: str
    """Hash of what its card says of its files, thresholds and calibration."""
    labels: tuple[str, ...]
    """What the model can find: its labels or topics, sorted; none for what only reads words.

    A text model that tells whom mockery is aimed at names the targets beside its topics: ``mockery:race``.
    """

    @property
    def topics(self) -> tuple[str, ...]:
        """The labels that are scored one by one: without the targets that are told beside a topic."""
        return tuple(each for each in self.labels if ":" not in each)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was seen and read of one post, with what could not be."""

    post_id: str
    media: tuple[MediaEvidence, ...] = ()
    passages: tuple[Passage, ...] = ()
    channels: tuple[Channel, ...] = ()
    models: tuple[ModelRef, ...] = ()

    @property
    def coverage(self) -> float:
        """Fraction of the post's media that was looked at, in [0, 1]; 1.0 for a post without media.

        Seconds looked at over seconds announced or decoded, summed over the files that could be
        opened, times the fraction of files that could be opened. A photo has no seconds: opened, it
        counts as looked at.
        """
        if not self.media:
            return 1.0
        opened = [each for each in self.media if each.frames_inspected > 0]
        duration_s = sum(each.duration_s for each in opened)
        looked_s = sum(each.looked_s for each in opened)
        seconds = min(1.0, looked_s / duration_s) if duration_s > 0.0 else 1.0
        return seconds * len(opened) / len(self.media)

    @property
    def sightings(self) -> Iterator[tuple[int, int, Sighting]]:
        """Every sighting with the index of its file and its own index there."""
        for at, media in enumerate(self.media):
            for index, sighting in enumerate(media.sightings):
                yield at, index, sighting

    @property
    def has_gaps(self) -> bool:
        """Whether a part of any file could not be looked at, read or heard."""
        return any(each.gaps for each in self.media)

    def model(self, kind: Literal["vision", "text"]) -> ModelRef | None:
        """Return the model of a kind that this evidence was made with, or None."""
        return next((each for each in self.models if each.kind == kind), None)
