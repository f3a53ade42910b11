"""The report as a file; how it behaves in a browser is tested in ``tests/browser``."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.evidence import Gap, Passage, Picture, TopicScore, WordWeight
from detector.record import Record
from detector.report import html as report
from detector.report.html import write_html
from detector.report.page import Pictures
from detector.text.screen.lines import encoded
from detector.verdict import EvidenceRef
from tests.detector.report import builders as make


class Reader(HTMLParser):
    """Collects what a browser would: text, tags, ids, links."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def all(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


def written(
    *records: Record,
    out: Path,
    show_faces: bool = True,
    pictures: Pictures = make.pictures,
    cards: Sequence[dict[str, Any]] = make.CARDS,
    **summary: Any,
) -> tuple[str, Reader]:
    file = write_html(
        records,
        make.summary(**summary),
        out,
        pictures=pictures,
        cards=cards,
        show_faces=show_faces,
    )
    content = file.read_text("utf-8")
    reader = Reader()
    reader.feed(content)
    return content, reader


def test_first_screen_counts_bands_failures_and_gaps(tmp_path: Path) -> None:
    _, page = written(*make.many(9), out=tmp_path)

    for expected in ("9 posts", "2 hold", "1 could not be looked at", "3 review", "3 clear"):
        assert expected in page.text.replace("9posts", "9 posts") or re.search(
            expected.replace(" ", r"\s*"), page.text
        )
    assert "2 posts could be looked at only in part" in page.text


def test_first_screen_says_what_was_not_examined_and_how_far_to_trust(tmp_path: Path) -> None:
    _, page = written(*make.many(9), out=tmp_path)

    assert "Speech: not examined in 8 posts (no reader for it is installed)." in page.text
    assert re.search(r"weapon\s*all\s*91 % \(84 % to 95 %\) of 120", page.text)
    assert re.search(r"political\s*all\s*not measured", page.text)
    assert "'yesterday' is no date" in page.text
    assert "README.md" in page.text


def test_figures_on_parts_of_the_data_are_folded_away(tmp_path: Path) -> None:
    heldout = {"carried": {"weapon": {"precision": 0.65}}, "weapon": {"precision": 0.87}}
    card = {"model": {"kind": "vision", "version": "0"}, "heldout": heldout}

    content, _ = written(make.record("a", make.finding()), out=tmp_path, cards=[card])

    trusted = content[content.index('id="h-trust"') :]
    before, folded = trusted.split("<details>", 1)
    assert "87 %" in before
    assert "65 %" not in before
    assert "1 row on parts of the held-out data" in folded
    assert "65 %" in folded.split("</details>")[0]


def test_names_of_posts_and_files_run_from_left_to_right(tmp_path: Path) -> None:
    media = make.clip(make.sighting(), name="گشت/اردو.mp4")
    post = make.record("اردو.txt", make.finding(), media=(media,))

    content, _ = written(post, out=tmp_path, source="اردو.csv", not_posts=("نوٹ.pdf",))

    assert content.count('<bdi dir="ltr">اردو.txt</bdi>') == 2
    for name in ("گشت/اردو.mp4", "اردو.csv", "نوٹ.pdf"):
        assert f'<bdi dir="ltr">{name}</bdi>' in content
        assert f"<bdi>{name}</bdi>" not in content


def test_nothing_is_said_of_who_posted_what_could_not_be_read_from_the_input(
    tmp_path: Path,
) -> None:
    _, page = written(make.failure(), out=tmp_path)

    assert "Author" not in page.text
    assert "none named" not in page.text


def test_the_author_of_a_post_that_failed_later_is_told(tmp_path: Path) -> None:
    read = make.record("a")
    failed = replace(read, evidence=None, outcome=make.failure("a").outcome)

    _, page = written(failed, out=tmp_path)

    assert "Author officer" in page.text


def test_the_most_urgent_posts_are_named_first(tmp_path: Path) -> None:
    posts = [make.record("calm"), make.failure("broken"), make.record("worst", make.finding())]

    _, page = written(*posts, out=tmp_path)

    first = page.text[page.text.index("Look at these first") :][:400]
    assert "broken" in first
    assert "worst" in first
    assert "calm" not in first


