"""What was not looked at, read or heard of a post keeps it from being clear, and is said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detector.evidence import Channel, Evidence, Gap
from detector.policy.judge import judge
from detector.policy.pack import load_pack
from detector.registers import Registers
from detector.verdict import Verdict
from tests.detector.policy import builders as made

KARACHI = load_pack("karachi-2024")
LOST = Gap(0.0, 10.0, "its sound: the decoding process ended", "speech")
LINES = Gap(4.0, 10.0, "more than 600 lines of on-screen text", "on-screen text")
URDU = Gap(2.0, 3.0, "1 line could not be read", "on-screen text in Urdu script")
NO_WORDS = replace(KARACHI, clauses=tuple(each for each in KARACHI.clauses if not each.reads))


def reason(verdict: Verdict, clause: str) -> str:
    """Return why a clause has its state."""
    return next(each.reason for each in verdict.clauses if each.clause == clause)


def missing(*gaps: Gap) -> Evidence:
    """Return evidence of a clip of ten seconds whose frames were all looked at."""
    return made.evidence(replace(made.clip(), gaps=gaps))


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        pytest.param(
            LOST,
            "speech in clip.mp4 was not heard in full from 0.0 s to 10.0 s (its sound: the "
            "decoding process ended)",
            id="sound",
        ),
        pytest.param(
            LINES,
            "on-screen text in clip.mp4 was not read in full from 4.0 s to 10.0 s (more than 600",
            id="lines",
        ),
        pytest.param(
            replace(LOST, start_s=10.0),
            "speech in clip.mp4 was not heard in full, and how much is missing nobody can tell",
            id="length-unknown",
        ),
    ],
)
def test_words_that_were_not_read_or_heard_are_for_a_person_and_never_clear(
    gap: Gap, said: str
) -> None:
    verdict = judge(KARACHI, made.post(), missing(gap), Registers())
    states = {each.clause: each.state for each in verdict.clauses}

    assert (verdict.band, verdict.score, verdict.has_gaps) == ("review", 0.0, True)
    assert verdict.coverage == 1.0
    assert said in verdict.band_reason
    assert f"{said[:1].upper()}{said[1:]}" in reason(verdict, "K3")
    assert (states["K1"], states["K3"]) == ("not met", "not judged")
    assert reason(verdict, "K1") == ""


def test_a_gap_of_words_is_no_reason_to_hold_a_post() -> None:
    seen = replace(made.clip(made.sighting()), gaps=(LOST,))
    whole = judge(KARACHI, made.post(), made.evidence(made.clip(made.sighting())), Registers())
    assert judge(KARACHI, made.post(), made.evidence(seen), Registers()).score == whole.score


def test_a_gap_of_words_that_no_clause_reads_is_told_with_a_clear_post() -> None:
    verdict = judge(NO_WORDS, made.post(), missing(LOST), Registers())

    assert verdict.band == "clear"
    assert verdict.band_reason == (
        "No clause that was judged is met; no clause that applies asks for words, and speech in "
        "clip.mp4 was not heard in full from 0.0 s to 10.0 s (its sound: the decoding process ended)."
    )


@pytest.mark.parametrize(
    ("required", "gap", "band"),
    [
        pytest.param("speech", LOST, "review", id="speech"),
        pytest.param("on-screen text", LINES, "review", id="lines"),
        pytest.param("on-screen text", URDU, "review", id="one-script-of-it"),
        pytest.param("speech", LINES, "clear", id="another-channel"),
    ],
)
def test_a_pack_that_requires_a_channel_requires_all_of_it(
    required: str, gap: Gap, band: str
) -> None:
    pack = replace(NO_WORDS, requires=("frames", required))
    channels = (Channel("on-screen text", True), Channel("speech", True))
    evidence = replace(missing(gap), channels=channels)

    verdict = judge(pack, made.post(), evidence, Registers())

    assert verdict.band == band
    if band == "review":
        assert f"the policy requires {required} to be examined, but" in verdict.band_reason
        assert f"from {gap.start_s:.1f} s to {gap.end_s:.1f} s" in verdict.band_reason


def test_a_gap_in_frames_is_no_gap_of_words() -> None:
    pack = replace(KARACHI, requires=("frames", "caption", "speech"))
    evidence = replace(made.evidence(made.clip(coverage=0.97)), channels=(Channel("speech", True),))
    verdict = judge(pack, made.post(), evidence, Registers())

    assert verdict.band == "clear"
    assert reason(verdict, "K3") == ""


def test_a_short_file_that_was_lost_is_not_outweighed_by_a_long_one() -> None:
    long = replace(made.clip(), name="long.mp4", duration_s=120.0, looked_s=120.0)
    lost = replace(
        made.clip(),
        name="short.mp4",
        duration_s=5.0,
        looked_s=0.5,
        gaps=(Gap(0.5, 5.0, "could not be decoded"),),
    )
    verdict = judge(KARACHI, made.post(), made.evidence(long, lost), Registers())

    assert verdict.coverage > 0.95
    assert verdict.band == "review"
    assert "10 % of short.mp4 was looked at, under the limit of 95 %" in verdict.band_reason


def test_of_one_file_alone_the_share_is_said_once() -> None:
    verdict = judge(KARACHI, made.post(), made.evidence(made.clip(coverage=0.5)), Registers())
    assert reason(verdict, "K1") == "50 % of the media was looked at, under the limit of 95 %."
