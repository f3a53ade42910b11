"""Fits a text model, calibrates it by language, freezes its thresholds, and writes it as a model folder.

The order is fixed: fit on the train side, calibrate and choose thresholds on the calibration side, and
leave the held-out items to `wardi evaluate`, which writes their figures into the card afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import InputError
from detector.evidence import Passage
from detector.text.language import NO_WORDS
from detector.text.linear import LANGUAGES_FILE, TOPICS_FILE
from detector.text.models import open_text_model
from detector.text.names import Names
from detector.text.trusted import load_trusted
from training import freezing
from training.calibrate import fit_logistic
from training.evaluation.text import read_all
from training.evaluation.vision import Progress
from training.examples import Corpus, TextExample
from training.linear import LanguageParts, Rows, TopicParts, extended, fit_languages, fit_topics
from training.manifest import TOPICS
from training.operating_point import OperatingPoint
from training.sources import Source
from training.text_card import (
    Calibrated,
    Card,
    EncoderTold,
    write_page,
    write_probe,
    write_taken_for_another,
    write_text_card,
)
from training.text_recipe import Recipe, Shape, read_names
from training.text_rows import Gathered, TextRow, gather

PROBES = (
    "Vote for the people, not for the thieves; Eid Mubarak to all women and men of the force",
    "عید مبارک، ووٹ دو",
    "vote do, Eid Mubarak",
    "804 !!",
)
"""Texts of which the first that is read is kept in the card with its probabilities."""
ENOUGH, ENOUGH_POSITIVES = 20, 3
"""Rows of a language, and among them of the topic, to calibrate it by itself."""


@dataclass(frozen=True, slots=True)
class TextPlan:
    """What is to be fitted."""

    sources: Sequence[Source]
    recipe: Recipe
    former: ModelFolder | None = None
    """Model whose language reader is kept where the recipe teaches no languages."""
    seed: int = 0
    explore: bool = False
    """Also take sources whose terms forbid to give the weights away."""
    targets: Mapping[str, float] = field(default_factory=dict)
    """Precision asked for, by topic."""
    without: tuple[str, ...] = ()
    """Sources whose rows are left out, wherever the recipe takes them from."""


@dataclass(frozen=True, slots=True)
class _Tagger:
    """Tells the language of texts by a former model; empty where it abstains or there is none."""

    former: ModelFolder | None

    def __call__(self, texts: Sequence[TextExample]) -> list[str]:
        if self.former is None:
            return ["" for _ in texts]
        read = open_text_model(self.former).read([Passage(each.text, "caption") for each in texts])
        return [
            "" if each.abstained or each.language == NO_WORDS else each.language for each in read
        ]


def train_text(
    plan: TextPlan, out: Path, progress: Progress = lambda done, of: None
) -> dict[str, OperatingPoint]:
    """Fit a text model and write it into a new folder, named after the version.

    Args:
        plan: What is to be fitted.
        out: The model folder, e.g. ``models/text/1``; must not be there yet.
        progress: Told how many batches of how many an encoder has learnt, then how many calibration
            texts of how many were read.

    Returns:
        The frozen operating points, by ``topic, language``.

    Raises:
        InputError: If the data do not teach a single topic in a single language, or `out` is there.
        SetupError: If a source is not what its manifest and the lock say.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            f"{out} is there already; expected a new model folder; name another version"
        )
    tagger, shape = _Tagger(plan.former), plan.recipe.shape
    gathered = gather(
        plan.sources, plan.recipe, seed=plan.seed, explore=plan.explore, tagger=tagger
    )
    if plan.without:
        gathered = gathered.without(*plan.without)
    names = read_names(plan.recipe)
    gathered = gathered.blinded(names)
    topics = _taught(gathered, shape)
    languages = _read(gathered, topics, shape)
    part = out.with_name(f"{out.name}.part")  # a run that fails must not leave half a model
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _written(part, out.resolve().name, plan, gathered, topics, languages, names, progress)
        points = _frozen(part, gathered, topics, languages, plan, progress)
        _probed(part)
        write_page(part)
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return points


def _written(
    part: Path,
    version: str,
    plan: TextPlan,
    gathered: Gathered,
    topics: Sequence[str],
    languages: Sequence[str],
    names: Names,
    progress: Progress,
) -> None:
    """Fit, calibrate and write everything but thresholds, which the written model is asked for."""
    reader = _reader(plan, gathered, languages)
    if strange := [each for each in languages if each not in reader.tags]:
        raise InputError(
            f"rows are in {', '.join(strange)}; the language reader tells "
            f"{', '.join(reader.tags)} apart; teach the language by a recipe, or correct `lang`"
        )
    parts = _fitted(gathered.train, topics, plan)
    parts.save(part / TOPICS_FILE)
    reader.save(part / LANGUAGES_FILE)
    rows = gathered.calibration
    odds = parts.log_odds([each.text for each in rows])
    encoder = None
    if plan.recipe.encoder:
        encoder, odds = _encoded(part, plan, gathered.train, rows, odds, topics, names, progress)
    calibrated = _calibrated(odds, rows, topics, languages)
    card = Card(
        part, version, topics, languages, plan.recipe, plan.seed, gathered, calibrated, encoder
    )
    write_text_card(card, former=plan.former.ref.version if plan.former else "")


