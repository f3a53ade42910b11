"""The verbs of ``wardi data``, as people call them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import cli, run
from tests.training.making import Row, noise, picture_source
from training.cli.data import data
from training.formats.base import Box, LabelSet, Picture
from training.formats.table import write_archive


@pytest.fixture
def cvat(tmp_path: Path) -> Path:
    found, files = [], {}
    for at in range(30):
        path = tmp_path / f"p{at}.webp"
        path.write_bytes(noise(at))
        found.append(Picture(path.name, (48, 48), (Box("police", (4, 4, 30, 30)),)))
        files[at] = path
    write_archive(LabelSet(("police",), tuple(found)), tmp_path / "labels.zip", "cvat", files)
    return tmp_path / "labels.zip"


def test_cvat_in_and_out(tmp_path: Path, cvat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["import", "labels.zip", "--format", "cvat", "--to", "corpus", "--map", "police=vehicle"],
        ["export", "corpus", "--format", "cvat", "--to", "back.zip"],
        ["import", "back.zip", "--format", "cvat", "--to", "again", "--map", "police=vehicle"],
        ["check", "corpus/corpus.toml", "--model", "none"],
    ):
        result = CliRunner().invoke(data, arguments, standalone_mode=False)
        assert result.exception is None, result.output
    one, other = (tmp_path / each / "items.csv" for each in ("corpus", "again"))
    assert one.read_text() == other.read_text()
    assert "Label audit: corpus" in (tmp_path / "out" / "audit-corpus.html").read_text()


def test_an_import_that_leaves_something_out_ends_with_3_and_names_it(
    tmp_path: Path, cvat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["data", "import", str(cvat), "--format", "cvat", "--to", str(tmp_path / "c")]
    arguments += ["--map", "police=vehicle", "--sources", str(tmp_path / "data" / "sources")]
    assert run(arguments) == 0
    assert run([*arguments, "--json"]) == 2
    assert "p0.webp" in capsys.readouterr().err


def test_json_lists_every_trouble(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,political\none text,1\ntwo,yes\n")
    arguments = [
        "import",
        str(tmp_path / "x.csv"),
        "--format",
        "csv",
        "--to",
        str(tmp_path / "c"),
        "--json",
    ]
    result = CliRunner().invoke(data, arguments, standalone_mode=False)
    trouble, done = (json.loads(each) for each in result.output.splitlines())
    assert trouble["where"] == "x.csv:3"
    assert done["taken"] == 1
    assert result.return_value == 3


def test_add_registers_what_is_as_sealed_and_check_finds_it(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row(f"p{at}", f"g{at}") for at in range(3)])
    sources = str(source.locks / "sources")
    manifest = str(source.locks / "sources" / "made.toml")
    assert run(["data", "check", manifest]) == 2
    assert run(["data", "add", str(source.folder), "--sources", sources]) == 0
    out = str(tmp_path / "audit.html")
    assert run(["data", "check", manifest, "--model", "none", "--out", out]) == 0
    (source.folder / "labels" / "p0.txt").write_text("")
    assert run(["data", "add", str(source.folder), "--sources", sources]) == 2
    assert run(["data", "check", manifest, "--model", "none", "--out", out]) == 3


def test_add_takes_a_whole_data_root(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    assert run(["data", "add", str(tmp_path), "--sources", str(source.locks / "sources")]) == 0
    assert (source.locks / "registered.toml").is_file()


def test_a_folder_without_a_manifest_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["data", "add", str(tmp_path), "--sources", str(tmp_path)]) == 2
    assert "wardi data import" in capsys.readouterr().err


def test_seal_and_lock_take_a_change_that_is_meant(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a"), Row("b", "b", 1)])
    (source.folder / "labels" / "b.txt").write_text("")
    manifest, root = str(source.locks / "sources" / "made.toml"), ["--root", str(tmp_path)]
    assert (
        run(["data", "check", manifest, *root, "--model", "none", "--out", str(tmp_path / "a")])
        == 3
    )
    assert run(["data", "seal", manifest, *root]) == 0
    assert run(["data", "lock", str(source.locks / "sources"), *root]) == 0
    assert (
        run(["data", "check", manifest, *root, "--model", "none", "--out", str(tmp_path / "a")])
        == 0
    )


def test_a_missing_library_is_said_with_the_way_to_get_it() -> None:
    code = (
        "import sys; sys.modules['tomlkit'] = None; "
        "from detector.cli import run; sys.exit(run(['data', 'seal', 'x.toml']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "wardi[training]" in done.stderr


def test_the_verbs_load_without_a_heavy_library() -> None:
    code = (
        "import sys, training.cli.data; "
        "print([each for each in ('torch', 'numpy', 'cv2', 'PIL', 'tomlkit') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("verb", sorted(data.commands))
def test_every_verb_has_a_sentence_and_an_example(verb: str) -> None:
    said = CliRunner().invoke(cli, ["data", verb, "--help"])
    assert f"wardi data {verb}" in said.output
