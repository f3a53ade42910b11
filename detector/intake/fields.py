"""What a field of the input may hold: the names, and one check per kind of value.

Every check takes what the user wrote and returns what the program works with, or raises
`ValueError` whose message says what was found, what was expected and what to do next. The caller
knows the file, line and column and makes a `Problem` of it. Posts and registers share these checks.
"""

from __future__ import annotations

import codecs
import unicodedata
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import get_args
from zoneinfo import ZoneInfo

from detector.post import AuthorRole

FIELDS = (
    "id",
    "media",
    "text",
    "account",
    "platform",
    "unit",
    "author_role",
    "submitted_at",
    "posted_at",
    "approval",
)
"""The fields of a post as they are spelt in JSONL, CSV and the JSON file beside a clip."""

HOME_ZONE = ZoneInfo("Asia/Karachi")
"""The zone of a time that names none."""

MAX_TEXT_CHARS = 100_000
"""Longest caption that is read; the longest that a large platform takes is 63,206 characters."""
MAX_VALUE_CHARS = 1_000
"""Longest value of any other field."""
YEARS = range(2000, 2101)
"""Years that a time may lie in: outside of them it is a slip of the pen or an epoch."""

ROLES: tuple[AuthorRole, ...] = get_args(AuthorRole)

_OTHER_NAMES = {
    "text": "caption captions message body content description tweet post_text words",
    "media": "file files filename path paths video videos photo photos image images picture "
    "pictures clip clips attachment attachments",
    "account": "handle user username author account_name",
    "author_role": "role author_type",
    "posted_at": "date time timestamp published published_at created_at",
    "approval": "approval_ref approval_reference approval_id reference",
}
_FIELD_MEANT = {other: name for name, others in _OTHER_NAMES.items() for other in others.split()}

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""Byte order marks of other encodings; those of UTF-32 first, they begin like UTF-16."""


def field_name(written: str) -> str:
    """Return a column or key as the fields are spelt: `` Author Role`` is ``author_role``."""
    return "_".join(written.strip().casefold().split())


def field_meant(name: str) -> str:
    """Return the field that an unknown name most likely stands for; empty where none comes near.

    A caption under ``caption`` or ``txet`` is a post's words: judging the post without them would
    be looking away. A column such as ``likes`` means none of the fields.

    Example:
        >>> field_meant("caption"), field_meant("postedat"), field_meant("likes")
        ('text', 'posted_at', '')
    """
    near = get_close_matches(name, FIELDS, n=1, cutoff=0.75)
    return _FIELD_MEANT.get(name) or (near[0] if near else "")


def decode_utf8(data: bytes, *, rows: bool = False) -> str:
    """Decode a text, with or without byte order mark.

    Args:
        data: What the file holds.
        rows: It is a list of rows: a NUL after its first line spoils a row, not the file, and is
            left to whoever reads the rows.

    Raises:
        ValueError: If it is not UTF-8, or holds a NUL, which no text does.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise ValueError(_not_utf8(f"the byte order mark of {name}"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02X} at offset {error.start}, line {line}"
        raise ValueError(_not_utf8(found)) from error
    if "\0" in (text.partition("\n")[0] if rows else text):
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(
            _not_utf8(f"a NUL in line {line} (UTF-16 without its mark, or no text at all)")
        )
    return text


def _not_utf8(found: str) -> str:
    return f"found {found}; expected text in UTF-8; save it again with the encoding UTF-8"


def parse_moment(written: str, *, end_of_day: bool = False) -> datetime:
    """Read a moment in ISO 8601; Asia/Karachi where it names no zone.

    Args:
        written: E.g. ``2024-05-01T18:30``, ``2024-05-01 18:30:00+05:00``, ``2024-05-01``.
        end_of_day: A day without a time means its last microsecond, not its first.

    Raises:
        ValueError: If it is no such moment, or its year is not in `YEARS`.

    Example:
        >>> parse_moment("2024-05-01T18:30").isoformat()
        '2024-05-01T18:30:00+05:00'
    """
    stripped = written.strip()
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError as error:
        raise ValueError(_no_moment(written)) from error
    if moment.year not in YEARS:
        raise ValueError(_no_moment(written))
    if end_of_day and _is_day(stripped):
        moment = datetime.combine(moment.date(), time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=HOME_ZONE)


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _no_moment(written: str) -> str:
    return (
        f"found {shown(written)}; expected a date and time in ISO 8601 between {YEARS[0]} and "
        f"{YEARS[-1]}, such as 2024-05-01T18:30+05:00; correct it or leave it empty"
    )


def parse_role(written: str) -> AuthorRole:
    """Read who posts, spelt with space, underscore or hyphen; empty is ``unknown``.

    Raises:
        ValueError: If it is none of the roles.
    """
    spelt = " ".join(written.casefold().replace("_", " ").replace("-", " ").split())
    for role in ROLES:
        if spelt == role:
            return role
    if not spelt:
        return "unknown"
    raise ValueError(
        f"found the role {shown(written)}; expected one of {', '.join(ROLES)}; "
        f"correct it or leave it empty"
    )


def parse_handle(written: str) -> str:
    """Read an account's handle; a leading ``@`` is dropped.

    Raises:
        ValueError: If it holds what no handle holds, see `parse_value`.
    """
    return parse_value(written).removeprefix("@")


def parse_value(written: str) -> str:
    """Read a short value in one line; surrounding white space is dropped.

    Raises:
        ValueError: If it is too long, or holds a control character or half a surrogate pair.
    """
    value = written.strip()
    if len(value) > MAX_VALUE_CHARS:
        raise ValueError(
            f"found {len(value)} characters; expected at most {MAX_VALUE_CHARS}; shorten it"
        )
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise ValueError(
                f"found the control character U+{ord(character):04X} in {shown(value)}; "
                f"expected one line of text; remove the character"
            )
    return value


def parse_text(written: str) -> str:
    """Check a caption; it is kept as it stands, with its line ends, marks and joiners.

    Raises:
        ValueError: If it is too long, or cannot be stored as text.
    """
    if len(written) > MAX_TEXT_CHARS:
        raise ValueError(
            f"found a text of {len(written)} characters; expected at most {MAX_TEXT_CHARS}; "
            f"shorten it or split the post"
        )
    if "\0" in written or escaped(written) != written:
        raise ValueError(
            "found a NUL or half a surrogate pair in the text; expected Unicode text; "
            "remove the character"
        )
    return written


def shown(written: str) -> str:
    """Return a value as a message shows it: quoted, escaped, cut to 60 characters."""
    return escaped(repr(written if len(written) <= 60 else written[:59] + "…"))


def escaped(text: str) -> str:
    """Return a text that can be written as UTF-8: half surrogate pairs are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
