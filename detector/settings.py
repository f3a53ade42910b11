"""Settings: defaults < file < environment < flags; read once, validated, frozen.

The file is ``wardi.toml`` in the working folder, or the one named by ``--settings``. An environment
variable names section and key: ``WARDI_SAMPLING__FPS=4``. An unknown key is an error.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detector.errors import SetupError

PREFIX = "WARDI_"
FILE = "wardi.toml"


class Section(BaseModel):
    """A group of settings: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sampling(Section):
    """Which frames the vision model is given."""

    fps: Annotated[float, Field(gt=0, le=240)] = 2.0
    """Frames inspected per second of video; the first frame after a scene change comes on top."""
    exhaustive: bool = False
    """Inspect every decoded frame."""
    skip_repeats: bool = True
    """Leave out a frame almost equal to the last inspected one; its seconds count as looked at."""
    max_side: Annotated[int, Field(ge=64, le=8192)] = 1280
    """Longest side in pixels of a frame that is handed on; larger frames are reduced while decoding."""


class Limits(Section):
    """What one file may cost; checked before a frame is allocated."""

    max_pixels: Annotated[int, Field(gt=0)] = 50_000_000
    """Pixels of one frame or photo."""
    max_file_mib: Annotated[int, Field(gt=0)] = 8192
    """Size of one file in MiB."""
    decode_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Decoding time granted to every file, in seconds ..."""
    decode_seconds_per_second: Annotated[float, Field(ge=0)] = 2.0
    """... plus this many for every second of its duration."""
    decode_memory_mib: Annotated[int, Field(gt=0)] = 2048
    """Memory of the process that decodes, in MiB."""
    decode_threads: Annotated[int, Field(ge=0)] = 0
    """Threads of the decoder; 0 takes one per core, four at most."""


class Vision(Section):
    """Which vision model looks, and on what."""

    model: str = "current"
    """Version under ``models/vision``, a path to a model folder, or ``current``."""
    runtime: Literal["openvino", "onnxruntime", "ultralytics"] = "openvino"
    """What runs it; the latter two need an extra."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Inference threads; 0 leaves it to the runtime."""


class Text(Section):
    """Which text model reads."""

    model: str = "current"
    """Version under ``models/text``, a path to a model folder, or ``current``."""


class Words(Section):
    """Which words of a file are looked for, besides those typed with it."""

    read: Annotated[str, Field(pattern=r"^(none|(screen|speech)(,(screen|speech))*)$")] = "screen"
    """``screen`` (words on the picture), ``speech``, both with a comma between, or ``none``."""


class Speech(Section):
    """What hears speech; needs the extra ``speech``."""

    model: str = "small"
    """A model's folder, or the name of one that was fetched before."""
    download: bool = False
    """Whether a model that is not there may be fetched over the network."""
    language: str = ""
    """The language that is spoken, e.g. ``ur``; empty lets the model tell."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads; 0 leaves it to the engine."""


class Store(Section):
    """Where evidence and verdicts are kept."""

    url: str = ""
    """SQLAlchemy URL; empty means ``wardi.db`` in the output folder."""
    retention_days: Annotated[int, Field(ge=0)] = 0
    """Days after which `wardi forget --expired` removes a post; 0 keeps it until told otherwise."""


class Settings(Section):
    """Everything that can be set."""

    sampling: Sampling = Sampling()
    limits: Limits = Limits()
    vision: Vision = Vision()
    text: Text = Text()
    words: Words = Words()
    speech: Speech = Speech()
    store: Store = Store()


def load(
    file: Path | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    flags: Mapping[str, Mapping[str, Any]] | None = None,
) -> Settings:
    """Read the settings from file, environment and flags, the later over the earlier.

    Args:
        file: A settings file that must exist; None takes ``wardi.toml`` here, if there is one.
        environ: Where variables are looked up.
        flags: Values from the command line by section and key; None values are left out.

    Raises:
        SetupError: If the file cannot be read, or a key or value is not one that is known.
    """
    merged = _from_file(file)
    for section, variables in _from_environment(environ).items():
        merged.setdefault(section, {}).update(variables)
    for section, values in (flags or {}).items():
        given = {key: value for key, value in values.items() if value is not None}
        merged.setdefault(section, {}).update(given)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise SetupError(
            f"a setting is wrong ({problems}); expected the keys and values that `wardi settings` "
            f"prints; correct the settings file, {PREFIX}… variable or flag"
        ) from error


def _from_file(file: Path | None) -> dict[str, Any]:
    path = file or Path(FILE)
    if file is None and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(
            f"the settings file {path} cannot be read ({error}); expected TOML in UTF-8; "
            f"correct it or leave out --settings"
        ) from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in environ.items():
        if name.startswith(PREFIX):
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            found.setdefault(section, {})[key] = value  # what is no section is refused as unknown
    return found
