"""Words of a post do nothing to a terminal."""

import pytest

from detector.report.display import cell, shown, storable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("[red]x[/]", "[red]x[/]", id="brackets-stay"),
        pytest.param("\x1b[2J", "<U+001B>[2J", id="escape-sequence"),
        pytest.param("\x9b2J", "<U+009B>2J", id="c1-control"),
        pytest.param("a\u202eb\u2066", "a<U+202E>b<U+2066>", id="bidi"),
        pytest.param("a\nb\tc\r\nd\re", "a⏎b⇥c⏎d<U+000D>e", id="breaks-and-tabs"),
        pytest.param("\u2028", "<U+2028>", id="line-separator"),
        pytest.param("\ud800", "<U+D800>", id="lone-surrogate"),
        pytest.param("a\u200b\ufeffb", "a<U+200B><U+FEFF>b", id="zero-width"),
        pytest.param("ہے\u200cں", "ہے\u200cں", id="urdu-joiner-stays"),
    ],
)
def test_what_would_act_on_a_terminal_is_made_visible(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_cell_takes_no_markup() -> None:
    text = cell("[red]x[/red]")

    assert text.plain == "[red]x[/red]"
    assert text.spans == []


def test_a_lone_surrogate_is_replaced_where_a_file_cannot_hold_it() -> None:
    assert storable("a\ud800b").encode("utf-8").decode("utf-8") == "a\ufffdb"
