"""`Post`: what is submitted, before anything of it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

AuthorRole = Literal["officer", "official account", "private person", "unknown"]


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a post."""

    name: str
    """Path relative to the input, with forward slashes: what people are shown."""
    path: Path
    """Where it lies: absolute, links resolved, inside the input's folder."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is submitted: words, files, and what is known of who posts it and when."""

    id: str
    text: str = ""
    """The caption; data, never markup."""
    media: tuple[Media, ...] = ()
    account: str = ""
    """Handle without a leading ``@``."""
    platform: str = ""
    unit: str = ""
    author_role: AuthorRole = "unknown"
    """What the submitter says; whether an account is official is what the register says."""
    submitted_at: datetime | None = None
    """With time zone; Asia/Karachi where the input gave none."""
    posted_at: datetime | None = None
    approval: str = ""
    """Reference of a prior approval; empty where none is claimed."""
