"""Which versions of the tables this program knows, and what it does with a store of another one.

An older store is upgraded (a SQLite file is copied first), a newer one refused: an old program would
write rows that the new one cannot trust. Alembic is imported only when there is something to upgrade,
for it costs as much as the rest of a start.
"""

from __future__ import annotations

from pathlib import Path

from detector.errors import StoreError
from detector.store import files
from detector.store.database import Connection, Database, text

MIGRATIONS = Path(__file__).parent / "migrations"
TABLE = "alembic_version"
_LOCK = 0x57415244
"""Number of PostgreSQL's advisory lock: two programs that start at once upgrade one after the other."""


def known(migrations: Path = MIGRATIONS) -> list[str]:
    """Return the versions that there are steps for, oldest first; files are ``NNNN_what.py``."""
    return sorted(each.name[:4] for each in (migrations / "versions").glob("[0-9]*.py"))


def bring_up_to_date(database: Database, *, migrations: Path = MIGRATIONS) -> None:
    """Upgrade a store to the newest version; do nothing where it has it.

    Raises:
        StoreError: If the store is newer than this program, or the database is no store.
    """
    version = _version(database)
    if version == known(migrations)[-1]:
        return
    _refuse_unknown(version, database, migrations)
    if database.path is not None:
        if version:
            _back_up(database, known(migrations)[-1])
        else:
            # Before the first table: later SQLite would have to rewrite the file for it.
            database.maintain("PRAGMA auto_vacuum=INCREMENTAL", "PRAGMA journal_mode=WAL")
    with database.writing() as connection:
        if database.path is None:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        from detector.store.upgrade import upgrade

        upgrade(connection, migrations)


def _version(database: Database) -> str:
    """Return the store's version; empty for a database without tables."""
    tables = database.tables()
    if not tables:
        return ""
    if TABLE not in tables:
        raise StoreError(
            f"{database.name} is a database with tables that are not Wardi's; expected a store of "
            f"Wardi or an empty database; name another one with --store"
        )
    with database.reading() as connection:
        return _read_version(connection)


def _read_version(connection: Connection) -> str:
    return str(connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar() or "")  # noqa: S608


def _refuse_unknown(version: str, database: Database, migrations: Path) -> None:
    versions = known(migrations)
    if version and version not in versions:
        raise StoreError(
            f"the store {database.name} has version {version}; this program knows versions up to "
            f"{versions[-1]}: a newer Wardi wrote it; use that one, or another store"
        )


def _back_up(database: Database, version: str) -> None:
    if database.path is None:
        return
    backup = files.new_backup(database.path, version)
    quoted = str(backup).replace("'", "''")
    database.maintain(f"VACUUM INTO '{quoted}'")
