"""What looks like a secret or a number of a person is covered: in reports, exports, on the terminal.

Words read off a screen hold what people film by accident: a card, an identity card, a password on a
note. Nobody needs it to judge a post. A masked text is as long as the text, so that offsets of words
that moved a score stay right; the store keeps the words as they were read, for the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from stdnum import iban, luhn
from stdnum.pk import cnic

from detector.evidence import Passage

COVER = "•"
_GAP = r"[ \-\u2010-\u2015./]"
_CNIC = re.compile(rf"(?<!\d)\d{{5}}{_GAP}?\d{{7}}{_GAP}?\d(?!\d)")
_CARD = re.compile(rf"(?<!\d)\d(?:{_GAP}?\d){{12,18}}(?!\d)")
_PHONE = re.compile(
    rf"(?<![\d\w])(?:\(?\+?(?:92|۹۲|٩٢)\)?{_GAP}*\(?0?\)?|\(?0092\)?{_GAP}*|0)"
    rf"(?:3\d{{2}}|\d{{2,3}}){_GAP}*\)?(?:{_GAP}*\d){{6,9}}(?!\d)"
)
_PHONE_URDU = re.compile(rf"(?<!\d)[۰٠][۳٣](?:{_GAP}?\d){{9}}(?!\d)")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_NAMED = re.compile(
    r"(?:pass(?:word|code|wd)?|pwd|pin(?:[ -]?code)?|otp|cvv|cvc|پاس ?ورڈ|خفیہ کوڈ|پن ?کوڈ)"
    r"(?:\s+(?:is|hai|ہے|yeh hai|یہ ہے))?\s*[:=\-–>]*\s*(?P<secret>\S{3,64})",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[:;/|]\s*(?P<secret>\S{4,64})")
_SECRET = re.compile(r"(?=.*[\d@#$%^&*!_])(?=.*[^\W\d_]|\d{3})\S+")
"""What may be a secret after such a word: "password protected" has none."""


def masked(text: str) -> str:
    """Return a text with secrets and numbers of persons covered; as long as the text.

    Covered are passwords after their word or after an e-mail address, payment cards (Luhn), CNIC,
    Pakistani telephone numbers and IBANs; of numbers the last two digits stay, so that a reader can
    tell two apart.

    Example:
        >>> masked("Call 0300-1234567, password: Hunter2!")
        'Call ••••-•••••67, password: ••••••••'
    """
    covered = list(text)
    for start, end, keep in _found(text):
        digits = [at for at in range(start, end) if text[at].isalnum()]
        stay = set(digits[len(digits) - keep :]) if keep else set()
        for at in range(start, end):
            if at not in stay and (not keep or text[at].isalnum()):
                covered[at] = COVER
    return "".join(covered)


def masked_passage(passage: Passage) -> Passage:
    """Return a passage with its text masked; the offsets of its words stay right."""
    text = masked(passage.text)
    return passage if text == passage.text else replace(passage, text=text)


def _found(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start and end of what is to be covered, and how many of its last characters stay."""
    for pattern in (_NAMED, _LOGIN):
        for each in pattern.finditer(text):
            if _SECRET.fullmatch(each["secret"]):
                yield *each.span("secret"), 0
    for pattern, right in _NUMBERS:
        for each in pattern.finditer(text):
            if right(_plain(each[0])):
                yield *each.span(), 2


def _plain(number: str) -> str:
    """Return the letters and digits of a number, the digits in ASCII."""
    return "".join(
        str(int(each)) if each.isdecimal() else each for each in number if each.isalnum()
    )


def _always(_: str) -> bool:
    return True


def _is_cnic(number: str) -> bool:
    # Written 5-7-1 it is one whatever its check; bare digits must be one.
    return bool(cnic.is_valid(number)) or number[:1] in "1234567"


_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (_CNIC, _is_cnic),
    (_CARD, luhn.is_valid),
    (_PHONE, _always),
    (_PHONE_URDU, _always),
    (_IBAN, iban.is_valid),
)
