"""Hard negatives: any wrong alarm in a picture counts once, by suite and pooled."""

from __future__ import annotations

import pytest

from tests.training.scenes import LEFT, RIGHT, example, scene
from training.evaluation.suites import Probe, picture_probes, score_suites
from training.manifest import Manifest

MANIFEST = Manifest.model_validate(
    {
        "name": "made",
        "kind": "vision",
        "about": "made for a test",
        "origin": {
            "repository": "none",
            "version": "1",
            "path": "made",
            "licence": "CC0",
            "ships": "yes",
        },
        "groups": {"rule": "none", "heldout": "all"},
        "suites": [{"name": "knives", "labels": ["weapon"]}],
    }
)
THRESHOLDS = {"weapon": 0.5, "uniform": 0.5}


def probe(*found, **more) -> Probe:  # type: ignore[no-untyped-def]
    shown = scene(example(annotates=[], suites=frozenset(["knives"]), **more), *found)
    [only] = picture_probes([shown], THRESHOLDS, [MANIFEST])["knives"]
    return only


def test_an_alarm_counts_where_the_label_is_not_annotated_as_well() -> None:
    assert probe(("weapon", 0.6, LEFT)).alarms == {"weapon"}


def test_a_detection_below_the_threshold_is_no_alarm() -> None:
    assert probe(("weapon", 0.4, LEFT)).alarms == set()


def test_a_label_that_the_suite_is_not_about_is_no_alarm() -> None:
    assert probe(("uniform", 0.9, LEFT)).alarms == set()


def test_a_detection_in_a_region_to_be_ignored_is_no_alarm() -> None:
    assert probe(("weapon", 0.6, LEFT), ignore=[("", LEFT)]).alarms == set()
    assert probe(("weapon", 0.6, RIGHT), ignore=[("", LEFT)]).alarms == {"weapon"}


def test_a_picture_of_two_suites_counts_once_in_the_pool() -> None:
    twice = Probe("a", "a", frozenset(["weapon"]), {"weapon"})
    clean = Probe("b", "b", frozenset(["weapon"]), set())
    found = {each.name: each for each in score_suites({"one": [twice], "two": [twice, clean]})}
    assert (found["pooled"].items, found["pooled"].alarmed) == (2, 1)
    assert found["two"].per_100.value == pytest.approx(0.5)


def test_a_suite_without_an_alarm_still_has_an_upper_bound() -> None:
    clean = [Probe(str(at), str(at), frozenset(["weapon"]), set()) for at in range(30)]
    [found] = score_suites({"one": clean})
    assert found.per_100.high == pytest.approx(0.1135, abs=1e-3)
