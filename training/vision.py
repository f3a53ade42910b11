"""Fits a vision model: corpus in, model folder out, resumable at any moment.

The order is: fit on the train side, export, find things in the calibration side with the exported file,
freeze thresholds and calibration on them, write the card. The held-out side is not touched: a model is
measured on it by `wardi evaluate`, once it is finished. Importing this file does not import PyTorch.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import ArtifactMismatch, InputError
from detector.settings import Vision
from detector.vision.runtimes import open_vision_model
from detector.vision.yolo_home import keep_to
from training import balance, freezing, mining, toml
from training.augment import Changes
from training.corpus import load_pictures
from training.evaluation.vision import look_at
from training.examples import Corpus, Example
from training.lock import locked
from training.manifest import LABELS
from training.network.shown import Showing, Shown
from training.operating_point import OperatingPoint
from training.report.card_page import card_page
from training.sources import Source, list_digest, verify
from training.vision_card import first_card

WEIGHTS, ONNX = "weights.safetensors", "model.onnx"
Told = Callable[[str], None]
"""Told what is done next, in words."""
Fitting = Callable[[int, int, int, Mapping[str, float]], None]
"""Told epoch (from 1), batch (from 1), batches of an epoch, and the losses so far."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, besides data and start; stands in the card."""

    epochs: int = 40
    image_size: int = 416
    """Longest side in pixels, when training and when running; a multiple of 32."""
    batch: int = 16
    learning_rate: float = 0.001
    pictures: int = 0
    """Pictures of an epoch; 0 takes as many as there are."""
    head: Literal["one2many", "one2one"] = "one2many"
    """Which of the two heads of YOLO26 is exported; both are fitted."""
    masked: bool = True
    """Whether labels that a picture does not annotate, and regions to be ignored, teach no absence."""
    seed: int = 0
    targets: Mapping[str, float] = field(default_factory=dict)
    """Precision that thresholds are chosen for, by label."""
    shares: balance.Shares = field(default_factory=balance.Shares)
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True)
class Start:
    """The weights that a training starts from."""

    weights: Path
    sha256: str
    labels: tuple[str, ...]
    """Labels that they know, in order; none for weights that are no model folder's."""
    folder: ModelFolder | None

    @property
    def words(self) -> str:
        """What it is, for the card."""
        return f"vision model {self.folder.ref.version}" if self.folder else self.weights.name


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training made."""

    folder: Path
    points: Mapping[str, OperatingPoint]
    carried: tuple[str, ...]
    """Labels whose threshold was taken over: the calibration side judges them nowhere."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One training, checked and ready to run."""

    recipe: Recipe
    start: Start
    train: Corpus[Example]
    calibration: Corpus[Example]
    labels: tuple[str, ...]
    old: frozenset[str]
    """Sources that are replayed."""
    out: Path
    run: Path
    """Folder of the run; the same plan has the same one, which is how an interrupted run goes on."""
    emblems: Source | None = None
    """Artwork that badges are composited from; None where they are drawn, or not wanted."""

    @property
    def ships(self) -> bool:
        """Whether the weights may be given away."""
        return self.train.ships and (self.emblems is None or self.emblems.manifest.ships)


def open_start(path: Path) -> Start:
    """Find the weights to start from.

    Args:
        path: A model folder with weights, or a file of weights as safetensors.

    Raises:
        ArtifactMismatch: If the folder is no vision model, or holds no weights.
        InputError: If the file is of another kind.
    """
    if path.is_dir():
        folder = load_model_folder(str(path.resolve()), "vision")
        if WEIGHTS not in folder.card["files"]:
            raise ArtifactMismatch(
                f"{path} names no {WEIGHTS} in the [files] of its card; expected the weights that a "
                f"training can start from; start from a model that has them, or from a .safetensors file"
            )
        labels = tuple(folder.card["model"]["labels"])
        return Start(folder.file(WEIGHTS), folder.card["files"][WEIGHTS], labels, folder)
    if path.suffix != ".safetensors":
        raise InputError(
            f"{path} is no model folder and no .safetensors file; expected one of the two (a .pt file is "
            f"a program in disguise and is not opened); convert it where you trust it"
        )
    if not path.is_file():
        raise InputError(
            f"there is no file {path}; expected weights as safetensors; correct --from"
        )
    return Start(path, hashlib.sha256(path.read_bytes()).hexdigest(), (), None)


