from __future__ import annotations

import numpy as np
import pytest

from detector.errors import ContractBroken
from detector.evidence import WHOLE_FRAME, Detections, Frame, Sighting
from detector.vision.calibration import Calibration
from detector.vision.pictures import MAX_PICTURES, Shelf

PLAIN = Calibration({"uniform": 0.5}, {"uniform": (1.0, 0.0)})


def frame(time_s: float) -> Frame:
    return Frame(time_s, np.zeros((36, 64, 3), np.uint8))


def nothing_at(time_s: float) -> Detections:
    return Detections(time_s, np.empty((0, 4), np.float32), np.empty(0, np.float32), ())


def sighting(peak_s: float) -> Sighting:
    return Sighting("weapon", peak_s, peak_s, peak_s, WHOLE_FRAME, 0.9, 1)


def test_a_shelf_does_not_grow_with_what_passes_over_it() -> None:
    shelf = Shelf(PLAIN)
    for step in range(200):
        shelf.put(frame(step), nothing_at(step))
        shelf.claim(sighting(step))
        shelf.drop_unclaimed(set())
        assert len(shelf) <= MAX_PICTURES

    assert len(shelf.pictures()) == MAX_PICTURES


def test_a_frame_that_an_open_track_needs_stays() -> None:
    shelf = Shelf(PLAIN)
    shelf.put(frame(1.0), nothing_at(1.0))

    shelf.drop_unclaimed({1.0})
    shelf.claim(sighting(1.0))

    assert [each.time_s for each in shelf.pictures()] == [1.0]


def test_a_claim_on_a_frame_that_was_not_kept_is_a_bug() -> None:
    with pytest.raises(ContractBroken, match=r"no frame was kept at 2.0 s"):
        Shelf(PLAIN).claim(sighting(2.0))
