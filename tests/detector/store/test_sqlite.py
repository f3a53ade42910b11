"""What a store in a file promises: its mode, its upgrades, and that it survives what befalls it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from detector.errors import ExtraMissing, StoreError
from detector.store import Wanted, files, open_store, versions
from detector.store.database import Database
from tests.kept import CAPTION, PICTURE, a_record, media_evidence

ROOT = Path(__file__).resolve().parents[3]


def modes(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wardi.db"


def test_every_file_of_the_store_is_its_owners_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        with open_store(str(path)) as store:
            store.keep(a_record())
            found = modes(path.parent)
    finally:
        os.umask(before)
    assert found == {"wardi.db": 0o600, "wardi.db-wal": 0o600, "wardi.db-shm": 0o600}


def test_rights_that_were_given_to_others_are_taken_back(path: Path) -> None:
    open_store(str(path)).close()
    path.chmod(0o644)
    open_store(str(path)).close()
    assert modes(path.parent) == {"wardi.db": 0o600}


def test_a_url_and_a_path_open_the_same_store(path: Path) -> None:
    with open_store(str(path)) as store:
        store.keep(a_record())
    with open_store(f"sqlite:///{path}") as store:
        assert store.record("clip.mp4") == a_record()


def test_a_store_that_is_only_read_is_not_made(path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .*wardi\.db; .*`wardi scan`"):
        open_store(str(path), create=False)
    assert not path.exists()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        open_store(str(tmp_path / "absent" / "wardi.db"))


def test_forgotten_words_are_in_no_file_any_more(path: Path) -> None:
    secret = "Ghulam-e-Mustafa-17"
    with open_store(str(path)) as store:
        for number in range(20):
            store.keep(a_record(f"{secret}-{number}"))
        store.keep_look("k", media_evidence(name=f"{secret}-1.mp4"), (PICTURE,))
        assert any(secret.encode() in each.read_bytes() for each in path.parent.iterdir())
        for number in range(20):
            store.forget(f"{secret}-{number}")
        assert not any(secret.encode() in each.read_bytes() for each in path.parent.iterdir())


def test_the_file_shrinks_when_posts_are_forgotten(path: Path) -> None:
    with open_store(str(path)) as store:
        for number in range(50):
            store.keep(a_record(str(number) + "x" * 20_000))
        sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
        before = path.stat().st_size
        for number in range(50):
            store.forget(str(number) + "x" * 20_000)
    assert path.stat().st_size < before / 3


# Versions


def migrations_with_a_second_step(folder: Path, body: str) -> Path:
    """Return a copy of the migrations to which a second one was added."""
    (folder / "versions").mkdir(parents=True)
    for each in (versions.MIGRATIONS / "versions").glob("0*.py"):
        (folder / "versions" / each.name).write_text(each.read_text("utf-8"), "utf-8")
    step = f'revision = "0002"\ndown_revision = "0001"\n\n\ndef upgrade(op):\n    {body}\n'
    (folder / "versions" / "0002_second.py").write_text(step, "utf-8")
    return folder


def version_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    [(version,)] = connection.execute("SELECT version_num FROM alembic_version")
    connection.close()
    return str(version)


def test_an_older_store_is_copied_and_upgraded(path: Path, tmp_path: Path) -> None:
    with open_store(str(path)) as store:
        store.keep(a_record())
    newer = migrations_with_a_second_step(
        tmp_path / "m", 'op.execute("ALTER TABLE posts ADD COLUMN mood TEXT")'
    )
    database = Database(str(path))
    versions.bring_up_to_date(database, migrations=newer)
    database.close()

    [backup] = files.backups(path)
    assert version_of(path) == "0002"
    assert version_of(backup) == "0001"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with open_store(str(backup)) as store:
        assert store.record("clip.mp4") == a_record()


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(path: Path, tmp_path: Path) -> None:
    with open_store(str(path)) as store:
        store.keep(a_record())
    body = 'op.execute("DROP TABLE findings"); op.execute("DROP TABLE absent")'
    broken = migrations_with_a_second_step(tmp_path / "m", body)
    database = Database(str(path))
    with pytest.raises(StoreError, match="no such table: absent"):
        versions.bring_up_to_date(database, migrations=broken)
    database.close()

    assert version_of(path) == "0001"
    with open_store(str(path)) as store:
        assert store.record("clip.mp4") == a_record()
        assert store.stats().clauses


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    open_store(str(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0099'")
    connection.commit()
    connection.close()

    with pytest.raises(StoreError, match=r"has version 0099; .*newer Wardi"):
        open_store(str(path))
    assert version_of(path) == "0099"
    assert files.backups(path) == []


def test_another_programs_database_is_refused(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(StoreError, match="tables that are not Wardi's"):
        open_store(str(path))


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("not a database, but long enough to be taken for one" * 50, "utf-8")
    with pytest.raises(StoreError, match="damaged or no SQLite database"):
        open_store(str(path))


def test_opening_a_current_store_does_not_load_alembic(path: Path) -> None:
    open_store(str(path)).close()
    code = f"""
        import sys
        from detector.store import open_store
        open_store({str(path)!r}).close()
        sys.exit("alembic" in sys.modules)
    """
    assert run(code).returncode == 0


# Mishaps


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


KEEPER = """
    import sys
    from detector.store import open_store
    from tests.kept import PICTURE, a_record, media_evidence
    path, name, posts = sys.argv[1:]
    with open_store(path) as store:
        for number in range(int(posts)):
            store.keep_look(f"{name}-{number}", media_evidence(), (PICTURE,))
            store.keep(a_record(f"{name}-{number}"))
            store.keep(a_record("shared", score=float(number)))
            print(number, flush=True)
