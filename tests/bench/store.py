"""How long lists, figures and judging again take on a big store: ``python -m tests.bench.store``.

A benchmark, not a test: it prints what it measured on the machine it ran on.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from detector.policy.pack import load_pack
from detector.record import Record
from detector.store import Store, forgetting, listing, open_store
from detector.store.codec import to_json
from detector.store.database import contents, findings, media, posts
from detector.verdict import Band, PolicyRef, Verdict
from tests.kept import NOON, a_record

BANDS: tuple[Band, ...] = ("clear", "clear", "clear", "review", "review", "hold")
UNITS = ("South", "East", "West", "Central", "Malir", "Korangi", "City")
_AT_ONCE = 2000


def made_up(number: int, chance: random.Random, policy: PolicyRef) -> Record:
    """Return a record of a post of one of many units and weeks."""
    band = chance.choice(BANDS)
    clauses = () if band == "clear" else tuple(chance.sample(("K1", "K2", "K3", "K5"), 2))
    moment = NOON + timedelta(minutes=number)
    record = a_record(
        f"post-{number:06d}",
        score=0.0 if band == "clear" else round(chance.uniform(5, 100), 2),
        band=band,
        clauses=clauses,
        unit=chance.choice(UNITS),
        judged_at=moment,
        sha256=f"{number:064x}",
    )
    assert isinstance(record.outcome, Verdict)
    post = replace(record.post, posted_at=moment)
    return replace(record, post=post, outcome=replace(record.outcome, policy=policy))


def fill(store: Store, count: int) -> None:
    """Put made-up posts into a store, many in one transaction."""
    chance, policy = random.Random(7), load_pack("karachi-2024").ref
    for start in range(0, count, _AT_ONCE):
        numbers = range(start + 1, min(start + _AT_ONCE, count) + 1)
        records = {number: made_up(number, chance, policy) for number in numbers}
        now = datetime.now(UTC)
        rows = {at: listing.columns_of(each, now=now) for at, each in records.items()}
        met = [
            {"number": at, "clause": clause, "band": rows[at]["band"]}
            for at, each in records.items()
            for clause in listing.met_clauses(each)
        ]
        used = [
            row
            for at, each in records.items()
            for row in forgetting.media_rows(each.post, at, [f"{at:064x}"])
        ]
        kept = [{"number": at, "record": to_json(each)} for at, each in records.items()]
        with store._database.writing() as connection:
            connection.execute(posts.insert(), [{"number": at} | row for at, row in rows.items()])
            connection.execute(contents.insert(), kept)
            connection.execute(findings.insert(), met)
            connection.execute(media.insert(), used)


def timed(url: str, *arguments: str) -> tuple[str, str]:
    """Run a verb in a process of its own; return its times, start-up included, and its output."""
    began, cpu = time.perf_counter(), sum(os.times()[2:4])
    done = subprocess.run(
        [sys.executable, "-m", "detector.cli", *arguments, "--store", url],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, cpu = time.perf_counter() - began, sum(os.times()[2:4]) - cpu
    return f"{seconds:.2f} s (processor {cpu:.2f} s)", done.stdout + done.stderr


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a store and print the timings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--judge", type=int, default=10_000, help="posts to judge again; 0: none")
    options = parser.parse_args(arguments)
    since = (NOON + timedelta(minutes=options.posts // 4)).isoformat()
    with tempfile.TemporaryDirectory(prefix="wardi-bench-") as folder:
        url = str(Path(folder) / "wardi.db")
        with open_store(url) as store:
            began = time.perf_counter()
            fill(store, options.posts)
            seconds = time.perf_counter() - began
        size = Path(url).stat().st_size / 2**20
        say(f"{options.posts} posts, {size:.0f} MiB, filled in {seconds:.1f} s")
        say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; processes with start-up:")
        asked = ("list", "--band", "hold", "--since", since, "--unit", "South")
        everything = (*asked, "--json", "--limit", "0")
        for verb in (asked, everything, ("stats",), ("stats", "--unit", "South")):
            say(f"  wardi {' '.join(verb)}: {timed(url, *verb)[0]}")
        empty = str(Path(folder) / "empty.db")
        open_store(empty).close()
        say(f"  the same start-up on an empty store: {timed(empty, 'stats')[0]}")
    if options.judge:
        judge_again(options.judge)


def judge_again(count: int) -> None:
    """Time `wardi judge` on stored posts of which every verdict changes, then of which none does."""
    with tempfile.TemporaryDirectory(prefix="wardi-bench-") as folder:
        url = str(Path(folder) / "wardi.db")
        with open_store(url) as store:
            fill(store, count)
        for what in ("every verdict changes", "none changes"):
            seconds, output = timed(url, "judge", "--json")
            say(f"  wardi judge, {what}: {seconds}; {output.splitlines()[-1]}")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
