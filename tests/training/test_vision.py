from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from detector.artifact import load_model_folder
from detector.errors import ArtifactMismatch, InputError
from detector.evidence import Frame
from detector.settings import Vision
from detector.vision.calibration import read_calibration
from detector.vision.card import read_vision_card
from detector.vision.runtimes import open_vision_model
from tests.test_offline import BLOCKED
from tests.training.making import Row, picture_source
from tests.training.networks import model_folder
from training import mining, toml, vision
from training.augment import Changes
from training.balance import Shares
from training.corpus import load_pictures
from training.network.shown import Showing, Shown
from training.sources import Source
from training.vision import Recipe, Start, open_start, plan, train_vision

ROOT = Path(__file__).resolve().parents[2]
EPOCHS = 3
BACKGROUND = ("0 0.3 0.3 0.2 0.2",)


@dataclasses.dataclass(frozen=True)
class Made:
    """Data and start weights of the trainings below, and where they run."""

    folder: Path
    source: Source
    start: Path

    def command(self, out: str, epochs: int = EPOCHS) -> list[str]:
        return [
            *(sys.executable, "-m", "detector.cli", "train", "vision"),
            *("--data", "data/sources/made.toml", "--root", str(self.folder)),
            *("--from", str(self.start), "--out", out, "--epochs", str(epochs)),
            *("--imgsz", "64", "--batch", "8", "--device", "cpu"),
        ]

    def environment(self) -> dict[str, str]:
        """No network, an empty home, and one thread: the suite shares its cores."""
        path = os.pathsep.join([str(self.folder / "site"), str(ROOT)])
        # Compiled modules are kept: PyTorch's take longer to compile than the training takes.
        kept = {
            name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        return kept | {
            "PYTHONPATH": path,
            "HOME": str(self.folder / "home"),
            "OMP_NUM_THREADS": "1",
        }

    def run(self, out: str, epochs: int = EPOCHS) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(out, epochs),
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
        )

    def run_folder(self, version: str) -> Path:
        (found,) = (self.folder / "runs" / "vision").glob(f"{version}-*")
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("training")
    rows = [
        Row(f"p{at}", f"g{at}", lines=BACKGROUND if at % 5 == 0 else ("1 0.5 0.5 0.4 0.4",))
        for at in range(28)
    ]
    source = picture_source(folder, [*rows, Row("secret", "held", 1)])
    # Whoever opens the held-out picture fails.
    (source.folder / "images" / "secret.webp").write_bytes(b"held out")
    for part in ("home", "site"):
        (folder / part).mkdir()
    (folder / "site" / "sitecustomize.py").write_text(BLOCKED)
    start = model_folder(folder / "models" / "vision" / "0", ("uniform", "vehicle"))
    return Made(folder, source, start)


@pytest.fixture(scope="module")
def trained(made: Made) -> Path:
    """A model folder that was trained with sockets blocked."""
    done = made.run("models/vision/1")
    assert done.returncode == 0, done.stderr
    assert "epoch 3/3" in done.stderr
    return made.folder / "models" / "vision" / "1"


def test_a_training_without_network_makes_a_model_that_can_be_run(trained: Path) -> None:
    folder = load_model_folder(str(trained), "vision")
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    (found,) = open_vision_model(folder, Vision(threads=1)).detect([Frame(0.0, noise)])

    assert read_vision_card(folder).head == "one2many"
    assert set(read_calibration(folder).thresholds) == {"uniform", "vehicle"}
    assert set(found.labels) <= {"uniform", "vehicle"}


def test_a_training_writes_nothing_outside_its_folders(trained: Path, made: Made) -> None:
    assert list((made.folder / "home").rglob("*")) == []
    assert sorted(each.name for each in made.folder.iterdir()) == sorted(
        ["data", "home", "models", "runs", "site", "vision"]
    )
    assert sorted(each.name for each in made.source.folder.iterdir()) == sorted(
        ["images", "labels", "classes.txt", "items.csv"]
    )


def test_the_card_says_what_was_done(trained: Path, made: Made) -> None:
    card = toml.read(trained / "card.toml")

    assert card["model"]["labels"] == ["uniform", "vehicle"]
    assert card["recipe"]["seed"] == 0
    assert card["recipe"]["epochs"] == EPOCHS
    assert card["recipe"]["start"] == "vision model 0"
    assert card["data"]["ships"] is True
    assert card["data"]["train_items"] + card["data"]["calibration_items"] == 28
    assert card["data"]["sources"][0]["name"] == "made"
    assert "Not measured" in (trained / "card.md").read_text("utf-8")


def test_a_label_that_nobody_judged_keeps_the_threshold_of_the_start(trained: Path) -> None:
    card = toml.read(trained / "card.toml")

    assert card["threshold_rule"]["taken_over"] == ["uniform"]
    assert card["thresholds"]["uniform"] == 0.5
    assert card["calibration"]["uniform"] == [1.0, 0.25]


