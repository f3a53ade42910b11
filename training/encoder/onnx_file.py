"""Writes a fitted encoder as an ONNX file with 8-bit weights: small in git, read without PyTorch.

The graph is put together by hand: it is six equal layers, and this way each table of weights is kept as
whole numbers from -127 to 127 with one factor per row, which a reader turns back as it loads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, npt.NDArray[np.float32]]

OPSET = 17
EPSILON = 1e-12
HEADS = 12


@dataclass(slots=True)
class _Graph:
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tables: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def add(self, kind: str, given: Sequence[str], name: str, **how: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(given), [name], name=name, **how))
        return name

    def number(self, name: str, value: npt.NDArray[np.generic] | Sequence[int] | float) -> str:
        given = value if isinstance(value, np.ndarray) else np.array(
            value, np.float32 if isinstance(value, float) else np.int64
        )  # fmt: skip
        if name not in self.tables:
            self.tables[name] = numpy_helper.from_array(given, name)
        return name

    def rows(self, name: str, weight: npt.NDArray[np.float32]) -> str:
        """Keep a table in 8 bits, one factor per row."""
        factor = np.maximum(np.abs(weight).max(axis=1), 1e-12) / 127.0
        whole = np.clip(np.round(weight / factor[:, None]), -127, 127).astype(np.int8)
        parts = [
            self.number(f"{name}.8bit", whole),
            self.number(f"{name}.factor", factor.astype(np.float32)),
            self.number(f"{name}.zero", np.zeros(len(weight), np.int8)),
        ]
        return self.add("DequantizeLinear", parts, name, axis=0)

    def linear(self, x: str, name: str, weights: Weights) -> str:
        table = self.rows(f"{name}.weight", weights[f"{name}.weight"])
        turned = self.add("Transpose", [table], f"{name}.turned", perm=[1, 0])
        product = self.add("MatMul", [x, turned], f"{name}.product")
        bias = self.number(f"{name}.bias", weights[f"{name}.bias"])
        return self.add("Add", [product, bias], f"{name}.sum")

    def norm(self, x: str, name: str, weights: Weights) -> str:
        given = [
            x,
            *(self.number(f"{name}.{p}", weights[f"{name}.{p}"]) for p in ("weight", "bias")),
        ]
        return self.add("LayerNormalization", given, f"{name}.out", axis=-1, epsilon=EPSILON)


def write_onnx(weights: Weights, path: Path) -> None:
    """Write an encoder; see `training.encoder.tensors.fit` for its weights.

    The file takes ``pieces`` (int64) and ``mask`` (float, 1 for a piece), both of shape ``(n, length)``,
    and answers with ``shares``, shape ``(n, length, n_answers)``: what each piece brings to each answer.
    An answer in log-odds is the sum of its shares and its ``head.bias``.
    """
    graph = _Graph()
    x = _embedded(graph, weights)
    away = _away(graph)
    layers = 1 + max(int(each.split(".")[2]) for each in weights if ".layer." in each)
    for at in range(layers):
        x = _layer(graph, x, away, f"encoder.layer.{at}", weights)
    head = graph.number("head.turned", np.ascontiguousarray(weights["head.weight"].T))
    dealt = graph.add("MatMul", [x, head], "dealt")
    last = graph.number("last", [-1])
    kept = graph.add("Unsqueeze", ["mask", last], "kept")
    some = graph.add("ReduceSum", ["mask", last], "some", keepdims=1)
    share = graph.add("Div", [kept, graph.add("Unsqueeze", [some, last], "of")], "share")
    graph.add("Mul", [dealt, share], "shares")
    shape = ["n", "length"]
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [
            helper.make_tensor_value_info("pieces", TensorProto.INT64, shape),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, shape),
        ],
        [
            helper.make_tensor_value_info(
                "shares", TensorProto.FLOAT, [*shape, len(weights["head.bias"])]
            )
        ],
        list(graph.tables.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _embedded(graph: _Graph, weights: Weights) -> str:
    name = "embeddings"
    words = graph.rows(f"{name}.words", weights[f"{name}.word_embeddings.weight"])
    places = weights[f"{name}.position_embeddings.weight"]
    places = places + weights[f"{name}.token_type_embeddings.weight"][0]
    seen = graph.add("Gather", [words, "pieces"], f"{name}.seen")
    length = graph.add("Gather", [graph.add("Shape", ["pieces"], "shape"),
                                  graph.number("one", np.array(1, np.int64))], "length")  # fmt: skip
    parts = [
        graph.number(each, np.array(value, np.int64)) for each, value in (("zero", 0), ("step", 1))
    ]
    order = graph.add("Range", [parts[0], length, parts[1]], "order")
    placed = graph.add("Gather", [graph.number(f"{name}.places", places), order], f"{name}.placed")
    return graph.norm(graph.add("Add", [seen, placed], f"{name}.sum"), f"{name}.LayerNorm", weights)


def _away(graph: _Graph) -> str:
    """Return what is added where there is no piece, shape ``(n, 1, 1, length)``."""
    absent = graph.add("Sub", [graph.number("whole", np.array(1, np.float32)), "mask"], "absent")
    far = graph.add("Mul", [absent, graph.number("far", np.array(-1e4, np.float32))], "far_off")
    return graph.add("Unsqueeze", [far, graph.number("heads_and_rows", [1, 2])], "away")


def _layer(graph: _Graph, x: str, away: str, name: str, weights: Weights) -> str:
    size = len(weights[f"{name}.output.dense.bias"])
    apart = graph.number("apart", [0, 0, HEADS, size // HEADS])
    split = {}
    for part in ("query", "key", "value"):
        full = graph.linear(x, f"{name}.attention.self.{part}", weights)
        cut = graph.add("Reshape", [full, apart], f"{name}.{part}.cut")
        turn = [0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]
        split[part] = graph.add("Transpose", [cut], f"{name}.{part}.turned", perm=turn)
    near = graph.add("MatMul", [split["query"], split["key"]], f"{name}.near")
    scale = graph.number("scale", np.array((size // HEADS) ** -0.5, np.float32))
    near = graph.add(
        "Add", [graph.add("Mul", [near, scale], f"{name}.scaled"), away], f"{name}.seen"
    )
    attention = graph.add("Softmax", [near], f"{name}.attention", axis=-1)
    seen = graph.add("MatMul", [attention, split["value"]], f"{name}.weighed")
    seen = graph.add("Transpose", [seen], f"{name}.back", perm=[0, 2, 1, 3])
    seen = graph.add("Reshape", [seen, graph.number("together", [0, 0, size])], f"{name}.whole")
    seen = graph.linear(seen, f"{name}.attention.output.dense", weights)
    x = graph.norm(
        graph.add("Add", [x, seen], f"{name}.first"), f"{name}.attention.output.LayerNorm", weights
    )
    wide = _gelu(graph, graph.linear(x, f"{name}.intermediate.dense", weights), name)
    more = graph.linear(wide, f"{name}.output.dense", weights)
    return graph.norm(
        graph.add("Add", [x, more], f"{name}.second"), f"{name}.output.LayerNorm", weights
    )


def _gelu(graph: _Graph, x: str, name: str) -> str:
    root = graph.number("root", np.array(2**0.5, np.float32))
    bent = graph.add("Erf", [graph.add("Div", [x, root], f"{name}.div")], f"{name}.erf")
    one = graph.number("whole", np.array(1, np.float32))
    half = graph.number("half", np.array(0.5, np.float32))
    up = graph.add("Mul", [x, graph.add("Add", [bent, one], f"{name}.up")], f"{name}.times")
    return graph.add("Mul", [up, half], f"{name}.gelu")
