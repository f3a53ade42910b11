"""The database under the store: tables, connections, transactions. The one importer of SQLAlchemy.

The same statements run on SQLite and PostgreSQL; what differs between them (how a transaction
begins, how a file is opened) is here. The tables themselves are made by the migrations; `posts` holds
what lists and figures ask for in narrow, indexed columns, `contents` the whole record as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from detector.errors import ExtraMissing, StoreError
from detector.store import files
from detector.store.faults import BUSY_SECONDS, explain

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Connection = sa.Connection
Condition = sa.ColumnElement[bool]
Select = sa.Select[Any]
count = sa.func.count
delete = sa.delete
exists = sa.exists
literal = sa.literal
select = sa.select
text = sa.text

_metadata = sa.MetaData()
posts = sa.Table(
    "posts",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("band", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("week", sa.Text, nullable=False),
    sa.Column("judged_at", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False),
    sa.Column("clauses", sa.Text, nullable=False),
)
contents = sa.Table(
    "contents",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)
findings = sa.Table(
    "findings",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("clause", sa.Text, primary_key=True),
    sa.Column("band", sa.Text, nullable=False),
)
media = sa.Table(
    "media",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
)
looks = sa.Table(
    "looks",
    _metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
)
pictures = sa.Table(
    "pictures",
    _metadata,
    sa.Column("look", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("time_s", sa.Float, nullable=False),
    sa.Column("webp", sa.LargeBinary, nullable=False),
    # JSON: boxes of `Picture.uniforms`, then of `Picture.doubtful`, without which no face is blurred;
    # then `Picture.box`, which older rows lack.
    sa.Column("people", sa.Text, nullable=False),
)
registers = sa.Table(
    "registers",
    _metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("loaded_at", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
register_rows = sa.Table(
    "register_rows",
    _metadata,
    sa.Column("register", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("row", sa.Text, nullable=False),
)


class Database:
    """Connections to one database; every error of it becomes a `StoreError` without secrets.

    Args:
        url: SQLAlchemy URL, or a path to a SQLite file.
        create: Whether a SQLite file that is not there is made.

    Raises:
        StoreError: If the URL or the file cannot be used.
        ExtraMissing: If the driver for PostgreSQL is not installed.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        parsed = _parse(url)
        self.name = _without_secrets(parsed)
        self.path = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
        if self.path is not None:
            files.prepare(self.path, create=create)
        self._engine = _engine(parsed, self.name)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        with self._named(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; it is kept as a whole, or not at all."""
        with self._named(), self._engine.connect() as connection:
            # SQLite: asks for the right to write at once; asking half-way can dead-lock.
            with connection.execution_options(wardi_writes=True).begin():
                yield connection
            if self.path is not None:
                files.restrict(self.path)

    def maintain(self, *statements: str) -> None:
        """Run statements that must stand outside a transaction, e.g. ``VACUUM``."""
        raw = self._engine.raw_connection()
        try:
            driver: Any = raw.driver_connection
            if self.path is None:
                driver.autocommit = True
            # A script runs every statement to its end; incremental_vacuum frees one page a step.
            run = driver.execute if self.path is None else driver.executescript
            for statement in statements:
                run(statement)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise StoreError(explain(error, self.name)) from error
        finally:
            raw.detach()  # its settings must not reach the next user of the pool
            raw.close()

    def tables(self) -> set[str]:
        """Return the names of the tables that are there."""
        with self.reading() as connection:
            return set(sa.inspect(connection).get_table_names())

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise StoreError(explain(error, self.name)) from error


def keep_row(
    connection: Connection,
    table: sa.Table,
    values: Mapping[str, Any],
    *,
    key: str,
    unchanged: Sequence[str] = (),
) -> sa.CursorResult[Any]:
    """Insert a row, or update the one with the same key; return its first column.

    Args:
        connection: A connection that writes.
        table: The table.
        values: The row by column.
        key: The column that identifies it.
        unchanged: Columns that keep their value where the row was there before.
    """
    statement = _upsert(connection.dialect.name, table, key, tuple(unchanged))
    return connection.execute(statement, dict(values))


@cache
def _upsert(dialect: str, table: sa.Table, key: str, unchanged: tuple[str, ...]) -> sa.Insert:
    """Return the statement; building it takes longer than running it."""
    statement: sqlite.Insert | postgresql.Insert = sqlite.insert(table)
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # a tenth of a second of every other start

        statement = postgresql.insert(table)
    first = next(iter(table.columns))
    changed = {
        each.name: statement.excluded[each.name]
        for each in table.columns
        if each.name not in (key, *unchanged)
    }
    return statement.on_conflict_do_update(index_elements=[key], set_=changed).returning(first)


def _parse(url: str) -> sa.URL:
    if "://" not in url:
        return sa.URL.create("sqlite", database=str(Path(url).absolute()))
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    backend = parsed.get_backend_name() if parsed is not None else ""
    if backend == "postgres":  # the name that many servers print
        backend = "postgresql"
    # An @ that is left in the host is the rest of a password that was not percent-encoded.
    broken = parsed is None or "@" in (parsed.host or "")
    if parsed is None or broken or backend not in ("sqlite", "postgresql"):
        scheme = url.partition("://")[0]
        named = f" ({scheme}://…)" if re.fullmatch(r"[a-z0-9+]{1,20}", scheme) else ""
        raise StoreError(
            f"the store's URL{named} cannot be read; expected sqlite:///path/to/wardi.db or "
            f"postgresql://user:password@host/database, special characters of the password "
            f"percent-encoded; correct --store or [store] url"
        )
    if backend == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise StoreError(
            "the store's URL names no file; expected sqlite:///path/to/wardi.db; "
            "correct --store or [store] url"
        )
    return parsed.set(drivername="postgresql+psycopg") if backend == "postgresql" else parsed


def _without_secrets(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"postgresql://{url.host or 'localhost'}/{url.database or ''}"


def _engine(url: sa.URL, name: str) -> sa.Engine:
    try:
        engine = sa.create_engine(url, hide_parameters=True)
    except ImportError as error:
        raise ExtraMissing(
            f"the store {name} needs a driver for PostgreSQL, which is not installed; "
            f"expected the extra `postgresql`; run `pip install 'wardi[postgresql]'`"
        ) from error
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin or commit of its own accord
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten: it was personal data
        "synchronous=NORMAL",  # with WAL: no corruption at a power cut, the last posts may be lost
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("wardi_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
