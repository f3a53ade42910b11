"""Short sentences of one function: passed if flagged exactly where they should be."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from detector.errors import InputError
from tests.training.evaluation.readings import scripted
from training.evaluation.functions import (
    AREA,
    PASSED,
    Checked,
    Function,
    examples_of,
    read_functions,
    score_functions,
)
from training.evaluation.text import read_all

ROOT = Path(__file__).parents[3]
HATRED = Function(name="hatred", mockery=True, texts={"en": ("fools all", "vermin", "???")})
KIND = Function(name="kindness", mockery=False, texts={"en": ("good folk",), "ur": ("fools?",)})
ROWS = [HATRED, KIND]


@pytest.fixture
def found() -> dict[tuple[str, str, str], float | None]:
    examples = examples_of(ROWS)
    read = read_all([each for _, each in examples], scripted(fools={"mockery": 0.9}))
    checked = [Checked(one, each) for (one, _), each in zip(examples, read, strict=True)]
    rows = score_functions(checked, draws=20)
    return {(each.label, each.part, each.figure): each.found.value for each in rows}


def test_hatred_is_passed_if_flagged_and_what_was_not_judged_is_not(
    found: dict[tuple[str, str, str], float | None],
) -> None:
    assert found["hatred", "all", PASSED] == pytest.approx(1 / 3)


def test_kindness_is_passed_if_not_flagged(
    found: dict[tuple[str, str, str], float | None],
) -> None:
    assert found["kindness", "all", PASSED] == 0.5
    assert found["all that are not", "lang=ur", PASSED] == 0.0


def test_the_order_is_measured_where_both_kinds_stand(
    found: dict[tuple[str, str, str], float | None],
) -> None:
    assert found["mockery", "lang=en", AREA] == 0.75
    assert ("mockery", "lang=ur", AREA) not in found


def test_sentences_that_are_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "functions.toml"
    path.write_text('[[function]]\nname = "x"\n')
    with pytest.raises(InputError, match=r"\[\[function\]\] in .* are wrong"):
        read_functions(path)


def test_our_own_sentences_are_forty_in_each_language_and_none_twice() -> None:
    every = [each for _, each in examples_of(read_functions(ROOT / "data/text/functions.toml"))]
    for lang in ("en", "ur", "ur-Latn"):
        assert sum(each.lang == lang for each in every) == 40
    assert len({each.text for each in every}) == len(every)


def test_no_sentence_is_like_one_that_models_are_fitted_on() -> None:
    def grams(text: str) -> set[str]:
        plain = " ".join(text.casefold().split())
        return {plain[at : at + 5] for at in range(len(plain) - 4)}

    fitted = [
        grams(row["text"])
        for path in (ROOT / "data/text/authored").glob("*/rows.csv")
        for row in csv.DictReader(path.read_text("utf-8").splitlines(keepends=True))
    ]
    holding = defaultdict(list)
    for at, each in enumerate(fitted):
        for gram in each:
            holding[gram].append(at)
    for _, sentence in examples_of(read_functions(ROOT / "data/text/functions.toml")):
        own = grams(sentence.text)
        shared = Counter(at for gram in own for at in holding[gram])
        assert all(
            both < 0.4 * (len(own) + len(fitted[at]) - both) for at, both in shared.items()
        ), sentence.text
