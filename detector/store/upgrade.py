"""The steps from an older store to this one. The one importer of Alembic, loaded only for that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from detector.store.database import Connection


def upgrade(connection: Connection, migrations: Path) -> None:
    """Run every step that the database has not had, inside the transaction that is open.

    Args:
        connection: A connection that writes; commit or roll-back are the caller's.
        migrations: Folder with ``versions/NNNN_what.py``.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context) as operations:
        context.run_migrations(op=operations)
