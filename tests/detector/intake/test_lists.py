"""Posts from JSONL and CSV: the same posts come back, and every bad row is named by its place."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.intake import Intake, read_posts
from detector.post import Post
from tests.detector.intake.builders import CLIP, jsonl, put

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
MOMENTS = st.none() | st.datetimes(
    datetime(2000, 1, 1),
    datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5))]),
)
POSTS = st.builds(
    Post,
    id=VALUES.filter(bool),
    text=TEXTS.filter(lambda text: text.strip()),
    account=VALUES.map(lambda value: value.lstrip("@").strip()),
    platform=VALUES,
    unit=VALUES,
    author_role=st.sampled_from(["officer", "official account", "private person", "unknown"]),
    submitted_at=MOMENTS,
    posted_at=MOMENTS,
    approval=VALUES,
)


def written(post: Post) -> dict[str, str]:
    names = ("id", "text", "account", "platform", "unit", "author_role", "approval")
    row = {name: str(getattr(post, name)) for name in names}
    for name in ("submitted_at", "posted_at"):
        moment = getattr(post, name)
        row[name] = moment.isoformat() if moment else ""
    return row


def read(path: Path) -> Intake:
    return read_posts(path, defaults={})


@settings(max_examples=40, deadline=None)
@given(st.lists(POSTS, min_size=1, max_size=5, unique_by=lambda post: post.id))
def test_posts_written_as_jsonl_come_back(posts: list[Post]) -> None:
    with TemporaryDirectory() as folder:
        intake = read(jsonl(Path(folder), *map(written, posts)))

    assert intake == Intake(tuple(posts))


@settings(max_examples=40, deadline=None)
@given(st.lists(POSTS, min_size=1, max_size=5, unique_by=lambda post: post.id))
def test_posts_written_as_csv_come_back(posts: list[Post]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "posts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(written(posts[0])), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(map(written, posts))
        intake = read(path)

    assert intake == Intake(tuple(posts))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='ab,"\n\r|é\x1c\u2028', max_size=80))
def test_no_csv_makes_the_reader_fail_or_lose_an_id(rows: str) -> None:
    with TemporaryDirectory() as folder:
        intake = read(put(Path(folder), "posts.csv", 'id,text,media\nfirst,"x",\n' + rows))

    named = {each.post_id for each in intake.problems}
    assert "first" in {post.id for post in intake.posts} | named
    assert not {post.id for post in intake.posts} & named


def test_rows_with_files_are_posts_with_media_inside_the_lists_folder(tmp_path: Path) -> None:
    put(tmp_path, "clips/a b.mp4", CLIP)
    put(tmp_path, "clips/c.mp4", CLIP)
    names = ["clips/a b.mp4", "./clips/c.mp4"]
    from_json = read(jsonl(tmp_path, {"id": "1", "media": names}))
    from_csv = read(put(tmp_path, "posts.csv", f"id,media\n1,{' | '.join(names)}\n"))

    assert from_json == from_csv
    [post] = from_json.posts
    assert [each.name for each in post.media] == ["clips/a b.mp4", "clips/c.mp4"]
    assert [each.path for each in post.media] == [
        tmp_path / "clips/a b.mp4",
        tmp_path / "clips/c.mp4",
    ]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("http://example.org/a.mp4", "is an address", id="http"),
        pytest.param("file:///etc/passwd", "is an address", id="file"),
        pytest.param("rtsp://camera/1", "is an address", id="rtsp"),
        pytest.param("concat:a.mp4", "is an address", id="concat"),
        pytest.param("data:video/mp4;base64,AAAA", "is an address", id="data"),
        pytest.param("C:/clips/a.mp4", "is an address or a Windows path", id="drive"),
        pytest.param(r"clips\a.mp4", "has a backslash", id="backslash"),
        pytest.param(r"\\server\share\a.mp4", "has a backslash", id="share"),
        pytest.param("/etc/passwd", "is an absolute path", id="absolute"),
        pytest.param("../secret.mp4", "leads out by '..'", id="parent"),
        pytest.param("clips/../../secret.mp4", "leads out by '..'", id="parent-inside"),
        pytest.param("link.mp4", "leads out of the input's folder", id="link-out"),
        pytest.param("linked/secret.mp4", "leads out of the input's folder", id="folder-link-out"),
        pytest.param("circle.mp4", "turns in a circle", id="circle"),
        pytest.param("missing.mp4", "found no file 'missing.mp4'", id="missing"),
        pytest.param("a.mp4/b.mp4", "found no file", id="below-a-file"),
        pytest.param("folder", "is a folder", id="folder"),
        pytest.param("pipe.mp4", "is a pipe", id="pipe"),
        pytest.param("device.mp4", "leads out", id="link-to-a-device"),
        pytest.param("a\0.mp4", "control character U+0000", id="nul"),
        pytest.param("", "is empty", id="empty"),
        pytest.param("x" * 300 + ".mp4", "cannot be reached", id="too-long"),
    ],
)
def test_a_path_that_is_no_local_file_is_refused_by_name(
    tmp_path: Path, name: str, says: str
) -> None:
    put(tmp_path, "secret.mp4", CLIP)
    put(tmp_path, "in/a.mp4", CLIP)
    put(tmp_path, "in/folder/.keep")
    inside = tmp_path / "in"
    (inside / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    (inside / "linked").symlink_to(tmp_path)
    (inside / "circle.mp4").symlink_to("circle.mp4")
    (inside / "device.mp4").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe.mp4")

    intake = read(jsonl(inside, {"id": "1", "media": [name]}, {"id": "2", "media": "a.mp4"}))

    assert [post.id for post in intake.posts] == ["2"]
    [problem] = intake.problems
    assert (problem.where, problem.post_id) == ("posts.jsonl:1:media", "1")
    assert says in problem.problem


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.mp4", CLIP)
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    [problem] = read(jsonl(tmp_path, {"id": "1", "media": "a.mp4"})).problems
    assert "may not be read" in problem.problem


def test_a_file_named_twice_in_a_post_is_named(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)

    [problem] = read(jsonl(tmp_path, {"id": "1", "media": ["a.mp4", "./a.mp4"]})).problems
    assert "'./a.mp4' twice" in problem.problem


@pytest.mark.parametrize(
    ("row", "where", "says"),
    [
        pytest.param({"text": "x"}, ":id", "found no id", id="no-id"),
        pytest.param({"id": " ", "text": "x"}, ":id", "found no id", id="blank-id"),
        pytest.param({"id": "1"}, ":text", "neither text nor media", id="nothing"),
        pytest.param({"id": "1", "text": " "}, ":text", "neither text nor", id="blank-text"),
        pytest.param({"id": "1", "text": 5}, ":text", "found a number", id="number"),
        pytest.param({"id": 1, "text": "x"}, ":id", "found a number", id="number-as-id"),
        pytest.param({"id": "1", "text": ["x"]}, ":text", "found a list", id="list"),
        pytest.param({"id": "1", "text": {"a": 1}}, ":text", "found an object", id="object"),
        pytest.param({"id": "1", "media": [3]}, ":media", "found a number", id="number-as-path"),
        pytest.param({"id": "1", "media": [None]}, ":media", "found null", id="null-as-path"),
        pytest.param({"id": "1", "media": {}}, ":media", "found an object", id="object-as-path"),
        pytest.param({"id": "1", "text": "a\0b"}, ":text", "NUL", id="nul"),
        pytest.param({"id": "1", "text": "\ud800"}, ":text", "surrogate", id="half-a-pair"),
        pytest.param({"id": "1", "text": "x" * 100_001}, ":text", "100001", id="long-text"),
        pytest.param({"id": "1" * 1001, "text": "x"}, ":id", "1001", id="long-id"),
        pytest.param({"id": "1", "author_role": "chief"}, ":author_role", "'chief'", id="role"),
        pytest.param({"id": "1", "posted_at": "May 1"}, ":posted_at", "ISO 8601", id="date"),
        pytest.param({"id": "1", "posted_at": "1714550000"}, ":posted_at", "ISO 8601", id="epoch"),
        pytest.param({"id": "1", "posted_at": "1970-01-01"}, ":posted_at", "between", id="year"),
        pytest.param({"id": "1", "txet": "x"}, ":txet", "expected 'text'", id="misspelt"),
        pytest.param('{"id": "1", "text": "a", "text": "b"}', ":text", "twice", id="key-twice"),
        pytest.param('{"id": "1", "text": "a", "Text": "b"}', ":text", "twice", id="key-twice-by-case"),
        pytest.param('{"id": "1", "text": "a\0"}', ":23", "control character", id="raw-nul"),
        pytest.param('{"id": "1", "text": NaN}', "", "NaN is no JSON", id="nan"),
        pytest.param('{"id": "1", "text" "x"}', ":20", "no JSON object", id="syntax"),
        pytest.param('["id"]', "", "it is a list", id="no-object"),
        pytest.param("[" * 100_000, "", "nested too deep", id="nesting"),
        pytest.param('{"id": "1", "unit": ' + "9" * 5000 + "}", "", "no JSON object", id="long-number"),
    ],
)  # fmt: skip
def test_a_bad_line_of_jsonl_is_named_and_the_others_go_on(
    tmp_path: Path, row: dict[str, Any] | str, where: str, says: str
) -> None:
    intake = read(jsonl(tmp_path, {"id": "a", "text": "x"}, "", row, {"id": "b", "text": "x"}))

    assert [post.id for post in intake.posts] == ["a", "b"]
    [problem] = intake.problems
    assert problem.where == f"posts.jsonl:3{where}"
    assert says in problem.problem


def test_a_line_separator_inside_a_json_string_ends_no_line(tmp_path: Path) -> None:
    row = json.dumps({"id": "1", "text": "a\u2028b"}, ensure_ascii=False)

    assert [post.text for post in read(jsonl(tmp_path, row)).posts] == ["a\u2028b"]


def test_null_counts_as_not_given(tmp_path: Path) -> None:
    [post] = read(jsonl(tmp_path, {"id": "1", "text": "x", "media": None, "unit": None})).posts
    assert (post.media, post.unit) == ((), "")


def test_every_flaw_of_a_row_is_named_and_the_post_fails_once(tmp_path: Path) -> None:
    row = {"id": "1", "text": "x", "author_role": "chief", "posted_at": "May"}
    intake = read(jsonl(tmp_path, row))

    assert [each.where for each in intake.problems] == [
        "posts.jsonl:1:author_role",
        "posts.jsonl:1:posted_at",
    ]
    [failure] = intake.failures
    assert failure.post_id == "1"
    assert "'chief'" in failure.reason
    assert "'May'" in failure.reason


@pytest.mark.parametrize(
    ("row", "where", "post_id", "says"),
    [
        pytest.param("1,x", ":3", "1", "found 2 fields; expected 4", id="too-few"),
        pytest.param("1,x,,,", ":3", "1", "found 5 fields; expected 4", id="too-many"),
        pytest.param('1,"x"y,,', ":3", "", "no CSV", id="stray-quote"),
        pytest.param(f"1,{'x' * 140_000},,", ":3", "", "field limit", id="huge"),
        pytest.param("1,x,,May", ":3:posted_at", "1", "ISO 8601", id="date"),
        pytest.param("1,x\0,,", ":3:text", "1", "NUL", id="nul"),
        pytest.param("\0,x,,", ":3:id", "", "U+0000", id="nul-as-id"),
        pytest.param('1,"two\nlines",nothing.mp4,', ":3:media", "1", "no file", id="two-lines"),
    ],
)
def test_a_bad_row_of_csv_is_named_and_the_others_go_on(
    tmp_path: Path, row: str, where: str, post_id: str, says: str
) -> None:
    table = f"id,text,media,posted_at\na,x,,\n{row}\nb,x,,\n"
    intake = read(put(tmp_path, "posts.csv", table))

    assert [post.id for post in intake.posts] == ["a", "b"]
    [problem] = intake.problems
    assert (problem.where, problem.post_id) == (f"posts.csv{where}", post_id)
    assert says in problem.problem


def test_an_open_quote_does_not_swallow_the_rows_after_it(tmp_path: Path) -> None:
    table = 'id,text\na,"open\nb,x\nc,x\n'
    intake = read(put(tmp_path, "posts.csv", table))

    assert [post.id for post in intake.posts] == ["b", "c"]
    assert [each.where for each in intake.problems] == ["posts.csv:2"]


def test_blank_rows_are_no_rows(tmp_path: Path) -> None:
    intake = read(put(tmp_path, "posts.csv", "id,text\n\n,\na,x\r\n\r\n"))

    assert [post.id for post in intake.posts] == ["a"]
    assert intake.problems == ()


def test_an_unknown_column_is_named_once_and_the_rows_go_on(tmp_path: Path) -> None:
    intake = read(put(tmp_path, "posts.csv", "Id, Text ,likes\na,x,3\nb,y,4\n"))

    assert [post.id for post in intake.posts] == ["a", "b"]
    assert [(each.where, each.post_id) for each in intake.problems] == [("posts.csv:1:likes", "")]


def test_a_column_that_means_a_field_keeps_its_rows_from_being_judged_without_it(
    tmp_path: Path,
) -> None:
    intake = read(put(tmp_path, "posts.csv", "id,text,caption\na,x,more\nb,y,\n"))

    assert [post.id for post in intake.posts] == ["b"]
    assert [(each.where, each.post_id) for each in intake.problems] == [
        ("posts.csv:1:caption", ""),
        ("posts.csv:2:caption", "a"),
    ]


@pytest.mark.parametrize("second", ["a,y", "a", "a,x"], ids=["other", "ragged", "same"])
def test_all_rows_of_a_duplicate_id_are_named(tmp_path: Path, second: str) -> None:
    intake = read(put(tmp_path, "posts.csv", f"id,text\na,x\nb,x\n{second}\n"))

    assert [post.id for post in intake.posts] == ["b"]
    duplicates = [each for each in intake.problems if each.where.endswith(":id")]
    assert [each.where for each in duplicates] == ["posts.csv:2:id", "posts.csv:4:id"]
    [failure] = intake.failures
    assert failure.post_id == "a"
    assert failure.reason.count("expected every id once") == 1
