"""Reviewers' decisions into labelled data: what a line says, what becomes of it, what is left out."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from detector.cli import run
from detector.errors import InputError
from detector.evidence import Evidence, MediaEvidence, Passage, Picture, Sighting, TopicScore
from detector.record import Record
from detector.store import open_store
from detector.verdict import EvidenceRef, Finding, Verdict
from tests.kept import a_failure, a_post, a_record
from tests.training.making import noise
from training import reading
from training.decisions import Decision, json_schema, read_decisions
from training.from_decisions import PICTURES, TEXTS, from_decisions
from training.judged import outside
from training.sources import open_source

BADGE = (0.1, 0.2, 0.3, 0.4)
GUN = (0.5, 0.5, 0.9, 0.9)
PEAK_S = 0.5
WORDS = "ye chor hukumat namanzoor"


class Shelf:
    """A store in memory."""

    def __init__(self, *records: Record, kept: bool = True) -> None:
        self._records = {each.post.id: each for each in records}
        self._kept = kept

    def record(self, post_id: str) -> Record | None:
        return self._records.get(post_id)

    def pictures(self, media_sha256: str) -> tuple[Picture, ...]:
        seed = int(media_sha256[:4], 16)
        return (Picture(PEAK_S, noise(seed)),) if self._kept else ()


def record(post_id: str = "a", number: int = 1, text: str = WORDS) -> Record:
    """A post that met B for its badge, W for its weapon and P for its words."""
    sightings = (
        Sighting("badge", 0.0, 4.0, PEAK_S, BADGE, 0.9, 7),
        Sighting("weapon", 0.0, 1.0, PEAK_S, GUN, 0.8, 2),
    )
    media = MediaEvidence(
        "clip.mp4", f"{number:04x}" + "0" * 60, "video", (48, 48), 4.0, 4.0, 100, 8, sightings
    )
    passage = Passage(
        text, "caption", language="ur-Latn", topics=(TopicScore("political", 0.9, True),)
    )
    base = a_record(post_id)
    assert isinstance(base.outcome, Verdict)
    refs = {
        "B": EvidenceRef("sighting", 0, 0),
        "W": EvidenceRef("sighting", 0, 1),
        "P": EvidenceRef("passage", None, 0, "political"),
    }
    findings = tuple(
        Finding(clause, "t", 0.9, 0.5, 1.0, "s", "c", "r", (ref,)) for clause, ref in refs.items()
    )
    evidence = Evidence(post_id, (media,), (passage,))
    return replace(base, evidence=evidence, outcome=replace(base.outcome, findings=findings))


def decided(at: int = 0, **said: Any) -> tuple[str, Decision]:
    when = f"2026-03-01T10:00:{at:02d}+05:00"
    line = {"post": "a", "decision": "right", "officer": "Insp. Khan", "decided_at": when} | said
    return f"d.jsonl:{at + 1}", Decision.model_validate(line)


def taken(tmp_path: Path, *decisions: tuple[str, Decision]) -> list[Any]:
    """Every item of the corpora that come of decisions on one post."""
    from_decisions(decisions, Shelf(record()), tmp_path / "to")
    return items(tmp_path / "to")


def items(folder: Path) -> list[Any]:
    manifests = [folder / each / "corpus.toml" for each in (PICTURES, TEXTS)]
    sources = [open_source(each) for each in manifests if each.is_file()]
    return [item for each in sources for item in reading.items(each)]


def test_a_confirmed_sighting_is_a_box_and_says_nothing_of_the_rest(tmp_path: Path) -> None:
    [picture] = taken(tmp_path, decided(clause="W"))
    [box] = picture.boxes
    assert box.label == "weapon"
    assert box.box == pytest.approx(GUN, abs=1e-6)
    assert picture.annotates == picture.negative_for == frozenset()
    assert picture.ignore == ()


def test_a_rejected_sighting_is_a_hard_negative_there_and_nowhere_else(tmp_path: Path) -> None:
    [picture] = taken(tmp_path, decided(clause="W", decision="wrong"))
    assert picture.boxes == ()
    assert picture.annotates == {"weapon"}
    assert {each.label for each in picture.ignore} == {"weapon"}
    assert not any(covers(each.box, middle(GUN)) for each in picture.ignore)
    assert any(covers(each.box, middle(BADGE)) for each in picture.ignore)


def test_a_corrected_label_is_a_negative_for_the_one_and_a_box_of_the_other(tmp_path: Path) -> None:
    wrong = decided(clause="W", decision="wrong", corrected={"label": "uniform"})
    [picture] = taken(tmp_path, wrong)
    assert [each.label for each in picture.boxes] == ["uniform"]
    assert picture.annotates == {"weapon"}


def test_a_corrected_box_stands_in_place_of_the_one_that_was_found(tmp_path: Path) -> None:
    place = (0.25, 0.25, 0.75, 0.75)
    [picture] = taken(tmp_path, decided(clause="B", decision="wrong", corrected={"box": place}))
    [box] = picture.boxes
    assert (box.label, picture.annotates) == ("badge", frozenset())
    assert box.box == pytest.approx(place, abs=1e-6)


def test_decisions_on_one_picture_come_together(tmp_path: Path) -> None:
    both = (decided(0, clause="B"), decided(1, clause="W", decision="wrong"))
    [picture] = taken(tmp_path, *both)
    assert [each.label for each in picture.boxes] == ["badge"]
    assert picture.annotates == {"weapon"}


def test_of_two_decisions_on_one_thing_the_later_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    lines = [
        {"post": "a", "clause": "W", "decision": how, "decided_at": f"2026-03-0{day}T10:00:00Z"}
        for how, day in (("wrong", 2), ("right", 1))
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    read, _ = read_decisions(path)
    [picture] = taken(tmp_path, *read)
    assert (picture.boxes, picture.annotates) == ((), {"weapon"})


@pytest.mark.parametrize(("how", "label"), [("right", True), ("wrong", False)])
def test_a_judged_passage_is_a_labelled_text(tmp_path: Path, how: str, label: bool) -> None:
    [text] = taken(tmp_path, decided(clause="P", decision=how))
    assert (text.text, text.lang, text.register) == (WORDS, "ur-Latn", "caption")
    assert text.labels["political"] is label
    assert text.labels["religious"] is None


def test_what_is_excused_is_there_and_words_that_are_teach_nothing(tmp_path: Path) -> None:
    said = [decided(clause="W", decision="excused"), decided(1, clause="P", decision="excused")]
    done = from_decisions(said, Shelf(record()), tmp_path / "to")
    [picture] = items(tmp_path / "to")
    assert [each.label for each in picture.boxes] == ["weapon"]
    assert [each.where for each in done.troubles] == ["d.jsonl:2"]


def test_a_corrected_topic_is_labelled_as_well(tmp_path: Path) -> None:
    said = decided(clause="P", decision="wrong", corrected={"label": "mockery"})
    [text] = taken(tmp_path, said)
    assert (text.labels["political"], text.labels["mockery"]) == (False, True)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"finding": "a#W", "post": ""}, id="finding-id"),
        pytest.param({"label": "weapon"}, id="post-and-label"),
        pytest.param({"label": "weapon", "media": "clip.mp4", "time_s": 0.5}, id="and-moment"),
    ],
)
def test_a_finding_can_be_named_in_three_ways(tmp_path: Path, names: dict[str, Any]) -> None:
    [picture] = taken(tmp_path, decided(**names))
    assert [each.label for each in picture.boxes] == ["weapon"]


def test_nothing_names_the_officer_the_post_or_its_account(tmp_path: Path) -> None:
    taken(tmp_path, decided(clause="W"), decided(clause="P"))
    written = b"".join(each.read_bytes() for each in (tmp_path / "to").rglob("*") if each.is_file())
    assert not [each for each in (b"Khan", b"ps_saddar", b"clip.mp4") if each in written]
    for folder in (PICTURES, TEXTS):
        assert stat.S_IMODE((tmp_path / "to" / folder).stat().st_mode) == 0o700


def test_frames_of_one_clip_and_words_of_one_post_stand_on_one_side(tmp_path: Path) -> None:
    posts = [record("a", 1), record("b", 1, "another view of it all"), record("c", 2, "a third")]
    said = [decided(post=each, clause=clause) for each in "abc" for clause in "WP"]
    from_decisions(said, Shelf(*posts), tmp_path / "to")
    found = items(tmp_path / "to")
    assert len(found) == 5
    assert len({each.group for each in found}) == 5


@pytest.mark.parametrize(
    ("said", "what"),
    [
        pytest.param({"post": "z", "clause": "W"}, "no such post", id="unknown-post"),
        pytest.param({"post": "broken.mp4", "clause": "W"}, "nothing could be read", id="failure"),
        pytest.param({"clause": "K9"}, "nothing in the post fits", id="clause-not-met"),
        pytest.param({"label": "vehicle"}, "nothing in the post fits", id="label-not-seen"),
        pytest.param(
            {"clause": "W", "decision": "wrong", "corrected": {"label": "mockery"}},
            "a label for what is seen",
            id="topic-for-a-picture",
        ),
        pytest.param(
            {"clause": "P", "corrected": {"box": [0, 0, 1, 1]}},
            "for one sighting",
            id="box-in-words",
        ),
    ],
)
def test_what_cannot_be_taken_is_listed(tmp_path: Path, said: dict[str, Any], what: str) -> None:
    shelf = Shelf(record(), a_failure())
    done = from_decisions([decided(clause="B"), decided(1, **said)], shelf, tmp_path / "to")
    assert done.pictures == 1
    [trouble] = done.troubles
    assert trouble.where == "d.jsonl:2"
    assert what in trouble.what


def test_a_picture_that_is_no_longer_kept_is_listed(tmp_path: Path) -> None:
    shelf = Shelf(record(), kept=False)
    done = from_decisions([decided(clause="P"), decided(1, clause="W")], shelf, tmp_path / "to")
    assert (done.pictures, done.texts) == (0, 1)
    assert "is not kept" in done.troubles[0].what


def test_a_picture_that_is_damaged_is_listed_and_the_rest_is_taken(tmp_path: Path) -> None:
    class Damaged(Shelf):
        def pictures(self, media_sha256: str) -> tuple[Picture, ...]:
            return (Picture(PEAK_S, b"RIFF"),)

    said = [decided(clause="P"), decided(1, clause="W")]
    done = from_decisions(said, Damaged(record()), tmp_path / "to")
    assert (done.pictures, done.texts) == (0, 1)
    assert "cannot be opened" in done.troubles[0].what


def test_the_same_decisions_twice_add_nothing(tmp_path: Path) -> None:
    taken(tmp_path, decided(clause="W"), decided(clause="P"))
    with pytest.raises(InputError, match="nothing of 2 decisions was taken"):
        taken(tmp_path, decided(clause="W"), decided(clause="P"))
    assert len(items(tmp_path / "to")) == 2


def covers(box: Sequence[float], point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def middle(box: Sequence[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def test_what_lies_outside_boxes_is_covered_once_and_nothing_inside_is() -> None:
    boxes = [(0.1, 0.1, 0.5, 0.6), (0.4, 0.3, 1.0, 0.7)]
    found = outside(boxes)
    for x, y in np.random.default_rng(0).random((500, 2)).tolist():
        inside = any(covers(each, (x, y)) for each in boxes)
        assert sum(covers(each, (x, y)) for each in found) == (0 if inside else 1)


# Lines


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"decision": "maybe"}, "decision"),
        ({"decided_at": "2026-03-01T10:00:00"}, "decided_at"),
        ({"clause": ""}, "`post` alone"),
        ({"finding": "a#W"}, "either `finding`"),
        ({"finding": "W", "post": "", "clause": ""}, "POST#CLAUSE"),
        ({"corrected": {"label": "tank"}, "decision": "wrong"}, "label 'tank'"),
        ({"corrected": {"label": "badge"}}, "`right` and yet"),
        ({"corrected": {"label": "badge"}, "decision": "excused"}, "`excused` and yet"),
        ({"corrected": {"box": [0.5, 0.5, 0.5, 0.6]}}, "is empty"),
        ({"rank": "x"}, "rank"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_and_left_out(
    tmp_path: Path, said: dict[str, Any], what: str
) -> None:
    good = {"post": "a", "clause": "W", "decision": "right", "decided_at": "2026-03-01T10:00:00Z"}
    path = tmp_path / "d.jsonl"
    path.write_text(f"{json.dumps(good)}\n\n{json.dumps(good | said)}\n", "utf-8")
    read, [trouble] = read_decisions(path)
    assert len(read) == 1
    assert trouble.where == "d.jsonl:3"
    assert what in trouble.what


def test_the_schema_takes_a_line_and_says_what_its_fields_are() -> None:
    schema = json.loads(json_schema())
    line = {"post": "a", "clause": "W", "decision": "right", "decided_at": "2026-03-01T10:00:00Z"}
    jsonschema.Draft202012Validator(schema).validate(line)
    assert all(
        "description" in each for each in schema["properties"].values() if "const" not in each
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(line | {"decision": "maybe"})


def test_decisions_as_people_hand_them_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = record()
    assert found.evidence is not None
    with open_store(str(tmp_path / "wardi.db")) as store:
        store.keep(replace(found, post=a_post("a")))
        for media in found.evidence.media:
            store.keep_look("k", media, (Picture(PEAK_S, noise(1)),))
    path = tmp_path / "d.jsonl"
    lines = [
        {"post": "a", "clause": clause, "decision": "wrong", "decided_at": "2026-03-01T10:00:00Z"}
        for clause in ("W", "P")
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    given = ["data", "from-decisions", str(path), "--to", str(tmp_path / "to")]
    given += ["--store", str(tmp_path / "wardi.db"), "--sources", str(tmp_path / "sources")]
    assert run(given) == 0
    assert "1 pictures and 1 texts" in capsys.readouterr().out
    assert len(items(tmp_path / "to")) == 2
    path.write_text(path.read_text() + "\n{}\n")
    assert run([*given[:-4], "--to", str(tmp_path / "more"), *given[-4:]]) == 3


def test_the_lines_that_the_page_shows_are_read() -> None:
    page = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")
    lines = [each for each in page.splitlines() if each.startswith("{") and "decision" in each]
    assert len(lines) == 3
    read = {Decision.model_validate_json(each).post_id for each in lines}
    assert read == {"clip.mp4", "election.txt"}


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "from-decisions", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Decision"
