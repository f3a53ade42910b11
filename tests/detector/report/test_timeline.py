"""The strip of a video."""

import pytest

from detector.evidence import Gap, Passage
from detector.report.timeline import LEAST_WIDTH, timeline
from tests.detector.report import builders as make


def test_a_sighting_stands_at_its_share_of_the_length() -> None:
    strip = timeline(make.clip(make.sighting(start_s=3.0, end_s=9.0, peak_s=6.0)))

    assert strip is not None
    [lane] = strip.lanes
    [bar] = lane.bars
    assert (lane.name, bar.x, bar.width, bar.peak) == ("weapon", 10.0, 20.0, 20.0)


def test_each_label_has_a_lane_of_its_own() -> None:
    strip = timeline(make.clip(make.sighting("weapon"), make.sighting("badge"), make.sighting()))

    assert strip is not None
    assert [(each.name, len(each.bars)) for each in strip.lanes] == [("badge", 1), ("weapon", 2)]


def test_a_second_of_an_hour_can_still_be_seen_and_stays_on_the_strip() -> None:
    last = make.sighting(start_s=3599.0, end_s=3600.0)
    strip = timeline(make.clip(last, duration_s=3600.0))

    assert strip is not None
    bar = strip.lanes[0].bars[0]
    assert bar.width == LEAST_WIDTH
    assert bar.x + bar.width <= 100.0


def test_gaps_are_shown_even_where_nothing_was_seen() -> None:
    strip = timeline(make.clip(gaps=(Gap(15.0, 30.0, "cut off"),)))

    assert strip is not None
    assert [each.name for each in strip.lanes] == ["frames"]
    assert (strip.gaps[0].x, strip.gaps[0].width) == (50.0, 50.0)
    assert strip.gaps[0].title == "not looked at 0:15.0–0:30.0: cut off"


def test_words_with_times_have_a_lane() -> None:
    said = Passage("now", "speech", media=0, start_s=15.0, end_s=18.0)
    strip = timeline(make.clip(), [said])

    assert strip is not None
    assert [(each.name, each.bars[0].x) for each in strip.lanes] == [("speech", 50.0)]


def test_a_gap_of_one_channel_is_shown_in_its_lane_alone() -> None:
    deaf = make.clip(make.sighting(), gaps=(Gap(15.0, 30.0, "its sound: damaged", "speech"),))
    strip = timeline(deaf)

    assert strip is not None
    seen, speech = strip.lanes
    assert (strip.gaps, seen.gaps) == ((), ())
    assert (speech.name, speech.gaps[0].x) == ("speech", 50.0)
    assert speech.gaps[0].title == "not heard 0:15.0–0:30.0: its sound: damaged"
    assert speech.summary == "speech: 0 passages, 1 gap"


def test_a_photo_and_a_video_of_no_length_have_no_strip() -> None:
    assert timeline(make.photo(make.sighting())) is None
    assert timeline(make.clip(duration_s=0.0)) is None


@pytest.mark.parametrize(
    ("length_s", "texts"),
    [
        (0.4, ["0:00", "0:00.4"]),
        (30.0, ["0:00", "0:10", "0:20", "0:30.0"]),
        (3600.0, ["0:00", "15:00", "30:00", "45:00", "1:00:00"]),
    ],
)
def test_the_ruler_has_few_round_marks(length_s: float, texts: list[str]) -> None:
    strip = timeline(make.clip(make.sighting(), duration_s=length_s))

    assert strip is not None
    assert [each.text for each in strip.ticks] == texts
