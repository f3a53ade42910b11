"""JSON lines, CSV and Parquet."""

from __future__ import annotations

import csv
import json
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from detector.errors import ExtraMissing
from detector.report.exports import COLUMNS, write_csv, write_jsonl, write_parquet
from tests.detector.report import builders as make


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as content:
        return list(csv.DictReader(content))


def test_jsonl_has_a_line_per_record_in_the_given_order(tmp_path: Path) -> None:
    posts = make.many(12)

    file = write_jsonl(posts, tmp_path / "verdicts.jsonl")

    lines = [json.loads(each) for each in file.read_text("utf-8").split("\n")[:-1]]
    assert [each["post_id"] for each in lines] == [each.post.id for each in posts]


def test_csv_is_utf8_with_bom_and_has_every_column(tmp_path: Path) -> None:
    file = write_csv([make.urdu()], tmp_path / "verdicts.csv")

    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    [row] = rows(file)
    assert list(row) == list(COLUMNS)
    assert row["text"] == make.URDU


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cells_that_a_spreadsheet_would_calculate_are_neutralised(
    start: str, tmp_path: Path
) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    post = make.record(f"{start}id", text=text, post={"unit": f"{start}1"})

    [row] = rows(write_csv([post], tmp_path / "v.csv"))

    assert row["text"] == f"'{text}"
    assert row["post_id"] == f"'{start}id"
    assert row["unit"] == f"'{start}1"


def test_csv_keeps_marks_commas_quotes_and_line_breaks_as_data(tmp_path: Path) -> None:
    text = 'a,"b"\n\u202ec\x1b[2J'

    [row] = rows(write_csv([make.record(text=text)], tmp_path / "v.csv"))

    assert row["text"] == text


def test_csv_of_a_failure_has_its_reason_and_no_score(tmp_path: Path) -> None:
    [row] = rows(write_csv([make.failure(reason="cut short")], tmp_path / "v.csv"))

    assert (row["band"], row["score"], row["failure"]) == ("failure", "", "cut short")
    assert row["not_looked_at"] == "the whole post"


def test_csv_can_be_written_of_words_that_utf8_cannot_hold(tmp_path: Path) -> None:
    [row] = rows(write_csv([make.record(text="a\ud800")], tmp_path / "v.csv"))

    assert row["text"] == "a\ufffd"


def test_parquet_holds_typed_columns(tmp_path: Path) -> None:
    posts = [make.record("a", make.finding(), text="\ud800"), make.failure("b")]

    table = pl.read_parquet(write_parquet(posts, tmp_path / "v.parquet"))

    assert table["score"].to_list() == [55.0, None]
    assert table["judged_at"].to_list() == [make.NOW, make.NOW]
    assert table["text"].to_list() == ["\ufffd", ""]
    assert table.columns == list(COLUMNS)


def test_parquet_of_nothing_has_the_same_columns(tmp_path: Path) -> None:
    table = pl.read_parquet(write_parquet([], tmp_path / "v.parquet"))

    assert table.schema["posted_at"] == pl.Datetime("us", "UTC")
    assert table.is_empty()


def test_parquet_takes_times_of_any_zone(tmp_path: Path) -> None:
    local = datetime.fromisoformat("2025-03-01T14:30:00+05:00")
    post = make.record(post={"posted_at": local})

    table = pl.read_parquet(write_parquet([post], tmp_path / "v.parquet"))

    assert table["posted_at"].item() == datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


def test_only_the_owner_may_read_an_export(tmp_path: Path) -> None:
    file = write_jsonl([make.record()], tmp_path / "verdicts.jsonl")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_export_that_breaks_leaves_the_former_file(tmp_path: Path) -> None:
    file = write_jsonl([make.record()], tmp_path / "verdicts.jsonl")
    before = file.read_bytes()

    def broken():
        yield make.record("other")
        raise RuntimeError("the source went away")

    with pytest.raises(RuntimeError):
        write_jsonl(broken(), file)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["verdicts.jsonl"]


def test_parquet_without_its_library_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)

    with pytest.raises(ExtraMissing, match=r"wardi\[parquet\]"):
        write_parquet([make.failure()], tmp_path / "verdicts.parquet")
