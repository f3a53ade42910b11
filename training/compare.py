"""A candidate model held against a champion on the same items: better, worse or undecided.

The held-out items decide what is promoted; choices between ways to train are made on the calibration side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detector.artifact import ModelFolder
from detector.errors import InputError
from detector.evidence import ModelRef
from detector.text.models import open_text_model
from detector.vision.calibration import read_calibration
from detector.vision.runtimes import open_vision_model
from training.comparing import Line, compare_pictures, compare_texts
from training.evaluate import On, Request, pictures_of, texts_of
from training.evaluation.text import read_all
from training.evaluation.vision import Progress, look_at
from training.lock import locked


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that was compared."""

    candidate: ModelRef
    champion: ModelRef
    items: int
    groups: int
    lock: str
    """Hash of the items' ids and labels, as `Evaluation.lock`."""
    on: On
    restricted: str
    """What the items are restricted to; empty for the whole set."""
    draws: int
    lines: tuple[Line, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Labels that the champion finds and the candidate does not know."""
        return tuple(sorted(set(self.champion.labels) - set(self.candidate.labels)))

    @property
    def worse(self) -> tuple[Line, ...]:
        """Precision and recall of whole classes that are worse beyond the interval."""
        return tuple(
            each for each in self.lines if each.gates and each.difference.outcome == "worse"
        )


def compare(
    candidate: ModelFolder,
    champion: ModelFolder,
    request: Request,
    progress: Progress = lambda done, of: None,
) -> Comparison:
    """Run both models over the items and compare them, by a paired bootstrap of groups.

    Raises:
        InputError: If the models are of two kinds, have no label in common, or there is no item.
        SetupError: If a source is not what its manifest and the lock say.
    """
    kinds = {candidate.ref.kind, champion.ref.kind}
    labels = [each for each in candidate.ref.labels if each in champion.ref.labels]
    if len(kinds) > 1 or not labels:
        raise InputError(
            f"{candidate.path} ({candidate.ref.kind}: {', '.join(candidate.ref.labels)}) and "
            f"{champion.path} ({champion.ref.kind}: {', '.join(champion.ref.labels)}) have nothing in "
            f"common; expected two models of a kind with a label that both know; name others"
        )
    run: _Run = _pictures if candidate.ref.kind == "vision" else _texts
    lines, items, groups, lock = run(candidate, champion, labels, request, progress)
    return Comparison(
        candidate=candidate.ref,
        champion=champion.ref,
        items=items,
        groups=groups,
        lock=lock,
        on=request.on,
        restricted=request.restricted,
        draws=request.draws,
        lines=lines,
    )


_Run = Callable[
    [ModelFolder, ModelFolder, list[str], Request, Progress], tuple[tuple[Line, ...], int, int, str]
]


def _texts(
    candidate: ModelFolder,
    champion: ModelFolder,
    labels: list[str],
    request: Request,
    progress: Progress,
) -> tuple[tuple[Line, ...], int, int, str]:
    examples = texts_of(request)
    one, other = (
        read_all(examples, open_text_model(each), progress) for each in (candidate, champion)
    )
    lines = compare_texts(one, other, labels, draws=request.draws, seed=request.seed)
    groups = len({each.group for each in examples})
    return tuple(lines), len(examples), groups, locked(examples)


def _pictures(
    candidate: ModelFolder,
    champion: ModelFolder,
    labels: list[str],
    request: Request,
    progress: Progress,
) -> tuple[tuple[Line, ...], int, int, str]:
    examples = pictures_of(request)
    one, other = (
        look_at(examples, open_vision_model(each, request.settings), progress)
        for each in (candidate, champion)
    )
    limits = (read_calibration(candidate).thresholds, read_calibration(champion).thresholds)
    lines = compare_pictures(one, other, limits, labels, draws=request.draws, seed=request.seed)
    groups = len({each.group for each in examples})
    return tuple(lines), len(examples), groups, locked(examples)
