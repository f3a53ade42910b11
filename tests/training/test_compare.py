"""Two model folders on the same held-out items, from file to outcome."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.errors import InputError
from tests.training.making import noise
from training import toml
from training.compare import compare
from training.evaluate import Request, evaluate_vision, pictures_of
from training.formats.base import Box, LabelSet, Picture
from training.formats.bundle import open_bundle
from training.formats.table import FORMATS, write_archive
from training.importing import Terms, import_labels
from training.lock import locked

pytestmark = pytest.mark.shipped


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of pictures of which a third is held out."""
    folder = tmp_path_factory.mktemp("pictures")
    found, files = [], {}
    for at in range(36):
        path = folder / f"p{at}.webp"
        path.write_bytes(noise(at))
        subset = "test" if at % 3 == 0 else "train"
        found.append(Picture(path.name, (48, 48), (Box("weapon", (4, 4, 30, 30)),), subset=subset))
        files[at] = path
    write_archive(LabelSet(("weapon",), tuple(found)), folder / "l.zip", "cvat", files)
    with open_bundle(folder / "l.zip") as bundle:
        import_labels(FORMATS["cvat"][0](bundle), bundle, folder / "corpus", Terms({}))
    return folder / "corpus"


@pytest.fixture
def eager(tmp_path: Path) -> Path:
    """The shipped vision model with thresholds at which noise is a weapon."""
    shutil.copytree(load_model_folder("current", "vision").path, tmp_path / "eager")
    thresholds = toml.read(tmp_path / "eager" / "card.toml")["thresholds"]
    toml.update(tmp_path / "eager" / "card.toml", "thresholds", dict.fromkeys(thresholds, 0.021))
    return tmp_path / "eager"


def test_two_vision_models_are_run_over_the_held_out_pictures(corpus: Path, eager: Path) -> None:
    request = Request(corpora=(corpus,), draws=100)
    champion = load_model_folder("current", "vision")
    found = compare(load_model_folder(str(eager), "vision"), champion, request)
    assert found.items == 12
    assert found.lock == locked(pictures_of(request))
    assert found.lost == ()
    weapon = {
        each.metric: each for each in found.lines if (each.label, each.part) == ("weapon", "all")
    }
    assert weapon["recall"].positives == 12
    assert weapon["recall"].difference.champion is not None


def test_a_corpus_of_ones_own_can_be_measured_on(corpus: Path) -> None:
    folder = load_model_folder("current", "vision")
    found = evaluate_vision(folder, Request(corpora=(corpus,), draws=50))
    assert (found.items, found.restricted) == (12, "")
    assert found.sources == {"corpus": 12}


def test_models_of_two_kinds_are_not_compared(corpus: Path) -> None:
    vision, text = (load_model_folder("current", each) for each in ("vision", "text"))
    with pytest.raises(InputError, match="nothing in common"):
        compare(vision, text, Request(corpora=(corpus,)))


def test_ways_to_train_are_compared_without_the_held_out_items(corpus: Path) -> None:
    request = Request(on="calibration", corpora=(corpus,), draws=50)
    same = load_model_folder("current", "vision")
    found = compare(same, same, request)
    items = pictures_of(request)
    assert found.on == "calibration"
    assert found.items == len(items) > 0
    assert found.lock == locked(items)
    assert not any(each.heldout for each in items)