"""


def test_programs_that_start_and_write_at_once_lose_nothing(path: Path) -> None:
    programs = [start(KEEPER, str(path), name, "12") for name in ("a", "b")]
    for each in programs:
        _, errors = each.communicate(timeout=120)
        assert each.returncode == 0, errors

    with open_store(str(path)) as store:
        assert store.count(Wanted()) == 2 * 12 + 1
        assert sum(1 for _ in store.records()) == 2 * 12 + 1


def test_a_program_that_is_killed_leaves_whole_records(path: Path) -> None:
    program = start(KEEPER, str(path), "x", "100000")
    assert program.stdout is not None
    assert program.stderr is not None
    with program.stdout, program.stderr:
        done = [program.stdout.readline() for _ in range(6)]
        program.send_signal(signal.SIGKILL)
        program.wait(30)

    assert done[-1] == "5\n", "the program did not get as far as it should"
    with open_store(str(path)) as store:
        kept = {each.post.id for each in store.records()}
    assert {f"x-{number}" for number in range(6)} <= kept


def test_a_program_that_is_killed_inside_a_transaction_leaves_the_former_record(
    path: Path,
) -> None:
    with open_store(str(path)) as store:
        store.keep(a_record("p", score=5))
    code = """
        import os, signal, sys
        from detector.store import forgetting, open_store
        from tests.kept import a_record
        forgetting.media_rows = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        with open_store(sys.argv[1]) as store:
            store.keep(a_record("p", score=90, band="hold"))
    """
    assert run(code, str(path)).returncode == -signal.SIGKILL

    with open_store(str(path)) as store:
        assert store.record("p") == a_record("p", score=5)
        store.keep(a_record("p", score=6))


def test_a_full_disk_is_a_clear_error_and_damages_nothing(path: Path) -> None:
    with open_store(str(path)) as store:
        store.keep(a_record("before"))
        with store._database.reading() as connection:  # the pool hands the same connection out
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        with pytest.raises(
            StoreError, match=r"disk is full; nothing of this step was kept"
        ) as told:
            store.keep(a_record("x" * 100_000))
        assert "xxx" not in str(told.value)

    with open_store(str(path)) as store:
        assert [each.post.id for each in store.records()] == ["before"]
        store.keep(a_record("after"))
    connection_ = sqlite3.connect(path)
    assert connection_.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection_.close()


def test_words_of_a_post_do_not_stand_in_an_error(path: Path) -> None:
    with open_store(str(path)) as store:
        with store._database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE contents")
        with pytest.raises(StoreError) as told:
            store.keep(a_record())
    chain = f"{told.value!r} {told.value.__cause__}"
    assert "no such table: contents" in chain
    assert CAPTION not in chain


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://user:s3cret@127.0.0.1:1/wardi", id="nobody-listens"),
        pytest.param("postgresql://user:s3cret@127.0.0.1:port/wardi", id="no-port"),
        pytest.param("postgresql://user:half@s3cret@127.0.0.1/wardi", id="not-encoded"),
        pytest.param("postgresql://127.0.0.1:1/wardi?user=u&password=s3cret", id="in-the-query"),
        pytest.param("mysql://user:s3cret@127.0.0.1/wardi", id="another-database"),
        pytest.param("s3cret@h://x", id="no-scheme"),
    ],
)
def test_no_password_stands_in_an_error(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"), pytest.raises(StoreError) as told:
        open_store(url)
    chain = f"{told.value!r} {told.value.__cause__!r} {told.value.__context__!r}"
    assert "s3cret" not in chain
    assert "s3cret" not in caplog.text


def test_a_store_in_memory_is_refused() -> None:
    with pytest.raises(StoreError, match="names no file"):
        open_store("sqlite://")


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'wardi\[postgresql\]'"):
        open_store("postgresql://127.0.0.1/wardi")
