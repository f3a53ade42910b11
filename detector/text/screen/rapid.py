"""RapidOCR: finds lines of any script and reads Latin ones. The one importer of `rapidocr`.

Its networks lie in the package and run on OpenVINO; both are named by path, so that nothing is looked
for elsewhere, least of all on the network. The one that finds is run without the package, which takes
most of a second to import: it is imported when the first line is read.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from detector.errors import SetupError
from detector.inference import compile_network
from detector.text.screen.base import Line, Pixels, Reading, Script
from detector.text.screen.blobs import lines_on

FINDS, READS = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
FOUND_AT = 0.45
"""Mean text probability inside a line from which it counts as one: what is none is not read as words."""
GLANCE = 384
"""Longest side in pixels of a frame that is glanced at."""
DOUBTFUL = 0.3
"""What `FOUND_AT` is at a glance, where letters are smaller and the network is less sure."""
_STEP = 32
"""The network's sides are multiples of so many pixels."""


class RapidReader:
    """`LineFinder` of any script and `LineReader` of Latin.

    Args:
        threads: Inference threads. One is as fast as two where a video is decoded meanwhile, and spares
            the time that the second one waits in.

    Raises:
        SetupError: If the package does not hold its networks.
    """

    script: Script = "Latn"

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._models = _models()

    @cached_property
    def identity(self) -> str:
        """Version and networks."""
        hashes = [hashlib.sha256(each.read_bytes()).hexdigest()[:12] for each in self._models]
        return f"rapidocr {version('rapidocr')} {' '.join(hashes)}"

    def glance(self, pixels: Pixels) -> Sequence[Line]:
        """Return where a frame may hold lines; see `LineFinder`."""
        return self._lines(pixels, GLANCE, DOUBTFUL)

    def find(self, pixels: Pixels, longest: int) -> Sequence[Line]:
        """Return the lines in a frame; see `LineFinder`."""
        return self._lines(pixels, longest, FOUND_AT)

    def _lines(self, pixels: Pixels, longest: int, least: float) -> Sequence[Line]:
        height, width = pixels.shape[:2]
        sides = _sides(pixels, longest)
        small = cv2.resize(pixels, sides, interpolation=cv2.INTER_AREA)
        # Its colours are BGR in [-1, 1].
        blob = cv2.dnn.blobFromImage(small, 1 / 127.5, sides, (127.5, 127.5, 127.5), swapRB=True)
        [found] = self._network(blob).values()
        back = np.array([width / sides[0], height / sides[1]], np.float32)
        return [Line(each.corners * back, each.confidence) for each in lines_on(found[0, 0], least)]

    def read(self, line: Pixels) -> Reading:
        """Read one line; see `LineReader`."""
        bgr = cv2.cvtColor(line, cv2.COLOR_RGB2BGR)
        read = self._engine(bgr, use_det=False, use_rec=True)
        if not read.txts:
            return Reading("", 0.0, self.script)
        return Reading(read.txts[0].strip(), float(read.scores[0]), self.script)

    @cached_property
    def _network(self) -> Any:
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": self._threads}
        return compile_network(self._models[0], options)

    @cached_property
    def _engine(self) -> Any:
        # `detector.inference` keeps OpenVINO's telemetry out; it is imported above.
        from rapidocr import EngineType, RapidOCR

        engine = RapidOCR(
            params={
                "Global.use_det": False,
                "Global.use_cls": False,
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                "Global.use_preprocess_img": False,
                "Rec.engine_type": EngineType.OPENVINO,
                "Rec.model_path": str(self._models[1]),
                "EngineConfig.openvino.inference_num_threads": self._threads,
            }
        )
        logging.getLogger("RapidOCR").propagate = False
        return engine


def _sides(pixels: Pixels, longest: int) -> tuple[int, int]:
    """Return width and height of a frame as the network takes it."""
    height, width = pixels.shape[:2]
    scale = min(1.0, longest / max(height, width))
    wide, high = (max(_STEP, round(each * scale / _STEP) * _STEP) for each in (width, height))
    return wide, high


def _models() -> tuple[Path, Path]:
    """Return the networks inside the package, without importing it."""
    spec = find_spec("rapidocr")
    folder = Path((spec.origin if spec else None) or ".").parent / "models"
    finds, reads = folder / FINDS, folder / READS
    if not (finds.is_file() and reads.is_file()):
        raise SetupError(
            f"rapidocr does not hold {FINDS} and {READS} in {folder}; expected the release that "
            f"requirements/core.txt names; install Wardi again"
        )
    return finds, reads
