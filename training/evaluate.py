"""A model folder held against held-out items, or against the calibration split: the way in.

This is where the held-out items are read, and nothing that fits or chooses may import it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar

from detector.artifact import ModelFolder
from detector.errors import InputError
from detector.policy.pack import load_pack
from detector.settings import Settings, Vision
from detector.text.models import open_text_model
from detector.vision.calibration import read_calibration
from detector.vision.card import read_vision_card
from detector.vision.runtimes import open_vision_model
from training import corpus, heldout
from training.baseline import KEPT, Places, beside_baselines
from training.evaluate_text import TextGrounds, asked_too
from training.evaluation.bars import hold
from training.evaluation.posts import evaluate_posts
from training.evaluation.sets import SETS, read_asked
from training.evaluation.text import HELDOUT_SOURCE, ReadText, evaluate_texts, read_all
from training.evaluation.values import Evaluation
from training.evaluation.vision import Deployed, Progress, evaluate_pictures, look_at
from training.examples import Corpus, Example, TextExample
from training.floor import RECIPE as TEXT_RECIPE
from training.lock import locked
from training.metrics.interval import DRAWS
from training.posts.chain import chain
from training.posts.recipe import RECIPE, read_recipes
from training.posts.run import run_posts
from training.scene import Scene
from training.sources import SOURCES, Source, open_all, open_given

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
    corpora: Collection[Path] = ()
    """Imported corpora (their folder or manifest) to measure on instead of the sources."""
    sets: Path = SETS
    baselines: Path = KEPT
    """Where networks that a model is held beside are kept."""
    recipe: Path = RECIPE
    """Of the posts that are built to measure the whole chain."""
    text_recipe: Path = TEXT_RECIPE
    """Of a text model, for the floor that is fitted on the same rows."""
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
    sources, asked = _sources(request, "vision"), read_asked(request.sets)
    examples = _pictures(sources, request.on)
    model = open_vision_model(folder, request.settings)
    scenes = look_at(examples, model, progress)
    found = evaluate_pictures(
        scenes,
        Deployed(model, read_calibration(folder)),
        on=request.on,
        manifests=[each.manifest for each in sources],
        sets=asked.set,
        restricted=request.restricted,
        draws=request.draws,
        seed=request.seed,
    )
    if request.on != "heldout" or request.corpora:
        return found
    beside = beside_baselines(
        scenes,
        [each for each in asked.set if each.label in model.ref.labels],
        _baselines(request),
        read_vision_card(folder).input_size,
        request.settings,
        progress=progress,
        draws=request.draws,
        seed=request.seed,
    )
    found = replace(found, beside=tuple(beside))
    return found if request.only else replace(found, held=hold(asked.bar, found))


def _baselines(request: Request) -> Places:
    every = open_all(request.manifests, root=request.root, kind="weights")
    return Places({each.name: each.folder for each in every}, request.baselines)


def evaluate_text(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> Evaluation:
    """Measure a text model, on the posts that were labelled by the guideline unless told otherwise.

    Raises:
        InputError: If no text is there to measure on.
        SetupError: If a source is not what its manifest and the lock say.
    """
    sources, restricted = _text_sources(request)
    examples = _texts(sources, request.on)
    model = open_text_model(folder)
    read = read_all(examples, model, progress)
    found = evaluate_texts(
        read,
        folder.ref,
        on=request.on,
        restricted=restricted,
        draws=request.draws,
        seed=request.seed,
    )
    if request.on != "heldout" or request.corpora or restricted:
        return found
    asked = read_asked(request.sets).text
    every = open_all(request.manifests, root=request.root, kind="text")
    grounds = TextGrounds(
        every,
        heldout.texts([each for each in every if each.name in asked.apart]),
        request.text_recipe,
        draws=request.draws,
        seed=request.seed,
    )
    return asked_too(found, read, model, dict(folder.card), asked, grounds, progress)


def evaluate_chain(
    vision: ModelFolder,
    text: ModelFolder,
    request: Request,
    settings: Settings,
    *,
    policy: str,
    clips: Path,
    progress: Progress = _silent,
) -> Evaluation:
    """Measure the whole chain on posts built of held-out pictures and texts.

    Args:
        vision: The vision model.
        text: The text model.
        request: Where items lie; ``recipe`` names the posts.
        settings: As a scan's, for sampling and limits.
        policy: Name or file of the pack to judge by.
        clips: Folder that clips are built in; outside git.
        progress: Told how many posts of how many are done.

    Raises:
        InputError: If the recipe names an item that is not held out here.
        SetupError: If a source, model or policy cannot be used.
    """
    recipes, (pictures, texts) = read_recipes(request.recipe), built_from(request)
    wanted = {one.picture for each in recipes for one in each.shots}
    if missing := sorted(
        (wanted - pictures.keys()) | ({each.text for each in recipes} - texts.keys())
    ):
        raise InputError(
            f"{request.recipe} names {missing[0]} and {len(missing) - 1} more items that are not held "
            f"out in the sources here; expected all of them; add their sources, or draw it anew"
        )
    used = [pictures[each] for each in sorted(wanted)]
    read = [texts[each] for each in sorted({each.text for each in recipes})]
    pack = load_pack(policy)
    with chain(vision, text, pack, settings) as stages:
        posts = run_posts(recipes, pictures, texts, stages, pack, clips, progress)
    return evaluate_posts(
        posts,
        (vision.ref, text.ref),
        lock=locked([*used, *read]),
        sources=Counter([*(each.source for each in used), *(each.source for each in read)]),
        policy=policy,
        draws=request.draws,
        seed=request.seed,
    )


def built_from(request: Request) -> tuple[dict[str, Example], dict[str, TextExample]]:
    """Return the held-out pictures and texts that posts are built of, by id."""
    pictures = heldout.pictures(open_all(request.manifests, root=request.root, kind="vision"))
    sources = open_all(request.manifests, root=request.root, kind="text")
    texts = heldout.texts([each for each in sources if each.name == HELDOUT_SOURCE])
    return {each.id: each for each in pictures}, {each.id: each for each in texts}


def pictures_of(request: Request) -> Sequence[Example]:
    """Return the pictures that a request asks for; see `evaluate_vision`."""
    return _pictures(_sources(request, "vision"), request.on)


def texts_of(request: Request) -> Sequence[TextExample]:
    """Return the texts that a request asks for; see `evaluate_text`."""
    return _texts(_text_sources(request)[0], request.on)


def calibration_scenes(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> tuple[Corpus[Example], list[Scene]]:
    """Return the calibration side of pictures with what a model finds in them."""
    sources = _usable(_sources(request, "vision"))
    chosen = corpus.load_pictures(sources, "calibration", explore=True)
    model = open_vision_model(folder, request.settings)
    return chosen, look_at(chosen.examples, model, progress)


def calibration_texts(
    folder: ModelFolder, request: Request, progress: Progress = _silent
) -> tuple[Corpus[TextExample], list[ReadText]]:
    """Return the calibration side of texts with what a model reads in them."""
    sources, _ = _text_sources(request)
    chosen = corpus.load_texts(_usable(sources), "calibration", explore=True)
    return chosen, read_all(chosen.examples, open_text_model(folder), progress)


def _sources(request: Request, kind: Literal["vision", "text"]) -> list[Source]:
    if request.corpora:
        found = open_given(request.corpora, root=request.root, kind=kind)
    else:
        found = open_all(request.manifests, root=request.root, kind=kind)
    if missing := set(request.only) - {each.name for each in found}:
        raise InputError(
            f"no {kind} source {', '.join(sorted(missing))} lies on this machine; expected names of "
            f"{request.manifests}; run `wardi data add`, or give --data"
        )
    return [each for each in found if not request.only or each.name in request.only]


def _text_sources(request: Request) -> tuple[list[Source], str]:
    """Return what is measured on, and to what that is a restriction."""
    every = _sources(request, "text")
    if request.corpora:
        return every, request.restricted
    wanted = request.only or (HELDOUT_SOURCE,)
    restricted = "" if set(wanted) == {HELDOUT_SOURCE} else request.restricted
    return [each for each in every if each.name in wanted], restricted


def _usable(sources: Sequence[Source]) -> list[Source]:
    """Return the sources that thresholds may be chosen on; one's own corpora are among them."""
    return [each for each in sources if each.manifest.ships or each.is_own]


def _pictures(sources: Sequence[Source], on: On) -> Sequence[Example]:
    if on == "heldout":
        return _some(heldout.pictures(sources), on)
    return _some(corpus.load_pictures(_usable(sources), "calibration", explore=True).examples, on)


def _texts(sources: Sequence[Source], on: On) -> Sequence[TextExample]:
    if on == "heldout":
        return _some(heldout.texts(sources), on)
    return _some(corpus.load_texts(_usable(sources), "calibration", explore=True).examples, on)


def _some(items: Sequence[ItemT], on: On) -> Sequence[ItemT]:
    if not items:
        raise InputError(
            f"there is no {on} item to measure on; expected sources that lie on this machine; run "
            f"`wardi data add` on the data root, or give --data"
        )
    return items
