"""The words that come with a post: its caption with the hashtags in it, and the names of its files.

Nothing is rewritten here: a passage is a stretch of the post as it was typed, so that a highlight
falls where it should. Splitting hashtags and file names into words is the reader's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from detector.evidence import ChannelName, Passage
from detector.post import Post
from detector.text.scripts import phrases

MAX_CHARS = 1000
"""A longer caption is cut: a view in one sentence would drown in pages of other words."""

_ONLY_HASHTAGS = re.compile(r"(?:\s*#\w+)+\s*")
_BREAKS = (re.compile(r"\n\s*"), re.compile(r"[.!?۔؟]\s+"), re.compile(r"\s+"))
"""Where a caption may be cut, the better places first."""
_PIECES = re.compile(r"[^\W_]+")
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_MACHINE_WORDS = """
am and android at aud audio burst cam camera capture chat clip com compressed converted copy dji
document download downloaded dsc dscn edit edited export facebook fb file final forwarded gif
gopro hd image images img inshot insta instagram kinemaster messenger mov movie mp mvi new of
output photo photos pic picture pm post ptt pxl rec record recording reel render sample screen
screenrecording screenshot signal snap snapchat status story telegram temp test the tiktok tmp
twitter untitled upload vid video videos vn wa whatsapp youtube yt
"""
_GIVEN_BY_A_MACHINE = frozenset(_MACHINE_WORDS.split())
_HEX = re.compile(r"[0-9a-f]{8,}")
_VOWEL_OR_NOT_LATIN = re.compile(r"[aeiouy]|[^\x00-\u024f]")


class CaptionSource:
    """Finds what was typed: caption, hashtags and file names."""

    @property
    def channel(self) -> ChannelName:
        """The channel it examines."""
        return "caption"

    def passages(self, post: Post) -> Iterator[Passage]:
        """Yield the caption, then each file name that says something.

        The caption comes in stretches if it is long or changes its script for a phrase, so that
        each is read in its own language.
        Hashtags are read where they stand, as part of their sentence; a caption of hashtags alone
        has the origin ``hashtag``. The text of a file name is the name without folder and ending.
        """
        only_hashtags = _ONLY_HASHTAGS.fullmatch(post.text) is not None
        for stretch in _stretches(post.text):
            yield Passage(stretch, "hashtag" if only_hashtags else "caption")
        for index, media in enumerate(post.media):
            stem = PurePosixPath(media.name).stem
            if says_something(stem):
                yield Passage(stem, "file name", media=index)


def says_something(stem: str) -> bool:
    """Whether a file name without ending holds a word that a person chose.

    Example:
        >>> says_something("VID-20240101-WA0003"), says_something("jalsa_2024")
        (False, True)
    """
    return any(_is_word(run) for piece in _PIECES.findall(stem) for run in _runs(piece))


def _runs(piece: str) -> list[str]:
    """Return the letters of a piece of a file name; nothing for an id of letters and digits mixed."""
    lower = piece.casefold()
    runs = _RUNS.findall(lower)
    is_id = len(runs) > 2 or (len(runs) > 1 and _HEX.fullmatch(lower) is not None)
    return [] if is_id else runs


def _is_word(run: str) -> bool:
    return (
        len(run) > 1
        and not run.isdigit()
        and run not in _GIVEN_BY_A_MACHINE
        and _HEX.fullmatch(run) is None
        and _VOWEL_OR_NOT_LATIN.search(run) is not None
    )


def _stretches(text: str) -> Iterator[str]:
    """Cut a text into stretches of one script and at most `MAX_CHARS`; blank ones are left out."""
    for begin, stop in phrases(text):
        phrase = text[begin:stop]
        start = 0
        while start < len(phrase):
            end = _cut(phrase, start)
            if phrase[start:end].strip():
                yield phrase[start:end].strip()
            start = end


def _cut(text: str, start: int) -> int:
    """Return where the stretch that begins at `start` ends: at a break in its second half."""
    limit = start + MAX_CHARS
    if limit >= len(text):
        return len(text)
    for break_ in _BREAKS:
        ends = [each.end() for each in break_.finditer(text, start + MAX_CHARS // 2, limit)]
        if ends:
            return ends[-1]
    return limit
