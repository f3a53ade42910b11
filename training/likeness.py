"""Which items show or say almost the same: perceptual hashes for pictures, MinHash for texts.

The one file that imports the library for MinHash. Both measures miss some twins (a perceptual hash does
not see through cut-outs or a mirror): manifests name what was found otherwise (`SameAs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from datasketch import MinHash, MinHashLSH

from training.examples import text_key
from training.splits import Twins

HASH_DISTANCE = 40
"""Bits of 256 in which perceptual hashes of twins may differ. Looked at over the 9,958 development
pictures: up to 40, every pair shows the same photo (cropped, captioned, darkened or with cut-outs); from
46 on, most show different pistols of one make on white. Heavier cut-outs differ in up to 80."""
JACCARD = 0.8
"""Share of common 5-letter pieces from which two texts are twins."""
PERMUTATIONS = 64
PIECE = 5
HASH_BYTES = 32


def twin_pictures(
    hashes: Mapping[str, int], *, new: frozenset[str] | None = None
) -> Iterator[Twins]:
    """Yield the pairs of pictures whose perceptual hashes differ in at most `HASH_DISTANCE` bits.

    Args:
        hashes: 256-bit hash by id.
        new: Only pairs with one of these; None for every pair.
    """
    ids = sorted(hashes)
    whole = b"".join(hashes[each].to_bytes(HASH_BYTES, "big") for each in ids)
    bits = np.frombuffer(whole, np.uint64).reshape(len(ids), HASH_BYTES // 8)
    for at, one in enumerate(ids):
        if new is not None and one not in new:
            continue
        first = at + 1 if new is None else 0
        distances = np.bitwise_count(bits[first:] ^ bits[at]).sum(axis=1)
        for near in np.flatnonzero(distances <= HASH_DISTANCE):
            other = ids[first + near]
            if other != one and (new is None or other not in new or one < other):
                yield Twins(one, other, f"perceptual hash, {distances[near]} bits of 256")


def twin_texts(
    texts: Iterable[tuple[str, str]], *, new: frozenset[str] | None = None
) -> Iterator[Twins]:
    """Yield the pairs of texts that share at least `JACCARD` of their pieces, by estimate.

    Args:
        texts: Id and text.
        new: Only pairs with one of these; None for every pair.
    """
    index = MinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS)
    kept: dict[str, MinHash] = {}
    # What is not new goes into the index first, so that only new items have to ask it.
    ordered = sorted(texts, key=lambda each: new is not None and each[0] in new)
    for item, sketch in _sketches(ordered):
        if new is None or item in new:
            for other in index.query(sketch):
                share = sketch.jaccard(kept[other])
                if share >= JACCARD:
                    yield Twins(str(other), item, f"MinHash, {share:.2f} of 5-letter pieces")
        index.insert(item, sketch)
        kept[item] = sketch


def _sketches(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, MinHash]]:
    block: list[tuple[str, str]] = []
    for each in texts:
        block.append(each)
        if len(block) == 2_000:
            yield from _sketch(block)
            block = []
    yield from _sketch(block)


def _sketch(block: Sequence[tuple[str, str]]) -> Iterator[tuple[str, MinHash]]:
    made = MinHash.bulk((pieces(text) for _, text in block), num_perm=PERMUTATIONS, seed=1)
    return zip((item for item, _ in block), made, strict=True)


def pieces(text: str) -> list[bytes]:
    """Return the overlapping 5-letter pieces of a text's words, without repeats, sorted.

    Example:
        >>> pieces("Eid mubarak")
        [b' muba', b'barak', b'd mub', b'eid m', b'id mu', b'mubar', b'ubara']
    """
    words = " ".join(re.findall(r"\w+", text_key(text))) or text_key(text)
    cut = {words[at : at + PIECE] for at in range(max(1, len(words) - PIECE + 1))}
    return sorted(each.encode() for each in cut)
