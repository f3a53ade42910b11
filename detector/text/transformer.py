"""A transformer of one's own behind the same seam: XLM-R or the like, fitted elsewhere, run here.

For whoever has a GPU to fit one on and labels of their own. The folder holds an ONNX file that takes
``input_ids`` and ``attention_mask`` and answers with ``logits``, a ``tokenizer.json`` as the library
`tokenizers` writes it, the language reader of a shipped model, and a card that names the topics behind the
logits, their calibration and thresholds. Nothing is fetched, and PyTorch is not needed. A passage that is
longer than the network reads at a time is read in windows, each of which shares half with the next, so that
what one of them cuts stands whole in another. Words that moved an answer are found by leaving them out.
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
"""Words of a window that are left out in turn, the longest first: each costs a run."""
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
    """A Tokenizer of the library `tokenizers`, set to cut windows."""
    network: Any
    """OpenVINO's CompiledModel."""
    outputs: tuple[str, ...]
    """Topic of each logit."""
    calibration: Mapping[str, Mapping[str, Mapping[str, float]]]
    thresholds: Mapping[str, Mapping[str, float]]

    def read(self, passage: Passage) -> Passage:
        """Return a passage with its language and its topics, or why it was not judged.

        Of a passage in several windows, each topic is that of the window which says it most strongly, and
        so are the words that moved it.
        """
        language = self.languages.read(normalise(passage.text).text)
        if language.abstained:
            return replace(passage, language=language.tag, abstained=language.abstained)
        windows = self._windows(passage.text)
        lines = [self.calibration[topic][language.tag] for topic in self.outputs]
        slopes = np.array([line["slope"] for line in lines], np.float64)
        shifts = np.array([line["intercept"] for line in lines], np.float64)
        odds = np.stack([self._odds(each, ()) for each in windows]) * slopes + shifts
        best = odds.argmax(axis=0).tolist()
        moved = {
            at: [
                (span, odds[at] - (self._odds(windows[at], span) * slopes + shifts))
                for span in _longest_words(passage.text, windows[at])
            ]
            for at in set(best)
        }
        scores = tuple(
            self._score(
                topic,
                language.tag,
                passage.text,
                float(odds[window, at]),
                [(span, float(lost[at])) for span, lost in moved[window]],
            )
            for at, (topic, window) in enumerate(zip(self.outputs, best, strict=True))
        )
        return replace(passage, language=language.tag, topics=scores)

    def _windows(self, text: str) -> list[Any]:
        """Return the Encodings of a text's windows; each piece stands in one of them at least."""
        first = self.tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
        return [first, *first.overflowing]

    def _odds(self, window: Any, left_out: Sequence[int]) -> Floats:
        """Return what the network answers to a window without the pieces of a stretch of the text.

        Args:
            window: An Encoding of the library `tokenizers`.
            left_out: First character of the stretch and the one behind its last; empty: all is read.
        """
        start, end = left_out or (0, 0)
        kept = [at for at, (a, b) in enumerate(window.offsets) if b <= start or a >= end]
        given = {
            "input_ids": np.array([window.ids], np.int64)[:, kept],
            "attention_mask": np.array([window.attention_mask], np.int64)[:, kept],
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
        """Return a topic's score; `odds`, and what each word adds to them, are calibrated."""
        words = (
            WordWeight(*inner, round(weight, 3))
            for span, weight in lost
            if abs(weight) >= LEAST_WEIGHT and (inner := inner_span(text, span))
        )
        return topic_score(topic, probability_of(odds), self.thresholds[topic][language], words)


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
    inner = longest - found.num_special_tokens_to_add(is_pair=False)
    if inner < 1:
        raise ValueError(f"longest {longest} leaves no room for a piece of a text")
    found.enable_truncation(longest, stride=inner // 2)
    return found


def _longest_words(text: str, window: Any) -> list[tuple[int, int]]:
    """Return the spans of the words that stand in a window, the longest first; so many at most."""
    pieces = [(a, b) for a, b in window.offsets if a < b]
    start, end = (pieces[0][0], pieces[-1][1]) if pieces else (0, 0)
    words = (each.span() for each in _WORD.finditer(text))
    inside = ((a, b) for a, b in words if a < end and b > start)
    return sorted(inside, key=_length)[:_MOST_LEFT_OUT]


def _length(span: tuple[int, int]) -> tuple[int, int]:
    """Order spans from the longest to the shortest, equal ones as they stand."""
    return span[0] - span[1], span[0]
