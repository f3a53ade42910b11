"""How people name data: a manifest, a corpus, or a folder of manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.errors import InputError, SetupError
from tests.training.making import Row, picture_source, text_source
from tests.training.wording import drawn, imported
from training.sources import open_given


def test_a_corpus_is_named_by_its_folder_or_its_manifest_and_taken_once(tmp_path: Path) -> None:
    corpus = imported(tmp_path / "corpus", drawn(30, seed=0))
    [found] = open_given([tmp_path / "corpus", tmp_path / "corpus" / "corpus.toml"])
    assert found.name == corpus.name
    assert found.is_own


def test_a_folder_of_manifests_stands_for_the_sources_of_a_kind_that_are_here(
    tmp_path: Path,
) -> None:
    texts = text_source(tmp_path, [{"text": "one text", "political": "1"}])
    picture_source(tmp_path, [Row("a", "a")], name="pictures")
    [found] = open_given([texts.locks / "sources"], root=tmp_path, kind="text")
    assert found.name == "made"
    assert not found.is_own


def test_a_folder_in_which_nothing_lies_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no manifest of text"):
        open_given([tmp_path], kind="text")


def test_a_source_that_is_named_and_not_here_is_an_error(tmp_path: Path) -> None:
    texts = text_source(tmp_path, [{"text": "one text", "political": "1"}])
    with pytest.raises(SetupError, match="is not registered"):
        open_given([texts.locks / "sources" / "made.toml"])
