"""What a driver found wrong, in words that help: without a password, without the words of a post."""

from __future__ import annotations

import re

BUSY_SECONDS = 60
"""How long a writer waits for another one before it gives up."""

_CAUSES = (
    (
        r"disk is full|no space left",
        "has no room left: the disk is full; nothing of this step was kept, what was kept before "
        "is whole; free some space, then run it again",
    ),
    (
        r"locked",
        f"was held by another program for {BUSY_SECONDS} s; expected to write; "
        f"end the other program or wait for it, then run it again",
    ),
    (
        r"readonly|permission denied",
        "cannot be written; expected a file and folder that you may write; correct their rights",
    ),
    (
        r"not a database|malformed",
        "is damaged or no SQLite database; expected a store of Wardi; name the right file with "
        "--store, or restore a copy",
    ),
)


def explain(error: Exception, name: str) -> str:
    """Say what the driver found; its words name no password, and no value of a row."""
    found = str(getattr(error, "orig", None) or error).strip()
    for pattern, cause in _CAUSES:
        if re.search(pattern, found, re.IGNORECASE):
            return f"the store {name} {cause}"
    return (
        f"the store {name} cannot be used ({found}); expected a database of Wardi that can be "
        f"reached and written; correct --store or [store] url, or see to the database"
    )
