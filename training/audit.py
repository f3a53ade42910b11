"""The label audit: what a person should look at before a source is trusted.

Nothing is mended here. A suspect label of a held-out item is reported like any other and left to the
data's owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from detector.errors import InputError, SetupError
from training import audit_pictures, audit_texts, lock, reading, sources
from training.examples import AnyExample, Example, TextExample
from training.remarks import Remark
from training.sources import Source
from training.splits import side_of

RARE = 20
"""Boxes or rows of a label under which it counts as rare on a side."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that the audit found in one source."""

    source: Source
    counts: tuple[tuple[str, Mapping[str, int]], ...]
    """Tables of figures: title, and a number by name."""
    remarks: tuple[Remark, ...]
    """The gravest first."""

    @property
    def usable(self) -> bool:
        """Whether nothing forbids to use the source."""
        return all(each.severity != "stop" for each in self.remarks)


Judge = Callable[[Sequence[Example]], Iterable[Remark]]
"""Holds labels against a model; see `training.disagreement`."""


def audit(source: Source, judge: Judge | None = None) -> Audit:
    """Look over a source of pictures or texts.

    Args:
        source: What to look at.
        judge: Compares labels with the model in use; None leaves that out.

    Raises:
        InputError: If the source holds neither.
    """
    if source.manifest.kind not in ("vision", "text"):
        raise InputError(
            f"{source.name} holds {source.manifest.kind}; expected pictures or texts; only its files "
            f"can be checked: `wardi data add`"
        )
    remarks = list(_files(source))
    counts: tuple[tuple[str, Mapping[str, int]], ...] = ()
    try:
        items: list[AnyExample] = list(reading.items(source))
    except SetupError as error:
        remarks.append(Remark("stop", "it cannot be loaded", str(error), count=1))
        remarks += audit_pictures.outside(source)
    else:
        remarks += _locked(source, items)
        counts = _counts(source, items)
        remarks += _imbalance(counts)
        examples = [each for each in items if isinstance(each, Example)]
        texts = [each for each in items if isinstance(each, TextExample)]
        remarks += audit_pictures.look(source, examples) if examples else ()
        remarks += audit_texts.look(source, texts) if texts else ()
        remarks += judge(examples) if judge and examples else ()
    order = ("stop", "look", "note")
    return Audit(
        source, counts, tuple(sorted(remarks, key=lambda each: order.index(each.severity)))
    )


def _files(source: Source) -> Iterator[Remark]:
    try:
        sources.verify(source)
    except (SetupError, InputError) as error:
        yield Remark("stop", "its files are not those of the manifest", str(error), count=1)
    for flaw in source.manifest.known_wrong:
        yield Remark("note", "known before", flaw)


def _locked(source: Source, items: Sequence[AnyExample]) -> Iterator[Remark]:
    try:
        lock.check(source, items)
    except SetupError as error:
        yield Remark("stop", "the held-out lock does not fit", str(error), count=1)


def _counts(
    source: Source, items: Sequence[AnyExample]
) -> tuple[tuple[str, Mapping[str, int]], ...]:
    yielded = lock.exceptions(source.locks)
    by_side: dict[str, list[AnyExample]] = {}
    for item in items:
        by_side.setdefault(side_of(item, yielded), []).append(item)
    tables = [("items by side", {side: len(by_side[side]) for side in sorted(by_side)})]
    for side in sorted(by_side):
        found: Counter[str] = Counter()
        for item in by_side[side]:
            found.update(_labels(item))
        tables.append((f"labels, {side}", dict(sorted(found.items()))))
    return tuple(tables)


def _labels(item: AnyExample) -> Iterator[str]:
    if isinstance(item, Example):
        yield from (each.label for each in item.boxes)
        yield from (f"ignore {each.label}".strip() for each in item.ignore)
    elif isinstance(item, TextExample):
        for topic, value in item.labels.items():
            if value is not None:
                yield f"{item.lang} {topic} {int(value)}"


def _imbalance(tables: Iterable[tuple[str, Mapping[str, int]]]) -> Iterator[Remark]:
    for title, counts in tables:
        rare = [
            name for name, count in counts.items() if count < RARE and not name.startswith("ignore")
        ]
        if title.startswith("labels") and rare:
            said = ", ".join(f"{name} ({counts[name]})" for name in rare)
            yield Remark(
                "note",
                f"{title}: fewer than {RARE} of {said}",
                "figures on so few carry wide intervals; a threshold cannot be chosen on them",
                count=len(rare),
            )
