"""What the readers make of files as other tools write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detector.errors import InputError
from tests.training.making import noise
from training.formats.base import LabelSet
from training.formats.table import read_labels


def kinds(labels: LabelSet) -> list[str]:
    return sorted(each.kind for each in labels.troubles)


def files(folder: Path, **content: bytes | str) -> Path:
    for name, each in content.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each if isinstance(each, bytes) else each.encode())
    return folder


# YOLO


@pytest.fixture
def yolo(tmp_path: Path) -> Path:
    return files(
        tmp_path / "yolo",
        data_dot_yaml="names: [car, police]\ntrain: ../train/images\n",
        train__images__a_dot_webp=noise(1),
        train__labels__a_dot_txt="1 0.5 0.5 0.5 0.25\n",
    )


def test_yolo_boxes_become_pixels(yolo: Path) -> None:
    [picture] = read_labels(yolo, "yolo").pictures
    assert (picture.name, picture.subset, picture.size_wh) == ("a.webp", "train", (48, 48))
    assert [(each.label, each.xyxy) for each in picture.boxes] == [("police", (12, 18, 36, 30))]


def test_yolo_lists_pictures_without_labels_and_labels_without_pictures(yolo: Path) -> None:
    files(yolo, train__images__b_dot_webp=noise(2), train__labels__c_dot_txt="0 .5 .5 1 1")
    labels = read_labels(yolo, "yolo")
    assert [each.name for each in labels.pictures] == ["a.webp"]
    assert kinds(labels) == ["labels without picture", "picture without labels"]


def test_yolo_keeps_a_class_number_that_has_no_name(yolo: Path) -> None:
    files(yolo, train__labels__a_dot_txt="9 0.5 0.5 0.5 0.25\n")
    labels = read_labels(yolo, "yolo")
    assert labels.classes == ("car", "police", "class_9")
    assert kinds(labels) == ["unknown class"]


@pytest.mark.parametrize(
    "line", ["0 0.1 0.1 0.2", "0 0.1 0.1 0.2 0.2 0.3 0.3", "a b c d e", "\udcff"]
)
def test_yolo_leaves_out_a_picture_whose_labels_cannot_be_read(yolo: Path, line: str) -> None:
    files(yolo, train__images__b_dot_webp=noise(2))
    (yolo / "train/labels/b.txt").write_bytes(line.encode("utf-8", "surrogateescape"))
    labels = read_labels(yolo, "yolo")
    assert [each.name for each in labels.pictures] == ["a.webp"]
    assert kinds(labels) == ["cannot be read"]


def test_yolo_with_empty_label_files_alone_is_refused(yolo: Path) -> None:
    files(yolo, train__labels__a_dot_txt="")
    with pytest.raises(InputError, match="no label at all"):
        read_labels(yolo, "yolo")


def test_yolo_without_names_is_refused(yolo: Path) -> None:
    (yolo / "data.yaml").unlink()
    with pytest.raises(InputError, match="names no classes"):
        read_labels(yolo, "yolo")


def test_an_empty_label_file_beside_others_is_a_picture_of_nothing(yolo: Path) -> None:
    files(yolo, train__images__b_dot_webp=noise(2), train__labels__b_dot_txt="")
    labels = read_labels(yolo, "yolo")
    assert [len(each.boxes) for each in labels.pictures] == [1, 0]
    assert kinds(labels) == ["picture without boxes"]


# COCO


def coco(**changes: object) -> str:
    said: dict[str, object] = {
        "images": [{"id": 7, "file_name": "a.webp", "width": 48, "height": 48}],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 10, 20]}],
        "categories": [{"id": 3, "name": "police"}],
    }
    return json.dumps(said | changes)


def test_coco_boxes_are_read_by_id(tmp_path: Path) -> None:
    (tmp_path / "instances_val.json").write_text(coco())
    [picture] = read_labels(tmp_path / "instances_val.json", "coco").pictures
    assert picture.subset == "val"
    assert [(each.label, each.xyxy) for each in picture.boxes] == [("police", (1, 2, 11, 22))]


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        pytest.param(
            {"image_id": 8, "bbox": [1, 2, 3, 4]}, "labels without picture", id="no-image"
        ),
        pytest.param({"category_id": 4, "bbox": [1, 2, 3, 4]}, "unknown class", id="class"),
        pytest.param({"bbox": [1, 2, 3]}, "cannot be read", id="three-numbers"),
        pytest.param({"bbox": [1, 2, 0, 4]}, "empty box", id="no-width"),
        pytest.param({"bbox": [40, 2, 30, 4]}, "box outside the picture", id="outside"),
        pytest.param(
            {"bbox": [1, 2, 3, 4], "segmentation": [[1, 2, 3]]}, "not a rectangle", id="outline"
        ),
    ],
)
def test_coco_lists_what_it_cannot_take(
    tmp_path: Path, annotation: dict[str, object], kind: str
) -> None:
    images = [{"id": at, "file_name": f"{at}.webp", "width": 48, "height": 48} for at in (6, 7)]
    good = {"image_id": 6, "category_id": 3, "bbox": [1, 2, 10, 20]}
    odd = {"image_id": 7, "category_id": 3} | annotation
    (tmp_path / "x.json").write_text(coco(images=images, annotations=[good, odd]))
    assert kind in kinds(read_labels(tmp_path / "x.json", "coco"))


# CVAT

VIDEO = """<annotations><meta><task><original_size><width>48</width><height>48</height></original_size>
<labels><label><name>police</name></label></labels><source>clip.mp4</source></task></meta>
<track id="0" label="police">{}</track></annotations>"""


def box(frame: int, outside: int = 0) -> str:
    return (
        f'<box frame="{frame}" outside="{outside}" occluded="0" keyframe="1" '
        f'xtl="1" ytl="2" xbr="{10 + frame}" ybr="20"/>'
    )


def test_cvat_tracks_become_frames_of_one_clip(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(VIDEO.format(box(0) + box(1) + box(2, outside=1)))
    labels = read_labels(tmp_path / "a.xml", "cvat")
    assert [(each.name, each.clip, len(each.boxes)) for each in labels.pictures] == [
        ("frame_000000", "clip.mp4", 1),
        ("frame_000001", "clip.mp4", 1),
        ("frame_000002", "clip.mp4", 0),
    ]
    assert labels.pictures[1].boxes[0].track == 0


def test_cvat_frames_between_keyframes_are_not_taken_for_empty(tmp_path: Path) -> None:
    folder = files(tmp_path / "x", annotations_dot_xml=VIDEO.format(box(0) + box(4)))
    for at in range(5):
        files(folder, **{f"images__frame_{at:06d}_dot_webp": noise(at)})
    labels = read_labels(folder, "cvat")
    assert [each.name for each in labels.pictures] == ["frame_000000", "frame_000004"]
    assert kinds(labels) == ["cannot be read"] * 3


IMAGES = """<annotations><image id="0" name="a.webp" width="48" height="48">{}</image>
<image id="1" name="b.webp" width="48" height="48">
<box label="police" occluded="0" xtl="1" ytl="1" xbr="9" ybr="9"/></image></annotations>"""


def test_cvat_takes_the_upright_box_around_a_turned_one_and_says_so(tmp_path: Path) -> None:
    turned = '<box label="police" occluded="0" xtl="10" ytl="20" xbr="30" ybr="24" rotation="90"/>'
    (tmp_path / "a.xml").write_text(IMAGES.format(turned))
    labels = read_labels(tmp_path / "a.xml", "cvat")
    assert labels.pictures[0].boxes[0].xyxy == pytest.approx((18, 12, 22, 32))
    assert kinds(labels) == ["rotated box"]


def test_cvat_leaves_out_a_picture_with_an_outline(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(IMAGES.format('<polygon label="police" points="1,1;2,2;3,1"/>'))
    labels = read_labels(tmp_path / "a.xml", "cvat")
    assert [each.name for each in labels.pictures] == ["b.webp"]
    assert kinds(labels) == ["not a rectangle"]


# Label Studio


def task(*results: object, annotations: int = 1, **data: object) -> dict[str, object]:
    said = {"image": "/data/upload/3/1a2b-a.webp", "width": 48, "height": 48} | data
    return {"data": said, "annotations": [{"result": list(results)}] * annotations}


RECTANGLE = {
    "type": "rectanglelabels",
    "original_width": 200,
    "original_height": 100,
    "value": {
        "x": 10,
        "y": 20,
        "width": 30,
        "height": 40,
        "rotation": 0,
        "rectanglelabels": ["police"],
    },
}


def test_label_studio_percents_become_pixels(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps([task(RECTANGLE)]))
    [picture] = read_labels(tmp_path / "x.json", "label_studio").pictures
    assert picture.name == "1a2b-a.webp"
    assert picture.size_wh == (200, 100)
    assert picture.boxes[0].xyxy == pytest.approx((20, 20, 80, 60))


def test_label_studio_tasks_that_nobody_annotated_are_listed(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps([task(RECTANGLE), task(annotations=0)]))
    labels = read_labels(tmp_path / "x.json", "label_studio")
    assert len(labels.pictures) == 1
    assert kinds(labels) == ["picture without labels"]


def test_label_studio_choices_on_texts_judge_the_topics_that_the_file_offers(
    tmp_path: Path,
) -> None:
    def said(text: str, *chosen: str) -> dict[str, object]:
        choice = {"type": "choices", "value": {"choices": list(chosen)}}
        return {"data": {"text": text}, "annotations": [{"result": [choice] if chosen else []}]}

    (tmp_path / "x.json").write_text(json.dumps([said("one", "political"), said("two")]))
    one, two = read_labels(tmp_path / "x.json", "label_studio").texts
    assert (one.labels, two.labels) == ({"political": True}, {"political": False})


# CSV


def test_csv_lists_rows_it_cannot_take_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,political,mood\none,1,x\ntwo,yes,x\n,0,x\nfour,,x\n")
    labels = read_labels(tmp_path / "x.csv", "csv")
    assert [(each.text, each.labels) for each in labels.texts] == [
        ("one", {"political": True}),
        ("four", {"political": None}),
    ]
    assert [each.where for each in labels.troubles if each.kind == "cannot be read"] == [
        "x.csv:3",
        "x.csv:4",
    ]
    assert any("mood" in each.what for each in labels.troubles)


def test_csv_without_a_judged_row_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,political\none,\n")
    with pytest.raises(InputError, match="no label at all"):
        read_labels(tmp_path / "x.csv", "csv")
