"""Which frames are inspected, and which moments are repeats."""

from __future__ import annotations

import numpy as np
import pytest

from detector.evidence import Repeat
from detector.media.sampler import Inspect, Sampler, Thumb


def picture(level: int) -> Thumb:
    return np.full((1, 4, 4), level, np.int16)


def sampled(
    frames: list[tuple[float, int]],
    end_s: float,
    *,
    fps: float = 2.0,
    exhaustive: bool = False,
    skip_repeats: bool = True,
) -> list[str]:
    """Return ``i<time>`` for an inspected frame and ``r<time>`` for a repeat, in order."""
    sampler: Sampler[int] = Sampler(
        fps, exhaustive=exhaustive, skip_repeats=skip_repeats, fine=picture
    )
    out: list[Inspect[int] | Repeat] = []
    for time_s, level in frames:
        out += sampler.feed(level, time_s, picture(level))
    out += sampler.flush(end_s)
    return [f"{'r' if isinstance(each, Repeat) else 'i'}{each.time_s:g}" for each in out]


def test_a_moment_is_answered_by_the_frame_on_display() -> None:
    frames = [(0.0, 0), (0.4, 12), (0.6, 24), (0.9, 36), (1.1, 48)]

    assert sampled(frames, 1.2) == ["i0", "i0.4", "i0.9"]


def test_a_picture_that_stands_still_is_inspected_once_and_then_repeated() -> None:
    assert sampled([(0.0, 50), (2.0, 62)], 2.1) == ["i0", "r0.5", "r1", "r1.5", "i2"]


def test_a_picture_equal_to_the_last_inspected_one_is_a_repeat() -> None:
    assert sampled([(0.0, 50), (0.5, 50), (1.0, 62)], 1.1) == ["i0", "r0.5", "i1"]


def test_equal_pictures_are_inspected_where_repeats_are_not_skipped() -> None:
    frames = [(0.0, 50), (0.5, 50), (1.0, 50)]

    assert sampled(frames, 1.1, skip_repeats=False) == ["i0", "i0.5", "i1"]


def test_the_first_frame_after_a_scene_change_is_inspected_between_moments() -> None:
    frames = [(0.0, 50), (0.1, 50), (0.2, 200), (0.3, 200)]

    assert sampled(frames, 0.4) == ["i0", "i0.2"]


def test_a_picture_that_flashes_is_no_scene_change_at_every_flash() -> None:
    frames = [(index * 0.04, index % 2 * 90) for index in range(12)]

    assert sampled(frames, 0.48) == ["i0", "i0.04"]


def test_exhaustive_inspects_every_frame() -> None:
    assert sampled([(0.0, 50), (0.1, 50), (0.2, 50)], 0.3, exhaustive=True) == [
        "i0",
        "i0.1",
        "i0.2",
    ]


def test_the_first_frame_after_a_gap_is_inspected() -> None:
    sampler: Sampler[int] = Sampler(2.0, exhaustive=False, skip_repeats=True, fine=picture)
    list(sampler.feed(0, 0.0, picture(0)))
    sampler.forget()

    [only] = sampler.feed(0, 9.6, picture(0))

    assert isinstance(only, Inspect)


def test_a_picture_that_stands_for_days_gives_a_bounded_number_of_repeats() -> None:
    assert len(sampled([(0.0, 50)], 1e6)) < 3000


@pytest.mark.parametrize("fps", [0.5, 2.0, 12.0])
def test_steady_footage_is_inspected_at_the_asked_rate(fps: float) -> None:
    frames = [(index / 25, index % 2 * 12) for index in range(250)]

    count = len(sampled(frames, 10.0, fps=fps, skip_repeats=False))

    assert count == pytest.approx(10.0 * fps, abs=1)
