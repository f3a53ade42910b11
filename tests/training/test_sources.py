"""Manifests, sealing, and the sources that come with the project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from detector.errors import InputError, SetupError
from tests.training.making import Row, picture_source
from training import corpus, heldout, lock, toml
from training.manifest import LABELS, read_manifest
from training.sources import matching, open_all, open_source, register, verify

SOURCES = Path(__file__).resolve().parents[2] / "data" / "sources"


def test_files_that_changed_are_noticed(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    verify(source)
    (source.folder / "labels" / "a.txt").write_text("")
    with pytest.raises(SetupError, match="was sealed with"):
        verify(source)


def test_notes_are_no_data(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    (source.folder / "SOURCE.md").write_text("a note")
    assert len(verify(source)) == 4


def test_a_link_in_a_source_is_refused(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    (source.folder / "images" / "b.webp").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="is a link"):
        verify(source)


def test_a_source_that_was_not_registered_says_how(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    path = source.locks / "sources" / "made.toml"
    with pytest.raises(SetupError, match="wardi data add"):
        open_source(path)
    register(source.locks, {"made": source.folder})
    assert open_source(path).folder == source.folder.resolve()


def test_a_source_within_the_project_is_found_without_a_data_root(tmp_path: Path) -> None:
    home = tmp_path / "data"
    (home / "sources").mkdir(parents=True)
    (home / "text" / "ours").mkdir(parents=True)
    toml.write(
        home / "sources" / "ours.toml",
        {
            "name": "ours",
            "kind": "text",
            "about": "written for a test",
            "origin": {"repository": "this project", "version": "1", "path": "data/text/ours",
                       "within": "project", "licence": "ours", "ships": "yes"},
            "groups": {"rule": "the text", "heldout": "none"},
        },
    )  # fmt: skip
    place = home / "text" / "ours"
    assert open_source(home / "sources" / "ours.toml").folder == place
    elsewhere = tmp_path / "elsewhere"
    assert [each.folder for each in open_all(home / "sources", root=elsewhere)] == [place]
    assert list(matching(tmp_path, home / "sources")) == []


def test_sealing_keeps_what_was_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('# why\nname = "x"  # a name\n\n[content]\nitems = 1\n')
    toml.update(path, "content", {"items": 2, "sha256": "ab"})
    assert (
        path.read_text() == '# why\nname = "x"  # a name\n\n[content]\nitems = 2\nsha256 = "ab"\n'
    )


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.toml")), ids=lambda each: each.stem)
def test_every_manifest_is_right_sealed_and_locked(path: Path) -> None:
    manifest = read_manifest(path)
    assert manifest.name == path.stem
    assert manifest.content is not None
    assert manifest.origin.licence
    assert manifest.name in toml.read(SOURCES.parent / lock.LOCK)
    locked = toml.read(SOURCES.parent / lock.LOCK)[manifest.name]
    assert locked["heldout"] == manifest.content.heldout


@pytest.mark.shared
def test_every_folder_of_the_development_data_has_a_manifest(shared: Path) -> None:
    here = {read_manifest(each).origin.path for each in SOURCES.glob("*.toml")}
    there = {
        f"{kind}/{each.name}"
        for kind in ("vision", "text", "text_pairs")
        for each in (shared / "data" / kind).iterdir()
        if each.is_dir()
    }
    assert there | {"emblems", "weights"} <= here


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["badge_closeups", "guns_333", "weights", "ethos", "tatoeba_en_ur"]
)
def test_small_sources_hold_the_files_they_were_sealed_with(shared: Path, name: str) -> None:
    source = open_source(SOURCES / f"{name}.toml", root=shared / "data")
    assert source.manifest.content is not None
    assert len(verify(source)) == source.manifest.content.files


@pytest.mark.shared
def test_the_pictures_load_as_the_readme_of_the_data_counts_them(shared: Path) -> None:
    every = open_all(SOURCES, root=shared / "data", kind="vision")
    held = heldout.pictures(every)
    may = [each for each in every if each.manifest.ships]
    train = corpus.load_pictures(may, "train")
    calibration = corpus.load_pictures(may, "calibration")
    assert len(held) == 1484
    police = Counter(
        box.label for each in held if each.source == "police_hand" for box in each.boxes
    )
    assert dict(police) == {"uniform": 875, "badge": 640, "weapon": 113, "vehicle": 34}
    assert not {each.group for each in train} & {each.group for each in calibration}
    assert len(train) + len(calibration) == 9958 - 1484  # none stands aside
    assert all(set(each.judged) <= set(LABELS) for each in train)


@pytest.mark.shared
def test_labelled_posts_load_with_their_targets(shared: Path) -> None:
    source = open_source(SOURCES / "posts_labelled.toml", root=shared / "data")
    held = heldout.texts([source])
    assert len(held) == 2171
    english = [each for each in held if each.lang == "en" and each.labels["political"]]
    assert len(english) == 244
    assert {each.drawn for each in held} >= {"random", "group_term"}
