"""Every way in which a register speaks against a post has a sentence of its own."""

from __future__ import annotations

import pytest

from detector.policy.lookups import look_up_account, look_up_approval, look_up_duty, tell_author
from detector.registers import Registers
from tests.detector.policy import builders as made

NOON = made.at("2024-10-10T12:00")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        pytest.param("A-OLD", "had expired: it held until 2024-09-30 23:59 PKT", id="expired"),
        pytest.param("A-NEW", "not yet valid: it holds from 2024-11-01 00:00 PKT", id="not-yet"),
        pytest.param("A-FILE", "is for another file", id="other-media"),
        pytest.param("A-OTHER", "is for another account: lahorepolice", id="other-account"),
        pytest.param("A-UNIFORM", "covers uniform, not weapon", id="other-labels"),
        pytest.param("A-404", "on file: A-404 is not in the register", id="unknown-reference"),
        pytest.param("", "on file: the post names no approval.", id="no-reference"),
    ],
)
def test_an_approval_that_does_not_hold_says_why(reference: str, expected: str) -> None:
    post = made.post(approval=reference, account="khipolice", posted_at=NOON)

    answer = look_up_approval(post, made.OFFICE, [("weapon", made.SHA)])

    assert not answer.valid
    assert [each for each in answer.problems if expected in each] == list(answer.problems)


def test_an_approval_that_fails_in_two_ways_says_both() -> None:
    post = made.post(approval="A-OLD", posted_at=NOON)
    rows = (made.approval("A-OLD", labels=("badge",), valid_until="2024-10-02T00:00"),)

    answer = look_up_approval(post, Registers(approvals=rows), [("weapon", made.SHA)])

    assert len(answer.problems) == 2


def test_without_a_register_the_sentence_says_that_none_is_loaded() -> None:
    answer = look_up_approval(made.post(), Registers(), [])

    assert answer.problems == (
        "Shown without an approval on file: the post names no approval, and no register of "
        "approvals is loaded.",
    )


def test_two_rows_of_one_approval_may_cover_a_file_each() -> None:
    rows = tuple(made.approval("A", media_sha256=each) for each in (made.SHA, made.OTHER_SHA))
    post = made.post(approval="A", posted_at=NOON)
    shown = [("uniform", made.SHA), ("weapon", made.OTHER_SHA)]

    assert look_up_approval(post, Registers(approvals=rows), shown).valid
    assert not look_up_approval(post, Registers(approvals=rows[:1]), shown).valid


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"account": "ali"}, "the account ali on TikTok is on file as unofficial", id="no"
        ),
        pytest.param(
            {"account": "zed"},
            "the account zed on TikTok is not in the register of accounts",
            id="?",
        ),
        pytest.param({}, "the post names no account", id="no-account"),
        pytest.param(
            {"account": "khipolice", "platform": ""},
            "the post names no platform for the account khipolice",
            id="no-platform",
        ),
    ],
)
def test_an_account_that_is_not_official_says_why(fields: dict[str, str], expected: str) -> None:
    assert look_up_account(made.post(**fields), made.OFFICE).problem == expected


def test_an_account_is_unofficial_where_no_register_is_loaded() -> None:
    answer = look_up_account(made.post(account="khipolice"), Registers())
    assert (answer.official, answer.problem) == (False, "no register of accounts is loaded")


@pytest.mark.parametrize(
    ("role", "account", "expected"),
    [
        pytest.param(
            "private person",
            "khipolice",
            (
                "official account",
                True,
                "The post says private person; the register of accounts says official.",
            ),
            id="contradicted",
        ),
        pytest.param(
            "unknown",
            "khipolice",
            (
                "official account",
                True,
                "The post does not say who posts; the register of accounts says official.",
            ),
            id="known-to-the-register-alone",
        ),
        pytest.param(
            "unknown",
            "ali",
            (
                "personnel",
                False,
                "Author unknown. The register of accounts has the account, as unofficial.",
            ),
            id="on-file-as-unofficial",
        ),
        pytest.param("unknown", "zed", ("personnel", False, "Author unknown."), id="not-on-file"),
        pytest.param("officer", "khipolice", ("official account", True, ""), id="agreed"),
    ],
)
def test_what_only_the_register_says_of_an_author_is_told(
    role: str, account: str, expected: tuple[str, bool, str]
) -> None:
    post = made.post(author_role=role, account=account)
    author = tell_author(post, look_up_account(post, made.OFFICE))

    assert (author.bound_as, author.known, author.remark) == expected
    assert bool(author.doubt) == (role == "private person")


def test_duty_without_a_row_for_the_account_is_not_off_duty() -> None:
    answer = look_up_duty(made.post(account="omar", posted_at=NOON), made.OFFICE)
    assert answer.unknown == "the register of duty hours has none for omar"


def test_rows_are_named_in_the_form_in_which_they_are_compared() -> None:
    post = made.post(account="@Ali ", platform=" TikTok", approval=" A-All")

    assert look_up_account(post, made.OFFICE).row == "accounts:tiktok/ali"
    assert look_up_approval(post, made.OFFICE, []).row == "approvals:a-all"
    assert look_up_duty(post, made.OFFICE).row == "duty:ali"
