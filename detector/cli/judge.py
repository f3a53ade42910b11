"""``wardi judge``: verdicts recomputed from stored evidence, and what changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.opening import opened, store_options

if TYPE_CHECKING:
    from detector.engine.rejudge import Change, Judge, Rejudged
    from detector.policy.pack import Pack
    from detector.record import Record
    from detector.store import Store

_AT_ONCE = 200


@click.command()
@click.option("--policy", help="Pack: name or file (default: what each post was judged by).")
@click.option("--unit", help="Posts of this unit alone.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line per changed verdict.")
@store_options
def judge(
    policy: str | None, unit: str | None, as_json: bool, out: Path, url: str | None, file: Path
) -> None:
    """Judge the stored posts again, without looking again; say which verdicts changed, and why.

    Use it after loading a register, or with a new policy.

    \b
    wardi judge
    wardi judge --policy my-force.yaml --json
    """
    from detector.engine.rejudge import rejudge

    with opened(out, url, file) as store:
        done, changes, overtaken = 0, 0, 0
        for each in rejudge(_records(store, unit), _judge(store, policy), store):
            done += 1
            overtaken += each.overtaken
            if each.change is not None:
                changes += 1
                _print(each, each.change, as_json=as_json)
        failures = store.count(_wanted(unit, failures=True))
    click.echo(f"{done} posts judged again, {changes} verdicts changed", err=True)
    if failures:
        click.echo(f"{failures} failures have no evidence: `wardi scan` tries them again", err=True)
    if overtaken:
        click.echo(f"{overtaken} were scanned anew meanwhile; the newer verdict stands", err=True)


def _wanted(unit: str | None, *, failures: bool) -> Any:
    from detector.store import Wanted

    return Wanted(unit=unit, failures=failures)


def _records(store: Store, unit: str | None) -> Iterator[Record]:
    """Yield the records of every verdict; which ones is settled before the first one changes."""
    ids = [each.post_id for each in store.lines(_wanted(unit, failures=False))]
    for at in range(0, len(ids), _AT_ONCE):
        yield from store.records(post_ids=ids[at : at + _AT_ONCE], failures=False)


def _judge(store: Store, policy: str | None) -> Judge:
    from detector.policy.judge import judge as judge_by
    from detector.store.keys import verdict_key

    pack_of = _packs(policy)
    registers, digest = store.registers(), store.registers_digest()

    def again(record: Any) -> tuple[Any, str]:
        pack = pack_of(record)
        verdict = judge_by(pack, record.post, record.evidence, registers)
        return verdict, verdict_key(record.evidence_key, record.post, digest, pack.ref)

    return again


def _packs(policy: str | None) -> Callable[[Any], Pack]:
    from functools import lru_cache

    from detector.errors import InputError
    from detector.policy.pack import list_packs, load_pack

    load = lru_cache(load_pack)
    chosen = load(policy) if policy is not None else None

    def pack_of(record: Any) -> Pack:
        if chosen is not None:
            return chosen
        name = record.outcome.policy.id
        if name not in list_packs():
            raise InputError(
                f"a stored post was judged by the policy {name!r}, which does not come with Wardi; "
                f"expected one of {', '.join(list_packs())}, or its file; run "
                f"`wardi judge --policy FILE`"
            )
        return load(name)

    return pack_of


def _print(each: Rejudged, change: Change, *, as_json: bool) -> None:
    from detector.cli.display import visible

    before, after = change.before, change.after
    if as_json:
        line = {
            "post_id": each.post_id,
            "before": {"band": before.band, "score": before.score},
            "after": {"band": after.band, "score": after.score},
            "reasons": change.reasons,
        }
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    click.echo(
        f"{visible(each.post_id)}: {before.band} {before.score:.0f} -> "
        f"{after.band} {after.score:.0f}"
    )
    for reason in change.reasons:
        click.echo(f"  {visible(reason)}")
