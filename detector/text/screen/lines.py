"""Lines of text followed from sample to sample, each with the sharpest picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from detector.errors import ContractBroken
from detector.evidence import Fractions, Frame
from detector.text.screen.base import Line, Pixels, Reading
from detector.text.screen.edges import SAME, Edges, Sketch, likeness

PADDING = 0.22
"""Ground kept above and below a line, as a share of its height: Urdu's marks stand far out."""
LEAST_HEIGHT = 10
"""Pixels of the frame under which a line cannot be read."""
MOST_HEIGHT = 0.3
"""Share of the frame's height above which what was found is furniture, not a line of words."""
LYING = 0.8
"""Least ratio of a line's length to its height."""
ROOM = 0.12
"""Room around a line in its box and on its strip, as a share of its height."""
LOOKS = 4
"""Frames of a line from which it is read: the letters stand still, so more add little."""
MISSES = 1
"""Samples in a row in which a line may not be recognised before it is over: a flash, a wipe."""
STRIP_WIDTH = 640
"""Pixels of a strip's longest side."""
_QUALITY = 80
_UNSTEADY = 60
"""Grey levels by which a pixel changes that shows what moves behind the letters."""
NOTHING: Pixels = np.empty((0, 0, 3), np.uint8)


@dataclass(slots=True, eq=False)
class Track:
    """One line over the time it is shown."""

    box: Fractions
    edges: Edges
    """Of the sample in which it was found."""
    corners: tuple[tuple[float, float], ...]
    """Of the line, as fractions of the frame."""
    start_s: float
    end_s: float
    crops: list[Pixels]
    """The line, upright, in the first frames that show it, the sharpest first; none once it was read."""
    cut: Pixels
    """The part of the frame inside the box, at its sharpest so far; empty once it was read."""
    sharp: float
    sharp_s: float
    """Time of the sharpest picture."""
    missed: int = 0
    reading: Reading | None = None
    """What it says, once it was read."""
    unread: str = ""
    """How its reader failed; empty where it did not."""
    strip: bytes = b""
    """`cut` as WebP, once it was read."""

    def follow(self, frame: Frame, now: Sketch) -> bool:
        """Look for the line in the next frame; say whether it may still be there."""
        if likeness(self.edges, now.part(self.box)) >= SAME:
            self.end_s, self.missed = frame.time_s, 0
            self._look(frame)
            return True
        self.missed += 1
        return self.missed <= MISSES

    @property
    def ready(self) -> bool:
        """Whether no sharper picture is waited for."""
        return len(self.crops) >= LOOKS

    def read_as(self, reading: Reading) -> None:
        """Take what it says; the pictures are given up for the strip."""
        self.reading = reading
        self.strip = encoded(self.cut) if reading.text else b""
        self.crops, self.cut = [], NOTHING

    def _look(self, frame: Frame) -> None:
        if self.ready or self.reading is not None:
            return
        crop = upright(frame.pixels, self.corners)
        sharp = sharpness(crop)
        sharpest = sharp > self.sharp
        self.crops.insert(0 if sharpest else len(self.crops), crop)
        if sharpest:
            self.sharp, self.sharp_s = sharp, frame.time_s
            self.cut = inside(frame.pixels, self.box)


def start(frame: Frame, line: Line, now: Sketch, since_s: float) -> Track:
    """Begin to follow a line that was found in a frame.

    Args:
        frame: The frame.
        line: What was found.
        now: The frame's edges.
        since_s: When the line was first seen, in seconds.
    """
    box = box_of(line, frame.pixels)
    height, width = frame.pixels.shape[:2]
    corners = tuple((float(x) / width, float(y) / height) for x, y in line.corners)
    crop = upright(frame.pixels, corners)
    return Track(
        box=box,
        edges=now.part(box),
        corners=corners,
        start_s=since_s,
        end_s=frame.time_s,
        crops=[crop],
        cut=inside(frame.pixels, box),
        sharp=sharpness(crop),
        sharp_s=frame.time_s,
    )


