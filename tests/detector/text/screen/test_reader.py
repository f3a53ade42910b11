"""The words of a file: found where they are new, read once, with their seconds and a strip."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from detector.evidence import Frame, Repeat
from detector.text.screen import reader as reading
from detector.text.screen.base import ScreenWords
from detector.text.screen.reader import ScreenFile
from tests.screens import (
    BOX,
    SIZE,
    BrokenReader,
    ScriptedFinder,
    ScriptedReader,
    clip,
    ground,
    still,
    written,
)


def read(
    samples: Sequence[Frame | Repeat],
    *answers: tuple[str, float],
    finder: ScriptedFinder | None = None,
    reader: ScriptedReader | None = None,
    photo: bool = False,
) -> ScreenWords:
    file = ScreenFile(
        finder or ScriptedFinder(), [reader or ScriptedReader(answers or [("Vote for us", 0.99)])]
    )
    for sample in samples:
        file.add(sample)
    return file.finish(photo=photo)


def test_a_caption_is_one_passage_with_its_seconds_and_place() -> None:
    found = read(clip(["", "", *["Vote for us"] * 20, "", "", ""]))

    [passage] = found.passages
    assert (passage.text, passage.origin) == ("Vote for us", "on-screen text")
    assert passage.start_s == pytest.approx(1.0, abs=0.5)
    assert passage.end_s == pytest.approx(10.5, abs=0.5)
    assert passage.box is not None
    assert passage.box == pytest.approx(
        (BOX[0] / SIZE[0], BOX[1] / SIZE[1], BOX[2] / SIZE[0], BOX[3] / SIZE[1]), abs=0.02
    )


def test_a_caption_that_stands_for_half_a_minute_is_read_once() -> None:
    reader = ScriptedReader([("Vote for us", 0.99)])
    read(clip(["Vote for us"] * 60), reader=reader)
    assert len(reader.given) == 1


def test_the_network_is_not_asked_while_nothing_comes_to_a_stand() -> None:
    finder = ScriptedFinder()
    read(clip([""] * 15), finder=finder)
    assert finder.looked == 1  # the first frame


def test_frames_in_close_succession_are_passed_over() -> None:
    finder = ScriptedFinder()
    standing = written(ground(1), "Vote for us")
    samples = [Frame(at / 25, standing if at > 12 else ground(0), at == 0) for at in range(50)]
    found = read(samples, finder=finder)
    assert finder.looked == 2
    assert [each.text for each in found.passages] == ["Vote for us"]


def test_words_that_come_up_are_looked_for_within_a_second() -> None:
    finder = ScriptedFinder()
    found = read(clip(["", "", "", "", *["Vote for us"] * 3]), finder=finder)
    assert finder.looked == 2
    assert [each.text for each in found.passages] == ["Vote for us"]


def test_another_caption_at_the_same_place_is_another_passage() -> None:
    samples = clip([*["Vote for us"] * 6, *["BUY TEA NOW"] * 6])
    found = read(samples, ("Vote for us", 0.99), ("BUY TEA NOW", 0.99))

    assert [each.text for each in found.passages] == ["Vote for us", "BUY TEA NOW"]
    first, second = found.passages
    assert first.end_s is not None
    assert second.start_s is not None
    assert first.end_s <= second.start_s


def test_a_caption_goes_on_through_a_cut() -> None:
    reader = ScriptedReader([("Vote for us", 0.99)])
    found = read(clip(["Vote for us"] * 12, cuts=(6,)), reader=reader)
    assert len(found.passages) == len(reader.given) == 1


def test_a_repeat_prolongs_what_stands() -> None:
    samples = [*clip(["Vote for us"] * 3), *(Repeat(2.0 + at / 2) for at in range(8))]
    [passage] = read(samples).passages
    assert passage.end_s == pytest.approx(5.5)


@pytest.mark.parametrize(
    "cuts", [pytest.param((0, 3, 6, 9), id="cuts"), pytest.param((0,), id="too-alike-for-cuts")]
)
def test_slides_that_stand_for_seconds_are_read(cuts: Sequence[int]) -> None:
    words = ["Vote for us", "BUY TEA NOW", "free the road", "Monday, noon"]
    samples = [
        sample
        for at, each in enumerate(words)
        for sample in still(each, 3.0 * at, 3.0, cut=3 * at in cuts)
    ]
    found = read(samples, *((each, 0.99) for each in words))

    assert [each.text for each in found.passages] == words
    assert [each.start_s for each in found.passages] == [0.0, 3.0, 6.0, 9.0]
    assert [each.end_s for each in found.passages] == [2.5, 5.5, 8.5, 11.5]


@pytest.mark.parametrize("cut", [pytest.param(True, id="cut"), pytest.param(False, id="no-cut")])
def test_the_end_card_of_a_moving_clip_is_read(cut: bool) -> None:
    samples = [*clip([""] * 10), *still("Vote for us", 5.0, 6.0, cut=cut)]
    [passage] = read(samples).passages
    assert (passage.text, passage.start_s, passage.end_s) == ("Vote for us", 5.0, 10.5)


def test_a_still_that_comes_right_after_a_frame_is_read() -> None:
    samples = [*clip([""] * 10), *still("Vote for us", 4.6, 6.0, cut=False)]
    [passage] = read(samples).passages
    assert (passage.start_s, passage.end_s) == pytest.approx((4.6, 10.1))


def test_a_still_is_looked_at_once_however_long_it_stands() -> None:
    finder = ScriptedFinder()
    reader = ScriptedReader([("Vote for us", 0.99)])
    read([*clip([""]), *still("Vote for us", 0.5, 60.0)], finder=finder, reader=reader)
    assert (finder.looked, len(reader.given)) == (2, 1)


def test_a_line_that_a_still_does_not_show_is_over() -> None:
    samples = [
        *still("Vote for us", 0.0, 3.0),
        *still("", 3.0, 4.0),
        *still("Vote for us", 7.0, 3.0),
    ]
    found = read(samples)
    assert [(each.start_s, each.end_s) for each in found.passages] == [(0.0, 2.5), (7.0, 9.5)]


@pytest.mark.parametrize(
    "repeats",
    [
        pytest.param([], id="one-frame"),
        pytest.param([Repeat(1.0 + 1 / 30)], id="one-repeat-at-30-a-second"),
    ],
)
def test_what_stands_for_less_than_a_third_of_a_second_is_not_read(
    repeats: Sequence[Repeat],
) -> None:
    frames = clip(["", "", "Vote for us", "", ""], cuts=(2,))
    reader = ScriptedReader([("Vote for us", 0.99)])
    found = read([*frames[:3], *repeats, *frames[3:]], reader=reader)
    assert (found.passages, reader.given) == ((), [])


def test_words_that_flash_up_once_are_read_when_they_come_to_stay() -> None:
    words = ["", "Vote for us", "", "", "", *["Vote for us"] * 6]
    [passage] = read(clip(words, cuts=(1, 5))).passages
    assert passage.start_s == 2.5


def test_words_of_a_photo_are_read_from_its_one_frame() -> None:
    [passage] = read(clip(["Vote for us"]), photo=True).passages
    assert (passage.start_s, passage.end_s) == (0.0, 0.0)


def test_every_passage_comes_with_the_strip_it_was_read_from() -> None:
    found = read(clip(["Vote for us"] * 8))

    [strip], [passage] = found.strips, found.passages
    assert strip.box == passage.box
    pixels = cv2.imdecode(np.frombuffer(strip.webp, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert pixels.shape[:2] == pytest.approx((BOX[3] - BOX[1], BOX[2] - BOX[0]), abs=10)
    assert pixels.max() > 200


def test_the_sharpest_frame_is_read() -> None:
    frames = clip(["Vote for us"] * 8)
    blurred = [
        Frame(each.time_s, np.asarray(cv2.GaussianBlur(each.pixels, (0, 0), 1.2), np.uint8))
        if at != 2 and isinstance(each, Frame)
        else each
        for at, each in enumerate(frames)
    ]
    reader = ScriptedReader([("Vote for us", 0.99)])
    found = read(blurred, reader=reader)

    assert found.strips[0].time_s == 1.0
    assert reader.given[0].max() - reader.given[0].min() > 190


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(("", 0.0), id="nothing"),
        pytest.param(("Vote", 0.3), id="unsure"),
        pytest.param(("ab", 0.99), id="two-letters"),
        pytest.param(("12 34 56", 0.99), id="digits"),
        pytest.param(("投票日本", 0.99), id="another-script"),
    ],
)
def test_noise_is_no_passage(answer: tuple[str, float]) -> None:
    assert read(clip(["Vote for us"] * 6), answer).passages == ()


def test_the_lines_of_one_caption_are_one_passage() -> None:
    below = (60, 240, 420, 266)
    samples = [
        Frame(at / 2, written(written(ground(at), "Vote for us"), "on Sunday", below), at == 0)
        for at in range(6)
    ]
    finder = ScriptedFinder((BOX, below))
    found = read(samples, ("Vote for us", 0.99), ("on Sunday", 0.9), finder=finder)
    assert [each.text for each in found.passages] == ["Vote for us on Sunday"]


def test_a_logo_that_comes_and_goes_is_one_passage() -> None:
    corner = (4, 4, 124, 26)
    times = [*range(6), *range(30, 36), *range(80, 86)]
    samples = [
        Frame(at / 2, written(ground(at), "CITY TV" if at in times else "", corner), at == 0)
        for at in range(90)
    ]
    reader = ScriptedReader([("CITY TV", 0.97)])
    found = read(samples, finder=ScriptedFinder((corner,)), reader=reader)

    assert [each.text for each in found.passages] == ["CITY TV"]
    assert len(reader.given) == 1


def test_more_lines_than_are_read_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_LINES", 1)
    samples = clip([*["Vote for us"] * 6, *["BUY TEA NOW"] * 6])
    found = read(samples, ("Vote for us", 0.99), ("BUY TEA NOW", 0.99))

    assert [each.text for each in found.passages] == ["Vote for us"]
    [gap] = found.gaps
    assert "were not read" in gap.reason
    assert gap.channel == "on-screen text"
    assert gap.start_s == pytest.approx(3.0, abs=0.5)


WHY = "Tesseract gave no answer within 10 seconds"


def test_lines_that_a_reader_fails_at_are_a_gap_of_its_channel() -> None:
    file = ScreenFile(ScriptedFinder(), [ScriptedReader([("", 0.0)]), BrokenReader(WHY)])
    for sample in clip(["", "", *["Vote for us"] * 6, "", "", *["BUY TEA NOW"] * 6, "", ""]):
        file.add(sample)
    found = file.finish(photo=False)

    [gap] = found.gaps
    assert gap.channel == "on-screen text in Urdu script"
    assert gap.reason == (
        f"2 lines that may be on-screen text in Urdu script could not be read: {WHY}"
    )
    assert (gap.start_s, gap.end_s) == pytest.approx((1.0, 7.5), abs=0.5)
    assert found.passages == ()


def test_a_line_that_no_reader_could_read_is_not_asked_for_again_when_it_comes_back() -> None:
    broken = BrokenReader(WHY)
    file = ScreenFile(ScriptedFinder(), [broken])
    for sample in clip([*["Vote for us"] * 6, *[""] * 4, *["Vote for us"] * 6], cuts=(10,)):
        file.add(sample)
    [gap] = file.finish(photo=False).gaps

    assert broken.asked == 1
    assert (gap.start_s, gap.end_s) == (0.0, 7.5)


def test_a_glance_without_lines_is_not_followed_by_a_search() -> None:
    finder = ScriptedFinder()
    read(clip([""] * 4, cuts=(2,)), finder=finder)
    assert (finder.looked, finder.searched) == (2, 0)


def test_a_glance_at_lines_that_are_followed_is_not_followed_by_a_search() -> None:
    finder = ScriptedFinder()
    read(clip(["Vote for us"] * 12, cuts=(4, 8)), finder=finder)
    assert (finder.looked, finder.searched) == (3, 1)


def test_a_line_that_comes_up_beside_one_that_is_followed_is_searched_for() -> None:
    below = (60, 240, 420, 266)
    one = [written(ground(at), "Vote for us") for at in range(12)]
    samples = [
        Frame(at / 2, written(each, "on Sunday", below) if at >= 4 else each, at in (0, 4))
        for at, each in enumerate(one)
    ]
    finder = ScriptedFinder((BOX, below))
    found = read(samples, ("Vote for us", 0.99), ("on Sunday", 0.9), finder=finder)
    assert finder.searched == 2
    assert [each.text for each in found.passages] == ["Vote for us", "on Sunday"]


def test_what_is_too_tall_for_a_line_at_a_glance_is_not_searched_for() -> None:
    finder = ScriptedFinder(((60, 20, 420, 250),))
    read(clip(["Vote for us"] * 6, cuts=(3,)), finder=finder)
    assert finder.looked > 1
    assert finder.searched == 0
