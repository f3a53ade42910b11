"""The store: posts with their verdicts, what files showed, registers. One transaction per post.

A post has one record, its newest. What a file showed is kept apart under a key of its own, because it
is dear to find out and may serve several posts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from detector.evidence import MediaEvidence, Passage, Picture
from detector.record import Record
from detector.registers import RegisterName, RegisterRow, Registers
from detector.store import files, forgetting, listing, registering, versions
from detector.store.codec import from_json, holdable, to_json
from detector.store.database import (
    Connection,
    Database,
    contents,
    count,
    delete,
    findings,
    keep_row,
    looks,
    media,
    pictures,
    posts,
    select,
)
from detector.store.listing import Listed, Stats, Wanted, moment
from detector.store.registering import RegisterState

_AT_ONCE = 200
"""Records read in one go: enough to be fast, few enough for any memory."""


@dataclass(frozen=True, slots=True)
class _Look:
    media: MediaEvidence
    passages: tuple[Passage, ...]


def open_store(url: str, *, create: bool = True) -> Store:
    """Open a store; make it, or upgrade it, where that is due. Use it as a context manager.

    Args:
        url: ``sqlite:///path/to/wardi.db``, a plain path to such a file, or
            ``postgresql://user:password@host/database``.
        create: Whether a SQLite file that is not there is made.

    Raises:
        StoreError: If it cannot be opened, is newer than this program, or is no store.
        ExtraMissing: If the driver for PostgreSQL is not installed.
    """
    database = Database(url, create=create)
    try:
        versions.bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Store(database)


class Store:
    """Everything that is kept between runs; safe to use from several programs at once.

    Every method raises `StoreError` where the database fails or holds what cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known_registers: tuple[str, Registers] | None = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    @property
    def name(self) -> str:
        """What the store is called in messages: never with a password."""
        return self._database.name

    @property
    def backups(self) -> list[Path]:
        """Copies that upgrades left beside a SQLite file; `forget` does not reach into them."""
        return files.backups(self._database.path) if self._database.path is not None else []

    def look(
        self, key: str
    ) -> tuple[MediaEvidence, tuple[Picture, ...], tuple[Passage, ...]] | None:
        """Return what a file showed and said when it was looked at under this key, or None."""
        with self._database.reading() as connection:
            content = connection.execute(
                select(looks.c.evidence).where(looks.c.key == key)
            ).scalar_one_or_none()
            if content is None:
                return None
            shown = _pictures(connection, looks.c.key == key)
        kept = from_json(_Look, content, owner=f"the look {key[:12]}…")
        return kept.media, shown, kept.passages

    def keep_look(
        self,
        key: str,
        evidence: MediaEvidence,
        shown: tuple[Picture, ...] = (),
        passages: tuple[Passage, ...] = (),
    ) -> None:
        """Keep what a file showed and said, with its pictures, in place of what was under this key."""
        look = {
            "key": key,
            "sha256": evidence.sha256,
            "name": holdable(evidence.name),
            "kept_at": moment(datetime.now(UTC)),
            "evidence": to_json(_Look(evidence, passages)),
        }
        rows = [
            {
                "look": key,
                "position": at,
                "time_s": each.time_s,
                "webp": each.webp,
                "people": json.dumps([each.uniforms, each.doubtful, [each.box]]),
            }
            for at, each in enumerate(shown)
        ]
        with self._database.writing() as connection:
            keep_row(connection, looks, look, key="key")
            connection.execute(delete(pictures).where(pictures.c.look == key))
            if rows:
                connection.execute(pictures.insert(), rows)

    def pictures(self, media_sha256: str) -> tuple[Picture, ...]:
        """Return every picture of a file, by time, each part of a frame once."""
        with self._database.reading() as connection:
            return _pictures(connection, looks.c.sha256 == media_sha256)

    def keep(self, record: Record) -> None:
        """Keep a record in place of the post's former one, in one transaction."""
        with self._database.writing() as connection:
            _keep(connection, record)

    def replace(self, former: Record, record: Record) -> bool:
        """Keep a record if the post's record still is the former one; say whether it was.

        So a verdict that took a while to recompute never overwrites a newer look at the post.
        """
        held = (
            select(contents.c.record)
            .select_from(contents.join(posts, posts.c.number == contents.c.number))
            .where(posts.c.id == holdable(former.post.id))
            .with_for_update()  # PostgreSQL; SQLite lets one program write at a time anyway
        )
        with self._database.writing() as connection:
            content = connection.execute(held).scalar_one_or_none()
            owner = f"post {former.post.id!r}"
            if content is None or from_json(Record, content, owner=owner) != former:
                return False
            _keep(connection, record)
        return True

    def record(self, post_id: str) -> Record | None:
        """Return a post's record, or None."""
        return next(self.records(post_ids=[post_id]), None)

    def records(
        self,
        *,
        post_ids: Collection[str] | None = None,
        band: str | None = None,
        unit: str | None = None,
        since: datetime | None = None,
        failures: bool | None = None,
        clause: str | None = None,
    ) -> Iterator[Record]:
        """Yield the wanted records, highest score first, then by id; failures have score 0.

        No transaction stays open between two of them: a record that is removed meanwhile is left
        out. See `Wanted` for what the arguments ask for.
        """
        wanted = Wanted(post_ids, band, unit, since, failures, clause)
        with self._database.reading() as connection:
            numbers = listing.numbers(connection, wanted)
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            with self._database.reading() as connection:
                joined = posts.join(contents, contents.c.number == posts.c.number)
                query = select(posts.c.number, posts.c.id, contents.c.record).select_from(joined)
                found = {
                    row.number: row
                    for row in connection.execute(query.where(posts.c.number.in_(some)))
                }
            for row in (found[each] for each in some if each in found):
                yield from_json(Record, row.record, owner=f"post {row.id!r}")

    def lines(self, wanted: Wanted, *, limit: int = 0) -> list[Listed]:
        """Return a line per wanted post, from the narrow columns; 0 sets no limit."""
        with self._database.reading() as connection:
            return [*listing.listed(connection, wanted, limit=limit)]

    def count(self, wanted: Wanted) -> int:
        """Return the number of wanted posts."""
        with self._database.reading() as connection:
            return listing.how_many(connection, wanted)

    def stats(self, *, unit: str | None = None, since: datetime | None = None) -> Stats:
        """Count posts per unit, week and band, and per clause and band."""
        with self._database.reading() as connection:
            return listing.stats(connection, Wanted(unit=unit, since=since))

    def load_register(self, name: RegisterName, rows: Sequence[RegisterRow]) -> None:
        """Put rows in place of everything that a register held; all of them or none."""
        with self._database.writing() as connection:
            registering.load(connection, name, rows)

    def registers(self) -> Registers:
        """Return every register; None for one that was never loaded. Read again only if changed."""
        with self._database.reading() as connection:
            digest = registering.digest(connection)
            if self._known_registers is None or self._known_registers[0] != digest:
                self._known_registers = digest, registering.read(connection)
            return self._known_registers[1]

    def registers_digest(self) -> str:
        """Return a hash of what every register holds, and of which are loaded at all."""
        with self._database.reading() as connection:
            return registering.digest(connection)

    def register_states(self) -> tuple[RegisterState, ...]:
        """Return which registers are loaded, by name."""
        with self._database.reading() as connection:
            return registering.states(connection)

    def forget(self, post_id: str | None = None, *, before: datetime | None = None) -> int:
        """Remove posts with everything kept of them; see `forgetting`.

        Args:
            post_id: The post to remove.
            before: Remove the posts that were first kept before this moment.

        Returns:
            The number of posts that were removed.
        """
        return forgetting.forget(self._database, post_id, before=before).posts

    def kept_before(self, before: datetime) -> int:
        """Return how many posts were first kept before a moment."""
        old = select(count()).select_from(posts).where(posts.c.kept_at < moment(before))
        with self._database.reading() as connection:
            return int(connection.execute(old).scalar_one())


