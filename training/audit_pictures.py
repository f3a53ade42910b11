"""The part of the audit that looks at pictures and boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from detector.errors import InputError, SetupError
from detector.evidence import Fractions
from training import likeness, lock, pictures, reading
from training.examples import Example, Side
from training.manifest import LABELS
from training.remarks import SHOWN, Remark, Sample, Severity
from training.settling import FINGERPRINTS
from training.sources import Source
from training.splits import Twins, side_of

TINY = 0.02
"""Side of a box, as a fraction of the picture's, under which it is called tiny: at the 416 pixels that
the vision model sees, eight pixels, one cell of its finest grid."""


def look(source: Source, examples: Sequence[Example]) -> Iterator[Remark]:
    """Yield what is to be said of pictures, their sizes, tiny boxes and twins."""
    hashes, broken = _hashed(examples)
    if broken:
        yield Remark(
            "stop", f"{len(broken)} pictures cannot be opened", broken[0].note, tuple(broken)
        )
    yield from _sizes(examples)
    yield from _tiny(examples)
    yield from _twins(source, {each.id: each for each in examples}, hashes)


def _hashed(examples: Iterable[Example]) -> tuple[dict[str, int], list[Sample]]:
    hashes, broken = {}, []
    for each in examples:
        try:
            hashes[each.id] = pictures.perceptual_hash(each.path)
        except (InputError, OSError) as error:
            broken.append(Sample(each.id, str(error)))
    return hashes, broken


def _sizes(examples: Iterable[Example]) -> Iterator[Remark]:
    wrong = []
    for each in examples:
        try:
            size = pictures.size(each.path)
        except (InputError, OSError):
            continue  # listed among the pictures that cannot be opened
        if size != each.size_wh:
            wrong.append(Sample(each.id, f"is {size}, listed as {each.size_wh}"))
    if wrong:
        advice = "boxes would be read in the wrong place; correct the list"
        yield Remark(
            "stop", f"{len(wrong)} pictures have another size", advice, tuple(wrong[:SHOWN])
        )


def _tiny(examples: Iterable[Example]) -> Iterator[Remark]:
    for label in LABELS:
        tiny: list[Sample] = []
        boxes = 0
        for each in examples:
            here = tuple(
                (label, box.box) for box in each.boxes if box.label == label and _small(box.box)
            )
            boxes += len(here)
            if here:
                tiny.append(Sample(each.id, f"{len(here)} tiny", each, here))
        if tiny:
            yield Remark(
                "look",
                f"{boxes} tiny {label} boxes in {len(tiny)} pictures",
                f"a side under {TINY:.0%} of the picture's: eight pixels at 416; slips of the hand, or "
                f"things that no model can see",
                tuple(tiny[:SHOWN]),
                boxes,
            )


def _small(box: Fractions) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) < TINY


def outside(source: Source) -> Iterator[Remark]:
    """Name the boxes outside their pictures; they keep a source from being loaded."""
    if source.manifest.kind != "vision":
        return
    found = []
    for path in sorted((source.folder / "labels").glob("*.txt")):
        try:
            rows = list(reading.drawn_rows(source, path.name))
        except (ValueError, SetupError) as error:
            found.append(Sample(path.name, f"cannot be read: {error}"))
            continue
        found += [Sample(path.name, f"{box}") for _, box in rows if not reading.inside(box)]
    if found:
        yield Remark(
            "stop",
            f"{len(found)} boxes lie outside their picture or cannot be read",
            "cut them at the edge, or take them out",
            tuple(found[:SHOWN]),
            len(found),
        )


def _twins(
    source: Source, items: Mapping[str, Example], hashes: Mapping[str, int]
) -> Iterator[Remark]:
    yielded = lock.exceptions(source.locks)
    pairs = [
        each
        for each in likeness.twin_pictures(hashes)
        if items[each.one].group != items[each.other].group
    ]
    yield from _crossing(pairs, items, yielded)
    known = (
        (source.locks / FINGERPRINTS).read_text("utf-8").split()
        if (source.locks / FINGERPRINTS).is_file()
        else []
    )
    held = {f"held-out {line}": int(line, 16) for line in known}
    free = {each: bits for each, bits in hashes.items() if side_of(items[each], yielded) in _FITTED}
    leaks = [
        Sample(
            each.one if each.one in items else each.other,
            each.how,
            items.get(each.one) or items[each.other],
        )
        for each in likeness.twin_pictures({**free, **held}, new=frozenset(free))
        if (each.one in held) != (each.other in held)
    ]
    if leaks:
        advice = (
            "held-out pictures of this or another source; run `wardi data lock`: these will yield"
        )
        title = f"{len(leaks)} pictures to be fitted on are like held-out ones"
        yield Remark("stop", title, advice, tuple(leaks[:SHOWN]), len(leaks))


_FITTED = ("train", "calibration")


def _crossing(
    pairs: Sequence[Twins], items: Mapping[str, Example], yielded: Mapping[str, Side]
) -> Iterator[Remark]:
    sides = {item: side_of(each, yielded) for item, each in items.items()}
    crossing = [
        each
        for each in pairs
        if sides[each.one] != sides[each.other]
        and "aside" not in (sides[each.one], sides[each.other])
    ]
    table: tuple[tuple[str, Severity, str, Sequence[Twins]], ...] = (
        ("cross the sides", "stop", "run `wardi data lock`: one of each pair will yield", crossing),
        ("of different groups", "look", "the same photo twice, or its groups are too fine", pairs),
    )
    for title, severity, advice, chosen in table:
        if chosen:
            samples = [
                Sample(item, f"{sides[item]}; twin: {other}; {each.how}", items[item])
                for each in chosen
                for item, other in ((each.one, each.other), (each.other, each.one))
            ]
            name = f"{len(chosen)} pairs of near-duplicates {title}"
            yield Remark(severity, name, advice, tuple(samples[:SHOWN]), len(chosen))
