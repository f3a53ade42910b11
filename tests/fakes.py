"""Models that say what a test scripted: they keep the promises of the seams and need no weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from detector.evidence import Detections, Frame, ModelRef, Passage, TopicScore, WordWeight

Seen = tuple[str, float, tuple[float, float, float, float]]
"""Label, raw confidence, and ``xyxy`` in pixels of the frame."""

VISION_REF = ModelRef("vision", "scripted", "0" * 64, ("badge", "uniform", "vehicle", "weapon"))
TEXT_REF = ModelRef("text", "scripted", "1" * 64, ("mockery", "political", "religious"))


@dataclass
class ScriptedVisionModel:
    """Finds in each frame what the script says for its time; nothing at other times.

    >>> model = ScriptedVisionModel({0.5: [("weapon", 0.9, (10, 10, 40, 30))]})
    >>> frames = [Frame(t, np.zeros((48, 64, 3), np.uint8)) for t in (0.0, 0.5)]
    >>> [found.labels for found in model.detect(frames)]
    [(), ('weapon',)]
    """

    script: Mapping[float, Sequence[Seen]] = field(default_factory=dict)
    """Time in seconds (to the millisecond) -> what is there."""
    always: Sequence[Seen] = ()
    """What is there in every frame, besides the script."""
    ref: ModelRef = VISION_REF
    batches: list[int] = field(default_factory=list)
    """How many frames each call was given."""

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """Answer each frame from the script, boxes clipped to the frame."""
        self.batches.append(len(frames))
        return [self._detect(frame) for frame in frames]

    def _detect(self, frame: Frame) -> Detections:
        by_ms = {round(time_s * 1000): seen for time_s, seen in self.script.items()}
        seen = [*self.always, *by_ms.get(round(frame.time_s * 1000), ())]
        height, width = frame.pixels.shape[:2]
        boxes = np.array([box for _, _, box in seen], np.float32).reshape(-1, 4)
        return Detections(
            time_s=frame.time_s,
            xyxy=np.clip(boxes, 0, np.array([width, height, width, height], np.float32)),
            confidence=np.array([confidence for _, confidence, _ in seen], np.float32),
            labels=tuple(label for label, _, _ in seen),
        )


@dataclass
class ScriptedTextModel:
    """Gives a passage the topic probabilities of the scripted words that stand in it.

    Words are found without regard to case. A topic without a scripted word in the passage gets
    `floor`; `flagged` means at least 0.5. A passage that holds a word of `abstain` is not judged.

    >>> model = ScriptedTextModel({"election": {"political": 0.9}})
    >>> [score.topic for score in model.read([Passage("Election day", "caption")])[0].topics]
    ['mockery', 'political', 'religious']
    """

    script: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Word -> topic -> calibrated probability."""
    abstain: Mapping[str, str] = field(default_factory=dict)
    """Word -> why a passage that holds it is not judged."""
    floor: float = 0.01
    language: str = "en"
    ref: ModelRef = TEXT_REF
    texts: list[str] = field(default_factory=list)
    """Every text that was read, in order."""

    def read(self, passages: Sequence[Passage]) -> list[Passage]:
        """Judge each passage by the script."""
        return [self._read(passage) for passage in passages]

    def _read(self, passage: Passage) -> Passage:
        self.texts.append(passage.text)
        for word, reason in self.abstain.items():
            if word.casefold() in passage.text.casefold():
                return replace(passage, language=self.language, topics=(), abstained=reason)
        topics = tuple(self._score(topic, passage.text) for topic in self.ref.labels)
        return replace(passage, language=self.language, topics=topics, abstained="")

    def _score(self, topic: str, text: str) -> TopicScore:
        probability, words = self.floor, []
        for word, topics in self.script.items():
            start = text.lower().find(word.lower())
            if start >= 0 and topic in topics:
                probability = max(probability, topics[topic])
                weight = float(np.log(topics[topic] / max(1e-6, 1 - topics[topic])))
                words.append(WordWeight(start, start + len(word), weight))
        words.sort(key=lambda each: -each.weight)
        return TopicScore(topic, probability, probability >= 0.5, words=tuple(words))