def test_a_post_shows_findings_clause_source_check_and_remedy(tmp_path: Path) -> None:
    _, page = written(make.record("clip.mp4", make.finding(), make.words_finding()), out=tmp_path)

    for expected in (
        "K1 55 + K3 30 = 85 of 100",
        "Whether the weapon is a real firearm, and who holds it.",
        "A prior approval by the competent authority",
        make.SOURCE,
        make.K1,
        "2 met, 0 not met, 1 not judged, 1 does not apply",
        "the text model has no data on caste",
        "weapon 0:02.0–0:09.0, clearest at 0:05.5 (87 %)",
        "approvals:APP-7",
        make.POLICY.sha256,
        "A person decides.",
    ):
        assert expected in page.text


def test_a_finding_that_rests_on_very_much_lists_the_first_of_it(tmp_path: Path) -> None:
    much = tuple(EvidenceRef("sighting", media=0, index=at) for at in range(36))
    media = make.hour_long().evidence
    assert media is not None

    _, page = written(
        make.record("a", make.finding(evidence=much), media=media.media), out=tmp_path
    )

    assert "and 28 more, marked on the time line" in page.text


def test_files_are_named_where_there_are_several(tmp_path: Path) -> None:
    two = make.record("a", make.finding(), media=(make.clip(make.sighting()), make.photo()))

    _, page = written(two, out=tmp_path)

    assert "patrol/clip.mp4: weapon 0:02.0–0:09.0" in page.text


def test_gaps_are_told_with_their_seconds(tmp_path: Path) -> None:
    part = make.record(media=(make.clip(gaps=(Gap(20, 30, "the file ends early"),), looked_s=20),))

    content, page = written(part, out=tmp_path)

    assert "not wholly examined" in page.text
    assert "Not looked at, 0:20.0–0:30.0: the file ends early." in page.text
    assert '<rect class="gap" x="66.667%" width="33.333%"' in content


def test_words_that_were_not_heard_are_not_said_to_be_unseen(tmp_path: Path) -> None:
    gap = Gap(20, 30, "its sound: damaged", "speech")

    content, page = written(make.record(media=(make.clip(gaps=(gap,)),)), out=tmp_path)

    assert "Not heard, 0:20.0–0:30.0: its sound: damaged." in page.text
    assert "in what could be looked at" not in page.text
    assert content.count('<rect class="gap"') == 1


def test_a_failure_is_never_called_clear(tmp_path: Path) -> None:
    _, page = written(make.failure("broken.mp4", reason="cut short"), out=tmp_path)

    post = page.text[page.text.index("Nothing of this post was judged") :]
    assert "cut short" in post
    assert "no clause" not in post.lower()


def test_words_of_a_post_show_as_themselves_and_do_nothing(tmp_path: Path) -> None:
    content, page = written(make.nasty(), out=tmp_path)

    assert "[red]</script>=cmd|" in page.text
    assert "<img src=x onerror=alert(1)> &amp; {{ 7*7 }}" in page.text
    assert "\u202e" not in content
    assert "U+202E" in page.text
    assert "script" not in {tag for tag, _ in page.tags}
    assert not page.all("onerror")
    assert {attrs["src"][:16] for tag, attrs in page.tags if tag == "img" and attrs["src"]} == {
        "data:image/webp;"
    }


def test_words_that_utf8_cannot_hold_do_not_break_the_report(tmp_path: Path) -> None:
    post = make.record("\ud800", make.finding(), text="a\ud800b", post={"unit": "\udfff"})

    _, page = written(post, out=tmp_path, source="\ud800")

    assert "aU+D800b" in page.text


