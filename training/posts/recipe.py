"""What each built post is made of: ids of held-out items, how the camera moves, in which order.

The recipe is drawn once from a seed and kept under git (``data/posts.toml``); pictures and texts stay
where they are. Only pictures in which all four labels are judged are drawn, so that what a post shows is
known, and no group of pictures is drawn twice, so that posts are independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detector.errors import InputError
from training import toml
from training.examples import Example, TextExample
from training.manifest import LABELS

RECIPE = Path("data/posts.toml")
POSTS = 80
SHOTS = (2, 4)
SECONDS = (2.0, 4.0)
ZOOM = (0.7, 1.0)
"""Height of what the camera shows, as a fraction of the most that fits."""
PORTRAIT, LANDSCAPE = (360, 640), (640, 360)
EMPTY_SHARE = 0.5
"""Posts whose shots show none of the labels."""
View = tuple[float, float, float]
"""Where the camera looks: across and down, as fractions of the room it has to move, and zoom."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture, with the camera moving over it."""

    picture: str
    """Id of the held-out picture."""
    seconds: float
    start: View
    end: View


@dataclass(frozen=True, slots=True)
class PostRecipe:
    """One post: a caption and a clip of several shots, cut hard."""

    id: str
    text: str
    """Id of the held-out text."""
    size_wh: tuple[int, int]
    shots: tuple[Shot, ...]


def draw_recipes(
    pictures: Sequence[Example], texts: Sequence[TextExample], *, posts: int = POSTS, seed: int = 0
) -> tuple[PostRecipe, ...]:
    """Draw posts; about half of the clips show none of the labels.

    Raises:
        InputError: If the pictures or texts do not suffice.
    """
    rng = np.random.default_rng(seed)
    known = _one_per_group([each for each in pictures if each.judged >= set(LABELS)], rng)
    showing = iter([each for each in known if each.boxes])
    empty = iter([each for each in known if not each.boxes and not each.ignore])
    drawn = [texts[at] for at in rng.permutation(len(texts))[:posts].tolist()]
    made = []
    for number, text in enumerate(drawn):
        pool = empty if rng.random() < EMPTY_SHARE else showing
        count = int(rng.integers(SHOTS[0], SHOTS[1] + 1))
        shots = tuple(_shot(each.id, rng) for each in _next(pool, count))
        size = PORTRAIT if rng.random() < 0.7 else LANDSCAPE
        made.append(PostRecipe(f"built-{number:03d}", text.id, size, shots))
    return tuple(each for each in made if len(each.shots) >= SHOTS[0])


def _one_per_group(pictures: Sequence[Example], rng: np.random.Generator) -> list[Example]:
    found: dict[str, Example] = {}
    for at in rng.permutation(len(pictures)).tolist():
        found.setdefault(pictures[at].group, pictures[at])
    return list(found.values())


def _next(pool: Iterator[Example], count: int) -> Iterator[Example]:
    for _ in range(count):
        each = next(pool, None)
        if each is None:
            return
        yield each


def _shot(picture: str, rng: np.random.Generator) -> Shot:
    seconds = round(float(rng.uniform(*SECONDS)), 1)
    return Shot(picture, seconds, _view(rng), _view(rng))


def _view(rng: np.random.Generator) -> View:
    across, down = rng.uniform(0, 1, 2).round(2).tolist()
    return across, down, round(float(rng.uniform(*ZOOM)), 2)


def write_recipes(path: Path, recipes: Sequence[PostRecipe]) -> None:
    """Write recipes; an existing file is replaced."""
    rows = [
        {
            "id": each.id,
            "text": each.text,
            "size_wh": list(each.size_wh),
            "shots": [
                [one.picture, one.seconds, list(one.start), list(one.end)] for one in each.shots
            ],
        }
        for each in recipes
    ]
    comment = (
        "Posts built of held-out items to measure the whole chain on: ids, never the items.\n"
        "Shots: picture, seconds, where the camera starts and ends (across, down, zoom).\n"
        "Drawn once from a seed; a changed line is a changed test: review it."
    )
    toml.write(path, {"post": rows}, comment=comment)


def read_recipes(path: Path = RECIPE) -> tuple[PostRecipe, ...]:
    """Read recipes.

    Raises:
        InputError: If the file is not there or does not say what it must.
    """
    try:
        return tuple(map(_recipe, toml.read(path)["post"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"the recipe {path} is wrong ({type(error).__name__}: {error}); expected [[post]] with "
            f"id, text, size_wh and shots; restore the file"
        ) from error


def _recipe(row: dict[str, Any]) -> PostRecipe:
    width, height = row["size_wh"]
    shots = tuple(
        Shot(str(picture), float(seconds), _three(start), _three(end))
        for picture, seconds, start, end in row["shots"]
    )
    return PostRecipe(row["id"], row["text"], (int(width), int(height)), shots)


def _three(values: Sequence[float]) -> View:
    across, down, zoom = map(float, values)
    return across, down, zoom
