"""Where a text is cut because its script changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.text.scripts import phrases, runs

URDU = "آج موسم بہت اچھا ہے"


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in phrases(text)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Good morning dear friends. ", URDU, id="latin-then-arabic"),
        pytest.param(
            f"{URDU} ", "(Die Regierung ist gescheitert)", id="an-opening-mark-goes-along"
        ),
        pytest.param(
            "Good morning friends 😂 ", "政府失败了,总理是小偷", id="no-spaces-between-words"
        ),
        pytest.param("Good morning friends", "政府失败了,总理是小偷", id="no-space-at-the-cut"),
        pytest.param("Good morning friends ", "今日はいい天気", id="kana-and-kanji-are-one"),
        pytest.param("Good morning friends ", "सरकार चोर है इसे हटाओ", id="vowel-signs-inside-words"),
        pytest.param("𝐆𝐨𝐨𝐝 morning friends ", URDU, id="decorated-letters"),
        pytest.param("Good morning friends\n", f"804 {URDU}", id="at-the-line-break"),
    ],
)
def test_a_phrase_in_another_script_stands_alone(first: str, second: str) -> None:
    assert cut(first + second) == [first, second]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("😂 804", id="no-letters"),
        pytest.param("yeh government bohat achi hai na dosto", id="roman-urdu-with-english"),
        pytest.param(f"{URDU} Imran Khan", id="a-name"),
        pytest.param(f"{URDU} establishment {URDU} long march {URDU}", id="loan-words"),
        pytest.param(f"{URDU} https://example.org/a/b/c/long/way @one @two", id="addresses"),
        pytest.param(f"{URDU} #OneTagHere #AnotherTag #ThirdTag", id="hashtags"),
        pytest.param("P T I زندہ باد آج ہم سب", id="initials"),
        pytest.param("Good morning friends 政府", id="a-word-without-spaces"),
        pytest.param("पुलिस good morning dear friends", id="vowel-signs-part-no-words"),
    ],
)
def test_a_text_with_a_few_other_letters_stays_whole(text: str) -> None:
    assert cut(text) == [text]


def test_words_and_letters_are_counted_by_script() -> None:
    found = [(each.script, each.words, each.letters) for each in runs("two words آج eid")]
    assert found == [("LATIN", 2, 8), ("ARABIC", 1, 2), ("LATIN", 1, 3)]


def test_hashtags_count_only_where_asked() -> None:
    assert [each.script for each in runs("#آج eid", hashtags=True)] == ["ARABIC", "LATIN"]
    assert [each.script for each in runs("#آج eid")] == ["LATIN"]


@given(st.text(alphabet="abc آج政府 .\n#@", max_size=60))
def test_the_stretches_are_the_whole_text(text: str) -> None:
    assert "".join(cut(text)) == text
