"""Where verdicts, evidence, pictures and registers are kept: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from detector.store.listing import ClauseCount as ClauseCount
from detector.store.listing import Listed as Listed
from detector.store.listing import PostCount as PostCount
from detector.store.listing import Stats as Stats
from detector.store.listing import Wanted as Wanted
from detector.store.registering import RegisterState as RegisterState
from detector.store.store import Store as Store
from detector.store.store import open_store as open_store
