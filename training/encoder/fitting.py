"""Everything that an encoder model holds besides n-grams of the letters, from the rows of a recipe.

The order: learn the gloss from pairs and the glossary; gloss the rows; fit n-grams on the gloss; fit the
encoder on the pieces; write network, vocabulary and tables. How the three readers are mixed is fitted last,
on the calibration side, which none of them has seen.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from detector.errors import InputError, SetupError
from detector.text.encoder import (
    GLOSS_FILE,
    GLOSS_TOPICS_FILE,
    NETWORK_FILE,
    VOCABULARY_FILE,
    Mix,
)
from detector.text.gloss import Gloss, packed
from detector.text.names import NAMES_FILE, NO_NAMES, Names
from detector.text.network import EncoderNetwork
from detector.text.pieces import WordPieces
from training.corpus import load_pairs
from training.encoder import tensors
from training.encoder.onnx_file import write_onnx
from training.examples import PairExample
from training.gloss import build, english_words, learn, read_glossary
from training.linear import Rows, TopicParts, fit_mix, fit_topics
from training.manifest import Manifest
from training.sources import Source
from training.text_recipe import EncoderFrom, Recipe
from training.text_rows import TextRow

TARGETS = ("gender", "religion", "race", "caste")
_MOST_WEIGHT = 4.0
"""How much more at most a text counts that is of a rare topic."""


@dataclass(frozen=True, slots=True, eq=False)
class EncoderFiles:
    """What was fitted, ready to be written and asked."""

    gloss: Gloss
    vocabulary: tuple[str, ...]
    grams: TopicParts
    weights: tensors.Weights
    topics: tuple[str, ...]
    manifests: tuple[Manifest, ...]
    """Of the pairs that the gloss was learnt from."""
    licence: str
    """Of the weights that it started from."""
    names: Names = NO_NAMES
    """What names in the rows were read as."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """What each answer of the network is about."""
        return (*self.topics, *(f"mockery:{each}" for each in TARGETS))

    @property
    def intercepts(self) -> list[float]:
        """What is added to each answer."""
        return [round(float(each), 6) for each in self.weights["head.bias"]]

    def save(self, folder: Path) -> None:
        """Write the files that `detector.text.encoder` reads."""
        (folder / VOCABULARY_FILE).write_text("\n".join(self.vocabulary), "utf-8")
        with (folder / GLOSS_FILE).open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **packed(self.gloss))
        self.grams.save(folder / GLOSS_TOPICS_FILE)
        write_onnx(self.weights, folder / NETWORK_FILE)
        if self.names.lines:
            (folder / NAMES_FILE).write_text(self.names.lines, "utf-8")

    def log_odds(self, rows: Sequence[TextRow], folder: Path) -> tuple[Any, Any]:
        """Return what n-grams of the gloss and the written network say of rows, by topic."""
        words = glossed(self.gloss, rows)
        network = EncoderNetwork(folder / NETWORK_FILE, self.gloss.pieces, self.intercepts)
        answers = np.stack([network.shares([p for w in each for p in w])[1] for each in words])
        found = {topic: answers[:, at] for at, topic in enumerate(self.topics)}
        return self.grams.log_odds(_texts(self.gloss, words)), found


def fit_encoder(
    recipe: Recipe,
    sources: Sequence[Source],
    rows: Sequence[TextRow],
    topics: Sequence[str],
    seed: int,
    progress: tensors.Progress = lambda done, of: None,
    *,
    names: Names = NO_NAMES,
) -> EncoderFiles:
    """Fit everything on the train side.

    Args:
        recipe: With an encoder.
        sources: Pairs among them.
        rows: Of the train side.
        topics: What is taught.
        seed: Of everything that is drawn.
        progress: Told how many batches of how many are done.
        names: What names in the rows were read as.

    Raises:
        InputError: If the recipe names pairs that are not given.
        SetupError: If the package with the weights is not installed.
    """
    how = recipe.encoder
    if how is None:
        raise InputError("the recipe names no encoder; expected the table [encoder]; add it")
    vocabulary, weights = start(how.package)
    pieces = WordPieces(vocabulary)
    gloss, manifests = _gloss(how, sources, rows, pieces)
    words = glossed(gloss, rows)
    grams = _grams(recipe, rows, _texts(gloss, words), topics, seed)

    def seen(epoch: int) -> list[list[int]]:
        rng = np.random.default_rng(seed + epoch)
        return [marked(thinned(each, how.dropped, rng), pieces, how.longest) for each in words]

    taught = _taught(rows, topics, seen)
    fitting = tensors.Fitting(epochs=how.epochs, rate=how.rate, frozen=how.frozen, seed=seed)
    fitted = tensors.fit(weights, taught, len(topics), len(TARGETS), fitting, progress)
    licence = licence_of(how.package)
    return EncoderFiles(gloss, vocabulary, grams, fitted, tuple(topics), manifests, licence, names)


def mixed(
    letters: Mapping[str, npt.NDArray[np.float64]],
    gloss: Mapping[str, npt.NDArray[np.float64]],
    encoder: Mapping[str, npt.NDArray[np.float64]],
    rows: Sequence[TextRow],
) -> tuple[dict[str, Mix], dict[str, npt.NDArray[np.float64]]]:
    """Fit how the readers' log-odds of rows are added up; return that, and the sums, by topic."""
    mixes, sums = {}, {}
    for topic in letters:
        judged = np.array([topic in each.labels for each in rows], np.bool_)
        truth = np.array([each.labels.get(topic, False) for each in rows], np.bool_)
        columns = np.stack([each[topic] for each in (letters, gloss, encoder)], axis=1)
        found, intercept = fit_mix(columns[judged], truth[judged])
        a, b, c = (round(float(each), 6) for each in found)
        mixes[topic] = Mix(a, b, c, round(intercept, 6))
        sums[topic] = columns @ np.array([a, b, c]) + mixes[topic].intercept
    return mixes, sums


