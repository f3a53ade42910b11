"""Frames are dated, and damage is put where it happened, whatever order things come in."""

from __future__ import annotations

import pytest

from detector.media.ledger import Ledger
from detector.media.timeline import Timeline


def ledger(timeline: Timeline, *, rejoins: bool = False) -> Ledger:
    """Return a ledger with ten stamps a second and frames of one stamp."""
    return Ledger(timeline, tick_s=0.1, interval_s=0.1, rejoins=rejoins)


def send(book: Ledger, *stamps: int) -> None:
    for stamp in stamps:
        book.packet(stamp, 1, corrupt=False, shown=True)


def show(book: Ledger, *stamps: int | None, key: int | None = None) -> list[float]:
    """Let frames come out; return the times of those that may be looked at."""
    shown = [(book.frame((each,), 1, key=each == key, damaged="")) for each in stamps]
    return [round(start_s, 3) for start_s, _, clean in shown if clean]


def test_time_counts_from_the_first_frame() -> None:
    book = ledger(Timeline(None))
    send(book, -3, -2, -1)

    assert show(book, -3, -2, -1) == [0.0, 0.1, 0.2]


def test_a_frame_that_went_in_before_the_error_is_clean_even_if_it_comes_out_after_it() -> None:
    timeline = Timeline(None)
    book = ledger(timeline)
    send(book, 0, 1, 2)
    show(book, 0, key=0)
    book.error(book.packet(3, 1, corrupt=False, shown=True), "broken")
    send(book, 4)

    assert show(book, 1, 2, 4) == [0.1, 0.2]
    book.finish()
    [gap] = timeline.gaps
    assert gap.end_s > gap.start_s


def test_frames_that_wait_for_a_broken_one_are_damaged_even_if_shown_before_it() -> None:
    timeline = Timeline(None)
    book = ledger(timeline)
    send(book, 0)
    show(book, 0, key=0)
    book.error(book.packet(4, 1, corrupt=False, shown=True), "broken")
    send(book, 2, 1, 3)

    assert show(book, 1, 2, 3) == []
    book.finish()
    [gap] = timeline.gaps
    assert (gap.start_s, gap.end_s) == pytest.approx((0.1, 0.5))


def test_a_packet_that_the_container_marks_as_corrupt_is_damage() -> None:
    timeline = Timeline(None)
    book = ledger(timeline)
    send(book, 0)
    book.packet(1, 1, corrupt=True, shown=True)

    assert show(book, 0, 1) == [0.0]


def test_frames_lost_before_the_first_one_are_a_gap_at_the_start() -> None:
    timeline = Timeline(None)
    book = ledger(timeline)
    book.error(book.packet(0, 1, corrupt=False, shown=True), "no key frame")
    send(book, 1, 2, 3)

    assert show(book, 3, key=3) == [0.3]
    assert [(gap.start_s, round(gap.end_s, 3)) for gap in timeline.gaps] == [(0.0, 0.3)]


def test_a_clock_that_jumps_goes_on_where_recordings_may_be_joined() -> None:
    book = ledger(Timeline(None), rejoins=True)
    send(book, 0, 1, 5000, 5001)

    assert show(book, 0, 1, 5000, 5001) == [0.0, 0.1, 0.2, 0.3]


def test_a_long_pause_is_kept_where_they_may_not() -> None:
    book = ledger(Timeline(None))
    send(book, 0, 1, 5000)

    assert show(book, 0, 1, 5000) == [0.0, 0.1, 500.0]


def test_time_never_runs_backwards() -> None:
    book = ledger(Timeline(None))
    send(book, 0, 5, 3)

    assert show(book, 0, 5, 3) == [0.0, 0.5, 0.5]


def test_a_frame_without_a_stamp_follows_the_last_one() -> None:
    book = ledger(Timeline(None))

    assert show(book, None, None, None) == [0.0, 0.1, 0.2]