def plan(
    sources: Sequence[Source],
    start: Start,
    recipe: Recipe,
    out: Path,
    *,
    replayed: Sequence[Source] = (),
    emblems: Source | None = None,
    runs: Path = Path("runs"),
) -> Plan:
    """Load the data of a training and check what can be checked before it starts.

    Args:
        sources: What is learnt from.
        start: Where from.
        recipe: How.
        out: The model folder to be made; its name is the version.
        replayed: Sources that the start was fitted on, to be shown again.
        emblems: Artwork for badges, looked at where the recipe adds some.
        runs: Folder of the folders of runs.

    Raises:
        InputError: If there is nothing to learn from, or the folder is there already.
        SetupError: If a source is not what its manifest and the lock say.
    """
    if out.exists():
        raise InputError(f"{out} is there already; expected a new folder; name another version")
    if recipe.image_size % 32 or recipe.image_size <= 0:
        raise InputError(f"--imgsz {recipe.image_size}: expected a multiple of 32, e.g. 416")
    names = {each.name for each in sources}
    old = [each for each in replayed if each.name not in names]
    given = names | {each.name for each in old}
    train = load_pictures([*sources, *old], "train", explore=True)
    balance.check_emphasis(recipe.shares.emphasis, given, train.examples)
    if recipe.shares.mined != 1 and start.folder is None:
        raise InputError(
            f"--mined {recipe.shares.mined:g} asks for false alarms of the start, and {start.words} knows "
            f"none of our labels; expected a model folder; start from one, or leave --mined out"
        )
    calibration = load_pictures([*sources, *old], "calibration", explore=True)
    known = {label for each in train for label in each.judged}
    known |= {box.label for each in train for box in each.boxes}
    labels = (*start.labels, *(each for each in LABELS if each in known - set(start.labels)))
    if not any(each.boxes for each in train):
        raise InputError(
            f"{len(train)} pictures of {', '.join(sorted(names)) or 'no source'} are on the train side, "
            f"none with a box; expected things to learn; add labelled data"
        )
    artwork = emblems if recipe.changes.badges else None
    print_of = _fingerprint(recipe, start, train, artwork)
    run = runs / "vision" / f"{out.name}-{print_of[:12]}"
    replay = frozenset(each.name for each in old)
    return Plan(recipe, start, train, calibration, labels, replay, out, run, artwork)


