"""A BERT so small that it is fitted in a second: random weights, letters for a vocabulary."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

SIZE, LAYERS = 24, 2
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
VOCABULARY = [
    *MARKS,
    *string.ascii_lowercase,
    *(f"##{each}" for each in string.ascii_lowercase),
    *["election", "vote", "prayer", "mosque", "music", "government", "thief", "women"],
    *string.punctuation,
]


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Return random weights under BERT's names."""
    rng = np.random.default_rng(seed)

    def table(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.2, shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": table(len(VOCABULARY), SIZE),
        "embeddings.position_embeddings.weight": table(192, SIZE),
        "embeddings.token_type_embeddings.weight": table(2, SIZE),
        **_norm("embeddings.LayerNorm"),
    }
    for at in range(LAYERS):
        name = f"encoder.layer.{at}"
        for part in ("query", "key", "value"):
            found[f"{name}.attention.self.{part}.weight"] = table(SIZE, SIZE)
            found[f"{name}.attention.self.{part}.bias"] = table(SIZE)
        found[f"{name}.attention.output.dense.weight"] = table(SIZE, SIZE)
        found[f"{name}.attention.output.dense.bias"] = table(SIZE)
        found[f"{name}.intermediate.dense.weight"] = table(4 * SIZE, SIZE)
        found[f"{name}.intermediate.dense.bias"] = table(4 * SIZE)
        found[f"{name}.output.dense.weight"] = table(SIZE, 4 * SIZE)
        found[f"{name}.output.dense.bias"] = table(SIZE)
        found |= _norm(f"{name}.attention.output.LayerNorm") | _norm(f"{name}.output.LayerNorm")
    return found


def written(folder: Path, seed: int = 0) -> Path:
    """Write weights and vocabulary as a package holds them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    save_file(weights(seed), folder / "model.safetensors")
    return folder


def _norm(name: str) -> dict[str, np.ndarray]:
    return {f"{name}.weight": np.ones(SIZE, np.float32), f"{name}.bias": np.zeros(SIZE, np.float32)}
