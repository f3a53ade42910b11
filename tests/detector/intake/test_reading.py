"""An input is told by what it is; one that cannot be used at all stops the run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.intake import read_posts
from tests.detector.intake.builders import CLIP, put

CSV = "id,text\na,hello\n"
JSONL = '{"id": "a", "text": "hello"}\n'


@pytest.mark.parametrize(
    ("name", "content", "post_id"),
    [
        pytest.param("posts.csv", CSV, "a", id="csv"),
        pytest.param("POSTS.CSV", "\ufeff" + CSV, "a", id="csv-with-mark"),
        pytest.param("posts.jsonl", JSONL, "a", id="jsonl"),
        pytest.param("posts.ndjson", "\ufeff" + JSONL, "a", id="ndjson-with-mark"),
        pytest.param("note.txt", "hello", "note.txt", id="text"),
    ],
)
def test_each_kind_of_list_gives_its_posts(
    tmp_path: Path, name: str, content: str, post_id: str
) -> None:
    [post] = read_posts(put(tmp_path, name, content), defaults={"unit": "South"}).posts
    assert (post.id, post.text, post.unit) == (post_id, "hello", "South")


def test_a_clip_is_read_as_one_even_under_the_name_of_a_list(tmp_path: Path) -> None:
    [post] = read_posts(put(tmp_path, "posts.csv", CLIP), defaults={}).posts
    assert len(post.media) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("posts.csv", "", "has no header", id="empty-csv"),
        pytest.param("posts.csv", "id,text\n", "holds no post", id="only-a-header"),
        pytest.param("posts.csv", "a;b\n1;2\n", "separated by commas", id="semicolons"),
        pytest.param("posts.csv", "id,text,Text\n", "twice: text", id="column-twice"),
        pytest.param("posts.csv", "id,text,\n", "without a name", id="column-without-a-name"),
        pytest.param("posts.csv", "name,text\n", "expected 'id'", id="no-id"),
        pytest.param("posts.csv", "id,unit\n", "'text' or", id="nothing-to-judge"),
        pytest.param("posts.csv", CSV.encode("utf-16"), "UTF-16", id="utf-16-csv"),
        pytest.param("posts.csv", CSV.encode() + b"b,\xe9\n", "line 3", id="latin-1-csv"),
        pytest.param("posts.jsonl", JSONL.encode("utf-32"), "UTF-32", id="utf-32-jsonl"),
        pytest.param("posts.jsonl", "\n\n", "holds no post", id="blank-jsonl"),
        pytest.param("posts.pdf", "%PDF", "neither a video nor a photo", id="pdf"),
    ],
)
def test_an_input_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, content: bytes | str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        read_posts(put(tmp_path, name, content), defaults={})


@pytest.mark.parametrize(
    ("source", "says"),
    [
        pytest.param("nothing", "is not there", id="missing"),
        pytest.param("https://example.org/a.mp4", "is an address", id="address"),
        pytest.param("/dev/null", "no regular file", id="device"),
    ],
)
def test_an_input_that_is_no_file_says_what_it_is(source: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_posts(Path(source), defaults={})


def test_a_pipe_as_input_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "posts.csv")

    with pytest.raises(InputError, match="no regular file"):
        read_posts(tmp_path / "posts.csv", defaults={})


@pytest.mark.parametrize(
    ("defaults", "says"),
    [
        pytest.param({"author_role": "boss"}, "--author-role: found the role 'boss'", id="role"),
        pytest.param({"text": "x"}, "found text given for all posts", id="field"),
        pytest.param({"account": "a\x1bb"}, r"--account: found the control", id="control"),
    ],
)
def test_a_wrong_default_stops_the_run(tmp_path: Path, defaults: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_posts(put(tmp_path, "posts.csv", CSV), defaults=defaults)
