"""A folder of clips, photos and text files becomes posts; what cannot is named."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.intake import Intake, read_posts
from tests.detector.intake.builders import CLIP, PHOTO, put


def read(folder: Path, **defaults: str) -> Intake:
    return read_posts(folder, defaults=defaults)


def ids(intake: Intake) -> list[str]:
    return [post.id for post in intake.posts]


def test_every_video_and_photo_is_a_post_in_the_order_of_its_path(tmp_path: Path) -> None:
    put(tmp_path, "b.mp4", CLIP)
    put(tmp_path, "a/deep/er/photo.jpg", PHOTO)
    put(tmp_path, "a.mp4", CLIP)

    assert ids(read(tmp_path)) == ["a.mp4", "a/deep/er/photo.jpg", "b.mp4"]


def test_a_type_is_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    put(tmp_path, "clip.bin", CLIP)

    [post] = read(tmp_path).posts
    assert [(each.name, each.path) for each in post.media] == [("clip.bin", tmp_path / "clip.bin")]


def test_a_file_named_like_media_is_a_post_whatever_it_holds(tmp_path: Path) -> None:
    put(tmp_path, "broken.mp4", "this is a letter")
    put(tmp_path, "empty.jpg")

    assert ids(read(tmp_path)) == ["broken.mp4", "empty.jpg"]


def test_a_text_file_beside_a_clip_is_its_caption_and_no_post(tmp_path: Path) -> None:
    put(tmp_path, "clip.mp4", CLIP)
    put(tmp_path, "clip.TXT", "عید مبارک\n")

    [post] = read(tmp_path).posts
    assert (post.id, post.text) == ("clip.mp4", "عید مبارک")


def test_a_caption_keeps_its_marks_and_inner_line_ends(tmp_path: Path) -> None:
    put(tmp_path, "clip.mp4", CLIP)
    put(tmp_path, "clip.txt", "\ufeffone\r\n\r\n two \u202e[red]\u200f\r\n")

    assert read(tmp_path).posts[0].text == "one\r\n\r\n two \u202e[red]\u200f"


def test_a_caption_is_found_in_either_unicode_form(tmp_path: Path) -> None:
    put(tmp_path, unicodedata.normalize("NFD", "café.mp4"), CLIP)
    put(tmp_path, unicodedata.normalize("NFC", "café.txt"), "hello")

    assert [post.text for post in read(tmp_path).posts] == ["hello"]


def test_media_that_share_a_stem_both_get_the_caption(tmp_path: Path) -> None:
    put(tmp_path, "clip.jpg", PHOTO)
    put(tmp_path, "clip.mp4", CLIP)
    put(tmp_path, "clip.txt", "both")

    assert [post.text for post in read(tmp_path).posts] == ["both", "both"]


def test_a_partner_with_the_whole_name_belongs_to_that_file_alone(tmp_path: Path) -> None:
    put(tmp_path, "clip.jpg", PHOTO)
    put(tmp_path, "clip.mp4", CLIP)
    put(tmp_path, "clip.txt", "the photo's")
    put(tmp_path, "clip.mp4.txt", "the video's")

    assert {post.id: post.text for post in read(tmp_path).posts} == {
        "clip.jpg": "the photo's",
        "clip.mp4": "the video's",
    }


def test_a_text_file_that_nothing_takes_is_a_post_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, "clip.mp4", CLIP)
    put(tmp_path, "clip.mp4.txt", "the video's")
    put(tmp_path, "clip.txt", "left over")
    put(tmp_path, "sub/note.txt", "a note")

    assert {post.id: (post.text, len(post.media)) for post in read(tmp_path).posts} == {
        "clip.mp4": ("the video's", 1),
        "clip.txt": ("left over", 0),
        "sub/note.txt": ("a note", 0),
    }


@pytest.mark.parametrize("name", ["note.txt", "clip.mp4"])
def test_a_json_file_holds_the_fields_of_its_post(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, "words" if name.endswith("txt") else CLIP)
    put(
        tmp_path,
        f"{name[:-4]}.json",
        '{"id": "7", "account": "@sho_clifton", "author_role": "official_account", '
        '"posted_at": "2024-05-01T18:30", "approval": "A-1"}',
    )

    [post] = read(tmp_path).posts
    assert (post.id, post.account, post.author_role) == ("7", "sho_clifton", "official account")
    assert (post.approval, str(post.posted_at)) == ("A-1", "2024-05-01 18:30:00+05:00")


def test_fields_of_the_command_line_are_for_posts_that_give_none(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "b.mp4", CLIP)
    put(tmp_path, "b.json", '{"account": "own", "author_role": "unknown"}')

    intake = read(tmp_path, account="all", author_role="private_person", unit="South")

    assert [(post.account, post.author_role, post.unit) for post in intake.posts] == [
        ("all", "private person", "South"),
        ("own", "unknown", "South"),
    ]


def test_an_unknown_key_is_named_once_and_the_posts_go_on(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path, f"{name}.mp4", CLIP)
        put(tmp_path, f"{name}.json", '{"likes": "3"}')

    intake = read(tmp_path)

    assert ids(intake) == ["a.mp4", "b.mp4"]
    [problem] = intake.problems
    assert (problem.where, problem.post_id) == ("a.json:likes", "")
    assert "'likes' in 2 posts" in problem.problem


def test_a_key_that_means_a_field_keeps_its_post_from_being_judged_without_it(
    tmp_path: Path,
) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "a.json", '{"caption": "words"}')

    intake = read(tmp_path)

    assert ids(intake) == []
    assert [(each.where, each.post_id) for each in intake.problems] == [("a.json:caption", "a.mp4")]
    assert "'text'" in intake.problems[0].problem


def test_broken_json_names_file_line_and_column(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "a.json", '{"account": "x",\n "unit": }')

    [problem] = read(tmp_path).problems
    assert (problem.where, problem.post_id) == ("a.json:2:10", "a.mp4")


def test_fields_may_name_their_own_clip_but_no_other(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "a.json", '{"media": ["a.mp4"]}')
    put(tmp_path, "b.mp4", CLIP)
    put(tmp_path, "b.json", '{"media": ["a.mp4", "b.mp4"]}')

    intake = read(tmp_path)

    assert ids(intake) == ["a.mp4"]
    assert [each.where for each in intake.problems] == ["b.json:media"]


def test_two_different_captions_are_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "a.txt", "one")
    put(tmp_path, "a.json", '{"text": "another"}')

    [problem] = read(tmp_path).problems
    assert (problem.where, problem.post_id) == ("a.txt", "a.mp4")


def test_an_id_given_twice_takes_both_posts_out(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "a.json", '{"id": "b.mp4"}')
    put(tmp_path, "b.mp4", CLIP)
    put(tmp_path, "c.mp4", CLIP)

    intake = read(tmp_path)

    assert ids(intake) == ["c.mp4"]
    assert [(each.where, each.post_id) for each in intake.problems] == [
        ("a.mp4:id", "b.mp4"),
        ("b.mp4:id", "b.mp4"),
    ]
    assert [failure.post_id for failure in intake.failures] == ["b.mp4"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("خبر".encode("utf-16"), "UTF-16", id="utf-16-with-mark"),
        pytest.param("news".encode("utf-16-le"), "NUL", id="utf-16-without-mark"),
        pytest.param("خبر".encode("cp1256"), "0x", id="windows-arabic"),
        pytest.param(b"x" * 500_000, "shorten", id="too-many-bytes"),
        pytest.param(b"x" * 100_001, "shorten", id="too-many-characters"),
    ],
)
def test_a_caption_that_cannot_be_read_fails_its_post(
    tmp_path: Path, content: bytes, says: str
) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "a.txt", content)

    intake = read(tmp_path)

    assert intake.posts == ()
    assert [failure.post_id for failure in intake.failures] == ["a.mp4"]
    assert says in intake.failures[0].reason


def test_an_empty_text_file_without_a_partner_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", " \n")

    [problem] = read(tmp_path).problems
    assert problem.post_id == "a.txt"
    assert "neither text nor media" in problem.problem


def test_hidden_entries_are_counted_and_other_files_listed(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, ".DS_Store")
    put(tmp_path, ".git/clip.mp4", CLIP)
    put(tmp_path, "sub/._a.mp4", CLIP)
    put(tmp_path, "sub/list.pdf", "%PDF")
    put(tmp_path, "alone.json", "{}")

    intake = read(tmp_path)

    assert ids(intake) == ["a.mp4"]
    assert intake.hidden == 3
    assert intake.not_posts == ("alone.json", "sub/list.pdf")


def test_a_file_is_read_through_a_link_that_stays_inside(tmp_path: Path) -> None:
    stored = put(tmp_path, ".store/0af3", CLIP)
    (tmp_path / "clip.mp4").symlink_to(".store/0af3")

    [post] = read(tmp_path).posts
    assert (post.media[0].name, post.media[0].path) == ("clip.mp4", stored)


@pytest.mark.parametrize("name", ["clip.mp4", "note.txt"])
def test_a_link_that_leads_out_is_refused_by_name(tmp_path: Path, name: str) -> None:
    outside = put(tmp_path, "outside/secret", CLIP)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).symlink_to(outside)

    intake = read(tmp_path / "in")

    assert intake.posts == ()
    [problem] = intake.problems
    assert (problem.where, problem.post_id) == (name, name)
    assert "leads out" in problem.problem
    assert "outside" not in problem.problem.replace("outside the", "")


def test_a_caption_behind_a_link_that_leads_out_fails_its_post(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/words", "words")
    put(tmp_path, "in/clip.mp4", CLIP)
    (tmp_path / "in" / "clip.txt").symlink_to(outside)

    intake = read(tmp_path / "in")

    assert intake.posts == ()
    assert [each.post_id for each in intake.problems] == ["clip.mp4"]


def test_links_in_circles_and_to_nowhere_are_named(tmp_path: Path) -> None:
    put(tmp_path, "a/clip.mp4", CLIP)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "gone.mp4").symlink_to("nothing.mp4")
    (tmp_path / "a" / "up").symlink_to(tmp_path)

    intake = read(tmp_path)

    assert ids(intake) == ["a/clip.mp4"]
    assert [(each.where, each.post_id) for each in intake.problems] == [
        ("self", ""),
        ("gone.mp4", "gone.mp4"),
    ]
    assert intake.not_posts == ("a/up/ (a link to a folder that is read already)",)


def test_a_linked_folder_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, ".store/clip.mp4", CLIP)
    (tmp_path / "one").symlink_to(".store")
    (tmp_path / "two").symlink_to(".store")

    assert ids(read(tmp_path)) == ["one/clip.mp4"]


def test_a_pipe_is_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "live.mp4")

    [problem] = read(tmp_path).problems
    assert problem.post_id == "live.mp4"
    assert "a pipe" in problem.problem


def test_a_name_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.mp4")).write_bytes(CLIP)

    [problem] = read(tmp_path).problems
    assert problem.post_id == "\\udcff.mp4"
    problem.problem.encode()


def test_a_name_with_a_line_end_is_an_id_like_any_other(tmp_path: Path) -> None:
    put(tmp_path, " a\nb.mp4", CLIP)

    assert ids(read(tmp_path)) == [" a\nb.mp4"]


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.mp4", CLIP)
    put(tmp_path, "locked/b.mp4", CLIP)
    listing = os.scandir

    def scandir(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    intake = read(tmp_path)

    assert ids(intake) == ["a.mp4"]
    assert [each.where for each in intake.problems] == ["locked/"]


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """Return a folder 1,050 folders deep, which is deeper than Python may call itself."""
    folders = [tmp_path / "d"]
    while len(folders) < 1050:
        folders.append(Path(f"{folders[-1]}/d"))
    for folder in folders:
        folder.mkdir()
    yield folders[-1]
    # Whoever cleans up after pytest calls himself once per level, and fails.
    for folder in reversed(folders):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def test_a_very_deep_tree_is_read(tmp_path: Path, deep: Path) -> None:
    put(deep, "clip.mp4", CLIP)

    assert ids(read(tmp_path)) == [(deep / "clip.mp4").relative_to(tmp_path).as_posix()]


def test_a_single_clip_takes_the_files_beside_it(tmp_path: Path) -> None:
    put(tmp_path, "clip.mp4", CLIP)
    put(tmp_path, "clip.txt", "words")
    put(tmp_path, "clip.json", '{"account": "x"}')
    put(tmp_path, "other.mp4", CLIP)
    put(tmp_path, "other.txt", b"\xff\xfe")

    intake = read(tmp_path / "clip.mp4")

    [post] = intake.posts
    assert (post.id, post.text, post.account) == ("clip.mp4", "words", "x")
    assert intake.problems == ()


def test_a_single_clip_whose_caption_leads_out_is_a_failure(tmp_path: Path) -> None:
    put(tmp_path, "in/clip.mp4", CLIP)
    (tmp_path / "in" / "clip.txt").symlink_to(put(tmp_path, "words", "words"))

    intake = read(tmp_path / "in" / "clip.mp4")

    assert intake.posts == ()
    assert [failure.post_id for failure in intake.failures] == ["clip.mp4"]


def test_a_folder_without_a_post_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "list.pdf", "%PDF")

    with pytest.raises(InputError, match=r"holds no post \(1 other files, 0 hidden\)"):
        read(tmp_path)


def test_thousands_of_files_are_read(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number}.mp4").write_bytes(CLIP)
        (tmp_path / f"{number}.txt").write_bytes(b"words")

    intake = read(tmp_path)

    assert len(intake.posts) == 1_000
    assert all(post.text == "words" for post in intake.posts)
