"""Which language a text is in, and whether the topic model may judge it at all.

A model that was fitted for three languages has a number for every text in every other one, and the
number means nothing. So a text is read only if its script, its character n-grams and its words
look like what the model knows; otherwise it abstains and says why. A phrase in another script is
asked for its own language: what cannot be read must not pass for what can. Short texts get the benefit of
the doubt: two words cannot prove a language, and a greeting needs no human.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detector.text.scripts import Run, runs, script_of

NO_WORDS = "zxx"
"""BCP 47 tag of a text without words: emoji, digits, an address."""
UNKNOWN = "und"
"""BCP 47 tag of a text in a language that could not be told."""

NAMES: Mapping[str, str] = {
    "en": "English",
    "ur": "Urdu",
    "ur-Latn": "Roman Urdu",
    "hi": "Hindi",
    "ps": "Pashto",
    "sd": "Sindhi",
}

_SCRIPT_OF = {"en": "LATIN", "ur-Latn": "LATIN", "ur": "ARABIC", "ps": "ARABIC", "sd": "ARABIC"}
_LANGUAGE_OF_SCRIPT = {"DEVANAGARI": "hi"}
_LETTERS_OF = {"CJK": "Chinese or Japanese"}
_FOREIGN_SHARE = 0.3
"""A text with more letters than this in another script is not read: a part of it would go unread."""
_CLEAR_LOG_ODDS = 10.0
"""How much likelier an unsupported language must be than the best supported one, in nats."""
_WORDS_FOR_A_DOUBT = 6
"""With fewer words, unknown ones may all be names."""
_SPELLED_LETTERS = 8
"""Fewer single letters are initials."""
_SINGLE = re.compile(r"(?<!\w)[^\W\d_](?!\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class LanguageReading:
    """What a text was read as."""

    tag: str
    """BCP 47 tag; `NO_WORDS` or `UNKNOWN` where there is none."""
    abstained: str = ""
    """Why it should not be judged; empty where it may be."""


@dataclass(frozen=True, slots=True)
class Languages:
    """Tells supported languages from the rest."""

    supported: tuple[str, ...]
    """BCP 47 tags of the languages that the topic model was fitted for."""
    min_known: float
    """Least share of a text's words that must have been seen when the model was fitted."""
    known: frozenset[int]
    """CRC-32 of every word that was seen, normalised, in UTF-8."""
    log_likelihood: Callable[[str], Mapping[str, float]]
    """Log-likelihood of a normalised text under each known language, in nats."""

    def read(self, text: str) -> LanguageReading:
        """Tell the language of a normalised text."""
        parts = _by_script(text)
        if not parts:
            return LanguageReading(NO_WORDS)
        if _is_spelled(text):
            return LanguageReading(UNKNOWN, self._sentence("written letter by letter"))
        readable = {_SCRIPT_OF[tag] for tag in self.supported}
        foreign = [each for each in parts if each.script not in readable]
        n_foreign = sum(each.letters for each in foreign)
        n_letters = sum(each.letters for each in parts)
        if n_foreign > _FOREIGN_SHARE * n_letters or any(each.is_phrase for each in foreign):
            return self._in_script(max(foreign, key=lambda each: each.letters).script)
        parts = [each for each in parts if each.script in readable]
        main, *others = sorted(parts, key=lambda each: (-each.letters, each.script))
        tag = self._likeliest(text, main.script)
        if tag not in self.supported:
            return LanguageReading(tag, self._sentence(f"read as {NAMES.get(tag, tag)}"))
        for other in (each for each in others if each.is_phrase):
            part = _only(text, other.script)
            tag_of_part = self._likeliest(part, other.script)
            if tag_of_part not in self.supported:
                found = f"{other.words} of its words read as {NAMES.get(tag_of_part, tag_of_part)}"
                return LanguageReading(tag_of_part, self._sentence(found))
        return self._with_known_words(text, tag)

    def _with_known_words(self, text: str, tag: str) -> LanguageReading:
        words = words_of(text)
        n_known = sum(word_key(each) in self.known for each in words)
        if len(words) >= _WORDS_FOR_A_DOUBT and n_known < self.min_known * len(words):
            found = f"only {n_known} of its {len(words)} words are known"
            return LanguageReading(UNKNOWN, self._sentence(found))
        return LanguageReading(tag)

    def _likeliest(self, text: str, script: str) -> str:
        scores = {
            tag: score
            for tag, score in self.log_likelihood(text).items()
            if _SCRIPT_OF.get(tag) == script
        }
        best = max(sorted(scores), key=lambda tag: scores[tag])
        supported = max(sorted(set(scores) & set(self.supported)), key=lambda tag: scores[tag])
        return best if scores[best] - scores[supported] > _CLEAR_LOG_ODDS else supported

    def _in_script(self, script: str) -> LanguageReading:
        tag = _LANGUAGE_OF_SCRIPT.get(script, UNKNOWN)
        found = (
            f"read as {NAMES[tag]}"
            if tag in NAMES
            else f"{_LETTERS_OF.get(script, script.title())} letters found"
        )
        return LanguageReading(tag, self._sentence(found))

    def _sentence(self, found: str) -> str:
        names = [NAMES.get(tag, tag) for tag in self.supported]
        fitted = ", ".join(names[:-1]) + " and " + names[-1] if names[1:] else names[0]
        return f"{found}; the model was fitted for {fitted}; a person should read it"


def words_of(text: str) -> list[str]:
    """Return the words of a normalised text that can be known or unknown: two letters or more."""
    return _WORD.findall(text)


def word_key(word: str) -> int:
    """Return the number under which a normalised word is remembered: words themselves are not kept."""
    return zlib.crc32(word.encode())


def _by_script(text: str) -> list[Run]:
    """Return what a text holds of each script, wherever it stands, as one run."""
    found: dict[str, Run] = {}
    for run in runs(text, hashtags=True):
        found[run.script] = found[run.script].joined(run) if run.script in found else run
    return list(found.values())


def _only(text: str, script: str) -> str:
    """Return a text without the letters of other scripts."""
    return " ".join("".join(c if script_of(c) in ("", script) else " " for c in text).split())


def _is_spelled(text: str) -> bool:
    """Whether most of a text's words are single letters, too many for initials."""
    singles = len(_SINGLE.findall(text))
    return singles >= _SPELLED_LETTERS and singles > len(words_of(text))
