"""What each step of normalisation is worth to n-grams: ``python -m tests.bench.normalisation [STEP ...]``.

One step at a time is switched off, and n-grams of letters are fitted anew on the real posts of the recipe's
train side, in three folds by group. Printed is by how much the mean average precision over topics rises
when it is off, by language, with the 95 % interval of the paired difference: below zero, the step helps.
Beside it the same for posts written in phone spelling, which none of the fits has seen. Nothing held out
is read. Minutes: a step takes half a minute on one core.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from detector.text import normalise as steps
from tests.bench.processes import say
from training.examples import TextExample
from training.floor import RECIPE, untold
from training.metrics.average import ranked_average_precision, ranked_draws
from training.metrics.interval import draw, number, quantiles
from training.sources import SOURCES, open_all
from training.text_recipe import read_recipe
from training.text_rows import TextRow, gather

TOPICS, PHONE = ("political", "religious", "mockery"), "authored_phone"
COLUMNS = ("en", "ur", "ur-Latn", PHONE)
FOLDS, DRAWS, PLACES, ROUNDS = 3, 200, 2**17, 20
_URDU = {at: to for at, to in steps._LETTERS.items() if "\u0600" <= chr(at) <= "\u06ff"}
_PLAIN = steps._plain

Ints = npt.NDArray[np.int64]

OFF: dict[str, dict[str, Any]] = {
    "addresses, mentions": {"NOT_WORDS": re.compile(r"(?!)")},
    "spelled words": {"_SPELLED": re.compile(r"(?!)")},
    "Urdu letters": {"_LETTERS": {k: v for k, v in steps._LETTERS.items() if k not in _URDU}},
    "quotes, underscores": {"_LETTERS": _URDU},
    "marks, invisible": {"_INVISIBLE": set()},
    "tatweel": {"_TATWEEL": ""},
    "repeats": {"_MOST_REPEATS": 200},
    "capitals split": {"_starts_word": lambda text, at: False},
    "small letters": {"_plain": lambda char: _PLAIN(char) if char.lower() == char else char},
    "everything": {"normalise": lambda text: steps.Normalised(text, tuple(range(len(text))))},
}
"""What is put in the place of names of `detector.text.normalise` to switch a step off."""


@contextmanager
def off(step: str) -> Iterator[None]:
    """Switch a step off; another word leaves all on."""
    with ExitStack() as stack:
        for name, instead in OFF.get(step, {}).items():
            stack.enter_context(mock.patch.object(steps, name, instead))
        yield


def gathered(root: Path | None) -> tuple[list[TextRow], Ints]:
    """Return the rows of the train side that the guideline was read for, and the column of each."""
    sources = open_all(SOURCES, root=root, kind="text")
    taken = gather(sources, read_recipe(RECIPE), seed=0, explore=True, tagger=untold).train
    full = [(each, _column(each.example)) for each in taken if each.in_full]
    kept = [(each, name) for each, name in full if name in COLUMNS]
    return [each for each, _ in kept], np.array([COLUMNS.index(name) for _, name in kept])


def _column(text: TextExample) -> str:
    if text.source.startswith("authored_"):
        return text.source if text.source == PHONE else ""
    return text.lang


def scores(rows: Sequence[TextRow], fold: Ints) -> npt.NDArray[np.float64]:
    """Score each row by fits that have not seen it, shape ``(topics, rows)``; no fit sees fold -1."""
    grams = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=PLACES, alternate_sign=False, norm=None,
        lowercase=False, dtype=np.float32,
    ).transform([steps.normalise(each.example.text).text for each in rows])  # fmt: skip
    found = np.zeros((len(TOPICS), len(rows)))
    for at in range(FOLDS):
        fit, rest = np.flatnonzero((fold != at) & (fold >= 0)), np.flatnonzero(fold == at)
        seen = TfidfTransformer(sublinear_tf=True).fit(grams[fit]).transform(grams)
        for topic, name in enumerate(TOPICS):
            model = LogisticRegression(
                C=5.0, solver="liblinear", class_weight="balanced", max_iter=ROUNDS
            )
            model.fit(seen[fit], [rows[int(n)].labels[name] for n in fit])
            said = model.decision_function(seen)
            found[topic, rest] = said[rest]
            found[topic, fold < 0] += said[fold < 0] / FOLDS
    return found


def precision(score: Any, truth: Any, cluster: Ints, weights: Any) -> tuple[float, Any]:
    """Return the mean average precision over topics, and that in each draw."""
    each = list(zip(score, truth, strict=True))
    values = [ranked_average_precision(*one) or 0.0 for one in each]
    drawn = np.array([list(ranked_draws(*one, cluster, weights)) for one in each], np.float64)
    return float(np.mean(values)), drawn.mean(axis=0)


def main() -> None:
    """Print the table, a row as soon as it is known."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(OFF)}")
    options.add_argument("--root", type=Path, help="Data root; without it, as registered.")
    said = options.parse_args()
    if unknown := [each for each in said.steps if each not in OFF]:
        options.error(f"{', '.join(unknown)} is no step; expected some of {', '.join(OFF)}")
    rows, column = gathered(said.root)
    truth = np.array([[each.labels[name] for each in rows] for name in TOPICS], np.bool_)
    cluster, count = number(each.example.group for each in rows)
    fold = np.random.default_rng(0).permutation(count)[cluster] % FOLDS
    fold[column == COLUMNS.index(PHONE)] = -1
    parts = [np.flatnonzero(column == at) for at in range(len(COLUMNS))]
    weights = draw(count, draws=DRAWS)
    heads = (f"{name} ({len(at)})" for name, at in zip(COLUMNS, parts, strict=True))
    say("".join(f"{each:>24}" for each in ("off", *heads)))
    whole: list[tuple[float, Any]] = []
    for step in ("nothing", *(said.steps or OFF)):
        with off(step):
            found = scores(rows, fold)
        now = [precision(found[:, at], truth[:, at], cluster[at], weights) for at in parts]
        whole = whole or now
        cells = [f"{value:.3f}" for value, _ in now]
        if step != "nothing":
            gaps = [(a - b, *quantiles(x - y)) for (a, x), (b, y) in zip(now, whole, strict=True)]
            cells = [f"{gap:+.3f} [{low:+.3f}, {high:+.3f}]" for gap, low, high in gaps]
        say("".join(f"{each:>24}" for each in (step, *cells)))


if __name__ == "__main__":
    main()
