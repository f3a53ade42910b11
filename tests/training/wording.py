"""A corpus of made-up texts in two languages, and models fitted on it: small, and learnt in a second."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.samples.captions import PLAIN, TELLING
from training.formats.bundle import open_bundle
from training.formats.text_csv import read
from training.importing import Terms, import_labels
from training.sources import Source, open_source
from training.text import TextPlan, train_text
from training.text_recipe import LanguageFrom, Recipe, Shape, TopicsFrom

TOPICS = tuple(TELLING)


def drawn(count: int, seed: int) -> list[dict[str, str]]:
    """Draw texts: a third of each topic, a third of neither, half in each language."""
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(count):
        lang = ("en", "ur-Latn")[at % 2]
        topic = (*TOPICS, "")[at // 2 % 3]
        words = list(rng.choice(PLAIN[lang].split(), 8, replace=False))
        if topic:
            words += list(rng.choice(TELLING[topic][lang].split(), 3, replace=False))
        rng.shuffle(words)
        labels = {each: str(int(each == topic)) for each in TOPICS}
        rows.append({"text": " ".join(words), "lang": lang, **labels})
    return rows


def imported(folder: Path, rows: Sequence[dict[str, str]], *, ships: str = "none stated") -> Source:
    """Import texts as a corpus of one's own."""
    table = folder.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with open_bundle(table) as bundle:
        import_labels(read(bundle), bundle, folder, Terms({}, ships=ships))
    return open_source(folder / "corpus.toml")


def recipe(name: str, **shape: int) -> Recipe:
    """Return a recipe that takes topics and languages from one source."""
    return Recipe(
        shape=Shape(places=4096, ngrams=(3, 4), **shape),
        topics=(TopicsFrom(source=name, topics=TOPICS),),
        languages=tuple(LanguageFrom(source=name, lang=each) for each in PLAIN),
    )


def fitted(source: Source, out: Path, *, seed: int = 0) -> Path:
    """Fit a small text model."""
    train_text(TextPlan([source], recipe(source.name), seed=seed), out)
    return out
