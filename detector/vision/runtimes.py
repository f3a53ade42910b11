"""Which runtimes there are, each imported only when it is asked for."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import cast

from detector.artifact import ModelFolder
from detector.errors import ExtraMissing, SetupError
from detector.settings import Vision
from detector.vision.base import VisionModel

RUNTIMES = MappingProxyType(
    {
        "openvino": "detector.vision.openvino:OpenVinoModel",
        "onnxruntime": "detector.vision.onnxruntime:OnnxRuntimeModel",
        "ultralytics": "detector.vision.ultralytics:UltralyticsModel",
    }
)
"""Name as in `settings.Vision.runtime` -> ``module:class``, called with folder and settings."""
EXTRAS = MappingProxyType(
    {"onnxruntime": "wardi[onnxruntime], or wardi[gpu]", "ultralytics": "wardi[training]"}
)
"""What to install for a runtime that is no part of the core."""


def open_vision_model(folder: ModelFolder, settings: Vision) -> VisionModel:
    """Load a vision model with the runtime that the settings name.

    Raises:
        SetupError: If there is no such runtime.
        ExtraMissing: If its library is not installed.
        ArtifactMismatch: If the folder does not hold what the runtime needs.
    """
    where = RUNTIMES.get(settings.runtime)
    if where is None:
        raise SetupError(
            f"no runtime {settings.runtime!r}; expected one of {', '.join(sorted(RUNTIMES))}; "
            f"correct vision.runtime in the settings"
        )
    module, _, name = where.partition(":")
    try:
        runtime = getattr(importlib.import_module(module), name)
    except ImportError as error:
        raise ExtraMissing(
            f"the runtime {settings.runtime!r} needs {error.name}, which is not installed; install "
            f"{EXTRAS.get(settings.runtime, 'it')}, or name another runtime in vision.runtime"
        ) from error
    return cast("VisionModel", runtime(folder, settings))
