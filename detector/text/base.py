"""The seams between the pipeline and whatever finds words or judges them.

Add a text model or a source of passages by:

1. Writing one file here that is the only importer of its library.
2. Adding it where the CLI puts the pipeline together.
3. Adding it to the parameters of `tests/contracts/test_text_model.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from detector.evidence import ChannelName, ModelRef, Passage
from detector.post import Post


class PassageSource(Protocol):
    """Finds words in one channel of a post."""

    @property
    def channel(self) -> ChannelName:
        """The channel it examines."""
        ...

    def passages(self, post: Post) -> Iterator[Passage]:
        """Yield the post's passages in reading order, without topics."""
        ...


class TextModel(Protocol):
    """Judges passages by topic."""

    @property
    def ref(self) -> ModelRef:
        """Which model this is, with every topic that it judges."""
        ...

    def read(self, passages: Sequence[Passage]) -> list[Passage]:
        """Judge passages; one result per passage, in the same order.

        Returns:
            Each passage with `language` and either `topics` (one score per topic of the model) or
            `abstained` filled in, and nothing else changed.
        """
        ...
