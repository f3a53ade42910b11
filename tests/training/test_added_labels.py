"""Labels of our own for other people's posts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType

import pytest

from detector.errors import InputError
from training.added_labels import joined, read_labels
from training.examples import TextExample

HEADER = "source,sha256,political,religious,mockery,target,doubt\n"
DIGEST = hashlib.sha256(b"vote").hexdigest()


def example(text: str, source: str = "made") -> TextExample:
    none = MappingProxyType({"mockery": None})
    return TextExample(text, source, text, "en", none, "", text, heldout=False)


def written(folder: Path, *lines: str) -> Path:
    (folder / "one.csv").write_text(HEADER + "".join(f"{each}\n" for each in lines), "utf-8")
    return folder


def test_a_label_finds_its_post_by_source_and_hash(tmp_path: Path) -> None:
    labels = read_labels(written(tmp_path, f"made,{DIGEST},1,0,1,race,1"))
    [found] = joined([example("vote"), example("other"), example("vote", "elsewhere")], labels)
    assert dict(found.labels) == {"political": True, "religious": False, "mockery": True}
    assert (found.target, found.doubt) == ("race", True)


def test_one_post_with_two_labels_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, f"made,{DIGEST},1,0,0,,0", f"made,{DIGEST},0,0,0,,0")
    with pytest.raises(InputError, match="otherwise"):
        read_labels(folder)


@pytest.mark.parametrize(
    "line",
    [
        f"made,{DIGEST},2,0,0,,0",
        f",{DIGEST},1,0,0,,0",
        "made,abc,1,0,0,,0",
        f"made,{DIGEST},1,0,0,men,0",
    ],
)
def test_a_line_that_says_something_else_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match="line 2"):
        read_labels(written(tmp_path, line))


def test_our_labels_are_many_and_sound() -> None:
    assert len(read_labels(Path("data/text/labels"))) >= 3000
