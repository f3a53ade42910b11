"""A label set becomes a corpus, and the corpus gives it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detector.errors import InputError, SetupError
from tests.training.making import noise
from training import corpus, heldout, pictures
from training.corpus_folder import label_set
from training.formats.base import Box, LabelSet, Picture, TextRow
from training.formats.bundle import open_bundle
from training.importing import Imported, Terms, import_labels
from training.sources import Source, open_source, verify

BOX = Box(
    "police car", (4.0, 6.0, 20.0, 30.0), occluded=True, track=3, attributes=(("colour", "blue"),)
)
TERMS = Terms({"police car": "vehicle"}, licence="own", ships="yes")


def said(count: int = 12, *, first: int = 0, subset: str = "") -> LabelSet:
    found = [
        Picture(f"p{at}.webp", (48, 48), (BOX,), ("seen",), subset, file=f"p{at}.webp")
        for at in range(first, first + count)
    ]
    return LabelSet(("police car",), tuple(found))


def taken(labels: LabelSet, folder: Path, terms: Terms = TERMS, **more: object) -> Imported:
    files = folder.parent / "files"
    files.mkdir(exist_ok=True)
    for picture in labels.pictures:
        path = files / picture.name
        if not path.exists():
            path.write_bytes(noise(int(picture.name[1:].partition(".")[0])))
    with open_bundle(files) as bundle:
        return import_labels(labels, bundle, folder, terms, **more)  # type: ignore[arg-type]


def words(seed: int) -> str:
    return " ".join(f"{each:07d}" for each in np.random.default_rng(seed).integers(0, 10**7, 8))


def opened(folder: Path) -> Source:
    return open_source(folder / "corpus.toml")


def test_an_import_is_a_source_that_loads(tmp_path: Path) -> None:
    done = taken(said(40), tmp_path / "corpus")
    source = opened(tmp_path / "corpus")
    sides = [corpus.load_pictures([source], each) for each in ("train", "calibration")]
    held = heldout.pictures([source])
    assert (done.taken, done.items) == (40, 40)
    assert len(held) == done.heldout > 0
    assert sum(map(len, sides)) + len(held) == 40
    assert held[0].annotates == {"vehicle"}
    verify(source)


def test_an_export_gives_back_what_was_imported(tmp_path: Path) -> None:
    labels = said(3)
    taken(labels, tmp_path / "corpus")
    back, files = label_set(opened(tmp_path / "corpus"))
    assert back.classes == labels.classes
    assert [replace(each, boxes=()) for each in back.pictures] == [
        replace(each, boxes=()) for each in labels.pictures
    ]
    for picture in back.pictures:
        [box] = picture.boxes
        assert box.xyxy == pytest.approx(BOX.xyxy, abs=1e-9)
        assert replace(box, xyxy=BOX.xyxy) == BOX
    assert files[0].read_bytes() == noise(0)


def test_a_class_without_a_meaning_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="would be taught as background"):
        taken(said(), tmp_path / "corpus", Terms({}))
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("mapping", "match"),
    [
        pytest.param({"police car": "vehicel"}, "mapped to 'vehicel'", id="misspelt-label"),
        pytest.param({"police car": "vehicle", "polcie": "badge"}, "polcie", id="misspelt-class"),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path: Path, mapping: dict[str, str], match: str) -> None:
    with pytest.raises(InputError, match=match):
        taken(said(), tmp_path / "corpus", Terms(mapping))


def test_a_class_cannot_change_its_meaning(tmp_path: Path) -> None:
    taken(said(), tmp_path / "corpus")
    with pytest.raises(InputError, match="before to 'vehicle'"):
        taken(said(first=20), tmp_path / "corpus", Terms({"police car": "background"}))


def test_adding_keeps_what_was_there_on_its_side(tmp_path: Path) -> None:
    taken(said(30), tmp_path / "corpus")
    before = {
        side: {each.id for each in corpus.load_pictures([opened(tmp_path / "corpus")], side)}
        for side in ("train", "calibration")
    }
    held = {each.id for each in heldout.pictures([opened(tmp_path / "corpus")])}
    done = taken(said(30, first=30), tmp_path / "corpus")
    source = opened(tmp_path / "corpus")
    assert done.items == 60
    for side in before:
        assert before[side] <= {each.id for each in corpus.load_pictures([source], side)}
    assert held <= {each.id for each in heldout.pictures([source])}


def test_the_same_picture_is_taken_once(tmp_path: Path) -> None:
    taken(said(3), tmp_path / "corpus")
    done = taken(said(4), tmp_path / "corpus")
    assert done.taken == 1
    assert [each.kind for each in done.troubles] == ["duplicate"] * 3
    assert done.left_out


def test_a_corpus_whose_held_out_part_was_touched_takes_nothing_more(tmp_path: Path) -> None:
    taken(said(30), tmp_path / "corpus")
    items = tmp_path / "corpus" / "items.csv"
    items.write_text(items.read_text().replace(",1,48,48,", ",0,48,48,"))
    with pytest.raises(SetupError, match="holds out 0 items"):
        taken(said(3, first=40), tmp_path / "corpus")


def test_a_held_out_picture_of_another_source_is_left_out(tmp_path: Path) -> None:
    known = tmp_path / "heldout.phash.txt"
    known.write_text(f"{pictures.perceptual_hash(noise(1)):064x}\n")
    done = taken(said(3), tmp_path / "corpus", known=[known])
    assert done.taken == 2
    assert [(each.kind, each.where) for each in done.troubles] == [
        ("twin of a held-out picture", "p1.webp")
    ]


def test_subsets_named_test_are_held_out(tmp_path: Path) -> None:
    labels = said(4, subset="train")
    test = said(2, first=10, subset="test")
    taken(replace(labels, pictures=labels.pictures + test.pictures), tmp_path / "corpus")
    assert len(heldout.pictures([opened(tmp_path / "corpus")])) == 2


def test_frames_of_a_clip_stand_together(tmp_path: Path) -> None:
    labels = said(30)
    frames = tuple(replace(each, clip="patrol.mp4") for each in labels.pictures)
    taken(replace(labels, pictures=frames), tmp_path / "corpus")
    assert {
        row.split(",")[1] for row in (tmp_path / "corpus/items.csv").read_text().splitlines()[1:]
    } == {"patrol.mp4"}


def test_a_box_over_the_edge_is_cut(tmp_path: Path) -> None:
    over = Box("police car", (30.0, 30.0, 90.0, 40.0))
    gone = Box("police car", (60.0, 60.0, 90.0, 90.0))
    picture = Picture("p0.webp", (48, 48), (over, gone), file="p0.webp")
    taken(LabelSet(("police car",), (picture,)), tmp_path / "corpus")
    [found] = label_set(opened(tmp_path / "corpus"))[0].pictures
    assert [each.xyxy for each in found.boxes] == [pytest.approx((30, 30, 48, 40))]


def test_labels_of_another_size_are_left_out(tmp_path: Path) -> None:
    labels = said(2)
    wrong = replace(labels.pictures[0], size_wh=(480, 480))
    done = taken(replace(labels, pictures=(wrong, labels.pictures[1])), tmp_path / "corpus")
    assert done.taken == 1
    assert "is 48x48" in done.troubles[0].what


def test_an_import_without_pictures_is_refused(tmp_path: Path) -> None:
    labels = said(2)
    bare = tuple(replace(each, file="", name=f"other{each.name}") for each in labels.pictures)
    (tmp_path / "empty").mkdir()
    with open_bundle(tmp_path / "empty") as bundle, pytest.raises(InputError, match="--images"):
        import_labels(replace(labels, pictures=bare), bundle, tmp_path / "corpus", TERMS)


def test_texts_become_a_corpus_and_come_back(tmp_path: Path) -> None:
    rows = tuple(
        TextRow(words(at), "en", {"political": at % 2 == 0, "custody": None}) for at in range(40)
    )
    labels = LabelSet(texts=(*rows, rows[0]))
    done = taken(labels, tmp_path / "corpus", Terms({}, ships="yes"))
    source = opened(tmp_path / "corpus")
    train = corpus.load_texts([source], "train")
    back = label_set(source)[0].texts
    assert done.taken == 40
    assert [each.kind for each in done.troubles] == ["duplicate"]
    assert {each.labels.get("custody") for each in train} == {None}
    assert [each.text for each in back] == [each.text for each in rows]
    assert [each.labels for each in back] == [{"political": at % 2 == 0} for at in range(40)]


def test_a_folder_with_other_files_is_not_made_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty and no corpus"):
        taken(said(2), tmp_path / "corpus")


@pytest.mark.parametrize("wrong", [{"ships": "maybe"}, {"group_pattern": "("}])
def test_terms_that_mean_nothing_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError, match="--"):
        Terms({}, **wrong)
