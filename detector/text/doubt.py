"""Noise must not become an accusation: doubtful readings lower what the text model makes of them.

The one place where the reading confidence of a passage meets the probabilities of its topics. With
confidence ``c`` the words are what the model was given, and its probability ``p`` stands; with ``1 - c``
they are something else, of which nothing is known, so that nothing is held against it. And one or two
words in a picture are a sign, a name tag, a number plate rather than anybody's view: of ``n`` words on
the screen ``n / 3`` counts, up to 1.

    p' = c * min(1, n / 3) * p          on the screen
    p' = c * p                          spoken

A topic stays flagged only if the lowered probability still reaches the threshold at which the model
flags; where the model does not say its threshold, only if the words are sure (`SURE`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from detector.evidence import Passage, TopicScore

SURE = 0.9
"""Certainty that keeps a flag where the threshold is not known."""
WORDS_OF_A_VIEW = 3
_WORD = re.compile(r"[^\W\d_]{2,}")
"""An initial is no word."""


def doubted(passage: Passage) -> Passage:
    """Return a passage that was judged, its topics lowered by the doubt about its words.

    Example:
        >>> read = Passage(
        ...     "do not vote", "on-screen text", reading_confidence=0.5,
        ...     topics=(TopicScore("political", 0.9, True, threshold=0.6),),
        ... )
        >>> doubted(read).topics[0].probability, doubted(read).topics[0].flagged
        (0.45, False)
    """
    sure = certainty(passage)
    if sure >= 1.0 or not passage.topics:
        return passage
    return replace(passage, topics=tuple(_lowered(each, sure) for each in passage.topics))


def certainty(passage: Passage) -> float:
    """Return by what a passage's probabilities are multiplied, in [0, 1]."""
    if passage.origin != "on-screen text":
        return passage.reading_confidence
    words = len(_WORD.findall(passage.text))
    return passage.reading_confidence * min(1.0, words / WORDS_OF_A_VIEW)


def _lowered(score: TopicScore, sure: float) -> TopicScore:
    probability = sure * score.probability
    reached = sure >= SURE if score.threshold is None else probability >= score.threshold
    return replace(score, probability=probability, flagged=score.flagged and reached)
