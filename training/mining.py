"""Hard negatives: the pictures in which a model reports what is not there, to be shown it more often.

Mining of hard negatives as detectors have long been taught (Felzenszwalb and others, TPAMI 2010, section
4.4). Only pictures of the train side without any box count, and only labels that they judge: elsewhere a
false alarm may be a thing that nobody boxed.
"""

from __future__ import annotations

import json
from pathlib import Path

from detector.artifact import ModelFolder
from detector.settings import Vision
from detector.vision.runtimes import open_vision_model
from training.evaluation.vision import look_at
from training.examples import Corpus, Example
from training.matching import IN_USE, match

FILE = "mined.json"


def false_alarms(train: Corpus[Example], start: ModelFolder) -> frozenset[str]:
    """Return the ids of the pictures without any box in which a model finds something.

    What is found counts from the confidence on at which it may prolong a sighting: half the threshold.

    Args:
        train: Pictures of the train side.
        start: The model, with its thresholds.

    Raises:
        InputError: If a picture cannot be decoded.
    """
    model = open_vision_model(start, Vision())
    thresholds = start.card["thresholds"]
    scenes = look_at([each for each in train if not each.boxes], model)
    found = set()
    for label, (matches,) in match(scenes, model.ref.labels).items():
        wrong = matches.judged.at(IN_USE * float(thresholds[label]))
        found |= {wrong.examples[at].id for at in wrong.picture.tolist()}
    return frozenset(found)


def write(run: Path, mined: frozenset[str]) -> None:
    """Keep what was found in the folder of a run."""
    part = run / f"{FILE}.part"
    part.write_text(json.dumps(sorted(mined), indent=0), "utf-8")
    part.replace(run / FILE)


def read(run: Path) -> frozenset[str] | None:
    """Return what was found before an interruption; None if nothing was looked at yet."""
    path = run / FILE
    return frozenset(json.loads(path.read_text("utf-8"))) if path.is_file() else None
