"""A transformer of one's own behind the same seam: XLM-R or the like, fitted elsewhere, run here.

For whoever has a GPU to fit one on and labels of their own. The folder holds an ONNX file that takes
``input_ids`` and ``attention_mask`` and answers with ``logits``, a ``tokenizer.json`` as the library
`tokenizers` writes it, the language reader of a shipped model, and a card that names the topics behind the
logits, their calibration and thresholds. Nothing is fetched, and PyTorch is not needed. Words that moved
an answer are found by leaving them out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch, SetupError
from detector.evidence import Passage, TopicScore, WordWeight
from detector.inference import compile_network
from detector.text.language import Languages
from detector.text.linear import (
    LANGUAGES_FILE,
    inner_span,
    languages_of,
    try_probe,
)
from detector.text.normalise import normalise
from detector.text.opened import (
    LEAST_WEIGHT,
    OpenedTextModel,
    Parts,
    probability_of,
    topic_score,
)

NETWORK_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
_MOST_LEFT_OUT = 24
"""Words of a passage that are left out in turn, the longest first: each costs a run."""
_WORD = re.compile(r"\S+")

Floats = npt.NDArray[np.float64]


class TransformerTextModel(OpenedTextModel):
    """A transformer of one's own."""

    def _opened(self, folder: ModelFolder) -> Parts:
        return open_transformer(folder)


@dataclass(frozen=True, slots=True)
class TransformerParts:
    """What the folder holds, ready to be used."""

    languages: Languages
    tokenizer: Any
    """A Tokenizer of the library `tokenizers`, with its truncation set."""
    network: Any
    """OpenVINO's CompiledModel."""
    outputs: tuple[str, ...]
    """Topic of each logit."""
    calibration: Mapping[str, Mapping[str, Mapping[str, float]]]
    thresholds: Mapping[str, Mapping[str, float]]

    def read(self, passage: Passage) -> Passage:
        """Return a passage with its language and its topics, or why it was not judged."""
        language = self.languages.read(normalise(passage.text).text)
        if language.abstained:
            return replace(passage, language=language.tag, abstained=language.abstained)
        odds = self._odds(passage.text)
        spans = sorted((each.span() for each in _WORD.finditer(passage.text)), key=_length)
        spans = spans[:_MOST_LEFT_OUT]
        lost = [odds - self._odds(passage.text[:a] + passage.text[b:]) for a, b in spans]
        scores = tuple(
            self._score(topic, language.tag, passage.text, float(odds[at]),
                        [(span, float(each[at])) for span, each in zip(spans, lost, strict=True)])
            for at, topic in enumerate(self.outputs)
        )  # fmt: skip
        return replace(passage, language=language.tag, topics=scores)

    def _odds(self, text: str) -> Floats:
        tokens = self.tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
        given = {
            "input_ids": np.array([tokens.ids], np.int64),
            "attention_mask": np.array([tokens.attention_mask], np.int64),
        }
        return np.asarray(self.network(given)["logits"][0], np.float64)

    def _score(
        self,
        topic: str,
        language: str,
        text: str,
        odds: float,
        lost: Sequence[tuple[tuple[int, int], float]],
    ) -> TopicScore:
        line, threshold = self.calibration[topic][language], self.thresholds[topic][language]
        slope = float(line["slope"])
        probability = probability_of(slope * odds + float(line["intercept"]))
        words = (
            WordWeight(*inner, round(slope * weight, 3))
            for span, weight in lost
            if abs(slope * weight) >= LEAST_WEIGHT and (inner := inner_span(text, span))
        )
        return topic_score(topic, probability, threshold, words)


def open_transformer(folder: ModelFolder) -> TransformerParts:
    """Open the files of a folder and try them on the card's probe.

    Raises:
        ArtifactMismatch: If a part is missing or does not fit the card.
        SetupError: If the library `tokenizers` is not installed.
    """
    from detector.text.trusted import load_trusted

    card = folder.card
    languages = load_trusted(folder.file(LANGUAGES_FILE))
    network = compile_network(folder.file(NETWORK_FILE), {"INFERENCE_PRECISION_HINT": "f32"})
    try:
        parts = TransformerParts(
            languages_of(languages, card["languages"], card["model"]),
            _tokenizer(folder.file(TOKENIZER_FILE), int(card["transformer"]["longest"])),
            network,
            tuple(str(each) for each in card["transformer"]["outputs"]),
            card["calibration"],
            card["thresholds"],
        )
        if set(parts.outputs) != set(folder.ref.topics):
            raise ValueError(f"outputs {parts.outputs}, topics {folder.ref.topics}")
        try_probe(parts.read, folder)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ArtifactMismatch(
            f"the text model in {folder.path} is incomplete ({type(error).__name__}: {error}); expected "
            f"[transformer] with outputs and longest, calibration and thresholds of each topic, a network "
            f"that answers with logits, and the language reader of a shipped model; complete its card"
        ) from error
    return parts


def _tokenizer(path: Path, longest: int) -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise SetupError(
            "a transformer of one's own needs the library `tokenizers`, which is not installed; "
            "run `pip install wardi[transformer]`"
        ) from error
    try:
        found = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ArtifactMismatch(
            f"{path} is no tokenizer ({error}); expected the JSON that `tokenizers` writes; restore it"
        ) from error
    found.enable_truncation(longest)
    return found


def _length(span: tuple[int, int]) -> tuple[int, int]:
    """Order spans from the longest to the shortest, equal ones as they stand."""
    return span[0] - span[1], span[0]
