"""The encoder's network: pieces in, each piece's share in each answer out.

The answers are linear in the mean of what the network makes of the pieces, so that an answer is a sum
over pieces; `detector.text.encoder` lays the shares back on the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.inference import compile_network
from detector.text.pieces import WordPieces

Floats = npt.NDArray[np.float64]

LONGEST = 160
"""Pieces that are read at a time; a longer passage is read in several windows."""
_OPTIONS = {
    "PERFORMANCE_HINT": "LATENCY",
    "INFERENCE_PRECISION_HINT": "f32",
    "INFERENCE_NUM_THREADS": 1,
}
"""One thread: the frames of a video are looked at beside it, and texts are short."""


class EncoderNetwork:
    """An ONNX file that takes ``pieces`` and ``mask`` and answers with ``shares``.

    Args:
        path: The file.
        vocabulary: The pieces that it was fitted with.
        intercepts: Added to each answer, shape ``(n_answers,)``.
    """

    def __init__(self, path: Path, vocabulary: WordPieces, intercepts: Sequence[float]) -> None:
        self._path = path
        self._vocabulary = vocabulary
        self._intercepts = np.asarray(intercepts, np.float64)

    @cached_property
    def _network(self) -> Any:
        return compile_network(self._path, _OPTIONS)

    def shares(self, pieces: Sequence[int]) -> tuple[Floats, Floats]:
        """Read one passage.

        Returns:
            What each piece brings to each answer, shape ``(n_pieces, n_answers)``, and the answers in
            log-odds, shape ``(n_answers,)``: the sum of the shares, of the marks at both ends and of
            the intercepts. Of a passage in several windows, each answer is that of the window which
            says it most strongly, and the pieces of the others bring nothing to it.
        """
        inner = LONGEST - 2
        windows = [pieces[at : at + inner] for at in range(0, max(len(pieces), 1), inner)]
        found = [self._one(each) for each in windows]
        odds = np.stack([each.sum(axis=0) for each in found]) + self._intercepts
        best = odds.argmax(axis=0)
        kept = [each[1:-1] * (best == at) for at, each in enumerate(found)]
        return np.concatenate(kept), odds.max(axis=0)

    def without(self, pieces: Sequence[int], left_out: Sequence[range]) -> Floats:
        """Read one passage several times, each time without some of its pieces.

        Args:
            pieces: As many as one window holds, at most.
            left_out: Places of the pieces to leave out.

        Returns:
            The answers in log-odds, shape ``(len(left_out), n_answers)``.
        """
        return np.stack(
            [
                self._one([*pieces[: gap.start], *pieces[gap.stop :]]).sum(axis=0)
                + self._intercepts
                for gap in left_out
            ]
        )

    def _one(self, pieces: Sequence[int]) -> Floats:
        marked = [self._vocabulary.cls, *pieces, self._vocabulary.sep]
        given = {
            "pieces": np.array([marked], np.int64),
            "mask": np.ones((1, len(marked)), np.float32),
        }
        return np.asarray(self._network(given)["shares"][0], np.float64)
