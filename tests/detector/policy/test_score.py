"""The promises of the score, for any findings on any evidence."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.policy.score import score
from detector.verdict import EvidenceRef, Finding


def finding(weight: float, *refs: int, severity: float = 0.9, clause: str = "K1") -> Finding:
    """Return a finding of a weight on numbered pieces of evidence."""
    evidence = tuple(EvidenceRef("sighting", 0, each) for each in refs)
    return Finding(clause, "", weight / severity, severity, 0.0, "", "", "", evidence)


FINDINGS = st.lists(
    st.builds(
        lambda weight, refs, severity, clause: finding(
            weight * severity, *refs, severity=severity, clause=clause
        ),
        st.floats(0, 1),
        st.sets(st.integers(0, 7), min_size=1, max_size=3),
        st.floats(0.001, 0.999),
        st.sampled_from(["K1", "K2", "K3"]),
    ),
    max_size=9,
)


def tenths(points: float) -> Decimal:
    return Decimal(repr(points))


@given(FINDINGS)
def test_contributions_add_up_exactly_to_the_score(findings: list[Finding]) -> None:
    found = score(findings)
    assert sum(map(tenths, found.contributions), Decimal(0)) == tenths(found.value)


@given(FINDINGS, FINDINGS.filter(bool))
def test_a_further_finding_never_lowers_the_score(
    findings: list[Finding], further: list[Finding]
) -> None:
    assert score([*findings, further[0]]).value >= score(findings).value


@given(FINDINGS, st.randoms(use_true_random=False))
def test_order_does_not_matter(findings: list[Finding], random: object) -> None:
    order = list(range(len(findings)))
    random.shuffle(order)  # type: ignore[attr-defined]
    before, after = score(findings), score([findings[at] for at in order])

    assert after.value == before.value
    told = sorted(zip(map(repr, findings), before.contributions, strict=True))
    shuffled = (repr(findings[at]) for at in order)
    assert sorted(zip(shuffled, after.contributions, strict=True)) == told


@given(FINDINGS)
def test_no_two_counted_findings_rest_on_the_same_evidence(findings: list[Finding]) -> None:
    counted = [
        set(each.evidence)
        for each, points in zip(findings, score(findings).contributions, strict=True)
        if points > 0
    ]
    assert all(not one & other for one, other in combinations(counted, 2))


@given(FINDINGS.filter(bool), st.floats(0.001, 0.999))
def test_identical_evidence_counts_once_at_the_worst_severity(
    findings: list[Finding], severity: float
) -> None:
    first = findings[0]
    twin = Finding("K9", "", first.probability, severity, 0.0, "", "", "", first.evidence)
    worst = max(first.severity, severity)
    alone = Finding("K0", "", first.probability, worst, 0.0, "", "", "", first.evidence)

    assert score([*findings, twin]).value == score([alone, *findings[1:]]).value


@given(FINDINGS)
@settings(max_examples=60)
def test_the_score_is_the_best_of_all_collections_without_common_evidence(
    findings: list[Finding],
) -> None:
    best = 0.0
    for chosen in chain.from_iterable(
        combinations(findings, size) for size in range(len(findings) + 1)
    ):
        if all(not set(a.evidence) & set(b.evidence) for a, b in combinations(chosen, 2)):
            left = 1.0
            for each in chosen:
                left *= 1 - min(each.severity * each.probability, 0.999999)
            best = max(best, 100 * (1 - left))

    assert score(findings).value == pytest.approx(best, abs=0.0501)


def test_the_worked_example_of_the_docstring_is_right() -> None:
    caption = Finding("C", "", 0.8, 0.5, 0.0, "", "", "", (EvidenceRef("passage", None, 0, "x"),))
    found = score([finding(0.72, 0, severity=0.8), finding(0.54, 0, severity=0.6), caption])

    assert (found.value, found.contributions) == (83.2, (59.4, 0.0, 23.8))


def test_nothing_found_scores_nothing() -> None:
    assert score([]).value == 0.0


def test_two_topics_of_the_same_words_are_two_pieces_of_evidence() -> None:
    both = [
        Finding(topic, "", 0.5, 0.8, 0.0, "", "", "", (EvidenceRef("passage", None, 0, topic),))
        for topic in ("political", "mockery")
    ]
    assert score(both).value == 64.0


def test_forty_findings_that_all_hang_together_are_scored_exactly_and_soon() -> None:
    ring = [finding(0.01, at, (at + 1) % 40) for at in range(40)]

    # Of a ring of 40 every second one counts: 1 - 0.99 ** 20.
    assert score(ring).value == 18.2


def test_of_two_equal_weights_on_the_same_evidence_the_worse_severity_counts() -> None:
    mild, grave = finding(0.4, 0, severity=0.5), finding(0.4, 0, severity=0.8)

    assert score([mild, grave]).contributions == (0.0, 40.0)
