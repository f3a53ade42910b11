"""Learns the tables of `detector.text.gloss` from pairs of texts, and from a glossary of our own.

An Urdu word gets the English word that stands opposite it most (IBM's first alignment model: counts,
five rounds of sharing them out). A Roman spelling gets the Urdu word that people wrote it for. What
duty life and party slang say, no such pairs hold: the glossary says it, and is believed first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detector.errors import InputError
from detector.text.gloss import Gloss, skeleton, spelt, table_of
from detector.text.normalise import normalise
from detector.text.pieces import WordPieces
from training.examples import PairExample

_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_ROUNDS = 6
_MOST_WORDS = 60
"""Longer sentences teach little and cost their square."""
_LEAST_SHARE = 0.12
"""A translation that is less likely is chance."""
_FREQUENT = 15_000
"""Pieces with a smaller number are common words: a rare one is seldom what an Urdu word means."""
_FUNCTION_WORDS = frozenset(
    {"the", "of", "to", "and", "a", "in", "is", "by", "that", "as", "for", "on", "with", "it"}
    | {"was", "at", "from"}
)
_SEEN_IN_ENGLISH = 3
_ENGLISH_ODDS = 3.0
"""How much more frequent a word must be in English posts than in Roman Urdu to be read as English."""


@dataclass(slots=True)
class Lexicon:
    """What the pairs say; words are normalised."""

    english: dict[str, list[tuple[float, float, str]]] = field(default_factory=dict)
    """Urdu word -> likeliest English words: probability, count, word."""
    urdu_of: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Roman spelling -> Urdu words."""
    roman_of: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Urdu word -> Roman spellings."""


def learn(translated: Iterable[PairExample], romanised: Iterable[PairExample]) -> Lexicon:
    """Learn from pairs English-Urdu and Urdu-Roman Urdu."""
    found = Lexicon(english=_translations([_sides(each, "en") for each in translated]))
    for pair in romanised:
        roman, urdu = _sides(pair, "ur-Latn")
        weight = 1.0 if len(urdu) > 1 else 0.5  # a word list does not say how usual a spelling is
        roman, urdu = ([word for word in side if word.isalnum()] for side in (roman, urdu))
        if len(roman) != len(urdu):
            continue
        for spelling, word in zip(roman, urdu, strict=True):
            if _ARABIC.search(word) and spelling.isascii():
                found.urdu_of[spelling][word] += weight  # type: ignore[assignment]
                found.roman_of[word][spelling] += weight  # type: ignore[assignment]
    return found


def build(
    lexicon: Lexicon, glossary: Mapping[str, str], english: Counter[str], pieces: WordPieces
) -> Gloss:
    """Make the tables.

    Args:
        lexicon: What pairs say.
        glossary: Word in either script -> English words; believed first. See `read_glossary`.
        english: How often each word stands in English posts, to tell English words in a Roman text.
        pieces: The encoder's vocabulary.
    """
    urdu = _urdu(lexicon, glossary, pieces)
    count = {each: sum(words.values()) for each, words in lexicon.urdu_of.items()}
    per_english, per_roman = max(sum(english.values()), 1), max(sum(count.values()), 1)
    roman = {each: gloss for each, gloss in glossary.items() if not _ARABIC.search(each)}
    by_skeleton: defaultdict[str, list[str]] = defaultdict(list)
    for spelling, words in lexicon.urdu_of.items():
        if not spelling.isalpha():
            continue
        by_skeleton[skeleton(spelling)].append(spelling)
        if spelling in roman or _is_english(
            english[spelling] / per_english, count[spelling] / per_roman, spelling, english, pieces
        ):
            continue
        best = max(words, key=lambda word: words[word] + 0.2 * (word in lexicon.english))
        roman[spelling] = urdu.get(best) or spelt(best)
    for word, times in english.items():
        if times >= _SEEN_IN_ENGLISH and word in pieces and word.isalpha():
            roman.setdefault(word, word)
    bones = {}
    for bone, spellings in by_skeleton.items():
        usual = max(spellings, key=lambda each: (count[each], -len(each)))
        if usual in roman:
            bones[bone] = roman[usual]
    return Gloss(pieces, *(table_of(_cut(each, pieces)) for each in (urdu, roman, bones)))


def read_glossary(path: Path) -> dict[str, str]:
    """Read the glossary: lines ``word|word<TAB>English words``, ``#`` begins a comment.

    Raises:
        InputError: If a line is none of these, or gives a word a second meaning.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words, tab, english = line.partition("\t")
        if not tab or not english.strip():
            raise InputError(
                f"line {number} of {path} is {line[:60]!r}; expected words with | between them, a "
                f"tab, and English words; correct it"
            )
        for word in words.split("|"):
            plain = normalise(word).text
            if plain and found.setdefault(plain, english.strip()) != english.strip():
                raise InputError(
                    f"line {number} of {path} says that {word} means {english.strip()!r}; an earlier "
                    f"line says {found[plain]!r}; expected one meaning; take one of them out"
                )
    return found


