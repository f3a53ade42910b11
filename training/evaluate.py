"""A model folder held against held-out items, or against the calibration split: the way in.

This is where the held-out items are read, and nothing that fits or chooses may import it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from detector.artifact import ModelFolder
from detector.errors import InputError
from detector.settings import Vision
from detector.text.models import open_text_model
from detector.vision.calibration import read_calibration
from detector.vision.runtimes import open_vision_model
from training import corpus, heldout
from training.evaluation.sets import SETS, read_sets
from training.evaluation.text import HELDOUT_SOURCE, ReadText, evaluate_texts, read_all
from training.evaluation.values import Evaluation
from training.evaluation.vision import Deployed, Progress, evaluate_pictures, look_at
from training.examples import Corpus, Example, TextExample
from training.metrics.interval import DRAWS
from training.scene import Scene
from training.sources import SOURCES, Source, open_all

On = Literal["heldout", "calibration"]
ItemT = TypeVar("ItemT")


def _silent(done: int, of: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured on."""

    on: On = "heldout"
    manifests: Path = SOURCES
    root: Path | None = None
    """Data root; None takes where the sources were registered."""
    only: Collection[str] = ()
    """Names of sources; empty for all of the kind."""
    sets: Path = SETS
    draws: int = DRAWS
    seed: int = 0
    settings: Vision = field(default_factory=Vision)

    @property
    def restricted(self) -> str:
        """What the run is restricted to, in words; empty for everything."""
        return f"sources {', '.join(sorted(self.only))}" if self.only else ""


def evaluate_vision(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> Evaluation:
    """Measure a vision model.

    Raises:
        InputError: If no picture is there to measure on.
        SetupError: If a source is not what its manifest and the lock say.
    """
    sources = _sources(request, "vision")
    examples = _pictures(sources, request.on)
    model = open_vision_model(folder, request.settings)
    return evaluate_pictures(
        look_at(examples, model, progress),
        Deployed(model, read_calibration(folder)),
        on=request.on,
        manifests=[each.manifest for each in sources],
        sets=read_sets(request.sets),
        restricted=request.restricted,
        draws=request.draws,
        seed=request.seed,
    )


def evaluate_text(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> Evaluation:
    """Measure a text model, on the posts that were labelled by the guideline unless told otherwise.

    Raises:
        InputError: If no text is there to measure on.
        SetupError: If a source is not what its manifest and the lock say.
    """
    wanted = request.only or (HELDOUT_SOURCE,)
    sources = [each for each in _sources(request, "text") if each.name in wanted]
    examples = _texts(sources, request.on)
    model = open_text_model(folder)
    return evaluate_texts(
        read_all(examples, model, progress),
        folder.ref,
        on=request.on,
        restricted="" if set(wanted) == {HELDOUT_SOURCE} else request.restricted,
        draws=request.draws,
        seed=request.seed,
    )


def calibration_scenes(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> tuple[Corpus[Example], list[Scene]]:
    """Return the calibration side of pictures with what a model finds in them."""
    chosen = corpus.load_pictures(_shipping(_sources(request, "vision")), "calibration")
    model = open_vision_model(folder, request.settings)
    return chosen, look_at(chosen.examples, model, progress)


def calibration_texts(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> tuple[Corpus[TextExample], list[ReadText]]:
    """Return the calibration side of texts with what a model reads in them."""
    wanted = request.only or (HELDOUT_SOURCE,)
    sources = [each for each in _sources(request, "text") if each.name in wanted]
    chosen = corpus.load_texts(_shipping(sources), "calibration")
    return chosen, read_all(chosen.examples, open_text_model(folder), progress)


def _sources(request: Request, kind: Literal["vision", "text"]) -> list[Source]:
    found = open_all(request.manifests, root=request.root, kind=kind)
    if missing := set(request.only) - {each.name for each in found}:
        raise InputError(
            f"no {kind} source {', '.join(sorted(missing))} lies on this machine; expected names of "
            f"{request.manifests}; run `wardi data add`, or give --data"
        )
    return [each for each in found if not request.only or each.name in request.only]


def _shipping(sources: Sequence[Source]) -> list[Source]:
    return [each for each in sources if each.manifest.ships]


def _pictures(sources: Sequence[Source], on: On) -> Sequence[Example]:
    if on == "heldout":
        return _some(heldout.pictures(sources), on)
    return _some(corpus.load_pictures(_shipping(sources), "calibration").examples, on)


def _texts(sources: Sequence[Source], on: On) -> Sequence[TextExample]:
    if on == "heldout":
        return _some(heldout.texts(sources), on)
    return _some(corpus.load_texts(_shipping(sources), "calibration").examples, on)


def _some(items: Sequence[ItemT], on: On) -> Sequence[ItemT]:
    if not items:
        raise InputError(
            f"there is no {on} item to measure on; expected sources that lie on this machine; run "
            f"`wardi data add` on the data root, or give --data"
        )
    return items
