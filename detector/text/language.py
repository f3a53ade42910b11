"""Which language a text is in, and whether the topic model may judge it at all.

A model that was fitted for three languages has a number for every text in every other one, and the
number means nothing. So a text is read only if its script, its character n-grams and its words
look like what the model knows; otherwise it abstains and says why. Short texts get the benefit of
the doubt: two words cannot prove a language, and a greeting needs no human.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

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
_FOREIGN_SHARE = 0.3
"""A text with more letters than this in another script is not read: a part of it would go unread."""
_CLEAR_LOG_ODDS = 10.0
"""How much likelier an unsupported language must be than the best supported one, in nats."""
_WORDS_FOR_A_DOUBT = 6
"""With fewer words, unknown ones may all be names."""
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
        scripts = Counter(script for each in text if (script := _script(each)))
        if not scripts:
            return LanguageReading(NO_WORDS)
        readable = {_SCRIPT_OF[tag] for tag in self.supported}
        foreign = {name: n for name, n in scripts.items() if name not in readable}
        if sum(foreign.values()) > _FOREIGN_SHARE * scripts.total():
            return self._in_script(max(foreign, key=lambda name: foreign[name]))
        main = max(sorted(readable), key=lambda name: scripts[name])
        tag = self._likeliest(text, main)
        if tag not in self.supported:
            return LanguageReading(tag, self._sentence(f"read as {NAMES.get(tag, tag)}"))
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
        found = f"read as {NAMES[tag]}" if tag in NAMES else f"{script.title()} letters found"
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


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """Name the script of a letter; empty for anything else."""
    if not char.isalpha():
        return ""
    return unicodedata.name(char, "UNNAMED").split()[0]
