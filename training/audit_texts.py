"""The part of the audit that looks at texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from training import likeness, lock
from training.examples import TextExample
from training.remarks import SHOWN, Remark, Sample
from training.sources import Source
from training.splits import side_of


def look(source: Source, texts: Sequence[TextExample]) -> Iterator[Remark]:
    """Yield what is to be said of rows: empty ones, missing and weak labels, twins across sides."""
    empty = [Sample(each.id, repr(each.text)) for each in texts if not each.text.strip()]
    if empty:
        yield Remark(
            "stop", f"{len(empty)} rows without a text", "take them out", tuple(empty[:SHOWN])
        )
    silent = sum(all(value is None for value in each.labels.values()) for each in texts)
    if silent:
        advice = "they are unknown, which is not 0: nothing is learnt from them as labels"
        yield Remark("note", f"{silent} of {len(texts)} rows carry no label", advice, count=silent)
    weak = Counter(topic for each in texts for topic in each.weak)
    if weak:
        said = ", ".join(f"{topic} {count}" for topic, count in sorted(weak.items()))
        advice = (
            "from a word list or a collection's topic, not from a reader: never measure on them"
        )
        yield Remark("look", f"weak labels: {said}", advice, count=sum(weak.values()))
    yielded = lock.exceptions(source.locks)
    by_id = {each.id: each for each in texts}
    sides = {each.id: side_of(each, yielded) for each in texts}
    crossing = [
        Sample(
            pair.one, f"{sides[pair.one]} / {sides[pair.other]}, {pair.how}: {by_id[pair.one].text}"
        )
        for pair in likeness.twin_texts((each.id, each.text) for each in texts)
        if sides[pair.one] != sides[pair.other]
        and "aside" not in (sides[pair.one], sides[pair.other])
    ]
    if crossing:
        title = f"{len(crossing)} pairs of near-duplicates cross the sides"
        advice = "run `wardi data lock`: one of each pair will yield"
        yield Remark("stop", title, advice, tuple(crossing[:SHOWN]), len(crossing))
