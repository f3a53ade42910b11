"""From a data root to an evaluation: which items are measured on, and what is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from detector.artifact import load_model_folder
from detector.cli import run
from detector.errors import InputError
from tests.training.making import Row, picture_source, text_source
from tests.training.scenes import LABELS, pycocotools_ap
from tests.training.wording import drawn, imported
from training import evaluate as module
from training import heldout, toml
from training.cli.evaluate import evaluate
from training.evaluate import Request, evaluate_text, evaluate_vision
from training.evaluation.vision import look_at
from training.matching import IOUS, match
from training.metrics.average import coco_average_precision
from training.report.as_json import SCHEMA, to_json
from training.sources import open_all


def request(root: Path, **more) -> Request:  # type: ignore[no-untyped-def]
    return Request(manifests=root / "data" / "sources", root=root, draws=20, **more)


def unlike_any(at: int) -> str:
    """Return words that no other number gives: twins of held-out texts would stand aside."""
    return " ".join(hashlib.sha256(f"{at} {word}".encode()).hexdigest()[:7] for word in range(8))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    rows = [Row(f"p{at}", f"g{at}", heldout=at % 2) for at in range(8)]
    picture_source(tmp_path, rows)
    return tmp_path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    rows = [
        {"text": unlike_any(at), "political": str(at % 2), "heldout": str(int(at < 6))}
        for at in range(60)
    ]
    text_source(tmp_path, rows, name="posts_labelled")
    return tmp_path


@pytest.mark.shipped
def test_a_vision_model_is_measured_on_the_held_out_pictures_alone(pictures: Path) -> None:
    found = evaluate_vision(load_model_folder("current", "vision"), request(pictures))
    assert (found.items, found.sources) == (4, {"made": 4})
    assert found.lock


@pytest.mark.shipped
def test_bars_are_held_on_all_held_out_pictures_and_not_on_a_part(pictures: Path) -> None:
    folder = load_model_folder("current", "vision")
    whole = evaluate_vision(folder, request(pictures))
    assert {each.met for each in whole.held if each.name == "weapon, carried"} == {None}
    assert evaluate_vision(folder, request(pictures, only=("made",))).held == ()


@pytest.mark.shipped
def test_a_text_model_is_measured_on_the_held_out_texts_alone(texts: Path) -> None:
    found = evaluate_text(load_model_folder("current", "text"), request(texts))
    assert (found.items, found.on) == (6, "heldout")


@pytest.mark.shipped
def test_the_calibration_split_holds_other_texts(texts: Path) -> None:
    found = evaluate_text(load_model_folder("current", "text"), request(texts, on="calibration"))
    assert 0 < found.items < 54
    assert found.on == "calibration"


def test_a_source_that_is_not_there_is_named(pictures: Path) -> None:
    with pytest.raises(InputError, match="no vision source nowhere lies on this machine"):
        evaluate_vision(
            load_model_folder("current", "vision"), request(pictures, only=("nowhere",))
        )


def test_a_data_root_without_anything_to_measure_on_is_refused(pictures: Path) -> None:
    with pytest.raises(InputError, match="there is no heldout item to measure on"):
        evaluate_text(load_model_folder("current", "text"), request(pictures))


def test_freezing_reads_the_calibration_split_and_never_the_held_out_items(
    texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        pytest.fail("the held-out items were read")

    for door in ("pictures", "texts", "pairs"):
        monkeypatch.setattr(heldout, door, closed)
    chosen, read = module.calibration_texts(load_model_folder("current", "text"), request(texts))
    assert chosen.split == "calibration"
    assert len(chosen) > 0
    assert [each.example for each in read] == list(chosen)


@pytest.mark.shipped
def test_the_command_writes_a_page_and_json_and_prints_figures(texts: Path) -> None:
    model = load_model_folder("current", "text").path
    out = texts / "out"
    options = ["--on", "heldout", "--data", str(texts), "--sources", str(texts / "data/sources")]
    done = CliRunner().invoke(evaluate, [str(model), *options, "--out", str(out), "--draws", "20"])
    assert done.exit_code == 0, done.output
    assert "6 heldout items in 6 groups" in done.output
    assert "<!doctype html>" in (out / "report.html").read_text("utf-8")
    jsonschema.validate(json.loads((out / "report.json").read_text("utf-8")), SCHEMA)


def test_a_folder_without_a_card_is_refused_with_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(tmp_path), "--on", "heldout"]) == 2
    assert "expected a model folder with a card.toml" in capsys.readouterr().err


def test_figures_of_ones_own_corpus_do_not_replace_those_that_a_model_came_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = imported(tmp_path / "corpus", drawn(12, seed=0))
    about = {"kind": "text", "version": "2", "labels": ["political"]}
    measured = {"items": 7, "sources": {"posts_labelled": 7}}
    heldout = {"en": {"political": {"flagged": 3}}}
    content = {"model": about, "files": {}, "heldout": heldout, "measured": measured}
    toml.write(tmp_path / "card.toml", content)
    before = (tmp_path / "card.toml").read_text("utf-8")

    items = ["--on", "heldout", "--corpus", str(source.folder)]
    assert run(["evaluate", str(tmp_path), *items, "--card"]) == 2

    said = capsys.readouterr().err
    assert "7 held-out items of posts_labelled, which those of corpus would take" in said
    assert (tmp_path / "card.toml").read_text("utf-8") == before


@pytest.mark.parametrize("target", ["weapon", "weapon=2", "weapon=x"])
def test_a_target_that_is_none_is_refused(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    model = load_model_folder("current", "text").path
    assert run(["evaluate", str(model), "--on", "heldout", "--freeze", "--target", target]) == 2
    assert "expected LABEL=P" in capsys.readouterr().err


@pytest.mark.shipped
@pytest.mark.shared
def test_figures_of_held_out_pictures_agree_with_pycocotools(shared: Path) -> None:
    from detector.settings import Vision
    from detector.vision.runtimes import open_vision_model

    manifests = Path(__file__).parents[2] / "data" / "sources"
    sources = [
        each
        for each in open_all(manifests, root=shared / "data", kind="vision")
        if each.name in ("police_hand", "sohas")
    ]
    examples = heldout.pictures(sources)[::8]
    model = open_vision_model(load_model_folder("current", "vision"), Vision())
    scenes = look_at(examples, model)
    expected = pycocotools_ap(scenes, IOUS)
    for label, matches in match(scenes, LABELS, ious=IOUS).items():
        ours = [
            coco_average_precision(each.judged.hit, int(each.judged.positives.sum()))
            for each in matches
        ]
        assert ours == pytest.approx(expected[label], abs=1e-9)
    assert any(len(each[0].hit) > 20 for each in match(scenes, LABELS).values())


def test_the_whole_chain_has_no_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "posts", "--on", "heldout", "--card"]) == 2
    assert "has no card" in capsys.readouterr().err


@pytest.mark.shipped
@pytest.mark.shared
def test_the_whole_chain_is_measured_on_posts_of_held_out_items(
    shared: Path, tmp_path: Path
) -> None:
    from detector.settings import Settings
    from training.evaluate import built_from, evaluate_chain
    from training.posts.recipe import RECIPE, read_recipes, write_recipes

    root = Path(__file__).parents[2]
    write_recipes(tmp_path / "posts.toml", read_recipes(root / RECIPE)[:2])
    asked = Request(
        manifests=root / "data" / "sources",
        root=shared / "data",
        recipe=tmp_path / "posts.toml",
        draws=20,
    )
    found = evaluate_chain(
        load_model_folder("current", "vision"),
        load_model_folder("current", "text"),
        asked,
        Settings(),
        policy="karachi-2024",
        clips=tmp_path / "clips",
    )
    assert found.items == 2
    assert "Every post could be judged." in found.notes
    jsonschema.validate(json.loads(to_json(found)), SCHEMA)
    pictures, texts = built_from(asked)
    assert all(each.heldout for each in (*pictures.values(), *texts.values()))