def box_of(line: Line, pixels: Pixels) -> Fractions:
    """Return the upright box around a line with a little room, as fractions of the frame."""
    height, width = pixels.shape[:2]
    room = ROOM * float(np.linalg.norm(line.corners[3] - line.corners[0]))
    x, y = line.corners[:, 0], line.corners[:, 1]
    size = np.array([width, height], np.float32)
    low = np.clip(np.array([x.min() - room, y.min() - room]) / size, 0, 1)
    high = np.clip(np.array([x.max() + room, y.max() + room]) / size, 0, 1)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def is_line(line: Line, pixels: Pixels) -> bool:
    """Say whether what was found can be a line of words: of a height that can be read, and lying."""
    top_left, top_right, _, bottom_left = line.corners
    long, tall = (float(np.linalg.norm(each - top_left)) for each in (top_right, bottom_left))
    return LEAST_HEIGHT <= tall <= MOST_HEIGHT * pixels.shape[0] and long >= LYING * tall


def overlap(one: Fractions, other: Fractions) -> float:
    """Return the shared area of two boxes over that of both."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def share_in(one: Fractions, other: Fractions) -> float:
    """Return the share of the first box's area that lies in the second."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    area = (one[2] - one[0]) * (one[3] - one[1])
    return wide * high / area if wide > 0 and high > 0 else 0.0


def upright(pixels: Pixels, corners: tuple[tuple[float, float], ...]) -> Pixels:
    """Cut a line out of a frame, turned upright, with a little ground around it."""
    height, width = pixels.shape[:2]
    points = np.array(corners, np.float32) * np.array([width, height], np.float32)
    along, down = points[1] - points[0], points[3] - points[0]
    long, tall = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    pad = PADDING * tall
    right, below = along / max(long, 1e-6) * pad, down / max(tall, 1e-6) * pad
    wider = points + np.array([-right - below, right - below, right + below, below - right])
    size = max(4, round(long + 2 * pad)), max(4, round(tall + 2 * pad))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(wider.astype(np.float32), target)
    cut = cv2.warpPerspective(
        pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cut, np.uint8)


def steady(crops: Sequence[Pixels]) -> Pixels:
    """Return what stands still in pictures of one line: the letters, on a blurred ground.

    Args:
        crops: Of the same line, the sharpest first; at least one.
    """
    same = [each for each in crops if each.shape == crops[0].shape]
    if len(same) < 3:
        return crops[0]
    stack = np.stack(same)
    middle = np.median(stack, axis=0).astype(np.uint8)
    apart = np.abs(stack.astype(np.int16) - middle.astype(np.int16)).max(axis=(0, 3))
    blurred = cv2.GaussianBlur(middle, (0, 0), max(1.0, middle.shape[0] / 8))
    kept = np.where((apart > _UNSTEADY)[..., None], blurred, middle)
    return np.asarray(kept, np.uint8)


def sharpness(crop: Pixels) -> float:
    """Return how sharp a line is: the spread of its second derivative."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def inside(pixels: Pixels, box: Fractions) -> Pixels:
    """Return a copy of the part of a frame inside a box, its longest side at most `STRIP_WIDTH`."""
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = box
    left, top = min(int(x0 * width), width - 2), min(int(y0 * height), height - 2)
    cut = pixels[top : max(top + 2, round(y1 * height)), left : max(left + 2, round(x1 * width))]
    scale = min(1.0, STRIP_WIDTH / max(cut.shape[:2]))
    size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)


def encoded(cut: Pixels) -> bytes:
    """Return a strip as WebP."""
    bgr = cv2.cvtColor(cut, cv2.COLOR_RGB2BGR)
    done, webp = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    if not done:
        raise ContractBroken(f"OpenCV could not encode a strip of shape {cut.shape} as WebP")
    return webp.tobytes()


def stacked(strips: Sequence[bytes]) -> bytes:
    """Return the strips of a passage's lines as one picture, one below the other."""
    if len(strips) == 1:
        return strips[0]
    found = (cv2.imdecode(np.frombuffer(each, np.uint8), cv2.IMREAD_COLOR_RGB) for each in strips)
    cuts = [each for each in found if each is not None]
    width = max(each.shape[1] for each in cuts)
    padded = [
        cv2.copyMakeBorder(each, 1, 1, 0, width - each.shape[1], cv2.BORDER_CONSTANT, value=0)
        for each in cuts
    ]
    return encoded(np.vstack(padded).astype(np.uint8))
