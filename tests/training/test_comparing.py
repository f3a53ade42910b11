"""Two models on the same items, class by class and slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from detector.evidence import Passage, TopicScore
from tests.training.scenes import LEFT, RIGHT, example, scene
from training.comparing import Line, compare_pictures, compare_texts
from training.evaluation.text import ReadText
from training.examples import TextExample
from training.metrics.paired import Difference
from training.scene import Scene

LIMITS = ({"weapon": 0.5, "uniform": 0.5}, {"weapon": 0.5, "uniform": 0.5})


def pictures(found: Sequence[bool], *, alarms: int = 0, confidence: float = 0.9) -> list[Scene]:
    """Pictures with one weapon each, found or not, the first so many with a false alarm."""
    scenes = []
    for at, hit in enumerate(found):
        picture = example(f"p{at}", boxes=[("weapon", LEFT)], source=("a", "b")[at % 2])
        boxes = [("weapon", confidence, LEFT)] if hit else []
        boxes += [("weapon", 0.95, RIGHT)] if at < alarms else []
        scenes.append(scene(picture, *boxes))
    return scenes


def line(
    lines: Sequence[Line], metric: str, part: str = "all", label: str = "weapon"
) -> Difference:
    [found] = [
        each for each in lines if (each.metric, each.part, each.label) == (metric, part, label)
    ]
    return found.difference


def compared(candidate: list[Scene], champion: list[Scene]) -> list[Line]:
    return list(compare_pictures(candidate, champion, LIMITS, ["weapon"], draws=300))


def test_equal_models_are_undecided_in_everything() -> None:
    same = pictures([True, False] * 20)
    assert {each.difference.outcome for each in compared(same, same)} == {"undecided"}


def test_a_model_that_misses_more_is_worse_in_recall_alone() -> None:
    lines = compared(pictures([True, False] * 20), pictures([True] * 40))
    assert line(lines, "recall").outcome == "worse"
    assert line(lines, "precision").outcome == "undecided"
    assert line(lines, "ap").outcome == "worse"


def test_a_model_with_more_false_alarms_is_worse_in_precision_alone() -> None:
    lines = compared(pictures([True] * 40, alarms=20), pictures([True] * 40))
    assert line(lines, "precision").outcome == "worse"
    assert line(lines, "precision").candidate == 40 / 60
    assert line(lines, "recall").outcome == "undecided"


def test_a_good_average_hides_no_bad_slice() -> None:
    lines = compared(pictures([True, False] * 20), pictures([False, True] * 20))
    assert line(lines, "recall").outcome == "undecided"
    assert line(lines, "recall", "source=a").outcome == "better"
    assert line(lines, "recall", "source=b").outcome == "worse"
    assert not [each for each in lines if each.gates and each.difference.outcome != "undecided"]


def test_each_model_is_taken_at_its_own_threshold() -> None:
    weak, strong = pictures([True] * 40, confidence=0.3), pictures([True] * 40)
    limits = ({"weapon": 0.2}, {"weapon": 0.5})
    lines = list(compare_pictures(weak, strong, limits, ["weapon"], draws=300))
    assert line(lines, "recall").candidate == 1.0
    assert line(compared(weak, strong), "recall").candidate == 0.0


def test_a_picture_that_is_not_judged_says_nothing_of_precision() -> None:
    def unjudged(boxes: bool) -> list[Scene]:
        return [
            scene(
                example(f"p{at}", boxes=[("weapon", LEFT)], annotates=()),
                *([("weapon", 0.9, RIGHT)] if boxes else []),
            )
            for at in range(40)
        ]

    lines = compared(unjudged(True), unjudged(False))
    assert line(lines, "precision").candidate is None
    assert line(lines, "recall").candidate == 0.0


# Texts


def texts(flagged: Sequence[bool], *, abstain: bool = False) -> list[ReadText]:
    """Texts that are all political but for every fourth, flagged or not."""
    found = []
    for at, flag in enumerate(flagged):
        labels = MappingProxyType({"political": at % 4 != 3, "religious": None})
        lang = ("en", "ur")[at % 2]
        words = f"text {at}"
        shown = TextExample(f"t/{at}", "t", words, lang, labels, "", words, True)
        topics = (TopicScore("political", 0.9 if flag else 0.1, flag),)
        read = Passage(words, "caption", language=lang, topics=() if abstain else topics)
        found.append(ReadText(shown, read))
    return found


RIGHT_ONES = [at % 4 != 3 for at in range(80)]


def test_texts_are_compared_by_topic_and_language() -> None:
    half = [flag and at % 2 == 0 for at, flag in enumerate(RIGHT_ONES)]
    lines = list(compare_texts(texts(half), texts(RIGHT_ONES), ["political"], draws=300))
    assert line(lines, "recall", label="political").outcome == "worse"
    assert line(lines, "recall", "lang=ur", "political").outcome == "worse"
    assert line(lines, "recall", "lang=en", "political").outcome == "undecided"


def test_average_precision_of_texts_stands_by_language_and_gates_nothing() -> None:
    half = [flag and at % 2 == 0 for at, flag in enumerate(RIGHT_ONES)]
    lines = list(compare_texts(texts(half), texts(RIGHT_ONES), ["political"], draws=300))
    assert line(lines, "ap", "lang=ur", "political").outcome == "worse"
    assert line(lines, "ap", "lang=en", "political").outcome == "undecided"
    assert not [each for each in lines if each.metric == "ap" and each.gates]


def test_a_model_that_abstains_misses() -> None:
    abstaining = texts(RIGHT_ONES, abstain=True)
    lines = list(compare_texts(abstaining, texts(RIGHT_ONES), ["political"], draws=300))
    assert line(lines, "recall", label="political").outcome == "worse"
    assert line(lines, "ap", label="political").outcome == "worse"


def test_a_topic_that_nobody_judged_decides_nothing() -> None:
    lines = list(compare_texts(texts(RIGHT_ONES), texts(RIGHT_ONES), ["religious"], draws=300))
    assert {each.difference.outcome for each in lines} == {"undecided"}
    assert {each.positives for each in lines} == {0}
