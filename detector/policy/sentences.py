"""What a finding says to the reviewer: what was seen or read, where, and what makes it a breach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detector.policy.clauses import Clause
from detector.policy.lookups import Author
from detector.policy.selection import Read, Seen

_TOPICS = {
    "political": "political content",
    "religious": "religious content",
    "mockery": "mockery",
    "opsec": "operational detail",
    "custody": "a statement of a person in custody",
}


def seen_sentence(seen: Sequence[Seen]) -> str:
    """Return what was seen and where it is clearest, e.g. ``Uniform seen (clearest at 3.2 s in a.mp4).``

    Args:
        seen: What was selected, the most probable first; at least one.
    """
    labels = list(dict.fromkeys(each.sighting.label for each in seen))
    best = seen[0]
    place = f"in {best.media.name}"
    if best.media.kind == "video":
        place = f"at {best.sighting.peak_s:.1f} s {place}"
    return _sentence(
        f"{joined(labels)} seen (clearest {place}, probability {sure(best.probability)})"
    )


def read_sentence(read: Sequence[Read]) -> str:
    """Return what was read and where it is clearest.

    Args:
        read: What was selected, the most probable first; at least one.
    """
    topics = list(dict.fromkeys(_topic(each) for each in read))
    best = read[0]
    place = f"in the {best.passage.origin}"
    if best.passage.start_s is not None and best.media is not None:
        place += f" at {best.passage.start_s:.1f} s of {best.media.name}"
    return _sentence(
        f"{joined(topics)} read (clearest {place}, probability {sure(best.probability)})"
    )


def sure(probability: float) -> str:
    """Return a probability in per cent: 0 or 100 only where it really is, as in the report.

    Example:
        >>> sure(0.9), sure(0.999), sure(0.001), sure(1.0)
        ('90 %', '>99 %', '<1 %', '100 %')
    """
    if 0.0 < probability < 0.01:
        return "<1 %"
    if 0.99 < probability < 1.0:
        return ">99 %"
    return f"{probability * 100:.0f} %"


def finding_sentence(
    clause: Clause, seen: Sequence[Seen], read: Sequence[Read], problems: Iterable[str]
) -> str:
    """Return everything that a finding says, sentence after sentence.

    Args:
        clause: The clause that is met.
        seen: What it selected of the sightings, the most probable first.
        read: What it selected of the words, the most probable first.
        problems: What the registers have against the post, and what is to say of its author.
    """
    said = []
    if seen:
        said.append(seen_sentence(seen))
    if read:
        said.append(read_sentence(read))
    said.extend(problems)
    if clause.note:
        said.append(clause.note)
    if clause.photo_note and any(each.media.kind == "photo" for each in seen):
        said.append(clause.photo_note)
    return " ".join(said)


def not_bound(clause: Clause, author: Author) -> str:
    """Return why a clause does not apply: whom the author is taken for, and whom it binds."""
    taken_for = {
        "personnel": "personnel" if author.known else "unknown and taken for personnel",
        "official account": "an official account",
        "private person": "a private person",
    }[author.bound_as]
    bound = [each if each == "personnel" else f"{each}s" for each in clause.binds]
    return f"The author is {taken_for}; the clause binds {joined(bound)}."


def joined(words: Sequence[str]) -> str:
    """Return words as people list them: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _topic(read: Read) -> str:
    name = _TOPICS.get(read.score.topic, read.score.topic)
    if read.score.topic != "mockery":
        return name
    target = read.score.target
    return f"{name} aimed at {target}" if target else f"{name} (its target is not told)"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