def _encoded(
    part: Path,
    plan: TextPlan,
    train: Sequence[TextRow],
    rows: Sequence[TextRow],
    letters: dict[str, npt.NDArray[np.float64]],
    topics: Sequence[str],
    names: Names,
    progress: Progress,
) -> tuple[EncoderTold, dict[str, npt.NDArray[np.float64]]]:
    """Fit and write an encoder; return what the card tells of it, and the mixed log-odds of rows."""
    # PyTorch takes seconds to import: only where a recipe names an encoder.
    from training.encoder.fitting import fit_encoder, mixed

    fitted = fit_encoder(plan.recipe, plan.sources, train, topics, plan.seed, progress, names=names)
    fitted.save(part)
    gloss, encoder = fitted.log_odds(rows, part)
    mixes, sums = mixed(letters, gloss, encoder, rows)
    tables = (len(fitted.gloss.urdu.keys), len(fitted.gloss.roman.keys))
    told = (fitted.outputs, fitted.intercepts, mixes, fitted.manifests, tables, fitted.licence)
    return EncoderTold(*told), sums


def _taught(gathered: Gathered, shape: Shape) -> tuple[str, ...]:
    """Return the topics that there are enough rows for, in the order of the guideline."""
    found = []
    for topic in TOPICS:
        labels = [each.labels[topic] for each in gathered.train if topic in each.labels]
        chosen = any(each.labels.get(topic) for each in gathered.calibration)
        if chosen and min(sum(labels), len(labels) - sum(labels)) >= shape.least:
            found.append(topic)
    if not found:
        raise InputError(
            f"no topic can be taught from {len(gathered.train)} rows to fit and "
            f"{len(gathered.calibration)} to calibrate; expected {shape.least} rows that are of a topic "
            f"and {shape.least} that are not, and one of it on the calibration side; label more"
        )
    return tuple(found)


def _read(gathered: Gathered, topics: Sequence[str], shape: Shape) -> tuple[str, ...]:
    """Return the languages in which every topic can be calibrated."""
    tags = sorted({each.example.lang for each in gathered.calibration})
    found = tuple(
        tag
        for tag in tags
        if all(
            sum(each.example.lang == tag and topic in each.labels for each in gathered.calibration)
            >= shape.least
            for topic in topics
        )
    )
    if not found:
        raise InputError(
            f"no language can be calibrated: {', '.join(tags) or 'none'} stand on the calibration side; "
            f"expected {shape.least} rows of a language judged for each of {', '.join(topics)}; "
            f"label more"
        )
    return found


def _reader(plan: TextPlan, gathered: Gathered, languages: Sequence[str]) -> LanguageParts:
    if gathered.languages:
        return fit_languages(gathered.languages, languages)
    if plan.former is None:
        raise InputError(
            "neither does the recipe teach languages, nor is a former model named; expected one of "
            "them to tell languages apart; give --from, e.g. models/text/0"
        )
    texts: dict[str, list[str]] = {}
    for each in gathered.train:
        if each.example.lang in languages:
            texts.setdefault(each.example.lang, []).append(each.text)
    return extended(load_trusted(plan.former.file(LANGUAGES_FILE)), texts)


def _fitted(rows: Sequence[TextRow], topics: Sequence[str], plan: TextPlan) -> TopicParts:
    shape = plan.recipe.shape
    columns = {
        topic: np.array([float(each.labels.get(topic, np.nan)) for each in rows], np.float64)
        for topic in topics
    }
    table = Rows(
        [each.text for each in rows],
        columns,
        np.array([each.weight for each in rows], np.float64),
        np.array([each.in_full for each in rows], np.bool_),
    )
    return fit_topics(
        table, ngrams=shape.ngrams, places=shape.places, strength=shape.strength, seed=plan.seed
    )


def _calibrated(
    odds: Mapping[str, npt.NDArray[np.float64]],
    rows: Sequence[TextRow],
    topics: Sequence[str],
    languages: Sequence[str],
) -> dict[tuple[str, str], Calibrated]:
    """Fit the way from raw to calibrated log-odds, by topic and language."""
    tags = np.array([each.example.lang for each in rows])
    found: dict[tuple[str, str], Calibrated] = {}
    for topic in topics:
        judged = np.array([topic in each.usual().labels for each in rows], np.bool_)
        truth = np.array([each.labels.get(topic, False) for each in rows], np.bool_)
        whole = _line(odds[topic][judged], truth[judged])
        for tag in (*languages, NO_WORDS):
            own = judged & (tags == tag) if tag != NO_WORDS else judged
            count, positives = int(own.sum()), int(truth[own].sum())
            alone = count >= ENOUGH and ENOUGH_POSITIVES <= positives <= count - ENOUGH_POSITIVES
            line = _line(odds[topic][own], truth[own]) if alone else whole
            found[topic, tag] = Calibrated(*line, count, positives, alone or tag == NO_WORDS)
    return found


def _line(odds: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    fitted = fit_logistic(1.0 / (1.0 + np.exp(-odds)), truth)
    return fitted.slope, fitted.offset


def _frozen(
    out: Path,
    gathered: Gathered,
    topics: Sequence[str],
    languages: Sequence[str],
    plan: TextPlan,
    progress: Progress,
) -> dict[str, OperatingPoint]:
    """Choose thresholds from what the written model itself says of the calibration texts."""
    usual = (each.usual() for each in gathered.calibration)
    examples = tuple(each for each in usual if each.labels)
    model = open_text_model(load_model_folder(str(out.resolve()), "text"))
    read = read_all(examples, model, progress)
    write_taken_for_another(out, read)
    return freezing.freeze_text(
        out, Corpus(examples, "calibration", gathered.manifests), read, plan.targets,
        topics=topics, languages=languages, seed=plan.seed,
    )  # fmt: skip


def _probed(out: Path) -> None:
    """Keep what the model says of one text, so that whoever opens it sees that it reads alike."""
    model = open_text_model(load_model_folder(str(out.resolve()), "text"))
    for text in PROBES:
        [read] = model.read([Passage(text, "caption")])
        if read.topics:
            write_probe(out, text, {each.topic: each.probability for each in read.topics})
            return
