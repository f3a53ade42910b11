"""Which model of a kind a scan loads: ``models/<kind>/current.toml``, with how it came to be so.

The file holds ``version``, which the detector reads, and ``[[history]]``, which it does not: one row per
change, the newest last, each with the version that was current before. Nothing is ever taken out of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from detector.artifact import ModelFolder, load_model_folder
from detector.errors import InputError, SetupError
from detector.evidence import ModelRef
from training import toml

POINTER = "current.toml"
How = Literal["promoted", "promoted by force", "rolled back"]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the history."""

    version: str
    sha256: str
    """Identity of the model as it was then, under which verdicts name it."""
    at: str
    """ISO 8601, UTC."""
    before: str
    """Version to which a rollback leads; empty where none is known."""
    how: How
    reason: str = ""
    """Why it was forced, in words; empty where it was not."""


def current_version(kind_folder: Path) -> str:
    """Return the version that a scan loads; empty where none is named."""
    path = kind_folder / POINTER
    return str(toml.read(path).get("version", "")) if path.is_file() else ""


def history(kind_folder: Path) -> list[Change]:
    """Return every change, the oldest first.

    Raises:
        SetupError: If a row is not one that was written here.
    """
    path = kind_folder / POINTER
    rows = toml.read(path).get("history", []) if path.is_file() else []
    try:
        return [Change(**each) for each in rows]
    except TypeError as error:
        raise SetupError(
            f"the history in {path} is damaged ({error}); expected rows as `wardi promote` writes "
            f"them; restore the file"
        ) from error


def make_current(folder: ModelFolder, *, how: How = "promoted", reason: str = "") -> Change:
    """Let a scan load a model from now on.

    Args:
        folder: Lies in ``models/<kind>/<version>``.
        how: As the history says it.
        reason: Why it was forced.
    """
    kind_folder = folder.path.parent
    return _put(
        kind_folder, folder.ref, before=current_version(kind_folder), how=how, reason=reason
    )


def roll_back(kind_folder: Path) -> Change:
    """Go back to the model that was current before.

    Raises:
        InputError: If none is known.
        SetupError: If its folder is not what its card says.
    """
    rows = history(kind_folder)
    now = current_version(kind_folder)
    last = next((each for each in reversed(rows) if each.version == now), None)
    if last is None or not last.before:
        raise InputError(
            f"{kind_folder / POINTER} knows no model before {now or 'none'}; expected one that was "
            f"replaced by `wardi promote`; promote the model that is wanted"
        )
    kind = kind_folder.resolve().name
    folder = load_model_folder(
        str((kind_folder / last.before).resolve()), "vision" if kind == "vision" else "text"
    )
    earlier = next((each for each in reversed(rows) if each.version == last.before), None)
    before = earlier.before if earlier else ""
    return _put(kind_folder, folder.ref, before=before, how="rolled back")


def _put(kind_folder: Path, ref: ModelRef, *, before: str, how: How, reason: str = "") -> Change:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    change = Change(kind_folder.joinpath(ref.version).name, ref.sha256, at, before, how, reason)
    rows = [asdict(each) for each in (*history(kind_folder), change)]
    part = kind_folder / f"{POINTER}.part"
    toml.write(
        part,
        {"version": change.version, "history": rows},
        comment=f"The {ref.kind} model that a scan loads; written by `wardi promote` and "
        f"`wardi rollback {ref.kind}`.",
    )
    part.replace(kind_folder / POINTER)  # a scan that starts meanwhile reads the one or the other
    return change
