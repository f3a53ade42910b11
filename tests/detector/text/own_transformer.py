"""A transformer folder of one's own, tiny and random, as a user would bring it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import tokenizers
from onnx import TensorProto, helper, numpy_helper

from detector.artifact import MODELS
from training import toml

TOPICS = ("mockery", "political", "religious")
WORDS = ("[UNK]", "vote", "government", "eid", "mubarak", "duty", "thief", "prayer", "the")


def written(folder: Path, *, seed: int = 0, **changes: object) -> Path:
    """Write network, tokenizer, language reader and card; `changes` replace tables of the card."""
    folder.mkdir(parents=True)
    _network(folder / "model.onnx", seed)
    model = tokenizers.models.WordLevel(
        {each: at for at, each in enumerate(WORDS)}, unk_token="[UNK]"
    )
    made = tokenizers.Tokenizer(model)
    made.normalizer = tokenizers.normalizers.Lowercase()
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(folder / "tokenizer.json"))
    shutil.copy(MODELS / "text" / "0" / "languages.skops", folder)
    tags = ("en", "ur", "ur-Latn", "zxx")
    line = {"slope": 1.0, "intercept": 0.0}
    card = {
        "model": {"kind": "text", "version": "own", "form": "transformer", "labels": list(TOPICS),
                  "languages": list(tags[:3])},
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in ("model.onnx", "tokenizer.json", "languages.skops")
        },
        "languages": {"min_known": 0.45},
        "transformer": {"outputs": list(TOPICS), "longest": 64},
        "thresholds": {topic: dict.fromkeys(tags, 0.5) for topic in TOPICS},
        "calibration": {topic: dict.fromkeys(tags, line) for topic in TOPICS},
        "probe": {"text": "vote", "probability": {}},
    }  # fmt: skip
    toml.write(folder / "card.toml", card | changes)
    return folder


def _network(path: Path, seed: int) -> None:
    """A random embedding, averaged over the pieces, and a random answer to it."""
    rng = np.random.default_rng(seed)
    tables = {
        "table": rng.normal(0, 2, (len(WORDS), 8)).astype(np.float32),
        "head": rng.normal(0, 2, (8, len(TOPICS))).astype(np.float32),
        "last": np.array([-1], np.int64),
        "inner": np.array([1], np.int64),
        "least": np.array(1.0, np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["seen"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["kept"]),
        helper.make_node("Mul", ["seen", "kept"], ["own"]),
        helper.make_node("ReduceSum", ["own", "inner"], ["whole"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "inner"], ["some"], keepdims=1),
        helper.make_node("Max", ["some", "least"], ["count"]),
        helper.make_node("Div", ["whole", "count"], ["mean"]),
        helper.make_node("MatMul", ["mean", "head"], ["logits"]),
    ]
    given = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    out = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(TOPICS)])]
    weights = [numpy_helper.from_array(value, name) for name, value in tables.items()]
    graph = helper.make_graph(nodes, "own", given, out, weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(made.SerializeToString())
