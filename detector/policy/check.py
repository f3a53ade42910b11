"""Check a policy pack before it is used: keys, values, names, types, conditions.

Every fault is reported, not the first alone, each with file, line, column and clause, and with the
nearest right name where one is near.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from detector.errors import PolicyError
from detector.policy import schema
from detector.policy.clauses import Clause, Limits, Pack
from detector.policy.extending import misnamed
from detector.policy.fields import Fields
from detector.policy.located import Located, Place, Report, read
from detector.policy.nearest import instead
from detector.policy.questions import check_duplicates, check_question
from detector.policy.selecting import looks_at, reads

MOST_JUDGED = 40
"""Clauses that a pack may have judged; `score` searches among their findings."""
LEAST, MOST = 0.001, 0.999
"""Severities lie strictly between 0 and 1: at 0 a finding would not count, at 1 nothing else would."""

LEAST_COVERAGE = 0.5
"""Least limit of coverage: under it a post could be clear of which most was not looked at."""

PACK_KEYS = (
    "id",
    "version",
    "title",
    "extends",
    "documents",
    "limits",
    "requires",
    "clauses",
)
CLAUSE_KEYS = (
    "id",
    "title",
    "source",
    "place",
    "wording",
    "judged",
    "why",
    "binds",
    "looks_at",
    "reads",
    "post_fields",
    "condition",
    "exception",
    "severity",
    "note",
    "photo_note",
    "check",
    "remedy",
)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong with a pack."""

    file: str
    line: int
    column: int
    clause: str
    """Id of the clause; empty for the pack itself."""
    problem: str

    def __str__(self) -> str:
        clause = f"clause {self.clause}: " if self.clause else ""
        return f"{self.file}:{self.line}:{self.column}: {clause}{self.problem}"


def check_content(
    content: bytes, file: str, base: Callable[[str], Pack] | None = None
) -> tuple[Pack | None, tuple[Fault, ...]]:
    """Check a pack.

    Args:
        content: The bytes of its file.
        file: How the file is called in faults.
        base: Returns the pack that this one extends; raises PolicyError where it cannot.

    Returns:
        The pack, where it has no faults, and its faults by line.
    """
    check = _Check(content, file, base)
    pack = check.pack()
    faults = tuple(sorted(set(check.faults)))
    return (None if faults else pack), faults


