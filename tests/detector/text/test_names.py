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


def read(names: Names, text: str) -> str:
    return names.blind(normalise(text)).text


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
    found = names.blind(normalise(text))
    assert found.text == "muslim, pakistani & pakistani men prayed"
    spans = [(0, 6), (8, 17), (20, 29), (30, 33), (34, 40)]
    assert [text[slice(*found.span(*each))] for each in spans] == [
        "Sikhs", "native  Americans", "black", "men", "prayed"
    ]  # fmt: skip


def test_every_letter_of_a_longer_name_has_its_place(names: Names) -> None:
    found = names.blind(normalise("a somali"))
    assert len(found.offsets) == len(found.text)
    assert list(found.offsets) == sorted(found.offsets)
    assert found.offsets[-1] == len("a somali") - 1


def test_without_a_list_every_name_is_read(names: Names) -> None:
    plain = normalise("Hindus and Sikhs")
    assert NO_NAMES.blind(plain) is plain
    assert names.blind(normalise("no one")).text == "no one"


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
    ("one", "other"),
    [
        ("Gilgiti boys won the match", "Chitrali boys won the match"),
        ("The Nigerians sang", "the Uzbeks sang"),
        ("white people came", "Turkish people came"),
        ("ہزارہ برادری کا جلسہ", "بلوچ برادری کا جلسہ"),
        ("shia masjid", "barelvi masjid"),
        ("Arain biradari", "Gujjar biradari"),
        ("refugees were fed", "migrants were fed"),
        ("hinduon ki eid", "isaiyon ki eid"),
        ("white women came", "black men came"),
        ("the Asian girls sing", "the brown boys sing"),
        ("خواتین کی قطار", "مردوں کی قطار"),
    ],
)
def test_the_list_of_this_project_reads_alike(one: str, other: str) -> None:
    names = names_of(SHIPPED.read_text("utf-8"))
    assert read(names, one) == read(names, other)


@pytest.mark.parametrize(
    "text", ["muslim league", "خبر سنی", "arab rupay", "white house", "mano na"]
)
def test_the_list_of_this_project_leaves_alone_what_is_no_name(text: str) -> None:
    names = names_of(SHIPPED.read_text("utf-8"))
    assert read(names, text) == normalise(text).text


def test_a_faith_a_sect_a_people_and_a_caste_stay_apart() -> None:
    names = names_of(SHIPPED.read_text("utf-8"))
    assert len({read(names, each) for each in ("sikh", "ismaili", "baloch", "arain")}) == 4
