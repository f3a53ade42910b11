"""Removing posts for good: their record, and the looks and pictures that no other post uses.

Age counts from the day a post was first kept, not from its last verdict: judging again must not
prolong how long personal data is held. A look belongs to a post through the hash of its file; one that
belongs to no post (a scan was broken off, or the post is a failure) goes with a post that has a file
of that name, and otherwise by age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from detector.post import Media, Post
from detector.store.codec import holdable
from detector.store.database import (
    Condition,
    Connection,
    Database,
    delete,
    exists,
    looks,
    media,
    posts,
    select,
)
from detector.store.listing import moment

_AT_ONCE = 500
_ORPHAN_AGE = timedelta(days=1)
"""A look that is younger may be of a post that a running scan is about to keep."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed."""

    posts: int
    looks: int


def forget(
    database: Database, post_id: str | None = None, *, before: datetime | None = None
) -> Forgotten:
    """Remove one post, or every post first kept before a moment, and leave no trace in the files.

    What was written elsewhere (reports, exports, copies of the store) is out of reach.
    """
    chosen = _chosen(post_id, before)
    cutoff = moment(before or datetime.now(UTC) - _ORPHAN_AGE)
    with database.writing() as connection:
        concerned = _looks_of(connection, chosen)
        removed = connection.execute(delete(posts).where(chosen)).rowcount
        unused = ~exists().where(media.c.sha256 == looks.c.sha256)
        gone = connection.execute(delete(looks).where(unused, looks.c.kept_at < cutoff)).rowcount
        for at in range(0, len(concerned), _AT_ONCE):
            some = looks.c.key.in_(concerned[at : at + _AT_ONCE])
            gone += connection.execute(delete(looks).where(unused, some)).rowcount
    if removed or gone:
        wipe(database)
    return Forgotten(removed, gone)


def wipe(database: Database) -> None:
    """Give deleted room back, so that no deleted words stay in the database's files."""
    if database.path is not None:
        # Deleted rows were overwritten (secure_delete); the write-ahead log still holds them.
        database.maintain("PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        database.maintain(*(f"VACUUM {each}" for each in ("posts", "contents", "media", "looks")))
        database.maintain("VACUUM pictures", "VACUUM findings")


def _chosen(post_id: str | None, before: datetime | None) -> Condition:
    if (post_id is None) == (before is None):
        raise ValueError("forget needs a post id or a moment, and not both")
    if post_id is not None:
        return posts.c.id == holdable(post_id)
    assert before is not None  # noqa: S101
    return posts.c.kept_at < moment(before)


def _looks_of(connection: Connection, chosen: Condition) -> list[str]:
    """Return the keys of the looks at the chosen posts' files, by hash and by name."""
    found: set[str] = set()
    files = media.join(posts, posts.c.number == media.c.number)
    for same in (looks.c.sha256 == media.c.sha256, looks.c.name == media.c.name):
        query = select(looks.c.key).select_from(files.join(looks, same)).where(chosen)
        found.update(connection.execute(query).scalars())
    return sorted(found)


def media_rows(post: Post, number: int, hashes: Sequence[str]) -> list[dict[str, str | int]]:
    """Return the rows of `media` for a post; the hash is empty for a file that was not read."""

    def row(at: int, file: Media) -> dict[str, str | int]:
        sha256 = hashes[at] if at < len(hashes) else ""
        return {"number": number, "position": at, "name": holdable(file.name), "sha256": sha256}

    return [row(at, file) for at, file in enumerate(post.media)]