class _Check:
    def __init__(self, content: bytes, file: str, base: Callable[[str], Pack] | None) -> None:
        self.faults: list[Fault] = []
        self._content = content
        self._file = file
        self._base = base
        self._documents: dict[str, str] = {}

    def pack(self) -> Pack | None:
        report = self._report("")
        root = read(self._content, report)
        if root is None:
            return None
        fields = Fields(root, "the pack", PACK_KEYS, report)
        if not isinstance(root.value, dict):
            return None
        before = len(self.faults)
        base = self._extended(fields)
        if len(self.faults) > before:
            # Everything that stands in the base would be missing: one cause, one fault.
            return None
        self._documents = self._named_documents(fields)
        digest = hashlib.sha256(self._content)
        if base is not None:
            # What is not issued again comes from there, so that it is a part of this version.
            digest.update(base.sha256.encode())
        requires = fields.words("requires", schema.CHANNELS, required=base is None)
        clauses = self._clauses(fields, base)
        return Pack(
            id=fields.text("id", required=True),
            version=fields.text("version", required=True),
            sha256=digest.hexdigest(),
            title=fields.text("title", required=True),
            limits=self._limits(fields, base),
            requires=cast(Any, requires) or (base.requires if base else ()),
            clauses=clauses,
        )

    def _report(self, clause: str) -> Report:
        def report(place: Place, problem: str) -> None:
            self.faults.append(Fault(self._file, *place, clause, problem))

        return report

    def _extended(self, fields: Fields) -> Pack | None:
        name = fields.text("extends")
        if not name:
            return None
        try:
            return self._base(name) if self._base else None
        except PolicyError as error:
            self._report("")(fields.place_of("extends"), str(error))
            return None

    def _named_documents(self, fields: Fields) -> dict[str, str]:
        node = fields.node("documents")
        if node is None:
            return {}
        known = tuple(node.value) if isinstance(node.value, dict) else ()
        documents = Fields(node, "the documents", known, self._report(""))
        return {name: documents.text(name, required=True) for name in known}

    def _limits(self, fields: Fields, base: Pack | None) -> Limits:
        node = fields.node("limits")
        if node is None and base is not None:
            return base.limits
        if node is None:
            node = Located({}, fields.place)
        report = self._report("")
        given = Fields(node, "the limits", ("review", "hold", "coverage"), report)
        review = given.number("review", 0.1, 100)
        hold = given.number("hold", 0.1, 100)
        coverage = given.number("coverage", 0, 1)
        if review is not None and hold is not None and review > hold:
            report(given.place_of("review"), "'review' is above 'hold'; expected it at or below")
        if coverage is not None and coverage < LEAST_COVERAGE:
            report(
                given.place_of("coverage"),
                f"'coverage' is {coverage:g}; expected at least {LEAST_COVERAGE:g}: a post of which "
                f"less was looked at must not be clear",
            )
        return Limits(review or 0.1, hold or 100.0, 1.0 if coverage is None else coverage)

    def _clauses(self, fields: Fields, base: Pack | None) -> tuple[Clause, ...]:
        before = {each.id: each for each in base.clauses} if base else {}
        found = dict(before)
        places: dict[str, Place] = {}
        asked: list[tuple[Clause, str, Place]] = []
        for node in fields.items("clauses"):
            if base is not None and self._misnamed(node, base):
                continue
            clause, question, place = self._clause(node, before)
            if clause.id in places:
                line = places[clause.id][0]
                self._report(clause.id)(
                    node.place, f"the id {clause.id!r} is given to a clause in line {line} too"
                )
            places.setdefault(clause.id, node.place)
            found[clause.id] = clause
            asked.append((clause, question, place))
        if sum(each.judged for each in found.values()) > MOST_JUDGED:
            self._report("")(fields.place, f"more than {MOST_JUDGED} clauses are judged; split it")
        kept = [each for each in before.values() if each.judged and each.id not in places]
        asked = [(each, check_question(each, {}, _ignore), fields.place) for each in kept] + asked
        check_duplicates(asked, self._report)
        return tuple(found.values())

    def _misnamed(self, node: Located, base: Pack) -> bool:
        id = _id(node)
        problem = misnamed(node, id, base.id, [each.id for each in base.clauses])
        if problem:
            self._report(id)(node.value["id"].place, problem)
        return bool(problem)

    def _clause(self, node: Located, before: dict[str, Clause]) -> tuple[Clause, str, Place]:
        id = _id(node)
        report = self._report(id)
        fields = Fields(node, "the clause", CLAUSE_KEYS, report)
        fields.text("id", required=True)
        clause = self._described(fields, id, before.get(id), report)
        if not clause.judged:
            return clause, "", node.place
        clause = self._asking(fields, clause, report)
        given = {key: fields.node(key) for key in ("condition", "exception")}
        written = {key: each for key, each in given.items() if each and isinstance(each.value, str)}
        return clause, check_question(clause, written, report), fields.place_of("condition")

    def _described(self, fields: Fields, id: str, before: Clause | None, report: Report) -> Clause:
        """Read what a clause is; of a clause that is issued again, what is not given stays."""
        old = before or Clause(id, "", "", "")
        judged = fields.flag("judged", otherwise=old.judged)
        why = fields.text("why", required=not judged and not old.why) or old.why
        return replace(
            old,
            title=fields.text("title", required=not old.title) or old.title,
            source=self._source(fields, old, report),
            wording=fields.text("wording", required=not old.wording) or old.wording,
            judged=judged,
            why=why,
            note=fields.text("note") or old.note,
            photo_note=fields.text("photo_note") or old.photo_note,
            check=fields.text("check", required=not old.check) or old.check,
            remedy=fields.text("remedy", required=judged and not old.remedy) or old.remedy,
        )

    def _source(self, fields: Fields, old: Clause, report: Report) -> str:
        name = fields.text("source", required=not old.source)
        place = fields.text("place")
        if not name:
            return old.source
        if name not in self._documents:
            report(
                fields.place_of("source"),
                f"no document {name!r} is named in 'documents'; {instead(name, self._documents)}",
            )
            return name
        return f"{self._documents[name]}, {place}" if place else self._documents[name]

    def _asking(self, fields: Fields, old: Clause, report: Report) -> Clause:
        """Read when a judged clause is met, whom it binds, and how grave a breach is."""
        severity = fields.number("severity", LEAST, MOST, required=not old.severity)
        clause = replace(
            old,
            binds=cast(Any, fields.words("binds", schema.BOUND, required=not old.binds))
            or old.binds,
            looks_at=looks_at(fields, report) or old.looks_at,
            reads=reads(fields, report) or old.reads,
            post_fields=fields.words("post_fields", schema.POST_FIELDS) or old.post_fields,
            condition=fields.text("condition", required=not old.condition) or old.condition,
            exception=fields.text("exception") or old.exception,
            severity=severity or old.severity,
        )
        if not (clause.looks_at or clause.reads or clause.post_fields):
            report(
                fields.place,
                "the clause selects nothing that a finding could rest on; expected 'looks_at', "
                "'reads' or 'post_fields'",
            )
        return clause


def _id(node: Located) -> str:
    name = node.value.get("id") if isinstance(node.value, dict) else None
    return str(name.value) if name is not None and isinstance(name.value, str) else ""


def _ignore(place: Place, problem: str) -> None:
    """Take a fault of a pack that was checked already."""
