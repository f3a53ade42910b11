"""The verbs of retraining: light to load, each with a sentence and an example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import cli, run
from tests.training.wording import PLAIN, TOPICS, drawn, imported
from training import toml

VERBS = ("train", "train text", "compare", "promote", "rollback", "data from-decisions")
MODULES = ("train", "train_text", "compare", "promote", "from_decisions", "data", "evaluate")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_sentence_and_an_example(verb: str) -> None:
    said = CliRunner().invoke(cli, [*verb.split(), "--help"])
    assert said.exit_code == 0, said.output
    assert f"wardi {verb}" in said.output.partition("\n")[2]


def test_a_kind_that_is_not_known_is_refused() -> None:
    said = CliRunner().invoke(cli, ["train", "audio"])
    assert said.exit_code == 2
    assert "No such command 'audio'" in said.output


@pytest.mark.parametrize("module", MODULES)
def test_the_verbs_load_without_a_heavy_library(module: str) -> None:
    heavy = ("torch", "numpy", "cv2", "sklearn", "tomlkit", "pydantic", "sqlalchemy")
    code = (
        f"import sys, training.cli.{module}; "
        f"print([each for each in {heavy} if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_text_model_from_a_corpus_and_a_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(tmp_path / "corpus", drawn(360, seed=2))
    recipe = {
        "shape": {"places": 4096, "ngrams": [3, 4]},
        "topics": [{"source": "corpus", "topics": list(TOPICS)}],
        "languages": [{"source": "corpus", "lang": each} for each in PLAIN],
    }
    toml.write(tmp_path / "recipe.toml", recipe)
    out = tmp_path / "text" / "7"
    given = ["--data", str(tmp_path / "corpus"), "--recipe", str(tmp_path / "recipe.toml")]
    given += ["--from", "none", "--target", "political=0.7"]
    assert run(["train", "text", *given, "--out", str(out)]) == 0
    assert "political, en" in capsys.readouterr().out
    card = toml.read(out / "card.toml")
    assert card["model"]["version"] == "7"
    assert card["threshold_rule"]["political, en"]["target_precision"] == 0.7
    assert run(["train", "text", *given, "--out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
