"""What is known of a source of data: the manifest, written by hand and checked when it is read.

One TOML file per source: where it comes from, on what terms, what its classes mean in our words, which
of our labels it annotates fully and which it is a checked negative for, how its items hang together,
and what is wrong with it. ``data/README.md`` explains each table; a word that is not known is an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detector.errors import InputError
from training import toml

Label = Literal["uniform", "badge", "vehicle", "weapon"]
LABELS: tuple[Label, ...] = get_args(Label)
Topic = Literal["political", "religious", "mockery", "opsec", "custody"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
SourceKind = Literal["vision", "text", "pairs", "emblems", "weights", "videos"]

Ships = Literal["yes", "yes, said in the card", "negatives", "never", "none stated"]
"""Whether weights fitted on a source may be given away; the last two mean that they may not."""
MAY_SHIP = frozenset({"yes", "yes, said in the card", "negatives"})

IGNORE, BACKGROUND = "ignore", "background"


class Part(BaseModel):
    """A table of a manifest: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(Part):
    """Where a source was taken from, and on what terms."""

    repository: str
    version: str
    """Commit or version; ``not recorded`` where nobody noted it."""
    path: str
    """Folder under the data root, with forward slashes; ``.`` for the manifest's own folder."""
    within: Literal["data root", "project"] = "data root"
    """What `path` starts from; ``project``: the checkout, for data that was made for it."""
    licence: str
    """As stated there, quoted."""
    ships: Ships


class Content(Part):
    """What `seal` measured."""

    sha256: str
    """Over the sorted lines ``<sha256>  <relative path>`` of every file but Markdown."""
    files: int
    bytes: int
    items: int = 0
    heldout: int = 0
    boxes: dict[str, int] = {}
    """Boxes by the source's own class."""


class Labels(Part):
    """What the labels of a source mean in our words."""

    classes: tuple[str, ...] = ()
    """The source's own classes, in the order of their numbers."""
    mapping: dict[str, str] = {}
    """Class -> one of our labels, ``ignore`` (or ``ignore:<label>``), or ``background``."""
    annotates_fully: tuple[Label, ...] = ()
    """Our labels of which every instance is boxed, in every picture of the source."""
    annotates_column: str = ""
    """Column of items.csv that says so per picture, in the letters u b v w; overrides the former."""
    negative_for: tuple[Label, ...] = ()
    """Our labels of which the source was checked to show none."""
    topics: tuple[Topic, ...] = ()
    """Topics that some of its rows are labelled for."""
    slices: dict[str, str] = {}
    """Slices that every item of the source belongs to."""
    slice_columns: tuple[str, ...] = ()
    """Columns whose value is a slice of the item."""

    @model_validator(mode="after")
    def _maps_every_class(self) -> Labels:
        allowed = {*LABELS, IGNORE, BACKGROUND, *(f"{IGNORE}:{each}" for each in LABELS)}
        if set(self.mapping) != set(self.classes):
            odd = sorted(set(self.mapping) ^ set(self.classes))
            raise ValueError(f"classes and mapping differ in {odd}; expected one entry per class")
        if wrong := sorted(set(self.mapping.values()) - allowed):
            raise ValueError(f"classes are mapped to {wrong}; expected one of {sorted(allowed)}")
        if both := set(self.annotates_fully) & set(self.negative_for):
            raise ValueError(f"{sorted(both)} are said to be annotated and to be absent")
        if shown := set(self.negative_for) & set(self.mapping.values()):
            raise ValueError(
                f"{sorted(shown)} are said to be absent, yet a class is mapped to them"
            )
        return self


class Suite(Part):
    """Pictures of a source that show something easily taken for one of our labels."""

    name: str
    labels: tuple[Label, ...]
    """Labels a model must not find there; a picture that shows one of them is left out."""
    classes: tuple[str, ...] = ()
    """The picture shows at least one of these classes of the source; empty: every picture."""


class SameAs(Part):
    """Groups of this source that show the same photos as groups of another one."""

    source: str
    pattern: str
    """Regular expression that the whole group name matches."""
    group: str
    r"""Group in the other source, with ``\1`` for what was matched."""


class Groups(Part):
    """How the items of a source hang together."""

    rule: str
    """In words: what one group is."""
    heldout: Literal["column", "all", "none"]
    """Which items are held out: those that the column says, all, or none."""
    same_as: tuple[SameAs, ...] = ()


class Manifest(Part):
    """What is known of one source of data."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    kind: SourceKind
    about: str
    known_wrong: tuple[str, ...] = ()
    """Flaws that were found by looking, and gaps."""
    origin: Origin
    groups: Groups
    labels: Labels = Labels()
    suites: tuple[Suite, ...] = ()
    content: Content | None = None
    """None until it is sealed."""

    @property
    def ships(self) -> bool:
        """Whether weights fitted on the source may be given away."""
        return self.origin.ships in MAY_SHIP


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest.

    Raises:
        InputError: If it cannot be read or does not say what it must.
    """
    content = toml.read(path)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'manifest'}: {each['msg']}"
            for each in error.errors()
        )
        raise InputError(
            f"the manifest {path} is wrong ({said}); expected the tables that data/README.md names; "
            f"correct it"
        ) from error
