"""The notebooks run from top to bottom, ask one question each, and are kept without their answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RUN = """
import sys
import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

path, folder = sys.argv[1:]
book = nbformat.read(path, as_version=4)
manager = AsyncKernelManager(kernel_name="python3", transport="ipc")  # no port is opened
NotebookClient(book, km=manager, timeout=240, resources={"metadata": {"path": folder}}).execute()
"""
"""In a process of its own: the libraries for notebooks warn, and a warning here is an error."""


@pytest.mark.shipped
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda each: each.stem)
def test_it_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(path), str(ROOT)]
    own = os.environ | {"TMPDIR": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env=own
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda each: each.stem)
def test_it_is_kept_without_outputs(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    code = [each for each in book.cells if each.cell_type == "code"]
    assert code
    assert not [each.id for each in code if each.outputs or each.execution_count]
    assert not [each.id for each in book.cells if each.metadata]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda each: each.stem)
def test_its_title_is_one_question(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    title = first.source.splitlines()[0]
    assert first.cell_type == "markdown"
    assert title.startswith("# ")
    assert title.count("?") == 1
    assert title.endswith("?")


def test_they_are_numbered() -> None:
    assert [each.stem for each in NOTEBOOKS] == ["01_scan", "02_retrain", "03_evaluate"]