def start(package: str) -> tuple[tuple[str, ...], dict[str, npt.NDArray[np.float32]]]:
    """Return vocabulary and weights of an installed package, or of a folder that holds them.

    Raises:
        SetupError: If it is not installed or holds something else.
    """
    folder = _weights_folder(package)
    if not (folder / "model.safetensors").is_file():
        raise SetupError(
            f"{package} is not installed with a folder model/ that holds model.safetensors and vocab.txt; "
            f"expected a package of a BERT's weights; run `pip install wardi[training]`"
        )
    lines = (folder / "vocab.txt").read_text("utf-8").rstrip("\n").split("\n")
    weights = load_file(folder / "model.safetensors")
    return tuple(lines), {name: each for name, each in weights.items() if each.dtype == np.float32}


def licence_of(package: str) -> str:
    """Return the licence that the card beside the weights states, e.g. ``apache-2.0``."""
    page = _weights_folder(package) / "README.md"
    lines = page.read_text("utf-8").splitlines() if page.is_file() else []
    said = (each.partition(":")[2].strip() for each in lines if each.startswith("license:"))
    return next(said, "none stated")


def _weights_folder(package: str) -> Path:
    folder = Path(package)  # weights of one's own
    if folder.is_dir():
        return folder
    found = importlib.util.find_spec(package) if package.isidentifier() else None
    places = list(found.submodule_search_locations or []) if found else []
    return Path(places[0]) / "model" if places else folder


def thinned(
    words: Sequence[tuple[int, ...]], dropped: float, rng: np.random.Generator
) -> Sequence[tuple[int, ...]]:
    """Return the pieces of a text's words without a share of them, drawn anew; never of none."""
    kept = rng.random(len(words)) >= dropped
    return [each for each, stays in zip(words, kept, strict=True) if stays] or words


def marked(words: Sequence[tuple[int, ...]], pieces: WordPieces, longest: int) -> list[int]:
    """Return so many pieces of a text at most, marks at both ends included."""
    inner = [piece for each in words for piece in each][: longest - 2]
    return [pieces.cls, *inner, pieces.sep]


def glossed(gloss: Gloss, rows: Sequence[TextRow]) -> list[list[tuple[int, ...]]]:
    """Return the pieces of each word of each row."""
    return [[word.pieces for word in gloss.read(each.text, each.example.lang)] for each in rows]


def _texts(gloss: Gloss, words: Sequence[Sequence[tuple[int, ...]]]) -> list[str]:
    return [" ".join(gloss.pieces.joined(word) for word in each) for each in words]


def _gloss(
    how: EncoderFrom, sources: Sequence[Source], rows: Sequence[TextRow], pieces: WordPieces
) -> tuple[Gloss, tuple[Manifest, ...]]:
    given = {each.name: each for each in sources}
    wanted = (*how.translated, *how.romanised)
    if missing := [each for each in wanted if each not in given]:
        raise InputError(
            f"the recipe names the pairs {', '.join(missing)}; they are not given; name their "
            f"manifests with --data, or register them with `wardi data add`"
        )
    translated = [
        each
        for each in _pairs(given, how.translated)
        if {each.src_lang, each.tgt_lang} == {"en", "ur"}
    ]
    lexicon = learn(translated, _pairs(given, how.romanised))
    english = english_words(each.text for each in rows if each.example.lang == "en")
    gloss = build(lexicon, read_glossary(Path(how.glossary)), english, pieces)
    return gloss, tuple(given[each].manifest for each in wanted)


def _pairs(given: Mapping[str, Source], names: Sequence[str]) -> list[PairExample]:
    return [each for name in names for each in load_pairs([given[name]], "train")]


def _grams(
    recipe: Recipe, rows: Sequence[TextRow], texts: list[str], topics: Sequence[str], seed: int
) -> TopicParts:
    truth = {
        topic: np.array([float(each.labels.get(topic, np.nan)) for each in rows], np.float64)
        for topic in topics
    }
    table = Rows(
        texts,
        truth,
        np.array([each.weight for each in rows], np.float64),
        np.array([each.in_full for each in rows], np.bool_),
    )
    shape = recipe.shape
    return fit_topics(
        table, ngrams=shape.ngrams, places=shape.places, strength=shape.strength, seed=seed
    )


def _taught(rows: Sequence[TextRow], topics: Sequence[str], pieces: Any) -> tensors.Taught:
    truth = np.array(
        [[float(each.labels.get(topic, False)) for topic in topics] for each in rows], np.float32
    )
    weight = np.array(
        [[each.weight * (topic in each.labels) for topic in topics] for each in rows], np.float32
    )
    for at in range(len(topics)):
        rare = (weight[:, at] * truth[:, at]).sum()
        rest = (weight[:, at] * (1 - truth[:, at])).sum()
        weight[truth[:, at] == 1, at] *= min(_MOST_WEIGHT, float(np.sqrt(rest / rare)))
    target = np.array(
        [
            TARGETS.index(each.example.target)
            if each.labels.get("mockery") and each.example.target in TARGETS
            else -1
            for each in rows
        ],
        np.int64,
    )
    return tensors.Taught(pieces, truth, weight, target)
