"""The network that is written says what the network that was fitted says."""

from __future__ import annotations

import numpy as np
import pytest

from detector.text.network import LONGEST, EncoderNetwork
from detector.text.pieces import WordPieces
from tests.training import bert
from training.encoder import tensors
from training.encoder.onnx_file import write_onnx

PIECES = WordPieces(bert.VOCABULARY)
ANSWERS = 3


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    head = rng.normal(size=(ANSWERS, bert.SIZE)).astype(np.float32)
    return bert.weights() | {"head.weight": head, "head.bias": np.float32([0.5, -1.0, 0.0])}


@pytest.fixture(scope="module")
def network(
    weights: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory
) -> EncoderNetwork:
    path = tmp_path_factory.mktemp("network") / "encoder.onnx"
    write_onnx(weights, path)
    return EncoderNetwork(path, PIECES, weights["head.bias"].tolist())


def drawn(count: int, seed: int = 0) -> list[int]:
    return np.random.default_rng(seed).integers(4, len(PIECES), count).tolist()


def test_the_written_network_answers_as_the_fitted_one(
    weights: dict[str, np.ndarray], network: EncoderNetwork
) -> None:
    pieces = drawn(20)
    [expected] = tensors.answers(weights, [[PIECES.cls, *pieces, PIECES.sep]])
    # 8-bit weights there, 16-bit products here
    assert network.shares(pieces)[1] == pytest.approx(expected, abs=0.1)


def test_shares_and_intercepts_add_up_but_for_the_marks(network: EncoderNetwork) -> None:
    shares, answers = network.shares(drawn(9))
    assert shares.shape == (9, ANSWERS)
    assert np.isfinite(answers).all()


def test_an_empty_text_is_answered(network: EncoderNetwork) -> None:
    shares, answers = network.shares([])
    assert shares.shape == (0, ANSWERS)
    assert answers.shape == (ANSWERS,)


def test_of_a_long_text_the_strongest_window_answers(network: EncoderNetwork) -> None:
    first, second = drawn(LONGEST - 2, 1), drawn(50, 2)
    apart = np.stack([network.shares(first)[1], network.shares(second)[1]])
    shares, together = network.shares([*first, *second])
    assert together == pytest.approx(apart.max(axis=0), abs=1e-4)
    assert len(shares) == LONGEST - 2 + 50


def test_leaving_pieces_out_is_reading_the_rest(network: EncoderNetwork) -> None:
    pieces = drawn(12)
    [without] = network.without(pieces, [range(3, 6)])
    assert without == pytest.approx(network.shares([*pieces[:3], *pieces[6:]])[1], abs=1e-4)
