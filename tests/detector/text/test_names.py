"""Names of a kind read as one: which words, in which letters, and where they stood."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector.text.names import NO_NAMES, Names, names_of
from detector.text.normalise import normalise

LIST = """# ours
faith	muslim|hindu|sikh|مسلمان|ہندو|عیسائی
people	pakistani|somali|native american|گلگتی|پاکستانی
people: men	pakistani men|black men|roma men
kept	hindu kush|sikho
"""
SHIPPED = Path(__file__).parents[3] / "data" / "text" / "names.tsv"


@pytest.fixture(scope="module")
def names() -> Names:
    return names_of(LIST)


def read(names: Names, text: str, language: str = "ur-Latn") -> str:
    return names.blind(normalise(text), language).text


def test_a_name_is_read_as_the_first_of_its_kind_and_stays_of_it(names: Names) -> None:
    assert read(names, "Hindu neighbours of a Somali family") == (
        "muslim neighbours of a pakistani family"
    )


def test_names_in_urdu_letters_stay_in_urdu_letters(names: Names) -> None:
    assert read(names, "ہندو بھائی") == "مسلمان بھاٸی".replace("ٸ", "ی")


@pytest.mark.parametrize("written", ["Sikhs", "sikhon", "#Sikhs", "SIKHS", "Sikhoon"])
def test_number_and_case_make_no_other_name(names: Names, written: str) -> None:
    assert read(names, written).removeprefix("# ") == "muslim"


@pytest.mark.parametrize("written", ["عیسائیوں", "عیسایی", "ہندوؤں", "مسلمانو"])
def test_urdu_endings_and_spellings_make_no_other_name(names: Names, written: str) -> None:
    assert read(names, written) == "مسلمان"


def test_a_part_of_a_word_is_no_name(names: Names) -> None:
    assert read(names, "hinduism somalia") == "hinduism somalia"


def test_what_is_kept_stays_as_it_is(names: Names) -> None:
    assert read(names, "Hindu Kush, sikho!") == "hindu kush, sikho!"


def test_names_of_several_words_are_found_with_hyphens_too(names: Names) -> None:
    assert read(names, "a Native-American choir") == "a pakistani choir"


def test_a_colour_is_a_name_only_before_a_word_for_persons(names: Names) -> None:
    assert read(names, "black men in black cars") == "pakistani men in black cars"


def test_each_word_leads_back_to_what_was_written(names: Names) -> None:
    text = "  Sikhs, native  Americans & black men  prayed"
    found = names.blind(normalise(text), "en")
    assert found.text == "muslim, pakistani & pakistani men prayed"
    spans = [(0, 6), (8, 17), (20, 29), (30, 33), (34, 40)]
    assert [text[slice(*found.span(*each))] for each in spans] == [
        "Sikhs", "native  Americans", "black", "men", "prayed"
    ]  # fmt: skip


def test_every_letter_of_a_longer_name_has_its_place(names: Names) -> None:
    found = names.blind(normalise("a somali"), "en")
    assert len(found.offsets) == len(found.text)
    assert list(found.offsets) == sorted(found.offsets)
    assert found.offsets[-1] == len("a somali") - 1


def test_without_a_list_every_name_is_read(names: Names) -> None:
    plain = normalise("Hindus and Sikhs")
    assert NO_NAMES.blind(plain, "en") is plain
    assert read(names, "no one") == "no one"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("muslim|hindu", "line 1 is 'muslim|hindu'"),
        ("faith\tmuslim||hindu", "line 1"),
        ("faith\thindu\npeople\thindu", "line 2 says that hindu is people; an earlier line says faith"),
        ("faith\tahle hadith|sunni", "expected as many words"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused(line: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("|", r"\|")):
        names_of(line)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Gilgiti boys won the match", "Chitrali boys won the match", "en"),
        ("The Nigerians sang", "the Uzbeks sang", "en"),
        ("white people came", "Turkish people came", "en"),
        ("ہزارہ برادری کا جلسہ", "بلوچ برادری کا جلسہ", "ur"),
        ("shia masjid", "barelvi masjid", "ur-Latn"),
        ("Arain biradari", "Gujjar biradari", "ur-Latn"),
        ("The Syeds and the Khattaks", "the Rajputs and the Jats", "en"),
        ("refugees were fed", "migrants were fed", "en"),
        ("hinduon ki eid", "isaiyon ki eid", "ur-Latn"),
        ("a Baha'i temple", "a Jain temple", "en"),
        ("white women came", "black men came", "en"),
        ("the Asian girls sing", "the brown boys sing", "en"),
        ("عورتوں کی قطار", "مردوں کی قطار", "ur"),
    ],
)
def test_the_list_of_this_project_reads_alike(one: str, other: str, language: str) -> None:
    names = names_of(SHIPPED.read_text("utf-8"))
    assert read(names, one, language) == read(names, other, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("muslim league", "en"),
        ("خبر سنی", "ur"),
        ("بڑے بہائی", "ur"),
        ("شیخ رشید", "ur"),
        ("52 arab rupey", "ur-Latn"),
        ("us men koi shaq", "ur-Latn"),
        ("marks aa jain ga", "ur-Latn"),
        ("shoba jaat", "ur-Latn"),
        ("yahoodi agent", "ur-Latn"),
        ("danish bhai", "en"),
        ("Sheikh Rasheed", "en"),
        ("white house", "en"),
        ("us ka boyo", "en"),
    ],
)
def test_the_list_of_this_project_leaves_alone_what_is_no_name(text: str, language: str) -> None:
    names = names_of(SHIPPED.read_text("utf-8"))
    assert read(names, text, language) == normalise(text).text


def test_a_name_of_one_language_is_a_word_in_another() -> None:
    names = names_of("women\twomen|men\ten\nfaith\tmuslim|sikh")
    assert read(names, "men and Sikhs", "en") == "women and muslim"
    assert read(names, "us men sikhon", "ur-Latn") == "us men muslim"


def test_endings_are_those_of_the_language() -> None:
    names = names_of("girl\tgirl|boy")
    assert read(names, "boyo", "en") == "boyo"
    assert read(names, "boyo", "ur-Latn") == "girl"


def test_a_faith_a_sect_a_people_and_a_caste_stay_apart() -> None:
    names = names_of(SHIPPED.read_text("utf-8"))
    assert len({read(names, each) for each in ("sikh", "ismaili", "baloch", "arain")}) == 4


def test_the_list_itself_is_kept_as_it_was_read() -> None:
    assert names_of(LIST).lines == LIST
    assert NO_NAMES.lines == ""
