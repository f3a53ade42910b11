"""OpenVINO, for every network that Wardi runs: the one importer of `openvino`.

Nothing is reported to anybody: OpenVINO's telemetry package is not let in even where it is installed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detector.errors import ArtifactMismatch

# `import openvino` imports its telemetry package where it finds one and its own stub where it does
# not; None in this table is Python's way to say "not to be found".
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402


def compile_network(path: Path, options: Mapping[str, Any]) -> Any:
    """Make a network ready to run on the CPU.

    Args:
        path: An ONNX file.
        options: OpenVINO's, by name.

    Returns:
        OpenVINO's CompiledModel.

    Raises:
        ArtifactMismatch: If OpenVINO cannot run the file.
    """
    try:
        return openvino.Core().compile_model(str(path), "CPU", dict(options))
    except RuntimeError as error:
        raise ArtifactMismatch(
            f"OpenVINO cannot run {path} ({str(error).strip().splitlines()[-1]}); expected "
            f"an ONNX file; take a complete model folder"
        ) from error


def queue_of(network: Any) -> Any:
    """Return OpenVINO's AsyncInferQueue of a compiled network: as many requests as suit the machine."""
    return openvino.AsyncInferQueue(network)