def test_the_policy_forbids_every_request_and_names_the_style_by_its_hash(tmp_path: Path) -> None:
    content, page = written(make.record(), out=tmp_path)

    [policy] = [
        attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") and tag == "meta"
    ]
    [style] = re.findall(r"<style>(.*?)</style>", content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not page.all("style")


def test_nothing_in_the_report_has_an_address(tmp_path: Path) -> None:
    _, page = written(*make.many(9), out=tmp_path)

    assert all(each.startswith("#") for each in page.all("href") if each != "data:,")
    assert all(each.startswith("data:") for each in page.all("src"))


def test_every_link_has_a_target_and_every_id_is_used_once(tmp_path: Path) -> None:
    _, page = written(*make.many(20), out=tmp_path)

    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {each[1:] for each in page.all("href") if each != "data:,"} <= set(ids)
    assert set(" ".join(page.all("aria-labelledby")).split()) <= set(ids)


def test_showing_faces_is_said(tmp_path: Path) -> None:
    assert "Faces are shown." in written(make.record(), out=tmp_path)[1].text
    hidden = written(make.record(media=()), out=tmp_path, show_faces=False)[1].text
    assert "Faces are shown." not in hidden


def test_an_interrupted_run_is_said(tmp_path: Path) -> None:
    _, page = written(make.record(), out=tmp_path, interrupted=True)

    assert "The run was interrupted." in page.text


def test_a_run_without_posts_has_a_report(tmp_path: Path) -> None:
    assert "There was no post to look at." in written(out=tmp_path)[1].text


def test_words_that_moved_a_topic_are_marked(tmp_path: Path) -> None:
    content, page = written(make.urdu(), out=tmp_path)

    assert "<mark>ہماری پارٹی کو ووٹ</mark>" in content
    assert "marked: political 93 %" in page.text


def test_marked_words_name_their_topic_where_there_are_several(tmp_path: Path) -> None:
    both = tuple(
        TopicScore(topic, 0.9, True, words=(WordWeight(at, at + 4, 1.0),))
        for topic, at in (("political", 0), ("religious", 9))
    )
    said = Passage("vote for gods", "caption", topics=both)

    content, _ = written(make.record(text=said.text, passages=(said,)), out=tmp_path)

    assert '<mark>vote<bdi class="tag">political</bdi></mark> for ' in content
    assert '<mark>gods<bdi class="tag">religious</bdi></mark>' in content


ON_SCREEN = Passage("vote for us", "on-screen text", 0, 2.0, 5.0, (0.1, 0.6, 0.9, 0.7), 0.8)


def on_screen(**changes: Any) -> Record:
    """Return the record of a clip with words on it that are flagged."""
    topic = TopicScore("political", 0.7, True, words=(WordWeight(0, 4, 1.0),))
    said = replace(ON_SCREEN, topics=(topic,), **changes)
    return make.record(text="", passages=(said,))


def test_words_read_off_the_picture_come_with_strip_seconds_and_certainty(tmp_path: Path) -> None:
    strip = Picture(2.5, encoded(np.full((40, 400, 3), 200, np.uint8)), box=(0.1, 0.6, 0.9, 0.7))

    content, _ = written(on_screen(), out=tmp_path, pictures=lambda _: (strip,))

    assert "0:02.0–0:05.0" in content
    assert "words read with 80 % certainty" in content
    assert "<mark>vote</mark> for us" in content
    assert 'alt="The strip of the picture that was read, at 0:02.5"' in content


def test_words_in_which_nothing_was_found_are_folded_away(tmp_path: Path) -> None:
    content, _ = written(make.record(text="", passages=(ON_SCREEN,)), out=tmp_path)
    assert "1 further passage read or heard, in which nothing was found" in content


def test_secrets_and_numbers_of_persons_are_covered(tmp_path: Path) -> None:
    said = replace(ON_SCREEN, text="vote 0300-1234567")
    post = make.record(text="password: Hunter2!", passages=(said,))

    content, _ = written(post, out=tmp_path)

    assert "1234567" not in content
    assert "Hunter2" not in content
    assert "••••" in content


def test_only_the_owner_may_read_the_report(tmp_path: Path) -> None:
    written(make.record(), out=tmp_path)

    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o600


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ONE_FILE", 10)
    monkeypatch.setattr(report, "PER_PAGE", 4)


@pytest.mark.usefixtures("short_pages")
def test_a_long_report_is_an_index_and_pages_that_link_to_each_other(tmp_path: Path) -> None:
    _, index = written(*make.many(11), out=tmp_path)

    pages = sorted((tmp_path / "report").glob("posts-*.html"))
    assert [each.name for each in pages] == ["posts-001.html", "posts-002.html", "posts-003.html"]
    ids = {}
    for each in pages:
        reader = Reader()
        reader.feed(each.read_text("utf-8"))
        ids[each.name] = set(reader.all("id"))
        assert "index.html" in reader.all("href")
        assert "A person decides." in reader.text
    links = [each.partition("#") for each in index.all("href") if ".html#" in each]
    assert len({f"{file}#{anchor}" for file, _, anchor in links}) == 11
    assert all(anchor in ids[file] for file, _, anchor in links)


@pytest.mark.usefixtures("short_pages")
def test_a_new_report_leaves_nothing_of_the_former_one(tmp_path: Path) -> None:
    written(*make.many(11), out=tmp_path)
    written(make.record(), out=tmp_path)

    assert [each.name for each in tmp_path.rglob("*.html")] == ["report.html"]

    written(*make.many(11), out=tmp_path)

    assert not (tmp_path / "report.html").exists()
