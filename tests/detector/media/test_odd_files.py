"""Odd files from the field end as they must: a verdict, named gaps, or a failure."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.errors import MediaRefused, MediaUnreadable
from detector.media import MediaReader, MediaReport
from detector.settings import Limits, Sampling
from tests.conftest import SHARED

ODD = SHARED / "data" / "videos_odd"
GOOD = SHARED / "data" / "videos"
END_TOLERANCE_S = 0.5


def expectations() -> list[dict[str, str]]:
    table = ODD / "EXPECTED.tsv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def good_clips() -> list[str]:
    return sorted(each.name for each in GOOD.glob("*") if each.suffix != ".tsv")


@pytest.fixture(scope="module")
def reader() -> Iterator[MediaReader]:
    with MediaReader(Sampling(), Limits()) as reader:
        yield reader


def look(reader: MediaReader, path: Path) -> MediaReport | None:
    """Read a file to its end; None where it is a failure."""
    try:
        with reader.open(path) as stream:
            times = [each.time_s for each in stream]
            assert times == sorted(times)
            return stream.report
    except (MediaRefused, MediaUnreadable):
        return None


@pytest.mark.shared
@pytest.mark.parametrize("row", expectations(), ids=lambda row: row["file"])
def test_an_odd_file_ends_as_it_must(
    shared: Path, reader: MediaReader, row: dict[str, str]
) -> None:
    began = time.monotonic()

    report = look(reader, ODD / row["file"])

    outcome = "failure" if report is None else "gaps" if report.gaps else "verdict"
    assert outcome in row["outcome"].split(" or ")
    if report is not None:
        spans = [tuple(map(float, span.split("-"))) for span in row["gap_seconds"].split()]
        found = [(gap.start_s, gap.end_s) for gap in report.gaps]
        assert len(found) == len(spans)
        for gap, span in zip(found, spans, strict=True):
            assert gap == pytest.approx(span, abs=END_TOLERANCE_S)
        assert time.monotonic() - began < 60.0 + 2.0 * report.duration_s


@pytest.mark.shared
@pytest.mark.parametrize("name", good_clips())
def test_a_real_clip_is_looked_at_from_first_frame_to_last(
    shared: Path, reader: MediaReader, name: str
) -> None:
    report = look(reader, GOOD / name)

    assert report is not None
    assert report.gaps == ()
    assert report.looked_s == report.duration_s > 0.0


@pytest.mark.shared
def test_times_of_a_variable_frame_rate_are_exact(shared: Path) -> None:
    known_ms = (
        *(0, 40, 80, 120, 1000, 1033, 1066, 1100, 2500, 2540, 4000, 4017, 4034, 4051),
        *(4068, 6000, 6500, 6510, 6520, 9000),
    )
    with (
        MediaReader(Sampling(exhaustive=True), Limits()) as reader,
        reader.open(ODD / "derived_vfr_known_times.mp4") as stream,
    ):
        seen_ms = [round(1000 * each.time_s) for each in stream]

    assert seen_ms == list(known_ms)


@pytest.mark.shared
def test_each_slide_of_the_slide_show_is_inspected(shared: Path, reader: MediaReader) -> None:
    with (GOOD / "derived_slideshow_cuts.timeline.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    start = next(at for at, name in enumerate(rows[0]) if "start" in name)
    with reader.open(GOOD / "derived_slideshow_cuts.mp4") as stream:
        times = [each.time_s for each in stream]

    for row in rows[1:]:
        assert min(abs(each - float(row[start])) for each in times) < 0.1