def english_words(texts: Iterable[str]) -> Counter[str]:
    """Count in how many normalised English texts each word stands."""
    return Counter(word for text in texts for word in set(_WORD.findall(text)))


def _is_english(
    in_english: float, in_roman: float, word: str, english: Counter[str], pieces: WordPieces
) -> bool:
    seen = english[word] >= _SEEN_IN_ENGLISH and word in pieces
    return seen and in_english > _ENGLISH_ODDS * in_roman


def _urdu(lexicon: Lexicon, glossary: Mapping[str, str], pieces: WordPieces) -> dict[str, str]:
    found = {word: _best(given, pieces) for word, given in lexicon.english.items()}
    for word, spellings in lexicon.roman_of.items():
        if word not in found:
            found[word] = max(spellings, key=lambda each: (spellings[each], -len(each)))
    return found | {each: gloss for each, gloss in glossary.items() if _ARABIC.search(each)}


def _best(given: Sequence[tuple[float, float, str]], pieces: WordPieces) -> str:
    """Choose among nearly equal translations the one that is a common English word."""

    def worth(entry: tuple[float, float, str]) -> float:
        share, count, word = entry
        [*cut] = pieces.cut(word)
        usual = 0.5 if len(cut) > 1 else 1.5 if cut[0] < _FREQUENT else 1.0
        return share * usual * (0.6 if word in _FUNCTION_WORDS and count < 50 else 1.0)

    top = max(share for share, _, _ in given)
    return max((each for each in given if each[0] >= top / 2), key=worth)[2]


def _cut(words: Mapping[str, str], pieces: WordPieces) -> dict[str, list[int]]:
    return {
        word: [piece for each in _WORD.findall(gloss) for piece in pieces.cut(each)]
        for word, gloss in words.items()
    }


def _sides(pair: PairExample, first: str) -> tuple[list[str], list[str]]:
    """Return the words of a pair, those in the language `first` first."""
    src, tgt = (_WORD.findall(normalise(each).text) for each in (pair.src, pair.tgt))
    return (src, tgt) if pair.src_lang == first else (tgt, src)


def _translations(
    pairs: Sequence[tuple[list[str], list[str]]],
) -> dict[str, list[tuple[float, float, str]]]:
    if not any(left for left, _ in pairs):
        return {}
    english: dict[str, int] = {}
    urdu: dict[str, int] = {"": 0}  # what has no counterpart stands opposite nothing
    heads, tails, places, at = [], [], [], 0
    for left, right in pairs:
        e = np.array([english.setdefault(each, len(english)) for each in left[:_MOST_WORDS]], int)
        f = np.array([0, *(urdu.setdefault(each, len(urdu)) for each in right[:_MOST_WORDS])], int)
        heads.append(np.repeat(e, len(f)))
        tails.append(np.tile(f, len(e)))
        places.append(np.repeat(np.arange(at, at + len(e)), len(f)))
        at += len(e)
    key = np.concatenate(tails) * len(english) + np.concatenate(heads)
    place = np.concatenate(places)
    links, link = np.unique(key, return_inverse=True)
    tail = links // len(english)
    share: npt.NDArray[np.float64] = np.ones(len(links))
    count: npt.NDArray[np.float64] = np.zeros(len(links))
    for _ in range(_ROUNDS):
        weight = share[link]
        count = np.bincount(link, weight / np.bincount(place, weight)[place], len(links)).astype(
            float
        )
        share = count / np.bincount(tail, count, len(urdu))[tail]
    words, of = list(english), list(urdu)
    found: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for number in np.flatnonzero(share >= _LEAST_SHARE / 2).tolist():
        word, gloss = of[int(tail[number])], words[int(links[number] % len(english))]
        if _ARABIC.search(word) and word.isalnum() and gloss.isascii() and gloss.isalpha():
            found[word].append((float(share[number]), float(count[number]), gloss))
    return {
        word: sorted(given, reverse=True)[:3]
        for word, given in found.items()
        if max(share for share, _, _ in given) >= _LEAST_SHARE
    }
