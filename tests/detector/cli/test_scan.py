"""``wardi scan`` as its user sees it: what it prints, writes and answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detector.cli import INCOMPLETE, INPUT, OK, run
from detector.store import open_store

pytestmark = pytest.mark.shipped

HOSTILE = "[red]</script>=cmd| \u202eevil\u2066 <img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def scan(*arguments: str | Path) -> int:
    return run(["scan", *map(str, arguments)])


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in (out / "verdicts.jsonl").read_text("utf-8").splitlines()]


def texts(folder: Path, **captions: str) -> Path:
    folder.mkdir()
    for name, caption in captions.items():
        (folder / f"{name}.txt").write_text(caption, "utf-8")
    return folder


def test_a_folder_of_texts_gives_table_lines_report_and_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = texts(tmp_path / "posts", notice="Road closed on Sunday from 8 am to noon for repair.")

    assert scan(posts, "--author-role", "officer") == OK

    shown = capsys.readouterr().out
    assert "notice.txt" in shown
    assert "1 post:" in shown
    [line] = lines(tmp_path / "out")
    assert line["post_id"] == "notice.txt"
    assert "notice.txt" in (tmp_path / "out" / "report.html").read_text("utf-8")
    with open_store(str(tmp_path / "out" / "wardi.db"), create=False) as store:
        assert store.record("notice.txt") is not None


def test_json_puts_nothing_but_lines_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = texts(tmp_path / "posts", a="Good morning Karachi", b="Tea after a long night shift")

    assert scan(posts, "--json") == OK

    shown = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["post_id"] for each in shown] == ["a.txt", "b.txt"]


def test_a_bad_row_is_named_and_the_other_posts_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "posts.csv"
    table.write_text("id,text,posted_at\na,Good morning Karachi,\nb,Good evening,yesterday\n")

    assert scan(table) == INCOMPLETE

    shown = " ".join(capsys.readouterr().out.split())
    assert "posts.csv:3" in shown
    assert {each["post_id"] for each in lines(tmp_path / "out")} == {"a", "b"}


def test_a_file_that_only_calls_itself_a_video_is_a_failure(tmp_path: Path) -> None:
    posts = texts(tmp_path / "posts", a="Good morning Karachi")
    (posts / "letter.mp4").write_text("Dear Sir, please find the video attached.")

    assert scan(posts) == INCOMPLETE

    outcome = {each["post_id"]: each for each in lines(tmp_path / "out")}
    assert outcome["letter.mp4"]["outcome"] == "failure"
    assert "no known video or photo format" in outcome["letter.mp4"]["reason"]


def test_a_hostile_caption_shows_as_itself_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = texts(tmp_path / "posts", hostile=HOSTILE)

    assert scan(posts) == OK
    assert run(["explain", "hostile.txt"]) == OK

    shown = capsys.readouterr().out
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "[red]" in shown
    assert "\u202e" not in shown
    assert "<img src=x" not in report
    assert "</script>=cmd" not in report
    assert lines(tmp_path / "out")[0]["post"]["text"] == HOSTILE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere"),
        (["posts", "--policy", "karachi-2042"], "karachi-2042"),
        (["posts", "--fps", "0"], "sampling.fps"),
        (["posts", "--out", "posts/out"], "lies in posts"),
        (["posts", "--store", "nonsense://x"], "nonsense"),
    ],
    ids=["no-source", "no-policy", "wrong-setting", "out-in-source", "no-store"],
)
def test_wrong_input_ends_with_two_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    texts(tmp_path / "posts", a="Good morning Karachi")

    assert scan(*arguments) == INPUT

    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_changed_model_is_refused_before_the_first_post(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "card.toml").write_text(
        '[model]\nkind = "vision"\nversion = "x"\nlabels = []\n[files]\n"model.onnx" = "0"\n'
    )
    (tmp_path / "model" / "model.onnx").write_bytes(b"weights")
    monkeypatch.setenv("WARDI_VISION__MODEL", str(tmp_path / "model"))

    assert scan(texts(tmp_path / "posts", a="x")) == INPUT
    assert "its card says" in capsys.readouterr().err
