"""What a text model is fitted on and how: a table that is read, checked and copied into the card.

Sources differ in what their labels mean. Rows that were read by our guideline count in full and are
calibrated on; labels of others count less, and only for the topics that they mean. Without a recipe
every given source counts in full for every topic that it is labelled for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detector.errors import InputError
from detector.text.names import NO_NAMES, Names, names_of
from training import toml
from training.manifest import TOPICS, Topic
from training.sources import Source

Tag = Annotated[str, Field(pattern=r"^[A-Za-z-]+$")]
"""BCP 47 tag of a language."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopicsFrom(_Part):
    """A source whose labels teach topics."""

    source: str
    topics: tuple[Topic, ...] = TOPICS
    """Topics for which its labels are taken."""
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    """How much one of its rows counts."""
    most: Annotated[int, Field(gt=0)] | None = None
    """Rows taken at most, drawn by the seed; None takes all."""
    calibrates: bool = True
    """Whether its calibration side calibrates and chooses thresholds; its words teach how rare each is."""
    calibrates_for: tuple[Topic, ...] | None = None
    """Topics that its calibration side calibrates; None: all of `topics`."""
    absent: tuple[Topic, ...] = ()
    """Topics that none of its rows is of, though nobody wrote so row by row."""


class LanguageFrom(_Part):
    """Rows of a source that show what a language looks like; their labels are not read."""

    source: str
    lang: Tag
    """Rows with this tag."""
    shows: Tag | None = None
    """Language that they are taught as; None: their own."""
    most: Annotated[int, Field(gt=0)] | None = None


class LabelsFrom(_Part):
    """Labels of our own for rows of other sources; see `training.added_labels`."""

    folder: str
    """Folder of CSV files, from the checkout."""
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    in_doubt: Annotated[float, Field(gt=0, le=1)] = 1.0
    """How much a row counts of which a careful reader might decide otherwise."""
    calibrates: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the rows, by the SHA-256 of the text, that calibrate instead of being fitted on. Rows on
    the calibration side of their source calibrate anyway."""
    usual_for: tuple[Topic, ...] = ()
    """Topics that these rows are of about as often as posts that nobody picked: probabilities and
    thresholds are taken from them as well. For the others they say how readers are mixed alone."""
    read_as: dict[str, Tag] = {}
    """Language tag of a source -> tag that its rows are read and calibrated as."""
    absent: tuple[Topic, ...] = ()


class EncoderFrom(_Part):
    """What an encoder starts from and how it is fitted; without it the model is n-grams alone."""

    package: str
    """Installed package with a folder ``model`` of a BERT's weights and vocabulary."""
    glossary: str
    """File of words and what they mean, from the checkout; see `training.gloss.read_glossary`."""
    names: str = ""
    """File of group names that are read as one of their kind, from the checkout; see
    `detector.text.names`. Empty: every name is read."""
    translated: tuple[str, ...] = ()
    """Sources of pairs English-Urdu."""
    romanised: tuple[str, ...] = ()
    """Sources of pairs Urdu-Roman Urdu."""
    epochs: Annotated[int, Field(gt=0)] = 3
    rate: Annotated[float, Field(gt=0)] = 8e-5
    frozen: Annotated[int, Field(ge=0)] = 2
    """Layers that stay as they are, besides the embeddings."""
    dropped: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """Share of words that are left out each time."""
    longest: Annotated[int, Field(ge=16, le=160)] = 72
    """Pieces of a text that are learnt from."""


class Shape(_Part):
    """The form of the model."""

    ngrams: tuple[int, int] = (2, 5)
    """Shortest and longest character n-gram, within words."""
    places: Annotated[int, Field(ge=256)] = 2**18
    """Places that n-grams are hashed into."""
    strength: Annotated[float, Field(gt=0)] = 5.0
    """Inverse of the regularisation; chosen on the calibration split, where 3 to 10 hardly differ."""
    min_known: Annotated[float, Field(ge=0, le=1)] = 0.45
    """Least share of a text's words that must have been seen; else the model abstains."""
    least: Annotated[int, Field(gt=0)] = 5
    """A topic needs as many rows that are of it, and as many that are not, to be taught; a language
    needs as many judged rows of each topic on the calibration side to be read."""


class Recipe(_Part):
    """All of it."""

    shape: Shape = Shape()
    topics: tuple[TopicsFrom, ...] = ()
    languages: tuple[LanguageFrom, ...] = ()
    """Empty: the language reader of a former model is kept, and learns the new words."""
    labels: tuple[LabelsFrom, ...] = ()
    encoder: EncoderFrom | None = None

    def sources(self) -> tuple[str, ...]:
        """Return the names of every source of texts that it names, each once."""
        named = [each.source for each in self.topics] + [each.source for each in self.languages]
        return tuple(dict.fromkeys(named))


def entry(values: Mapping[str, Any]) -> str:
    """Return a part of a recipe in a line, as a card tells it."""
    return ", ".join(
        f"{key} {'/'.join(value) if isinstance(value, tuple) else value}"
        for key, value in values.items()
    )


def read_names(recipe: Recipe) -> Names:
    """Read the names that a recipe reads as one.

    Raises:
        InputError: If the file is not there or does not say what it must.
    """
    if recipe.encoder is None or not recipe.encoder.names:
        return NO_NAMES
    path = Path(recipe.encoder.names)
    try:
        return names_of(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"the names in {path} cannot be used ({error}); expected lines of a kind, a tab and names; "
            f"correct the file, or what the recipe calls it"
        ) from error


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises:
        InputError: If it cannot be read or does not say what it must.
    """
    try:
        return Recipe.model_validate(toml.read(path))
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise InputError(
            f"the recipe {path} is wrong ({said}); expected the tables of data/recipes/text.toml; "
            f"correct it"
        ) from error


def plain_recipe(sources: Sequence[Source]) -> Recipe:
    """Return the recipe in which every source counts in full."""
    return Recipe(
        topics=tuple(
            TopicsFrom(source=each.name, topics=each.manifest.labels.topics)
            for each in sources
            if each.manifest.labels.topics
        )
    )