def _fingerprint(
    recipe: Recipe, start: Start, train: Corpus[Example], emblems: Source | None
) -> str:
    said = {"recipe": asdict(recipe), "start": start.sha256, "train": locked(train.examples)}
    if emblems:
        said["emblems"] = list_digest(verify(emblems))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def train_vision(
    plan: Plan,
    *,
    device: str = "auto",
    workers: int = 4,
    fitting: Fitting = lambda epoch, batch, batches, losses: None,
    told: Told = lambda words: None,
) -> Trained:
    """Run a plan, or go on with it where it was interrupted.

    Args:
        plan: From `plan`.
        device: ``auto``, ``cpu``, or the number of a GPU.
        workers: Processes that read pictures, beside a GPU; on the CPU there are none.
        fitting: Told after every batch.
        told: Told what is done next.

    Raises:
        InputError: If the network learnt nothing that a threshold could be chosen on.
        SetupError: If the device is not there, or the checkpoint is damaged.
    """
    plan.run.mkdir(parents=True, exist_ok=True)
    keep_to(plan.run / "yolo")
    from training.network import tensors, yolo  # PyTorch: seconds, and only here

    on = tensors.device(device)
    shown = _shown(plan, _mined(plan, told))
    network, architecture = yolo.start_network(plan.start.weights, plan.start.labels, plan.labels)
    recipe = plan.recipe
    if not plan.start.labels and tensors.load(plan.run) is None:
        told("measuring the statistics of the start weights on pictures of the train side")
        yolo.remeasure(network, shown, recipe.batch)
    told(f"fitting on {len(plan.train)} pictures, {len(shown)} an epoch; run folder {plan.run}")
    options = yolo.Options(
        recipe.epochs, recipe.batch, recipe.learning_rate, recipe.seed, on, workers
    )
    network = yolo.fit(network, shown, options, plan.run, fitting)
    part = plan.out.with_name(f".{plan.out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yolo.export(network, part / WEIGHTS, part / ONNX, architecture, plan.labels, recipe.head)
    first_card(part, plan, architecture, on, tensors.precision(on), len(shown))
    trained = _frozen(part, plan, told)
    part.rename(plan.out)
    return trained


def _mined(plan: Plan, told: Told) -> frozenset[str]:
    """Return the pictures that the start is wrong about, looked at once in a run; none unless asked."""
    if plan.recipe.shares.mined == 1 or plan.start.folder is None:
        return frozenset()
    if (kept := mining.read(plan.run)) is None:
        told("looking for false alarms of the start in pictures of the train side without any box")
        kept = mining.false_alarms(plan.train, plan.start.folder)
        mining.write(plan.run, kept)
    told(f"{len(kept)} pictures with a false alarm of the start are drawn more often")
    return kept


def _shown(plan: Plan, mined: frozenset[str]) -> Shown:
    recipe = plan.recipe
    chance = balance.weights(plan.train.examples, plan.old, recipe.shares, mined)
    count = recipe.pictures or len(plan.train)
    how = Showing(
        plan.labels,
        recipe.image_size,
        count,
        recipe.seed,
        recipe.masked,
        recipe.changes,
        plan.emblems.folder if plan.emblems else None,
    )
    return Shown(plan.train, chance, how)


def _frozen(part: Path, plan: Plan, told: Told) -> Trained:
    """Choose thresholds and calibration; labels that nobody judged there keep those of the start."""
    told(f"looking at {len(plan.calibration)} pictures of the calibration side")
    judged = {label for each in plan.calibration for label in each.judged}
    fresh = tuple(each for each in plan.labels if each in judged)
    carried = tuple(each for each in plan.labels if each not in judged)
    before = plan.start.folder.card if plan.start.folder else {}
    if missing := [each for each in carried if each not in before.get("thresholds", {})]:
        raise InputError(
            f"no picture of the calibration side is judged for {', '.join(missing)}; expected some to "
            f"choose a threshold on; add labelled pictures of more groups"
        )
    points: dict[str, OperatingPoint] = {}
    if fresh:
        model = open_vision_model(load_model_folder(str(part.resolve()), "vision"), Vision())
        scenes = look_at(plan.calibration.examples, model)
        chosen, seed = plan.recipe.targets, plan.recipe.seed
        points = freezing.freeze_vision(
            part, plan.calibration, scenes, chosen, labels=fresh, seed=seed
        )
    if carried:
        _carry(part / "card.toml", before, carried, plan.start.words)
    (part / "card.md").write_text(card_page(toml.read(part / "card.toml")), "utf-8")
    return Trained(plan.out, points, carried)


def _carry(card: Path, before: Mapping[str, Any], carried: Sequence[str], start: str) -> None:
    for table in ("thresholds", "calibration"):
        toml.update(card, table, {each: before[table][each] for each in carried})
    words = f"taken over from {start}: the calibration side judges it nowhere"
    toml.update(card, "threshold_rule", {"taken_over": list(carried), "taken_over_why": words})
