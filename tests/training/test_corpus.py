"""The loader: what it gives, and every other way to a held-out item, which must fail."""

from __future__ import annotations

import ast
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import training
from detector.errors import ContractBroken, InputError, SetupError
from tests.training.making import Row, manifest, picture_source, text_source
from training import corpus, heldout, lock, reading, toml
from training.examples import Corpus
from training.manifest import read_manifest
from training.settling import FINGERPRINTS, seal_source, settle_sources
from training.sources import Source, open_source

ROWS = [*(Row(f"p{at}", f"g{at}") for at in range(24)), Row("secret", "held", 1)]
DOORS = {"corpus", "heldout", "lock", "settling", "importing", "corpus_folder", "reading"}
AUDITS = {"audit", "audit_pictures"}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return picture_source(tmp_path, ROWS)


def ids(source: Source) -> set[str]:
    sides = ("train", "calibration")
    return {each.id for side in sides for each in corpus.load_pictures([source], side)}


def test_train_and_calibration_hold_everything_but_the_held_out(source: Source) -> None:
    train = {each.id for each in corpus.load_pictures([source], "train")}
    calibration = {each.id for each in corpus.load_pictures([source], "calibration")}
    assert train
    assert calibration
    assert not train & calibration
    assert train | calibration == {f"made/p{at}" for at in range(24)}


def test_the_other_door_gives_the_held_out_alone(source: Source) -> None:
    assert [each.id for each in heldout.pictures([source])] == ["made/secret"]


@pytest.mark.parametrize("split", ["heldout", "all", "aside"])
def test_the_loader_has_no_word_for_held_out(source: Source, split: str) -> None:
    with pytest.raises(InputError, match="held-out items are for evaluation alone"):
        corpus.load_pictures([source], split)


def test_a_flag_that_was_turned_is_noticed(source: Source) -> None:
    items = source.folder / "items.csv"
    items.write_text(items.read_text().replace("secret.webp,held,1", "secret.webp,held,0"))
    with pytest.raises(SetupError, match="holds out 0 items"):
        corpus.load_pictures([source], "train")


def test_a_column_that_is_no_longer_asked_is_noticed(source: Source) -> None:
    groups = source.manifest.groups.model_copy(update={"heldout": "none"})
    other = replace(source, manifest=source.manifest.model_copy(update={"groups": groups}))
    with pytest.raises(SetupError, match="holds out 0 items"):
        corpus.load_pictures([other], "train")


def test_a_source_without_a_lock_is_not_loaded(source: Source) -> None:
    (source.locks / lock.LOCK).unlink()
    with pytest.raises(SetupError, match="does not name the source made"):
        corpus.load_pictures([source], "train")


def test_a_held_out_label_that_was_changed_is_noticed(source: Source) -> None:
    (source.folder / "labels" / "secret.txt").write_text("1 0.5 0.5 0.2 0.2")
    with pytest.raises(SetupError, match="their labels changed"):
        corpus.load_pictures([source], "train")


def test_a_held_out_picture_under_another_name_is_set_aside(tmp_path: Path) -> None:
    twin = Row("copy", "another group", seed=24)
    source = picture_source(tmp_path, [*ROWS, twin])
    assert "made/copy" not in ids(source)


def test_a_picture_that_was_slipped_in_is_noticed(source: Source) -> None:
    with (source.folder / "items.csv").open("a") as out:
        out.write("images/p0.webp,g0,0,48,48,1\nimages/new.webp,g0,0,48,48,1\n")
    shutil.copy(source.folder / "labels/p0.txt", source.folder / "labels/new.txt")
    with pytest.raises(SetupError, match="twice"):
        corpus.load_pictures([source], "train")


def test_an_unlocked_growth_is_noticed(source: Source) -> None:
    with (source.folder / "items.csv").open("a") as out:
        out.write("images/new.webp,g0,0,48,48,1\n")
    shutil.copy(source.folder / "labels/p0.txt", source.folder / "labels/new.txt")
    with pytest.raises(SetupError, match="lists 26 items"):
        corpus.load_pictures([source], "train")


