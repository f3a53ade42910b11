"""Character n-grams fitted on the rows that a text model was fitted on: the floor that it is held beside.

Fitted anew from the model's recipe each time, in about a minute: nothing that is kept could be that of
another recipe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.errors import InputError, WardiError
from detector.text.normalise import normalise
from training.linear import Rows, TopicParts, fit_topics
from training.manifest import TOPICS
from training.sources import Source
from training.text_recipe import read_recipe
from training.text_rows import Gathered, TextRow, gather

RECIPE = Path("data/recipes/text.toml")
NGRAMS, PLACES, STRENGTH = (1, 5), 2**18, 5.0
"""As the floor of the labelled posts was fitted, but for all languages at once."""

Scores = Mapping[str, npt.NDArray[np.float64]]


def rows_of_model(
    card: Mapping[str, Any], sources: Sequence[Source], path: Path = RECIPE
) -> Gathered:
    """Gather the rows that a model was fitted on, by its recipe.

    Args:
        card: The model's.
        sources: Of texts, on this machine.
        path: The recipe.

    Raises:
        InputError: If they are not those that the card counts, source by source.
        SetupError: If a source is not what its manifest and the lock say.
    """
    seed = int(card.get("recipe", {}).get("seed", 0))
    told = card.get("data", {}).get("sources", ())
    said = {each["name"]: each["topic_rows"] for each in told if each.get("topic_rows")}
    if missing := sorted(said.keys() - {each.name for each in sources}):
        raise InputError(
            f"the model was fitted on {', '.join(missing)}, by its card; expected them on this machine; "
            f"run `wardi data add`, or give --data"
        )
    found = gather(sources, read_recipe(path), seed=seed, explore=True, tagger=untold)
    here = Counter(each.example.source for each in found.train)
    if said != dict(here):
        odd = sorted(name for name in said.keys() | here.keys() if said.get(name) != here[name])
        raise InputError(
            f"{path} takes other rows here than the model was fitted on ({', '.join(odd[:3])}"
            f"{' and more' if len(odd) > 3 else ''}); expected those that its card counts; name the "
            f"model's recipe, and add its sources"
        )
    return found


def fit_floor(rows: Sequence[TextRow], topics: Sequence[str], *, seed: int = 0) -> TopicParts:
    """Fit n-grams on rows as a recipe takes them, for the topics that some are of and some are not."""
    columns: dict[str, npt.NDArray[np.float64]] = {}
    for topic in topics:
        truth = np.array([float(each.labels.get(topic, np.nan)) for each in rows], np.float64)
        if (truth == 1).any() and (truth == 0).any():
            columns[topic] = truth
    if not columns:
        raise InputError(
            f"no row is of {', '.join(topics)}, or every row is; expected both; name other sources"
        )
    table = Rows(
        [each.text for each in rows],
        columns,
        np.array([each.weight for each in rows], np.float64),
        np.array([each.in_full for each in rows], np.bool_),
    )
    if not table.in_full.any():
        table = Rows(table.texts, table.truth, table.weight, ~table.in_full)
    return fit_topics(table, ngrams=NGRAMS, places=PLACES, strength=STRENGTH, seed=seed)


def floor_scores(parts: TopicParts, texts: Sequence[str]) -> Scores:
    """Return log-odds by topic of texts as they are posted, shape ``(n,)``."""
    return parts.log_odds([normalise(each).text for each in texts])


def floor_of(
    card: Mapping[str, Any], sources: Sequence[Source], texts: Sequence[str], path: Path = RECIPE
) -> tuple[Scores, str]:
    """Return what the floor of a model makes of texts, or why there is none.

    Args:
        card: The model's.
        sources: Of texts, on this machine.
        texts: As they are posted.
        path: The model's recipe.
    """
    try:
        rows = rows_of_model(card, sources, path).train
        return floor_scores(fit_floor(rows, TOPICS), texts), ""
    except WardiError as error:
        return {}, str(error)


def untold(texts: Sequence[Any]) -> list[str]:
    """Say of every text that its language is not told: only rows that say it are taken."""
    return ["" for _ in texts]
