"""The encoder in PyTorch, as it is fitted: BERT's layers, and answers linear in the mean of the pieces.

Only the names and shapes of the weights are BERT's; they are read from plain tensors, and leave as
such. Fitting takes minutes on one core: 16-bit products where the processor has them, batches of texts of
like length, the lowest layers left as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]
Progress = Callable[[int, int], None]

HEADS = 12
EPSILON = 1e-12
_WARM_UP = 0.06
_DECAY = 0.01


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts of one batch source: pieces and what is known of each."""

    pieces: Callable[[int], Sequence[Sequence[int]]]
    """By epoch: the pieces of every text, marks at both ends included."""
    truth: Floats
    """Shape ``(n, n_topics)``, 0 or 1."""
    weight: Floats
    """How much each answer counts, 0 where nobody judged; shape ``(n, n_topics)``."""
    target: npt.NDArray[np.int64]
    """Number of the target of each text, -1 for none; shape ``(n,)``."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """How an encoder is fitted."""

    epochs: int = 3
    rate: float = 8e-5
    head_rate: float = 2e-3
    batch: int = 32
    frozen: int = 1
    """Layers above the embeddings that stay as they are; the embeddings always do."""
    target_weight: float = 0.3
    seed: int = 0
    threads: int = 0
    """0 takes every core that this process may run on."""


class Encoder(nn.Module):
    """BERT with answers: ``topics`` and, behind them, ``targets``."""

    def __init__(self, weights: Weights, answers: int) -> None:
        super().__init__()
        size = weights["embeddings.word_embeddings.weight"].shape[1]
        self.words = _table(weights["embeddings.word_embeddings.weight"])
        place = weights["embeddings.position_embeddings.weight"]
        place = place + weights["embeddings.token_type_embeddings.weight"][0]
        self.places = _table(place)
        self.norm = _norm(weights, "embeddings.LayerNorm")
        layers = 1 + max(int(each.split(".")[2]) for each in weights if ".layer." in each)
        self.layers = nn.ModuleList(Layer(weights, at) for at in range(layers))
        self.head = nn.Linear(size, answers)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor, drop: float = 0.0) -> torch.Tensor:
        """Return the mean of the pieces, shape ``(n, size)``."""
        with torch.no_grad():
            place = torch.arange(pieces.shape[1])
            x = self.norm(self.words(pieces) + self.places(place))
        away = torch.where(mask[:, None, None, :] > 0, 0.0, -1e4)
        for layer in self.layers:
            x = layer(x, away, drop if self.training else 0.0)
        kept = mask[..., None]
        mean: torch.Tensor = (x.float() * kept).sum(1) / kept.sum(1)
        return mean


class Layer(nn.Module):
    """One layer."""

    def __init__(self, weights: Weights, at: int) -> None:
        super().__init__()
        name = f"encoder.layer.{at}"
        self.query, self.key, self.value = (
            _linear(weights, f"{name}.attention.self.{part}") for part in ("query", "key", "value")
        )
        self.out = _linear(weights, f"{name}.attention.output.dense")
        self.norm1 = _norm(weights, f"{name}.attention.output.LayerNorm")
        self.wide = _linear(weights, f"{name}.intermediate.dense")
        self.narrow = _linear(weights, f"{name}.output.dense")
        self.norm2 = _norm(weights, f"{name}.output.LayerNorm")

    def forward(self, x: torch.Tensor, away: torch.Tensor, drop: float) -> torch.Tensor:
        """Return the layer's output, of the shape of `x`."""
        n, length, size = x.shape
        split = [
            part(x).view(n, length, HEADS, size // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        ]
        query, key, value = split
        seen = functional.scaled_dot_product_attention(query, key, value, away.to(query.dtype))
        seen = self.out(seen.transpose(1, 2).reshape(n, length, size))
        x = self.norm1(x + functional.dropout(seen, drop, drop > 0))
        more = self.narrow(functional.gelu(self.wide(x)))
        return self.norm2(x + functional.dropout(more, drop, drop > 0))  # type: ignore[no-any-return]


def fit(
    weights: Weights,
    taught: Taught,
    topics: int,
    targets: int,
    how: Fitting,
    progress: Progress = lambda done, of: None,
) -> dict[str, Floats]:
    """Fit an encoder.

    Args:
        weights: Of a BERT, by its usual names.
        taught: Texts and answers.
        topics: Answers that each are yes or no.
        targets: Answers of which one is right.
        how: The rest.
        progress: Told how many batches of how many are done.

    Returns:
        The weights after fitting, with ``head.weight`` and ``head.bias``.
    """
    torch.set_num_threads(how.threads or len(os.sched_getaffinity(0)))
    torch.manual_seed(how.seed)
    model = Encoder(weights, topics + targets)
    for part in (model.words, model.places, model.norm, *list(model.layers)[: how.frozen]):
        part.requires_grad_(requires_grad=False)
    body = [each for name, each in model.named_parameters() if each.requires_grad]
    head = list(model.head.parameters())
    body = [each for each in body if not any(each is one for one in head)]
    optimiser = torch.optim.AdamW(
        [{"params": body, "most": how.rate}, {"params": head, "most": how.head_rate}],
        lr=how.rate, weight_decay=_DECAY,
    )  # fmt: skip
    rng = np.random.default_rng(how.seed)
    of = how.epochs * -(-len(taught.truth) // how.batch)
    done = 0
    model.train()
    for epoch in range(how.epochs):
        texts = taught.pieces(epoch)
        for rows in _batches(texts, how.batch, rng):
            for group in optimiser.param_groups:
                group["lr"] = group["most"] * _slope(done / of)
            loss = _loss(model, texts, rows, taught, topics, how)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(body, 1.0)
            optimiser.step()
            done += 1
            progress(done, of)
    return _named(model)


def answers(weights: Weights, texts: Sequence[Sequence[int]], threads: int = 1) -> Floats:
    """Return the answers of fitted weights to texts in log-odds, shape ``(n, n_answers)``."""
    torch.set_num_threads(threads)
    model = Encoder(weights, len(weights["head.bias"]))
    _head(model, weights)
    model.eval()
    found = np.zeros((len(texts), len(weights["head.bias"])), np.float32)
    order = np.argsort([len(each) for each in texts], kind="stable")
    with torch.inference_mode(), _half():
        for at in range(0, len(order), 64):
            rows = order[at : at + 64]
            pieces, mask = _batch([texts[row] for row in rows])
            found[rows] = model.head(model(pieces, mask)).float().numpy()
    return found


def _loss(
    model: Encoder,
    texts: Sequence[Sequence[int]],
    rows: npt.NDArray[np.int64],
    taught: Taught,
    topics: int,
    how: Fitting,
) -> torch.Tensor:
    pieces, mask = _batch([texts[row] for row in rows])
    with _half():
        mean = model(pieces, mask, 0.1)
    found = model.head(functional.dropout(mean.float(), 0.1))
    truth, weight = (torch.from_numpy(each[rows]) for each in (taught.truth, taught.weight))
    each = functional.binary_cross_entropy_with_logits(found[:, :topics], truth, reduction="none")
    loss = (each * weight).sum() / len(rows)
    target = torch.from_numpy(taught.target[rows])
    if bool((target >= 0).any()):
        aimed = functional.cross_entropy(
            found[:, topics:], target, ignore_index=-1, reduction="sum"
        )
        loss = loss + how.target_weight * aimed / len(rows)
    return loss


def _batches(
    texts: Sequence[Sequence[int]], size: int, rng: np.random.Generator
) -> list[npt.NDArray[np.int64]]:
    """Cut the texts into batches of about equal length, in random order."""
    length = np.array([len(each) for each in texts]) + rng.random(len(texts)) * 12
    order = np.argsort(length)
    cut = [order[at : at + size] for at in range(0, len(order), size)]
    return [cut[at] for at in rng.permutation(len(cut))]


def _batch(texts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(each) for each in texts)
    pieces = torch.zeros((len(texts), longest), dtype=torch.long)
    mask = torch.zeros((len(texts), longest))
    for at, each in enumerate(texts):
        pieces[at, : len(each)] = torch.tensor(each)
        mask[at, : len(each)] = 1.0
    return pieces, mask


def _slope(part: float) -> float:
    return min(part / _WARM_UP, 1.0) * (1.0 - part) + 1e-3


def _half() -> torch.autocast:
    return torch.autocast("cpu", dtype=torch.bfloat16)


def _linear(weights: Weights, name: str) -> nn.Linear:
    out, into = weights[f"{name}.weight"].shape
    made = nn.Linear(into, out)
    made.weight.data = torch.from_numpy(weights[f"{name}.weight"].copy())
    made.bias.data = torch.from_numpy(weights[f"{name}.bias"].copy())
    return made


def _norm(weights: Weights, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(len(weights[f"{name}.bias"]), eps=EPSILON)
    made.weight.data = torch.from_numpy(weights[f"{name}.weight"].copy())
    made.bias.data = torch.from_numpy(weights[f"{name}.bias"].copy())
    return made


def _table(rows: Floats) -> nn.Embedding:
    made = nn.Embedding(*rows.shape)
    made.weight.data = torch.from_numpy(rows.copy())
    made.requires_grad_(requires_grad=False)
    return made


def _head(model: Encoder, weights: Weights) -> None:
    model.head.weight.data = torch.from_numpy(weights["head.weight"].copy())
    model.head.bias.data = torch.from_numpy(weights["head.bias"].copy())


def _named(model: Encoder) -> dict[str, Floats]:
    """Return the weights under BERT's names."""
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "places.weight": "embeddings.position_embeddings.weight",
        "norm.": "embeddings.LayerNorm.",
        "layers.": "encoder.layer.",
        ".query.": ".attention.self.query.",
        ".key.": ".attention.self.key.",
        ".value.": ".attention.self.value.",
        ".out.": ".attention.output.dense.",
        ".norm1.": ".attention.output.LayerNorm.",
        ".wide.": ".intermediate.dense.",
        ".narrow.": ".output.dense.",
        ".norm2.": ".output.LayerNorm.",
    }
    found = {}
    for key, value in model.state_dict().items():
        name = key
        for old, new in names.items():
            if old.startswith(".") or name.startswith(old):
                name = name.replace(old, new, 1)
        found[name] = value.detach().float().numpy().copy()
    size = found["embeddings.word_embeddings.weight"].shape[1]
    # the places hold the kind of sentence already
    found["embeddings.token_type_embeddings.weight"] = np.zeros((2, size), np.float32)
    return found