def test_the_weights_that_are_kept_are_those_that_are_run(trained: Path) -> None:
    folder = load_model_folder(str(trained), "vision")
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    one, other = (
        open_vision_model(folder, Vision(runtime=name, threads=1)).detect([Frame(0.0, noise)])[0]
        for name in ("openvino", "ultralytics")
    )

    # Boxes of a network that learnt little are so alike that suppression may pick another one of them.
    assert one.confidence[:5] == pytest.approx(other.confidence[:5], abs=1e-4)


def test_a_training_that_was_killed_goes_on_to_the_same_weights(trained: Path, made: Made) -> None:
    running = subprocess.Popen(
        made.command("models/vision/2"),
        cwd=made.folder,
        env=made.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not list((made.folder / "runs" / "vision").glob("2-*/state.json")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (made.folder / "models" / "vision" / "2").exists()
    before = json.loads((made.run_folder("2") / "state.json").read_text("utf-8"))["epoch"]

    done = made.run("models/vision/2")

    assert done.returncode == 0, done.stderr
    kept = json.loads((made.run_folder("2") / "state.json").read_text("utf-8"))
    assert [each["epoch"] for each in kept["losses"]] == [1, 2, 3]
    assert f"epoch {before + 2}/{EPOCHS}" in done.stderr
    assert f"epoch {before + 1}/{EPOCHS}" not in done.stderr  # what was kept is not fitted again
    once, again = (
        load_file(made.folder / "models" / "vision" / version / "weights.safetensors")
        for version in ("1", "2")
    )
    assert max(float(np.abs(once[name] - again[name]).max()) for name in once) < 1e-3
    cards = [toml.read(made.folder / f"models/vision/{each}/card.toml") for each in ("1", "2")]
    assert cards[0]["thresholds"]["vehicle"] == pytest.approx(
        cards[1]["thresholds"]["vehicle"], abs=0.01
    )


def test_a_run_that_was_fitted_to_the_end_is_not_fitted_again(
    trained: Path, made: Made, tmp_path: Path
) -> None:
    recipe = Recipe(epochs=EPOCHS, image_size=64, batch=8)
    planned = plan(
        [made.source], open_start(made.start), recipe, tmp_path / "1", runs=made.folder / "runs"
    )
    batches: list[int] = []

    made_again = train_vision(planned, device="cpu", fitting=lambda *said: batches.append(said[1]))

    assert batches == []
    one, other = (load_file(each / "weights.safetensors") for each in (trained, made_again.folder))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_model_folder_that_is_there_is_not_overwritten(made: Made) -> None:
    with pytest.raises(InputError, match="is there already"):
        plan([made.source], open_start(made.start), Recipe(), made.start)


def test_only_what_stands_on_the_train_side_is_fitted_on(made: Made, tmp_path: Path) -> None:
    planned = plan([made.source], open_start(made.start), Recipe(), tmp_path / "1")

    assert {each.id for each in planned.train}.isdisjoint(each.id for each in planned.calibration)
    assert "made/secret" not in {each.id for each in (*planned.train, *planned.calibration)}


def test_another_recipe_or_start_is_another_run(made: Made, tmp_path: Path) -> None:
    start = open_start(made.start)
    other = dataclasses.replace(start, sha256="0" * 64)

    def run(start: Start, recipe: Recipe) -> Path:
        return plan([made.source], start, recipe, tmp_path / "1").run

    assert run(start, Recipe()) == run(start, Recipe())
    assert run(start, Recipe(seed=1)) != run(start, Recipe())
    assert run(other, Recipe()) != run(start, Recipe())


def test_labels_of_the_start_stay_first_and_new_ones_follow(made: Made, tmp_path: Path) -> None:
    start = dataclasses.replace(open_start(made.start), labels=("weapon",))

    planned = plan([made.source], start, Recipe(), tmp_path / "1")

    assert planned.labels == ("weapon", "vehicle")


def test_terms_that_forbid_giving_away_are_kept_in_mind(made: Made, tmp_path: Path) -> None:
    source = picture_source(
        tmp_path, [Row(f"q{at}", f"q{at}") for at in range(6)], origin={"ships": "none stated"}
    )

    planned = plan([source], open_start(made.start), Recipe(), tmp_path / "1")

    assert planned.train.ships is False


def test_nothing_boxed_is_nothing_to_learn(made: Made, tmp_path: Path) -> None:
    rows = [Row(f"q{at}", f"q{at}", lines=BACKGROUND) for at in range(6)]
    source = picture_source(tmp_path, rows)

    with pytest.raises(InputError, match="none with a box"):
        plan([source], open_start(made.start), Recipe(), tmp_path / "1")


def test_a_size_that_the_network_cannot_take_is_refused(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="multiple of 32"):
        plan([made.source], open_start(made.start), Recipe(image_size=100), tmp_path / "1")


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "yolo.pt").write_bytes(b"")

    with pytest.raises(InputError, match=r"\.pt file"):
        open_start(tmp_path / "yolo.pt")


def test_a_folder_without_weights_to_start_from_is_refused(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "0", ("vehicle",))
    files = toml.read(folder / "card.toml")["files"]
    toml.replace(folder / "card.toml", "files", {"model.onnx": files["model.onnx"]})

    with pytest.raises(ArtifactMismatch, match=r"weights\.safetensors"):
        open_start(folder)


def shown(source: Source, **how_else: Any) -> Shown:
    corpus = load_pictures([source], "train")
    how = Showing(("uniform", "vehicle"), 64, len(corpus), seed=0, **how_else)
    return Shown(corpus, np.full(len(corpus), 1 / len(corpus)), how)


def test_a_picture_is_shown_alike_by_whoever_shows_it(made: Made) -> None:
    one, other = shown(made.source), shown(made.source)
    for each in (one, other):
        each.start(2)

    assert np.array_equal(one[3]["img"], other[3]["img"])
    assert np.array_equal(one[3]["bboxes"], other[3]["bboxes"])


def test_a_picture_looks_different_in_every_epoch(made: Made) -> None:
    pictures = shown(made.source)
    first = [pictures[at]["img"] for at in range(4)]
    pictures.start(1)

    assert not all(np.array_equal(pictures[at]["img"], first[at]) for at in range(4))


def test_labels_that_are_not_annotated_teach_no_absence_unless_asked_to(made: Made) -> None:
    masked, plain = shown(made.source)[0], shown(made.source, masked=False)[0]

    assert not masked["teach"][:, 0].any()
    assert masked["teach"][:, 1].any()
    assert plain["teach"].all()


def test_four_pictures_on_a_square_are_shown_where_they_are_wanted_and_no_other_changes(
    made: Made,
) -> None:
    plain, mixed, never = (
        shown(made.source, changes=Changes(mosaic=chance)) for chance in (0.0, 1.0, 1e-9)
    )

    assert all(np.array_equal(plain[at]["img"], never[at]["img"]) for at in range(8))
    assert not any(np.array_equal(plain[at]["img"], mixed[at]["img"]) for at in range(8))
    assert sum(len(mixed[at]["cls"]) for at in range(8)) > 2 * sum(
        len(plain[at]["cls"]) for at in range(8)
    )
    assert not mixed[0]["teach"][:, 0].any()


def test_false_alarms_of_the_start_are_looked_for_once_in_a_run(made: Made, tmp_path: Path) -> None:
    start = load_model_folder(str(made.start), "vision")
    start.card["thresholds"].update(uniform=1e-6, vehicle=1e-6)
    corpus = load_pictures([made.source], "train")
    found = mining.false_alarms(corpus, start)
    mining.write(tmp_path, found)

    assert found == {each.id for each in corpus if not each.boxes}
    assert mining.read(tmp_path) == found
    assert mining.read(tmp_path / "other") is None
    start.card["thresholds"].update(uniform=2.0, vehicle=2.0)
    assert mining.false_alarms(corpus, start) == frozenset()


def test_a_run_that_goes_on_shows_what_was_mined_more_often_without_looking_again(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(shares=Shares(mined=3.0))
    planned = plan([made.source], open_start(made.start), recipe, tmp_path / "1", runs=tmp_path)
    empty = [at for at, each in enumerate(planned.train) if not each.boxes]
    alarm = planned.train.examples[empty[0]].id
    planned.run.mkdir(parents=True)
    told: list[str] = []
    monkeypatch.setattr(mining, "false_alarms", lambda *_: frozenset({alarm}))
    first = vision._mined(planned, told.append)

    monkeypatch.setattr(mining, "false_alarms", lambda *_: pytest.fail("looked for again"))
    again = vision._mined(planned, told.append)

    assert first == again == {alarm}
    assert "1 pictures with a false alarm" in told[-1]
    chance = vision._shown(planned, again)._chance
    assert chance[empty[0]] == pytest.approx(3 * chance[empty[1]])


def test_nothing_is_mined_unless_it_is_asked_for(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan([made.source], open_start(made.start), Recipe(), tmp_path / "1")
    monkeypatch.setattr(mining, "false_alarms", lambda *_: pytest.fail("looked for"))

    assert vision._mined(planned, print) == frozenset()


def test_worker_processes_show_what_one_process_shows(made: Made) -> None:
    from training.network.tensors import Loader

    pictures = shown(made.source)
    alone, helped = (list(Loader(pictures, 8, workers)) for workers in (0, 2))

    assert len(alone) == len(helped) == -(-len(pictures) // 8)
    for one, other in zip(alone, helped, strict=True):
        assert all(bool((one[key] == other[key]).all()) for key in one)
