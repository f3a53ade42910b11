"""The label audit: what it says of planted faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.errors import InputError
from detector.evidence import Detections, Frame, ModelRef
from tests.training.making import Row, noise, picture_source, text_source
from training import pictures
from training.audit import Audit, audit
from training.audit_page import audit_page
from training.disagreement import disagreements
from training.sources import Source


def titles(found: Audit, severity: str) -> str:
    return "; ".join(each.title for each in found.remarks if each.severity == severity)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return picture_source(
        tmp_path, [*(Row(f"p{at}", f"g{at}") for at in range(24)), Row("h", "held", 1)]
    )


def test_a_sound_source_is_usable(source: Source) -> None:
    found = audit(source)
    assert found.usable
    assert dict(found.counts)["items by side"]["heldout"] == 1


def test_a_planted_leak_stops_it(source: Source) -> None:
    (source.folder / "images" / "p3.webp").write_bytes(noise(24))
    found = audit(source)
    assert not found.usable
    assert "near-duplicates cross the sides" in titles(found, "stop")
    assert "are like held-out ones" in titles(found, "stop")
    assert "files are not those of the manifest" in titles(found, "stop")


def test_the_same_photo_in_two_groups_is_shown(tmp_path: Path) -> None:
    found = audit(picture_source(tmp_path, [Row("a", "a", seed=1), Row("b", "b", seed=1)]))
    assert "1 pairs of near-duplicates of different groups" in titles(found, "look")
    assert found.usable


def test_tiny_boxes_are_shown(tmp_path: Path) -> None:
    found = audit(picture_source(tmp_path, [Row("a", "a", lines=("1 0.5 0.5 0.01 0.3",))]))
    assert "1 tiny vehicle boxes in 1 pictures" in titles(found, "look")


def test_boxes_outside_are_named(source: Source) -> None:
    (source.folder / "labels" / "p3.txt").write_text("1 0.9 0.5 0.4 0.1")
    found = audit(source)
    assert "it cannot be loaded" in titles(found, "stop")
    [outside] = [each for each in found.remarks if "outside their picture" in each.title]
    assert [each.item for each in outside.samples] == ["p3.txt"]


def test_a_picture_that_cannot_be_opened_stops_it(source: Source) -> None:
    (source.folder / "images" / "p3.webp").write_bytes(b"RIFF....WEBP")
    assert "1 pictures cannot be opened" in titles(audit(source), "stop")


def test_a_picture_of_another_size_stops_it(source: Source) -> None:
    (source.folder / "images" / "p3.webp").write_bytes(noise(3, 64))
    assert "1 pictures have another size" in titles(audit(source), "stop")


def test_rare_labels_are_named(source: Source) -> None:
    assert "labels, calibration: fewer than 20 of vehicle" in titles(audit(source), "note")


class Sees:
    """A model that is sure of one thing everywhere."""

    ref = ModelRef("vision", "t", "", ("vehicle", "weapon"))

    def __init__(self, label: str, box: tuple[float, ...], sure: float = 0.9) -> None:
        self.label, self.box, self.sure = label, box, sure

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        box = np.array([self.box], np.float32)
        return [
            Detections(0.0, box, np.array([self.sure], np.float32), (self.label,)) for _ in frames
        ]


def judged(source: Source, model: Sees) -> str:
    found = audit(source, lambda examples: disagreements(examples, model))
    return titles(found, "look")


def test_what_the_model_is_sure_of_and_nobody_boxed_is_shown(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a", lines=("0 0.5 0.5 1 1",))])
    assert "1 things the model (t) is sure of" in judged(source, Sees("vehicle", (5, 5, 30, 30)))


def test_a_wrong_mapping_shows_as_disagreement_everywhere(tmp_path: Path) -> None:
    mapping = {"car": "vehicle", "police car": "background", "unclear": "ignore:vehicle"}
    labels = {"mapping": mapping}
    rows = [Row(f"p{at}", f"g{at}") for at in range(10)]
    source = picture_source(
        tmp_path, rows, labels=labels | {"classes": list(mapping), "annotates_fully": ["vehicle"]}
    )
    assert "10 things the model (t) is sure of" in judged(source, Sees("vehicle", (14, 14, 34, 34)))


@pytest.mark.parametrize(
    ("label", "lines", "sure"),
    [
        pytest.param("weapon", ("0 0.5 0.5 1 1",), 0.9, id="label-not-annotated-here"),
        pytest.param("vehicle", ("2 0.5 0.5 1 1",), 0.9, id="in-an-ignore-region"),
        pytest.param("vehicle", ("0 0.5 0.5 1 1",), 0.5, id="not-sure"),
        pytest.param("vehicle", ("1 0.5 0.5 0.4 0.4",), 0.9, id="boxed"),
    ],
)
def test_the_model_is_not_asked_where_it_cannot_say(
    tmp_path: Path, label: str, lines: tuple[str, ...], sure: float
) -> None:
    source = picture_source(tmp_path, [Row("a", "a", lines=lines)])
    assert judged(source, Sees(label, (14, 14, 34, 34), sure)) == ""


def test_boxes_that_the_model_does_not_see_are_shown(tmp_path: Path) -> None:
    source = picture_source(tmp_path, [Row("a", "a")])
    assert "1 boxes where the model (t) sees nothing" in judged(
        source, Sees("vehicle", (0, 0, 9, 9), 0.3)
    )


def test_texts_are_looked_over(tmp_path: Path) -> None:
    rows = [
        {"text": "one text about the weather in town", "political": "0", "weak": "political"},
        {"text": "another text, about something else", "political": ""},
        {"text": " ", "political": "1"},
    ]
    found = audit(text_source(tmp_path, rows))
    assert "1 rows without a text" in titles(found, "stop")
    assert "weak labels: political 1" in titles(found, "look")
    assert "1 of 3 rows carry no label" in titles(found, "note")


def test_other_kinds_are_refused(tmp_path: Path) -> None:
    source = text_source(tmp_path, [{"text": "a b c d e f", "political": "1"}])
    manifest = source.manifest.model_copy(update={"kind": "weights"})
    with pytest.raises(InputError, match="expected pictures or texts"):
        audit(replace(source, manifest=manifest))


def test_the_report_shows_pictures_and_escapes_what_others_wrote(tmp_path: Path) -> None:
    source = picture_source(
        tmp_path,
        [Row("a", "a", seed=1, lines=("1 0.5 0.5 0.01 0.3",)), Row("b", "b", seed=1)],
        known_wrong=["<script>alert(1)</script>\u202egnp"],
    )
    page = audit_page(audit(source))
    assert "data:image/webp;base64," in page
    assert "<script>" not in page
    assert "\u202e" not in page
    assert 'http-equiv="Content-Security-Policy"' in page


def test_a_picture_larger_than_the_limit_is_refused_by_its_header(tmp_path: Path) -> None:
    from detector.settings import Limits

    path = tmp_path / "a.webp"
    path.write_bytes(noise(1))
    for look in (pictures.size, pictures.pixels, pictures.perceptual_hash):
        with pytest.raises(InputError, match="48x48 pixels; expected at most 1000"):
            look(path, Limits(max_pixels=1000))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["derived_bomb_30000x30000.png"])
def test_a_bomb_is_refused(shared: Path, name: str) -> None:
    with pytest.raises(InputError, match="30000x30000"):
        pictures.pixels(shared / "data" / "videos_odd" / name)


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    turn = Image.Exif()
    turn[0x0112] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "a.jpg", exif=turn)
    assert pictures.size(tmp_path / "a.jpg") == (20, 40)
    assert pictures.pixels(tmp_path / "a.jpg").shape == (40, 20, 3)
