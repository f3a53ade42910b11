"""Everything that can go wrong on purpose.

* WardiError
  - PostError               one post cannot be judged; the batch goes on, the post becomes a `Failure`
    · MediaRefused          a file that is not opened at all: type, size, place or kind forbids it
    · MediaUnreadable       a file that was opened and of which no frame could be decoded
  - InputError              the user's input is wrong (exit 2)
  - SetupError              nothing can be judged; the run stops before the first post (exit 2)
    · ArtifactMismatch      a model folder is incomplete or its checksums differ
    · PolicyError           a policy pack does not pass its check
    · StoreError            the store cannot be opened, written or upgraded
    · ExtraMissing          an optional part is not installed
  - ContractBroken          an adapter broke its promise; a bug, the run stops (exit 1)

A message says what was found, what was expected, and what to do next, in that order.
"""

from __future__ import annotations


class WardiError(Exception):
    """Base of every error that Wardi raises on purpose."""


class PostError(WardiError):
    """One post cannot be judged. Recorded as a `Failure`; never read as "clear"."""


class MediaRefused(PostError):
    """A file is not opened: its type, size, place or kind forbids it."""


class MediaUnreadable(PostError):
    """A file was opened, and no frame of it could be decoded."""


class InputError(WardiError):
    """What the user gave cannot be used as a whole."""


class SetupError(WardiError):
    """Nothing can be judged with this set-up; the run stops before the first post."""


class ArtifactMismatch(SetupError):
    """A model folder is incomplete, or a file in it is not the one its card names."""


class PolicyError(SetupError):
    """A policy pack does not pass its check."""


class StoreError(SetupError):
    """The store cannot be opened, written or upgraded."""


class ExtraMissing(SetupError):
    """An optional part of Wardi is needed and not installed."""


class ContractBroken(WardiError):
    """An adapter broke the promise of its seam: our bug, the run stops."""
