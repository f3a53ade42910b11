"""Scans the clips of a table with a model as it is deployed, and writes what came of it into its card."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from detector.artifact import ModelFolder
from detector.errors import InputError, PostError
from detector.media import MediaReader
from detector.settings import Settings
from detector.vision.base import VisionModel
from detector.vision.calibration import Calibration, read_calibration
from detector.vision.runtimes import open_vision_model
from detector.vision.sightings import look
from training import toml
from training.cards import stated, write_page
from training.evaluation.clips import (
    Clip,
    ClipsResult,
    Watched,
    in_words,
    judge_clip,
    sum_up,
    wrong_in_words,
)
from training.metrics.interval import DRAWS

BATCH = 8
DIGITS = 3
Progress = Callable[[int, int], None]


def watch_clips(
    model: ModelFolder,
    clips: Sequence[Clip],
    folder: Path,
    settings: Settings,
    *,
    progress: Progress = lambda done, of: None,
    draws: int = DRAWS,
    seed: int = 0,
) -> ClipsResult:
    """Scan clips with the frozen thresholds and hold what is sighted against what they show.

    A clip that is not there, is another one, or cannot be decoded is named; it is neither clean nor found.

    Args:
        model: The vision model.
        clips: What they show.
        folder: Where they lie.
        settings: As a scan's.
        progress: Told how many clips of how many are done.
        draws: Of the bootstrap.
        seed: Of the bootstrap.

    Raises:
        InputError: If none of the clips is there.
    """
    if not any((folder / each.name).is_file() for each in clips):
        raise InputError(
            f"{folder} holds none of the {len(clips)} clips; expected them there; get the data that the "
            f"source of clips names, or give --data"
        )
    opened, calibration = open_vision_model(model, settings.vision), read_calibration(model)
    watched: list[Watched] = []
    with MediaReader(settings.sampling, settings.limits) as reader:
        for clip in clips:
            watched.append(_watch(clip, folder / clip.name, reader, opened, calibration))
            progress(len(watched), len(clips))
    return sum_up(watched, draws=draws, seed=seed)


def _watch(
    clip: Clip, path: Path, reader: MediaReader, model: VisionModel, calibration: Calibration
) -> Watched:
    labels = model.ref.labels
    if not path.is_file():
        return judge_clip(clip, (), labels, 0.0, "not there")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != clip.sha256:
        return judge_clip(clip, (), labels, 0.0, f"another file: its sha256 is {sha256[:12]}")
    try:
        with reader.open(path) as stream:
            found = look(stream, model, calibration, batch_size=BATCH)
            seen = stream.report.evidence(clip.name, sha256, found.sightings)
    except PostError as error:
        return judge_clip(clip, (), labels, 0.0, str(error))
    gaps = "; ".join(
        f"{each.start_s:.1f}-{each.end_s:.1f} s not looked at ({each.reason})" for each in seen.gaps
    )
    return judge_clip(clip, seen.sightings, labels, seen.looked_s, gaps)


def write_clips(folder: Path, model: ModelFolder, result: ClipsResult) -> None:
    """Write ``[clips]`` into a model folder's card, and the page for people anew."""
    toml.replace(folder / "card.toml", "clips", _table(model, result))
    write_page(folder)


def _table(model: ModelFolder, result: ClipsResult) -> dict[str, Any]:
    found = sum(len(each.found) for each in result.watched)
    missed = sum(len(each.missed) for each in result.watched)
    clean = result.clean
    looked_s = sum(each.looked_s for each in clean)
    unseen = [each.clip.name for each in result.watched if not each.looked_s]
    return {
        "identity": model.ref.sha256,
        "expected": found + missed,
        "found": found,
        "missed": missed,
        "notes": [f"Not looked at: {', '.join(unseen)}."] if unseen else [],
        "clean": {
            "clips": len(clean),
            "minutes": round(looked_s / 60, DIGITS),
            "false_sightings": sum(len(each.wrong) for each in clean),
            "alarmed": sum(bool(each.wrong) for each in clean),
            "per_minute": round(result.per_minute.value or 0.0, DIGITS),
            **_interval(result),
            **stated("rate", result.alarmed),
        },
        "each": [_row(each) for each in result.watched],
    }


def _interval(result: ClipsResult) -> dict[str, Any]:
    low, high = result.per_minute.low, result.per_minute.high
    if low is None or high is None:
        return {}
    return {"per_minute_interval": [round(low, DIGITS), round(high, DIGITS)]}


def _row(each: Watched) -> dict[str, Any]:
    row: dict[str, Any] = {"name": each.clip.name, "seconds": round(each.looked_s, 1)}
    row["clean"] = each.clip.clean
    said = {
        "found": in_words(each.found),
        "missed": in_words(each.missed),
        "wrong": wrong_in_words(each.wrong),
        "absent": each.absent,
    }
    return row | {name: value for name, value in said.items() if value}
