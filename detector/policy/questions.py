"""Check what clauses ask: that their expressions can be read, fit the types, and can have both answers.

Two clauses that ask the same of the same people are a fault too: their findings would always come in
pairs, and one of the two is a copy that somebody forgot to change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from detector.policy.clauses import Clause
from detector.policy.conditions import ConditionFault, parse
from detector.policy.constants import always
from detector.policy.expression import Node
from detector.policy.located import Located, Place, Report
from detector.policy.schema import DEAREST, NAMES, Type
from detector.policy.typecheck import TypeCheck, cost
from detector.policy.vacuous import empty_fault


def check_question(clause: Clause, written: Mapping[str, Located], report: Report) -> str:
    """Check the condition and the exception of a clause.

    Args:
        clause: The clause, as far as it could be read.
        written: Where its ``condition`` and ``exception`` stand; what a re-issued clause does not
            give again has no place.
        report: Takes faults.

    Returns:
        The question in a form that is equal for equal questions; empty where it is faulty.
    """
    names = _names(clause)
    nodes = {
        key: written.get(key, Located(text, (1, 1)))
        for key, text in (("condition", clause.condition), ("exception", clause.exception))
        if text
    }
    trees = {key: _checked(key, node, names, report) for key, node in nodes.items()}
    condition, exception = trees.get("condition"), trees.get("exception")
    if condition is None or None in trees.values():
        return ""
    if exception is not None and exception.canonical == condition.canonical:
        report(
            nodes["exception"].place,
            "the exception is the condition again, so that the clause can never be met; "
            "say when the clause does not hold",
        )
        return ""
    if problem := empty_fault(clause):
        report(nodes["condition"].place, problem)
        return ""
    return _question(clause, condition, exception)


def _question(clause: Clause, condition: Node, exception: Node | None) -> str:
    parts = (
        condition.canonical,
        exception.canonical if exception else "",
        repr(clause.looks_at and _sorted(clause.looks_at.labels, clause.looks_at.media)),
        repr(clause.reads and _sorted(clause.reads.topics, clause.reads.targets)),
        repr(sorted(clause.post_fields)),
    )
    return "\n".join(parts)


def check_duplicates(
    asked: Sequence[tuple[Clause, str, Place]], report_for: Callable[[str], Report]
) -> None:
    """Report clauses that ask the same question of the same people.

    Args:
        asked: Clauses with their question and the place of their condition.
        report_for: Returns what takes the faults of a clause.
    """
    for at, (clause, question, place) in enumerate(asked):
        for earlier, other, _ in asked[:at]:
            if question and question == other and set(clause.binds) & set(earlier.binds):
                report_for(clause.id)(
                    place,
                    f"it asks the same as clause {earlier.id}; change its condition or what it "
                    f"selects, or drop one of the two",
                )
                break


def _names(clause: Clause) -> dict[str, Type]:
    """Return the names for a clause, with what is known because of what it selects."""
    names = dict(NAMES)
    looks, reads = clause.looks_at, clause.reads
    if looks is None:
        del names["sightings"]
    else:
        names["sightings"] = _selected(
            "sightings", {"label": looks.labels, "kind": looks.media}, looks.at_least
        )
    if reads is None:
        del names["topics"]
    else:
        values = {"topic": reads.topics}
        if reads.targets:
            values["target"] = ("", *reads.targets)
        names["topics"] = _selected("topics", values, reads.at_least or 0.0)
    kinds = [bool(looks), bool(reads), bool(clause.post_fields)]
    if sum(kinds) == 1 and not clause.post_fields:
        # Such a condition is false where nothing was selected (`vacuous` sees to it), so that what
        # it can be is asked of the rest.
        only = "sightings" if looks else "topics"
        names[only] = replace(names[only], low=1)
    return names


def _selected(name: str, values: Mapping[str, tuple[str, ...]], least: float) -> Type:
    item = NAMES[name].item
    if item is None or item.fields is None:  # pragma: no cover - a list of objects by declaration
        return NAMES[name]
    fields = dict(item.fields)
    for key, known in values.items():
        fields[key] = replace(fields[key], values=tuple(known))
    fields["probability"] = replace(fields["probability"], low=least)
    return replace(NAMES[name], item=replace(item, fields=fields))


def _checked(key: str, node: Located, names: Mapping[str, Type], report: Report) -> Node | None:
    """Return the expression's tree, or None where it is faulty."""
    try:
        tree = parse(str(node.value))
    except ConditionFault as fault:
        report(node.inside(fault.line, fault.column), f"the {key} {fault.problem}")
        return None
    sound = True

    def wrong(part: Node, problem: str) -> None:
        nonlocal sound
        sound = False
        report(node.inside(part.line, part.column), f"in the {key}: {problem}{_hint(part, names)}")

    types = TypeCheck(names, wrong)
    found = types.of(tree)
    if found is not None and found.name != "bool":
        wrong(tree, f"it gives {found}; expected bool")
    steps = cost(tree)
    if steps > DEAREST:
        wrong(
            tree,
            f"it may take {steps} steps; expected at most {DEAREST}: avoid a macro inside a macro",
        )
    if not sound:
        return None
    if _settled(key, always(tree, types.types), node, report):
        return None
    return tree


def _settled(key: str, answer: bool | None, node: Located, report: Report) -> bool:
    """Report a condition that is never true, and an exception that always or never holds."""
    if key == "condition" and answer is False:
        report(node.place, "the condition can never be true, so that the clause judges nothing")
    elif key == "exception" and answer is True:
        report(node.place, "the exception always holds, so that the clause can never be met")
    elif key == "exception" and answer is False:
        report(node.place, "the exception can never hold; leave it out")
    else:
        return False
    return True


def _hint(part: Node, names: Mapping[str, Type]) -> str:
    if part.kind != "name" or part.text in names:
        return ""
    keys = {"sightings": "looks_at", "topics": "reads"}
    if part.text in keys:
        return f" (the clause has no {keys[part.text]!r}, so that there are none)"
    return ""


def _sorted(*groups: Sequence[str]) -> list[list[str]]:
    return [sorted(each) for each in groups]
