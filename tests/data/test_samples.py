"""The sample posts: drawn without any stored picture, the same every time, read without problems."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from detector.intake import Intake, read_posts
from detector.intake.registers import read_register
from detector.media.kinds import candidate
from detector.registers import Account, Approval

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SAMPLES)
        return importlib.import_module("draw")


@pytest.fixture(scope="module")
def drawn(draw: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample posts, their clips a tenth as long."""
    out = tmp_path_factory.mktemp("samples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "SECONDS", 0.3)
        draw.main(out)
    return out


@pytest.fixture(scope="module")
def intake(drawn: Path) -> Intake:
    return read_posts(drawn, defaults={})


def test_every_file_is_a_post_or_belongs_to_one(intake: Intake) -> None:
    assert intake.problems == ()
    assert intake.not_posts == ()
    assert len(intake.posts) == 18


def test_captions_are_in_three_scripts_or_languages(intake: Intake) -> None:
    texts = {post.id: post.text for post in intake.posts}

    assert texts["sermon.txt"].startswith("جو نماز")
    assert texts["election.txt"].startswith("Is corrupt hukumat")
    assert texts["traffic-notice.txt"].startswith("Road closed")


def test_one_clip_is_posted_by_the_official_account_and_by_a_personal_one(intake: Intake) -> None:
    posts = {post.id: post for post in intake.posts}
    official, personal = posts["parade-official.mp4"], posts["parade-personal.mp4"]

    assert official.media[0].path.read_bytes() == personal.media[0].path.read_bytes()
    assert (official.approval, official.text) == (personal.approval, personal.text)
    assert (official.author_role, personal.author_role) == ("official account", "officer")


def test_the_registers_hold_the_approval_and_the_official_account_of_that_clip(
    intake: Intake,
) -> None:
    [official] = [post for post in intake.posts if post.id == "parade-official.mp4"]
    [approval] = read_register("approvals", SAMPLES / "registers" / "approvals.csv")
    accounts = read_register("accounts", SAMPLES / "registers" / "accounts.csv")

    assert isinstance(approval, Approval)
    assert (approval.reference, approval.account) == (official.approval, official.account)
    assert official.posted_at is not None
    assert approval.valid_from <= official.posted_at <= approval.valid_until
    assert [each.handle for each in accounts if isinstance(each, Account) and each.official] == [
        official.account
    ]


def test_a_broken_clip_is_half_of_a_whole_one(drawn: Path) -> None:
    whole, half = (drawn / name for name in ("range-day.mp4", "cut-off.mp4"))

    assert whole.read_bytes().startswith(half.read_bytes())
    assert half.stat().st_size < whole.stat().st_size


@pytest.mark.parametrize("scene", ["pistol", "pickup", "street", "officer"])
def test_a_scene_is_the_same_every_time_and_moves(draw: ModuleType, scene: str) -> None:
    picture = getattr(draw.scenes, scene)

    first = picture(0.5)
    assert first.shape == (360, 640, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, picture(0.5))
    assert not np.array_equal(first, picture(1.5))


def test_no_picture_and_no_clip_is_stored_with_the_samples() -> None:
    assert [path.name for path in SAMPLES.rglob("*") if path.is_file() and candidate(path)] == []


@pytest.mark.shipped
@pytest.mark.parametrize(
    ("scene", "label"), [("pistol", "weapon"), ("officer", "uniform"), ("officer", "badge")]
)
def test_the_shipped_model_finds_what_a_scene_shows(
    draw: ModuleType, scene: str, label: str
) -> None:
    from detector.artifact import load_model_folder
    from detector.evidence import Frame
    from detector.settings import Vision
    from detector.vision.runtimes import open_vision_model

    folder = load_model_folder("current", "vision")
    model = open_vision_model(folder, Vision(threads=1))

    [found] = model.detect([Frame(0.0, getattr(draw.scenes, scene)(1.0))])

    sure = [
        float(each)
        for each, name in zip(found.confidence, found.labels, strict=True)
        if name == label
    ]
    assert max(sure, default=0.0) >= folder.card["thresholds"][label]
