"""Lets a scan load a new model, or refuses and says why.

A candidate must be whole (checksums, a complete card), measured on the held-out items that are locked now,
and in no class worse than the model it replaces, beyond the interval of the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import InputError, WardiError
from training import toml
from training.compare import Comparison, compare
from training.comparing import Line
from training.current import POINTER, Change, current_version, make_current
from training.evaluate import Request, pictures_of, texts_of
from training.evaluation.vision import Progress
from training.lock import locked
from training.report.card_page import card_page

COMPLETE = (
    *("model.kind", "model.version", "model.labels", "files", "thresholds", "calibration"),
    *("threshold_rule.rule", "data.sources", "data.caveats", "recipe.seed"),
    *("heldout", "measured.items", "measured.lock"),
)
"""What every card must say."""
COMPLETE_BY_KIND = {
    "text": ("model.form", "model.languages", "languages.min_known", "probe.probability"),
    "vision": ("model.weights", "model.input_size", "model.head", "preprocess", "postprocess"),
}


@dataclass(frozen=True, slots=True)
class Promotion:
    """What was changed, and what it rests on."""

    change: Change
    comparison: Comparison | None
    """None where there was no model before, or it could not be compared and was forced."""
    overruled: tuple[str, ...]
    """Reasons to refuse that were overruled."""


def promote(
    candidate: ModelFolder,
    request: Request,
    *,
    force: str = "",
    progress: Progress = lambda done, of: None,
) -> Promotion:
    """Make a model the current one of its kind.

    Args:
        candidate: Verified, in ``models/<kind>/<version>``.
        request: The held-out items.
        force: Why it is promoted all the same, in words; goes into its card. Empty: it is not.
        progress: Told how many items of how many are done.

    Raises:
        InputError: If it is refused, is current already, or does not lie where a scan looks.
    """
    _check_place(candidate)
    comparison, reasons = _examined(candidate, request, progress)
    if reasons and not force:
        raise InputError(
            f"{candidate.path.name} is not promoted: {'; '.join(reasons)}. Expected a complete model that "
            f"is no worse than the current one; mend it, or give --force --reason with what speaks for it"
        )
    if reasons:
        _note(candidate, force, reasons)
        candidate = load_model_folder(str(candidate.path), candidate.ref.kind)
    change = make_current(
        candidate,
        how="promoted by force" if reasons else "promoted",
        reason=force if reasons else "",
    )
    return Promotion(change, comparison, tuple(reasons))


def _check_place(candidate: ModelFolder) -> None:
    path, ref = candidate.path, candidate.ref
    if path.parent.name != ref.kind or path.name != ref.version:
        raise InputError(
            f"{path} holds {ref.kind} {ref.version}; expected it in a folder {ref.kind}/{ref.version}, "
            f"where a scan looks for it; move it there"
        )
    if current_version(path.parent) == ref.version:
        raise InputError(f"{path.parent / POINTER} names {ref.version} already; nothing to promote")


def _examined(
    candidate: ModelFolder, request: Request, progress: Progress
) -> tuple[Comparison | None, list[str]]:
    """Return the comparison, as far as it can be made, and every reason to refuse."""
    reasons = []
    if missing := missing_fields(candidate.card):
        reasons.append(f"its card lacks {', '.join(missing)}: fill it with `wardi evaluate --card`")
    if request.restricted:
        reasons.append(f"the items are restricted to {request.restricted}")
    comparison = None
    try:
        reasons += _lock_differs(candidate, request)
        if champion := _champion(candidate):
            comparison = compare(candidate, champion, request, progress)
            reasons += _worse(comparison)
    except WardiError as error:
        reasons.append(f"it cannot be compared: {error}")
    return comparison, reasons


def missing_fields(card: Mapping[str, Any]) -> list[str]:
    """Return what a card does not say, as dotted names; empty where it is complete."""
    about = card.get("model", {})
    wanted = (*COMPLETE, *COMPLETE_BY_KIND.get(str(about.get("kind")), ()))
    missing = [each for each in wanted if _at(card, each) in (None, "", [], {})]
    for label in about.get("labels", ()):
        if ":" in label:  # a target is told beside its topic, and has no threshold of its own
            continue
        missing += [
            f"{table}.{label}"
            for table in ("thresholds", "calibration")
            if label not in card.get(table, {})
        ]
        if card.get("heldout") and label not in set(_names(card["heldout"])):
            missing.append(f"held-out figures of {label}")
    for number, each in enumerate(_at(card, "data.sources") or ()):
        missing += [
            f"data.sources[{number}].{key}" for key in ("name", "licence") if not each.get(key)
        ]
    return missing


def _at(card: Mapping[str, Any], name: str) -> Any:
    value: Any = card
    for key in name.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _names(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of every table inside a table, at any depth."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield name
            yield from _names(value)


def _lock_differs(candidate: ModelFolder, request: Request) -> Iterator[str]:
    said = _at(candidate.card, "measured.lock")
    items = pictures_of(request) if candidate.ref.kind == "vision" else texts_of(request)
    found = locked(items)
    if said and said != found:
        yield (
            f"its figures were measured on other held-out items (lock {said[:12]}…) than those here "
            f"({len(items)} items, lock {found[:12]}…): evaluate it on these"
        )


def _champion(candidate: ModelFolder) -> ModelFolder | None:
    kind_folder = candidate.path.parent
    version = current_version(kind_folder)
    if not version:
        return None
    return load_model_folder(str(kind_folder / version), candidate.ref.kind)


def _worse(comparison: Comparison) -> Iterator[str]:
    if comparison.lost:
        yield f"it does not know {', '.join(comparison.lost)}, which the current model finds"
    yield from map(_sentence, comparison.worse)


def _sentence(line: Line) -> str:
    found = line.difference
    return (
        f"{line.metric} of {line.label} is worse: {found.candidate:.3f} against {found.champion:.3f}, "
        f"difference {found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
    )


def _note(candidate: ModelFolder, force: str, reasons: list[str]) -> None:
    """Write into the card that, when and why it was promoted against the gates."""
    path = candidate.path / "card.toml"
    said = {
        "forced_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reason": force,
        "overruled": reasons,
    }
    toml.replace(path, "promotion", said)
    (candidate.path / "card.md").write_text(card_page(toml.read(path)), "utf-8")
