"""What every annotation format must do: lose nothing silently, and refuse what says nothing."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.errors import InputError
from tests.training.making import noise
from training.formats.base import Box, LabelSet, Picture, TextRow
from training.formats.table import FORMATS, read_labels, write_archive
from training.manifest import TOPICS

SIDE = 48
CARRIES = {
    "yolo": {"subset"},
    "coco": {"subset", "occluded", "crowd", "track", "attributes"},
    "cvat": {"subset", "tags", "occluded", "attributes"},
    "cvat_video": {"clip", "track", "occluded", "attributes"},
    "label_studio": {"tags", "texts"},
    "csv": {"texts"},
}
NAMES = st.text("abcdefgh_ 0123456789ابپ", min_size=1, max_size=8).map(str.strip).filter(bool)
WORDS = st.text(
    st.characters(categories=["L", "N", "P", "Zs", "So"]), min_size=1, max_size=20
).filter(lambda text: text == text.strip())
CLASSES = ("uniform", "police car", "گاڑی & <co>")


@st.composite
def boxes(draw: st.DrawFn, carried: set[str], track: int | None) -> Box:
    left, top = draw(st.floats(0, SIDE - 1)), draw(st.floats(0, SIDE - 1))
    width = draw(st.floats(0.01, SIDE - left))
    height = draw(st.floats(0.01, SIDE - top))
    more = draw(
        st.dictionaries(
            NAMES.filter(lambda x: x not in {"occluded", "track_id"}), WORDS, max_size=2
        )
    )
    return Box(
        draw(st.sampled_from(CLASSES)),
        (left, top, left + width, top + height),
        occluded="occluded" in carried and draw(st.booleans()),
        crowd="crowd" in carried and draw(st.booleans()),
        track=track if "track" in carried else None,
        attributes=tuple(sorted(more.items())) if "attributes" in carried else (),
    )


@st.composite
def label_sets(draw: st.DrawFn, name: str) -> LabelSet:
    carried = CARRIES[name]
    if name == "csv":
        return LabelSet(texts=tuple(draw(st.lists(texts(), min_size=1, max_size=4))))
    video = "clip" in carried
    found = []
    for at, stem in enumerate(draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))):
        own = [draw(boxes(carried, number)) for number in range(draw(st.integers(at == 0, 3)))]
        tags = st.lists(st.sampled_from(CLASSES), max_size=2, unique=True)
        found.append(
            Picture(
                f"frame_{at:06d}" if video else f"{stem}.webp",
                (SIDE, SIDE),
                tuple(own),
                tuple(draw(tags)) if "tags" in carried else (),
                draw(st.sampled_from(["", "train", "val"])) if "subset" in carried else "",
                "clip" if video else "",
            )
        )
    said = tuple(draw(st.lists(texts(), max_size=2))) if "texts" in carried else ()
    return LabelSet(CLASSES, tuple(found), said)


@st.composite
def texts(draw: st.DrawFn) -> TextRow:
    judged = draw(st.dictionaries(st.sampled_from(TOPICS), st.booleans(), min_size=1))
    return TextRow(
        draw(WORDS),
        draw(st.sampled_from(["", "ur", "ur-Latn"])),
        judged,
        draw(st.sampled_from(["", "gender"])),
        draw(st.sampled_from(["", "author 1"])),
        draw(st.sampled_from([None, True, False])),
        draw(st.sampled_from(["", "caption"])),
    )


def there_and_back(labels: LabelSet, name: str, folder: Path) -> LabelSet:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "labels.zip"
    path.unlink(missing_ok=True)
    picture = folder / "any.webp"
    picture.write_bytes(noise(1, SIDE))
    files = dict.fromkeys(range(len(labels.pictures)), picture)
    assert write_archive(labels, path, name, files) == ()
    return read_labels(path, name)


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_round_trip_loses_nothing(name: str, data: st.DataObject, tmp_path: Path) -> None:
    labels = data.draw(label_sets(name))

    back = there_and_back(labels, name, tmp_path)

    def order(picture: Picture) -> tuple[str, str]:
        return picture.subset, picture.name

    assert [order(each) for each in sorted(back.pictures, key=order)] == [
        order(each) for each in sorted(labels.pictures, key=order)
    ]
    for one, other in zip(
        sorted(back.pictures, key=order), sorted(labels.pictures, key=order), strict=True
    ):
        assert len(one.boxes) == len(other.boxes)
        for mine, theirs in zip(one.boxes, other.boxes, strict=True):
            assert mine.xyxy == pytest.approx(theirs.xyxy, abs=1e-9)
            assert replace(mine, xyxy=theirs.xyxy) == theirs
        assert replace(one, boxes=other.boxes) == other
    found = [
        replace(each, labels={k: v for k, v in each.labels.items() if v is not None})
        for each in back.texts
    ]
    assert found == list(labels.texts)
    odd = {each.kind for each in back.troubles} - {"picture without boxes", "duplicate"}
    assert not odd


FULL = Box("uniform", (1, 2, 30, 40), True, True, 7, (("colour", "khaki"),))


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"cvat_video"}))
def test_what_a_format_cannot_carry_is_listed(name: str, tmp_path: Path) -> None:
    picture = Picture("a.webp", (SIDE, SIDE), (FULL,), ("uniform",), "val", "clip")
    row = TextRow("a text", "en", {"political": True})

    lost = write_archive(LabelSet(CLASSES, (picture,), (row,)), tmp_path / "x.zip", name, {})

    every = {"subset", "clip", "tags", "occluded", "crowd", "track", "attributes"}
    said = " ".join(each.what for each in lost if each.where == "a.webp")
    assert (
        all((each in said) == (each not in CARRIES[name]) for each in every) or "a picture" in said
    )
    assert any("a text" in each.where for each in lost) == ("texts" not in CARRIES[name])


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"csv", "cvat_video"}))
def test_an_export_without_a_single_label_is_refused(name: str, tmp_path: Path) -> None:
    labels = LabelSet(CLASSES, (Picture("a.webp", (SIDE, SIDE)),))
    write_archive(labels, tmp_path / "x.zip", name, {})
    with pytest.raises(InputError):
        read_labels(tmp_path / "x.zip", name)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_another_kind_of_file_is_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("readme.md", "no labels here")
    with pytest.raises(InputError, match="expected"):
        read_labels(tmp_path / "x.zip", name)


@pytest.mark.parametrize("name", ["yolo", "coco", "cvat", "label_studio"])
def test_a_box_outside_the_picture_is_listed(name: str, tmp_path: Path) -> None:
    picture = Picture("a.webp", (SIDE, SIDE), (Box("uniform", (10, 10, 80, 30)),))
    (tmp_path / "a.webp").write_bytes(noise(1, SIDE))
    write_archive(LabelSet(CLASSES, (picture,)), tmp_path / "x.zip", name, {0: tmp_path / "a.webp"})
    [trouble] = read_labels(tmp_path / "x.zip", name).troubles
    assert trouble.kind == "box outside the picture"
    assert "a.webp" in trouble.where
