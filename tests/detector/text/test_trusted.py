"""Which model files are opened at all."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.tree import DecisionTreeClassifier

from detector.errors import ArtifactMismatch
from detector.text.trusted import load_trusted


def dumped(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "part.skops"
    skops.io.dump(content, path)
    return path


def test_loads_the_types_of_a_text_model(tmp_path: Path) -> None:
    parts = load_trusted(dumped(tmp_path, {"words": np.arange(3, dtype=np.uint32)}))
    assert parts["words"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param({"a": partial(print, "hello")}, "functools.partial", id="a-function"),
        pytest.param(
            {"a": [{"b": DecisionTreeClassifier()}]},
            "sklearn.tree._classes.DecisionTreeClassifier",
            id="an-estimator-that-skops-itself-would-trust",
        ),
    ],
)
def test_refuses_any_other_type_by_name(tmp_path: Path, content: object, named: str) -> None:
    with pytest.raises(ArtifactMismatch, match=named):
        load_trusted(dumped(tmp_path, content))


def test_refuses_what_is_no_table_of_parts(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMismatch, match="holds a list; expected a table of named parts"):
        load_trusted(dumped(tmp_path, ["a"]))


def test_refuses_a_file_that_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "part.skops"
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(ArtifactMismatch, match="is no skops file"):
        load_trusted(path)


def test_refuses_an_archive_without_a_schema(tmp_path: Path) -> None:
    path = tmp_path / "part.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.json", "{}")
    with pytest.raises(ArtifactMismatch, match=r"is no skops file .*schema\.json"):
        load_trusted(path)
