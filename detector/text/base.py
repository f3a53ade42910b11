"""The seam between the pipeline and whatever judges words.

Add a text model by:

1. Writing one file here that is the only importer of its library.
2. Adding the form that its card names, with the class, as a row of `FORMS` in `detector/text/models.py`.
3. Adding it to the parameters of `tests/contracts/test_text_model.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from detector.evidence import ModelRef, Passage


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