def _pictures(connection: Connection, which: Any) -> tuple[Picture, ...]:
    joined = pictures.join(looks, looks.c.key == pictures.c.look)
    columns = pictures.c.time_s, pictures.c.webp, pictures.c.people
    query = select(*columns).select_from(joined).where(which)
    rows = connection.execute(query.order_by(pictures.c.time_s, looks.c.kept_at)).all()
    # Two looks at one file may have kept the same moment: the later one stands.
    found = (_picture(row.time_s, bytes(row.webp), row.people) for row in rows)
    return tuple({(each.time_s, each.box): each for each in found}.values())


def _picture(time_s: float, webp: bytes, people: str) -> Picture:
    uniforms, doubtful, *rest = (tuple(map(tuple, boxes)) for boxes in json.loads(people))
    return Picture(time_s, webp, uniforms, doubtful, *(boxes[0] for boxes in rest))


def _keep(connection: Connection, record: Record) -> None:
    row = listing.columns_of(record, now=datetime.now(UTC))
    content = to_json(record)
    clauses = listing.met_clauses(record)
    hashes = [each.sha256 for each in record.evidence.media] if record.evidence else []
    number = keep_row(
        connection, posts, row, key="id", unchanged=["number", "kept_at"]
    ).scalar_one()
    keep_row(connection, contents, {"number": number, "record": content}, key="number")
    connection.execute(delete(findings).where(findings.c.number == number))
    connection.execute(delete(media).where(media.c.number == number))
    if clauses:
        met = [{"number": number, "clause": each, "band": row["band"]} for each in clauses]
        connection.execute(findings.insert(), met)
    if used := forgetting.media_rows(record.post, number, hashes):
        connection.execute(media.insert(), used)
