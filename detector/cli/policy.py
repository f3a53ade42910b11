"""``wardi policy``: check, show, list and compare policy packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from detector.policy.pack import Clause, Pack


@click.group()
def policy() -> None:
    """Check, show, list and compare policy packs.

    \b
    wardi policy check my-force.yaml
    """


@policy.command()
@click.argument("pack", metavar="FILE|NAME")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each fault.")
def check(pack: str, as_json: bool) -> int:
    """Check a pack; name every fault with file, line, column and clause.

    \b
    wardi policy check my-force.yaml
    """
    from detector.cli import INPUT, OK
    from detector.policy.pack import check_pack, load_pack
    from detector.report.display import shown

    faults = check_pack(pack)
    for fault in faults:
        click.echo(_line(fault) if as_json else shown(str(fault)))
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        click.echo(f"{shown(pack)}: {count}; correct the file and check it again", err=True)
        return INPUT
    if not as_json:
        checked = load_pack(pack)
        judged = sum(each.judged for each in checked.clauses)
        click.echo(
            f"{shown(pack)}: no faults; {judged} of {len(checked.clauses)} clauses are judged"
        )
    return OK


@policy.command()
@click.argument("pack", metavar="FILE|NAME")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each clause.")
def show(pack: str, as_json: bool) -> None:
    """Show a pack: its limits, and each clause with wording, condition and severity.

    \b
    wardi policy show karachi-2024
    """
    from detector.policy.pack import load_pack
    from detector.report.display import shown

    loaded = load_pack(pack)
    if as_json:
        for clause in loaded.clauses:
            click.echo(_line(clause))
        return
    for line in _pack_lines(loaded):
        click.echo(shown(line))
    for clause in loaded.clauses:
        click.echo()
        for line in _clause_lines(clause):
            click.echo(shown(line))


@policy.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each pack.")
def list_(as_json: bool) -> None:
    """List the packs that come with Wardi.

    \b
    wardi policy list
    """
    import json

    from detector.policy.pack import list_packs, load_pack

    for name in list_packs():
        pack = load_pack(name)
        if as_json:
            told = {"id": pack.id, "version": pack.version, "sha256": pack.sha256}
            click.echo(json.dumps(told | {"title": pack.title}, ensure_ascii=False))
        else:
            click.echo(f"{name}  version {pack.version}  {pack.title}")


@policy.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each difference.")
def diff(before: str, after: str, as_json: bool) -> None:
    """Say what differs between the packs A and B, clause by clause.

    \b
    wardi policy diff karachi-2024 my-force.yaml
    """
    from detector.policy.differing import differences
    from detector.policy.pack import load_pack
    from detector.report.display import shown

    found = differences(load_pack(before), load_pack(after))
    for each in found:
        if as_json:
            click.echo(_line(each))
            continue
        click.echo(shown(f"{each.clause or 'pack'} {each.key}"))
        click.echo(shown(f"  - {each.before or '(none)'}"))
        click.echo(shown(f"  + {each.after or '(none)'}"))
    if not found and not as_json:
        click.echo("no differences")


def _line(value: object) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(value), ensure_ascii=False)  # type: ignore[call-overload]


def _pack_lines(pack: Pack) -> list[str]:
    limits = pack.limits
    return [
        f"{pack.id}  version {pack.version}  sha256 {pack.sha256}",
        pack.title,
        f"limits (choices of policy): review from {limits.review:g}, hold from {limits.hold:g}, "
        f"clear only from {limits.coverage * 100:g} % looked at",
        f"must have been examined: {', '.join(pack.requires)}",
    ]


def _clause_lines(clause: Clause) -> list[str]:
    lines = [f"{clause.id}  {clause.title}", f"  source: {clause.source}"]
    lines.append(f"  wording: {clause.wording}")
    if not clause.judged:
        lines.append(f"  not judged by the program: {clause.why}")
        return lines
    lines.append(f"  binds: {', '.join(clause.binds)}")
    if clause.looks_at:
        lines.append(
            f"  looks at: {', '.join(clause.looks_at.labels)} in {', '.join(clause.looks_at.media)}"
        )
    if clause.reads:
        targets = f" of {', '.join(clause.reads.targets)}" if clause.reads.targets else ""
        lines.append(f"  reads: {', '.join(clause.reads.topics)}{targets}")
    lines.append(f"  condition: {clause.condition}")
    if clause.exception:
        lines.append(f"  exception: {clause.exception}")
    lines.append(f"  severity (a choice of policy): {clause.severity:g}")
    lines.append(f"  to check: {clause.check}")
    lines.append(f"  remedy: {clause.remedy}")
    return lines
