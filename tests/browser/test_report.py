"""The report in a real browser."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from detector.report import html as report
from detector.report import thumbnails
from detector.report.html import write_html
from tests.browser.conftest import Browser, missing
from tests.detector.report import builders as make


def written(count: int, out: Path) -> Path:
    return write_html(
        make.many(count),
        make.summary(),
        out,
        pictures=make.pictures,
        cards=make.CARDS,
        show_faces=True,
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(9, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        # The same few pictures serve all posts here; they need not be made small each time.
        patch.setattr(thumbnails, "_picture", cache(thumbnails._picture))
        return written(500, tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "ONE_FILE", 10)
        patch.setattr(report, "PER_PAGE", 6)
        return written(15, tmp_path_factory.mktemp("folder"))


def text_of(browser: Browser, selector: str) -> str:
    return str(browser.run("return document.querySelector(arguments[0]).textContent", selector))


def test_the_console_stays_silent(browser: Browser, small: Path) -> None:
    browser.open(small)

    assert browser.said() == []


def test_the_policy_stops_a_script_that_got_in(browser: Browser, tmp_path: Path) -> None:
    page = written(1, tmp_path)
    attack = "<script>document.title = 'taken'</script><img src=http://203.0.113.1/x.png>"
    page.write_text(page.read_text("utf-8").replace("</main>", f"{attack}</main>"), "utf-8")

    browser.open(page)

    assert browser.driver.title.startswith("Wardi report")
    assert sum("Content Security Policy" in each for each in browser.said()) == 2


def test_no_request_leaves(browser: Browser, small: Path, folder: Path) -> None:
    for page in (small, folder):
        browser.open(page)
        schemes = {urlsplit(each).scheme for each in browser.asked()}
        entries = browser.run("return performance.getEntriesByType('resource').map(e => e.name)")

        assert schemes <= {"file", "data", "about"}
        assert [each for each in entries if not each.startswith("data:")] == []


def test_words_of_a_post_show_as_themselves_and_do_nothing(browser: Browser, small: Path) -> None:
    browser.open(small)

    body = text_of(browser, "main")
    assert "[red]</script>=cmd|U+202Egnp.exe" in body
    assert "<img src=x onerror=alert(1)> &amp; {{ 7*7 }}" in body
    assert (
        browser.run("return document.querySelectorAll('script, img:not([src^=data])').length") == 0
    )


def test_pictures_are_shown_with_their_boxes_on_them(browser: Browser, small: Path) -> None:
    browser.open(small)

    inside = browser.run("""
        const shots = [...document.querySelectorAll('.shot')];
        shots.forEach(each => each.scrollIntoView());
        return Promise.all(shots.map(each => each.querySelector('img').decode())).then(() =>
            shots.map(each => {
                const picture = each.querySelector('img').getBoundingClientRect();
                const box = each.querySelector('.box').getBoundingClientRect();
                return picture.width > 100 && box.left >= picture.left - 3
                    && box.right <= picture.right + 3 && box.bottom <= picture.bottom + 3
                    && Math.abs((box.left - picture.left) / picture.width - 0.3) < 0.02;
            }));
    """)
    assert len(inside) == 9
    assert all(inside)


def test_urdu_runs_from_right_to_left_in_a_font_that_has_it(browser: Browser, small: Path) -> None:
    browser.open(small)

    style = browser.run("""
        const said = document.querySelector('.said.arabic');
        const words = document.createRange();
        words.selectNodeContents(said);
        const last = words.getClientRects();
        const style = getComputedStyle(said);
        return {direction: style.direction, align: style.textAlign, lang: said.lang,
                family: style.fontFamily, gap: said.getBoundingClientRect().right - last[0].right};
    """)
    assert style["direction"] == "rtl"
    assert style["lang"] == "ur"
    assert style["gap"] < 40
    assert "Noto Nastaliq Urdu" in style["family"]


def test_urdu_is_drawn_with_letters_and_not_with_boxes(browser: Browser, small: Path) -> None:
    browser.open(small)
    browser.run("document.querySelector('.said.arabic').scrollIntoView()")
    time.sleep(0.2)
    driver = browser.driver
    for domain in ("DOM", "CSS"):
        driver.execute_cdp_cmd(f"{domain}.enable", {})
    root = driver.execute_cdp_cmd("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = driver.execute_cdp_cmd(
        "DOM.querySelector", {"nodeId": root, "selector": ".said.arabic"}
    )["nodeId"]
    fonts = driver.execute_cdp_cmd("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    names = {each["familyName"] for each in fonts if each["glyphCount"] > 20}
    if not any("Nastaliq" in each or "Arabic" in each or "Naskh" in each for each in names):
        missing(f"no Urdu font is installed, only {sorted(names)} (Debian: fonts-noto-core)")

    assert names


def test_an_english_caption_keeps_its_direction(browser: Browser, small: Path) -> None:
    browser.open(small)

    assert browser.run(
        "return getComputedStyle(document.querySelector('.said:not(.arabic)')).direction"
    ) == ("ltr")


def test_a_reversing_mark_in_a_name_reverses_nothing_else(browser: Browser, small: Path) -> None:
    browser.open(small)

    found = browser.run("""
        const marks = [...document.querySelectorAll('h3 .code')];
        return marks.map(each => each.textContent);
    """)
    assert found == ["U+202E", "U+202C"]


@pytest.mark.parametrize("number", [1, 2, 5, 9])
def test_a_link_of_the_first_screen_leads_to_its_post(
    number: int, browser: Browser, small: Path
) -> None:
    browser.open(small)

    browser.run("location.hash = arguments[0]", f"post-{number}")
    time.sleep(0.4)
    top, bottom, height = browser.run(
        """
        const box = document.getElementById(arguments[0]).getBoundingClientRect();
        return [box.top, document.documentElement.getBoundingClientRect().bottom, innerHeight];
        """,
        f"post-{number}",
    )
    # The last posts cannot reach the top of the window: there the page ends first.
    assert -2 <= top <= 40 or bottom <= height + 2


def test_a_link_leads_to_a_post_that_a_filter_hides(browser: Browser, small: Path) -> None:
    browser.open(small)
    browser.run("document.getElementById('show-clear').click()")
    hidden = browser.run("return getComputedStyle(document.getElementById('post-1')).display")

    browser.run("location.hash = 'post-1'")

    assert hidden == "none"
    assert (
        browser.run("return getComputedStyle(document.getElementById('post-1')).display") == "block"
    )


def test_the_filter_shows_one_band(browser: Browser, small: Path) -> None:
    browser.open(small)

    browser.run("document.getElementById('show-failure').click()")

    assert browser.run("""
        return [...document.querySelectorAll('.post')]
            .filter(each => each.offsetParent !== null).map(each => each.id)
    """) == ["post-3"]


def test_every_link_of_a_long_report_leads_somewhere(browser: Browser, folder: Path) -> None:
    browser.open(folder)
    hrefs = browser.run("return [...document.querySelectorAll('.long a')].map(each => each.href)")

    assert len(hrefs) == 15
    for href in (hrefs[0], hrefs[8], hrefs[14]):
        browser.driver.get(href)
        assert browser.run("return document.querySelector(':target') !== null")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_out_of_the_page(width: int, browser: Browser, small: Path) -> None:
    browser.open(small, width=width)

    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_axe_finds_no_accessibility_problem(
    width: int, dark: bool, browser: Browser, small: Path, axe: str
) -> None:
    browser.open(small, width=width, dark=dark)
    # What is folded away or not yet laid out would otherwise not be checked.
    browser.run("""
        document.querySelectorAll('details').forEach(each => each.open = true);
        document.querySelectorAll('.post').forEach(each => each.style.contentVisibility = 'visible');
    """)
    browser.run(axe)

    found = browser.run("""
        return axe.run({resultTypes: ['violations']}).then(each => each.violations.map(
            one => [one.id, one.impact, one.nodes.slice(0, 3).map(node => node.html)]));
    """)
    assert found == []


def test_axe_finds_no_accessibility_problem_in_a_long_report(
    browser: Browser, folder: Path, axe: str
) -> None:
    for page in (folder, folder.parent / "posts-001.html"):
        browser.open(page)
        browser.run(axe)
        found = browser.run("""
            return axe.run({resultTypes: ['violations']}).then(each => each.violations.map(
                one => [one.id, one.impact, one.nodes.slice(0, 3).map(node => node.html)]));
        """)
        assert found == []


def test_a_report_of_500_posts_opens_in_two_seconds(browser: Browser, large: Path) -> None:
    spent = []
    for _ in range(3):
        browser.open(large)
        spent.append(
            browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd")
        )

    # The best of three: another program on a busy machine is not the report's doing.
    assert min(spent) < 2000, spent


def test_a_post_far_down_a_report_of_500_is_found(browser: Browser, large: Path) -> None:
    browser.open(large)

    browser.run("location.hash = 'post-400'")
    time.sleep(0.6)

    top = browser.run("return document.getElementById('post-400').getBoundingClientRect().top")
    assert -2 <= top <= 40


def test_paper_shows_what_the_screen_folds_away(browser: Browser, small: Path) -> None:
    browser.open(small)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    time.sleep(0.2)

    shown = browser.run("""
        const folded = document.querySelector('.post details:not([open]) li');
        const filter = document.querySelector('.filter');
        return [folded.checkVisibility({contentVisibilityAuto: true}),
                folded.getBoundingClientRect().height > 0, filter.checkVisibility()];
    """)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown == [True, True, False]
