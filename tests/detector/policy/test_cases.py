"""The table `cases.csv`: what the directives say of a hundred posts, written from their texts.

``karachi`` gives the states of K1, K2, K3 and K5 and the band, ``kp`` those of P1 to P6: ``+`` met,
``-`` not met, ``?`` not judged, ``/`` does not apply. The clauses left out are never judged.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from detector.evidence import Channel, Evidence, MediaEvidence, ModelRef, Passage, TopicScore
from detector.policy.judge import judge
from detector.policy.pack import load_pack
from detector.post import Post
from detector.registers import Registers
from detector.text.doubt import doubted
from tests.detector.policy import builders as made

with Path(__file__).with_name("cases.csv").open(encoding="utf-8") as table:
    CASES = list(csv.DictReader(table))
SIGNS = {"met": "+", "not met": "-", "not judged": "?", "does not apply": "/"}
JUDGED = {
    "karachi-2024": ("karachi", ("K1", "K2", "K3", "K5")),
    "kp-2024": ("kp", ("P1", "P2", "P3", "P4", "P5", "P6")),
}
PACKS = {name: load_pack(name) for name in JUDGED}


def seen_in(case: dict[str, str]) -> tuple[MediaEvidence, ...]:
    if not case["shows"]:
        return ()
    photo = "photo" in case["shows"]
    situation = case["situation"]
    coverage = float(situation.split()[1]) if situation.startswith("coverage") else 1.0
    parts = [each.split() for each in case["shows"].split(";")]
    sightings = [made.sighting(each[0], float(each[1])) for each in parts if each[0] != "nothing"]
    found = made.clip(*sightings, coverage=coverage, photo=photo)
    if situation == "not read":
        found = MediaEvidence(found.name, found.sha256, "photo", (0, 0), 0.0, 0.0, 0, 0)
    return (found,)


def read_in(case: dict[str, str]) -> tuple[Passage, ...]:
    says = case["says"]
    if not says:
        return ()
    passages, caption = [], []
    for part in says.split(";"):
        told = part.split()
        if told[-1] == "abstained":
            origin = " ".join(told[:-1]) or "caption"
            passages.append(
                Passage("IMG 2034", origin, abstained="not supported")  # type: ignore[arg-type]
            )
        elif told[0] == "on-screen":
            sure = float(told[4]) if len(told) > 4 else 1.0
            score = replace(made.flagged(told[1], float(told[2])), threshold=0.4)
            read = Passage(
                "one two three", "on-screen text", 0, 3.0, 4.0, None, sure, "en", (score,)
            )
            passages.append(doubted(read))
        elif told[0] not in {"plain", "unread"}:
            topic, _, target = told[0].partition(":")
            caption.append(TopicScore(topic, float(told[1]), len(told) == 2, target))
    if says == "unread":
        return (Passage("some words", "caption"),)
    return (*passages, made.words(*caption)) if caption or says == "plain" else tuple(passages)


def models_of(situation: str) -> tuple[ModelRef, ...]:
    text = {"all topics": made.ALL_TOPICS, "all targets": made.ALL_TARGETS}.get(
        situation, made.TEXT
    )
    vision = made.VISION
    if situation == "no badge label":
        vision = ModelRef("vision", "test", "2" * 64, ("uniform", "vehicle", "weapon"))
    if situation == "no text model":
        return (vision,)
    return (text,) if situation == "no vision model" else (vision, text)


def evidence_of(case: dict[str, str]) -> Evidence:
    situation = case["situation"]
    channels: tuple[Channel, ...] = ()
    if situation.endswith("not examined"):
        name = situation.removesuffix(" not examined")
        channels = (Channel(name, examined=False, note="switched off"),)  # type: ignore[arg-type]
    return made.evidence(
        *seen_in(case), passages=read_in(case), channels=channels, models=models_of(situation)
    )


def post_of(case: dict[str, str]) -> Post:
    account, _, platform = case["account"].strip("@").partition("@")
    names = ("clip.mp4",) if case["shows"] else ()
    if case["situation"] == "file missing":
        names += ("lost.mp4",)
    caption = case["says"] and not case["says"].startswith(("on-screen", "file name"))
    return made.post(
        text="some words" if caption else "",
        media=made.media(*names),
        author_role=case["author"],
        account=account,
        platform=platform or "TikTok",
        approval=case["approval"],
        posted_at=made.at(case["posted_at"]) if case["posted_at"] else None,
        submitted_at=made.at(case["submitted_at"]) if case["submitted_at"] else None,
    )


@pytest.mark.parametrize("pack", JUDGED)
@pytest.mark.parametrize("case", CASES, ids=[each["id"] for each in CASES])
def test_a_post_is_judged_as_the_directives_say(case: dict[str, str], pack: str) -> None:
    column, clauses = JUDGED[pack]
    registers = made.OFFICE if case["registers"] == "office" else Registers()

    verdict = judge(PACKS[pack], post_of(case), evidence_of(case), registers)

    states = {each.clause: each.state for each in verdict.clauses}
    signs = "".join(SIGNS[states[each]] for each in clauses)
    assert f"{signs} {verdict.band}" == case[column], case["why"]
    met = {each.clause for each in verdict.clauses if each.state == "met"}
    assert {each.clause for each in verdict.findings} == met
    carried = {state for clause, state in states.items() if clause not in clauses}
    assert carried == {"not judged"}


def test_the_table_holds_at_least_sixty_different_posts() -> None:
    fields = ("author", "account", "shows", "says", "approval", "posted_at", "submitted_at")
    posts = {tuple(each[key] for key in (*fields, "registers", "situation")) for each in CASES}
    assert len(posts) == len(CASES) >= 60
