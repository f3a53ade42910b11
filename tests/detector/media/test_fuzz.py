"""A short slice of the fuzz run: damaged files end in one of the named ways."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.media import endings


def test_damaged_files_keep_the_promise(tmp_path: Path) -> None:
    ended = endings(tmp_path, mutants=51, seed=20)

    assert len(ended) == 51
    assert [each for each in ended if each.broken_promise] == []
    assert {each.kind for each in ended} >= {"whole", "gaps", "unreadable"}
