"""Which seconds count as looked at, frame by frame."""

from __future__ import annotations

import pytest

from detector.media.timeline import Timeline


def play(
    timeline: Timeline, start: float, end: float, *, fps: int = 10, key_every: int = 10
) -> None:
    """Feed clean frames from `start` to `end`; every `key_every`-th of the whole is a key frame."""
    for index in range(round(start * fps), round(end * fps)):
        timeline.frame(index / fps, (index + 1) / fps, key=index % key_every == 0)


def spans(timeline: Timeline) -> list[tuple[float, float]]:
    return [(round(gap.start_s, 2), round(gap.end_s, 2)) for gap in timeline.gaps]


def test_clean_frames_to_the_announced_end_leave_no_gap() -> None:
    timeline = Timeline(3.0)
    play(timeline, 0.0, 3.0)
    timeline.finish()

    assert spans(timeline) == []
    assert timeline.looked_s == pytest.approx(3.0)


def test_damage_lasts_to_the_next_clean_key_frame() -> None:
    timeline = Timeline(3.0)
    play(timeline, 0.0, 1.3)
    timeline.frame(1.3, 1.4, key=False, damaged="flagged")
    play(timeline, 1.4, 3.0)
    timeline.finish()

    assert spans(timeline) == [(1.3, 2.0)]
    assert timeline.looked_s == pytest.approx(2.3)


def test_a_damaged_key_frame_does_not_end_damage() -> None:
    timeline = Timeline(3.0)
    play(timeline, 0.0, 0.5)
    timeline.frame(0.5, 0.6, key=False, damaged="flagged")
    timeline.frame(1.0, 1.1, key=True, damaged="flagged")
    play(timeline, 1.1, 3.0)
    timeline.finish()

    assert spans(timeline) == [(0.5, 2.0)]


def test_frames_inside_damage_are_not_to_be_looked_at() -> None:
    timeline = Timeline(None)
    timeline.frame(0.0, 0.1, key=True)
    timeline.damage("broken packet")

    assert not timeline.frame(0.2, 0.3, key=False)
    assert timeline.frame(0.3, 0.4, key=True)


def test_announced_seconds_that_never_came_are_a_gap_at_the_end() -> None:
    timeline = Timeline(10.0)
    play(timeline, 0.0, 5.5)
    timeline.finish()

    assert spans(timeline) == [(5.5, 10.0)]


def test_a_header_that_announces_less_is_overruled_by_the_frames() -> None:
    timeline = Timeline(2.0)
    play(timeline, 0.0, 3.0)
    timeline.finish()

    assert timeline.duration_s == pytest.approx(3.0)
    assert spans(timeline) == []


def test_a_pause_is_no_gap_where_the_container_is_sound() -> None:
    timeline = Timeline(None)
    timeline.frame(0.0, 0.04, key=True)
    timeline.frame(5.0, 5.04, key=True)
    timeline.finish()

    assert spans(timeline) == []


def test_a_pause_is_a_gap_where_the_container_is_damaged() -> None:
    timeline = Timeline(None)
    timeline.frame(0.0, 0.04, key=True)
    timeline.suspect("invalid element")
    timeline.frame(5.0, 5.04, key=True)
    timeline.finish()

    assert spans(timeline) == [(0.04, 5.0)]


def test_damage_of_unknown_length_at_the_end_is_named_all_the_same() -> None:
    timeline = Timeline(None)
    play(timeline, 0.0, 1.0)
    timeline.suspect("file ended prematurely")
    timeline.finish()

    assert spans(timeline) == [(1.0, 1.0)]


def test_frames_left_out_on_purpose_at_the_end_count_as_looked_at() -> None:
    timeline = Timeline(1.0)
    play(timeline, 0.0, 0.8)
    timeline.finish(packets_end_s=1.0)

    assert timeline.looked_s == pytest.approx(1.0)