def test_a_corpus_cannot_be_built_with_a_held_out_example(source: Source) -> None:
    held = heldout.pictures([source])
    with pytest.raises(ContractBroken, match="held-out examples"):
        Corpus(held, "train", (source.manifest,))


@pytest.mark.parametrize("package", ["training", "detector"])
def test_only_the_loaders_read_raw_items_and_only_evaluation_opens_the_other_door(
    package: str,
) -> None:
    root = Path(training.__file__).parents[1] / package
    raw, held = set(), set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = set()
            if isinstance(node, ast.ImportFrom):
                names = {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
            elif isinstance(node, ast.Import):
                names = {each.name for each in node.names}
            raw |= {path.stem} if "training.reading" in names else set()
            held |= {path.stem} if "training.heldout" in names else set()
    assert raw <= DOORS | AUDITS
    assert not {each for each in held if not each.startswith(("evaluat", "compar", "post"))}


def test_terms_that_forbid_shipping_are_obeyed_unless_one_explores(tmp_path: Path) -> None:
    source = picture_source(tmp_path, ROWS, origin={"ships": "none stated"})
    with pytest.raises(InputError, match="may not be given away"):
        corpus.load_pictures([source], "train")
    assert not corpus.load_pictures([source], "train", explore=True).ships


def test_a_source_that_gives_nothing_sets_no_terms(tmp_path: Path, source: Source) -> None:
    rows = [Row("only", "held", 1)]
    apart = picture_source(tmp_path / "apart", rows, name="apart", origin={"ships": "never"})
    loaded = corpus.load_pictures([source, apart], "train", explore=True)
    assert [each.name for each in loaded.manifests] == [source.name]
    assert loaded.ships


def test_another_kind_of_source_is_refused(source: Source) -> None:
    with pytest.raises(InputError, match="holds vision; expected a source of text"):
        corpus.load_texts([source], "train")


def test_growing_data_keep_their_sides(tmp_path: Path, source: Source) -> None:
    before = {
        side: {each.id for each in corpus.load_pictures([source], side)}
        for side in ("train", "calibration")
    }
    rows = [Row(f"q{at}", f"n{at}", seed=100 + at) for at in range(12)]
    other = picture_source(tmp_path / "other", rows)
    with (source.folder / "items.csv").open("a") as out:
        for row in rows:
            out.write(f"images/{row.name}.webp,{row.group},0,48,48,1\n")
            for part in (f"images/{row.name}.webp", f"labels/{row.name}.txt"):
                shutil.copy(other.folder / part, source.folder / part)
    path = source.locks / "sources" / "made.toml"
    seal_source(path, source)
    grown = open_source(path, root=tmp_path)
    settle_sources([grown])
    for side in ("train", "calibration"):
        assert before[side] <= {each.id for each in corpus.load_pictures([grown], side)}


def test_settling_one_source_keeps_the_fingerprints_of_the_others(
    tmp_path: Path, source: Source
) -> None:
    path = source.locks / FINGERPRINTS
    before = path.read_text("utf-8")
    text_source(tmp_path, [{"text": "a post of its own", "political": "0"}], name="words")
    assert before.strip()
    assert path.read_text("utf-8") == before
    settle_sources([source])
    assert path.read_text("utf-8") == before


def test_items_that_vanished_are_noticed_before_anything_is_settled(source: Source) -> None:
    items = source.folder / "items.csv"
    lines = items.read_text().splitlines()
    items.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    path = source.locks / "sources" / "made.toml"
    seal_source(path, source)
    with pytest.raises(SetupError, match="expected new items at the end"):
        settle_sources([open_source(path, root=source.locks.parent)])


# A wrong mapping


def wrong(tmp_path: Path, **labels: object) -> Path:
    path = tmp_path / "made.toml"
    toml.write(path, manifest(labels=labels))
    return path


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        pytest.param({"mapping": {"car": "background"}}, "one entry per class", id="class-missing"),
        pytest.param(
            {"mapping": {"car": "vehicel", "police car": "vehicle", "unclear": "ignore"}},
            "vehicel",
            id="label-misspelt",
        ),
        pytest.param(
            {"negative_for": ["vehicle"], "annotates_fully": []}, "absent", id="absent-yet-mapped"
        ),
        pytest.param({"negativ_for": ["badge"]}, "negativ_for", id="unknown-key"),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, labels: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_manifest(wrong(tmp_path, **labels))


def test_classes_in_another_order_are_refused(source: Source) -> None:
    (source.folder / "classes.txt").write_text("police car\ncar\nunclear\n")
    with pytest.raises(SetupError, match="class numbers would be read wrongly"):
        corpus.load_pictures([source], "train")


def test_a_mapping_that_changes_what_held_out_labels_mean_is_noticed(source: Source) -> None:
    mapping = {"car": "vehicle", "police car": "background", "unclear": "ignore:vehicle"}
    labels = source.manifest.labels.model_copy(update={"mapping": mapping})
    other = replace(source, manifest=source.manifest.model_copy(update={"labels": labels}))
    with pytest.raises(SetupError, match="their labels changed"):
        corpus.load_pictures([other], "train")


# What an example says


def test_an_example_knows_what_is_judged_ignored_and_shown(tmp_path: Path) -> None:
    lines = ("1 0.5 0.5 0.5 0.5", "2 0.1 0.1 0.2 0.2", "0 0.8 0.8 0.2 0.2")
    source = picture_source(
        tmp_path, [Row("a", "a", 0, lines), Row("b", "b", 0, ("0 0.5 0.5 1 1",))]
    )
    one, other = reading.pictures(source)
    assert [(each.label, each.box) for each in one.boxes] == [("vehicle", (0.25, 0.25, 0.75, 0.75))]
    assert [each.label for each in one.ignore] == ["vehicle"]
    assert one.judged == {"vehicle"}
    assert one.shows == {"car", "police car", "unclear"}
    assert one.suites == set()
    assert other.suites == {"civilian vehicles"}


@pytest.mark.parametrize(
    "line", ["7 0.5 0.5 0.1 0.1", "1 0.5 0.5", "1 0.9 0.5 0.4 0.1", "x 0 0 1 1"]
)
def test_a_label_line_that_cannot_be_right_stops_the_loading(source: Source, line: str) -> None:
    (source.folder / "labels" / "p0.txt").write_text(line)
    with pytest.raises(SetupError, match=r"images/p0\.webp"):
        corpus.load_pictures([source], "train")


def test_a_missing_label_file_is_not_an_empty_one(source: Source) -> None:
    (source.folder / "labels" / "p0.txt").unlink()
    with pytest.raises(SetupError, match="cannot be read"):
        corpus.load_pictures([source], "train")


def test_a_topic_that_nobody_judged_is_unknown(tmp_path: Path) -> None:
    rows = [
        {"text": f"text number {at} of many", "political": value}
        for at, value in enumerate(["1", "0", ""])
    ]
    source = text_source(tmp_path, rows)
    found = [each.labels["political"] for each in reading.texts(source)]
    assert found == [True, False, None]


def test_near_equal_texts_stand_on_one_side(tmp_path: Path) -> None:
    rows = [
        {
            "text": f"{at}: the meeting in the hall on friday evening was called off by {who}",
            "political": "0",
        }
        for at in range(30)
        for who in ("the chair", "the chair!")
    ]
    source = text_source(tmp_path, rows)
    sides = {
        each.text: side
        for side in ("train", "calibration")
        for each in corpus.load_texts([source], side)
    }
    assert all(sides[each] == sides[each + "!"] for each in sides if not each.endswith("!"))


def test_what_is_boxed_and_none_of_our_labels_keeps_its_own_name(tmp_path: Path) -> None:
    lines = ("0 0.5 0.5 0.4 0.4", "1 0.5 0.5 0.2 0.2", "2 0.3 0.3 0.2 0.2")
    (found,) = reading.pictures(picture_source(tmp_path, [Row("p", "g", lines=lines)]))

    assert [each.label for each in found.background] == ["car"]
    assert found.background[0].box == pytest.approx((0.3, 0.3, 0.7, 0.7))
