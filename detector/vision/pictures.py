"""The peak frames that are kept as evidence: few, small, and bounded while a video is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from detector.errors import ContractBroken
from detector.evidence import Detections, Fractions, Frame, Picture, Sighting
from detector.vision.calibration import Calibration

MAX_PICTURES = 12
"""Pictures kept of one file."""
LONGEST = 640
"""Longest side of a picture in pixels."""
QUALITY = 80
"""WebP quality: a 640x360 street scene takes some 30 kB."""
UNIFORM = "uniform"
LIKELY = 0.0003
"""Calibrated probability from which on a box is taken for a uniformed person when faces are blurred.
With model 3 it covers 137 of 144 faces that were marked by hand, and blurs half of the area of their
pictures. It was chosen on those pictures: on 83 faces of others, which decided nothing, every limit
from this one to 0.05 covers all."""
_RAW_KEPT = 8
"""Frames kept as bare pixels (1 MB each) before they are encoded: a peak is often outdone by the next
frame, and encoding takes some 15 ms."""


@dataclass(slots=True)
class _Kept:
    picture: Picture
    """Without content as long as `pixels` stands."""
    pixels: npt.NDArray[np.uint8] | None
    claims: dict[str, float]
    """Label -> probability of the strongest finished sighting that peaks here."""


class Shelf:
    """Frames at which a sighting peaks, by time.

    A frame is put here when it is the peak of an open track; it stays while a track peaks there, and
    afterwards if a finished sighting claimed it and is among the `MAX_PICTURES` strongest.
    """

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self._kept: dict[float, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, frame: Frame, found: Detections) -> None:
        """Keep a frame, made small, with the boxes in which a face may have to be blurred."""
        uniforms, doubtful = people_in(frame, found, self._calibration)
        picture = Picture(frame.time_s, b"", uniforms, doubtful)
        self._kept[frame.time_s] = _Kept(picture, _shrink(frame.pixels), {})
        raw = [each for each in self._kept.values() if each.pixels is not None]
        for each in raw[:-_RAW_KEPT]:
            _encode(each)

    def claim(self, sighting: Sighting) -> None:
        """Note that a finished sighting peaks in a frame that was put here."""
        kept = self._kept.get(sighting.peak_s)
        if kept is None:
            raise ContractBroken(f"no frame was kept at {sighting.peak_s} s for {sighting.label}")
        known = kept.claims.get(sighting.label, 0.0)
        kept.claims[sighting.label] = max(known, sighting.probability)

    def drop_unclaimed(self, needed: set[float]) -> None:
        """Drop the frames that neither an open track (`needed`: its peak time) nor a claim holds."""
        stay = needed | set(self._best())
        self._kept = {time_s: each for time_s, each in self._kept.items() if time_s in stay}

    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures worth keeping, by time."""
        best = [self._kept[time_s] for time_s in sorted(self._best())]
        for each in best:
            _encode(each)
        return tuple(each.picture for each in best)

    def _best(self) -> list[float]:
        """Return the times worth keeping: the strongest of every label first, then by strength.

        A label's first picture goes before another label's second, so that a parade does not push
        the one weapon out.
        """
        by_label: dict[str, list[tuple[float, float]]] = {}
        for time_s, kept in self._kept.items():
            for label, probability in kept.claims.items():
                by_label.setdefault(label, []).append((-probability, time_s))
        ranked = [
            (rank > 0, weakness, time_s)
            for claims in by_label.values()
            for rank, (weakness, time_s) in enumerate(sorted(claims))
        ]
        return list(dict.fromkeys(time_s for _, _, time_s in sorted(ranked)))[:MAX_PICTURES]


def people_in(
    frame: Frame, found: Detections, calibration: Calibration
) -> tuple[tuple[Fractions, ...], tuple[Fractions, ...]]:
    """Return the boxes of a frame that may well be uniformed people, and those that hardly are."""
    height, width = frame.pixels.shape[:2]
    size = np.array([width, height, width, height], np.float64)
    likely: list[Fractions] = []
    doubtful: list[Fractions] = []
    for label, confidence, xyxy in zip(found.labels, found.confidence, found.xyxy, strict=True):
        if label == UNIFORM:
            a, b, c, d = (float(each) for each in xyxy / size)
            sure = calibration.probability(label, float(confidence)) >= LIKELY
            (likely if sure else doubtful).append((a, b, c, d))
    return tuple(likely), tuple(doubtful)


def _shrink(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a copy of the frame, its longest side at most `LONGEST` pixels."""
    height, width = pixels.shape[:2]
    scale = LONGEST / max(height, width)
    if scale >= 1:
        return pixels.copy()
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encode(kept: _Kept) -> None:
    """Turn a frame's bare pixels into its picture, once."""
    if kept.pixels is None:
        return
    bgr = cv2.cvtColor(kept.pixels, cv2.COLOR_RGB2BGR)
    done, content = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    if not done:
        raise ContractBroken(f"OpenCV could not encode a frame of shape {bgr.shape} as WebP")
    kept.picture = replace(kept.picture, webp=content.tobytes())
    kept.pixels = None
