"""From rows to an `Intake`: a row with a flaw is named and left out, the others become posts.

Every reader of this folder turns its rows or files into `Draft`s; here they are checked field by
field, and against each other. A post is either among the posts or named in a problem, never both,
never neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from detector.intake.fields import (
    FIELDS,
    field_meant,
    field_name,
    parse_handle,
    parse_moment,
    parse_role,
    parse_text,
    parse_value,
    shown,
)
from detector.post import Media, Post
from detector.record import Problem
from detector.verdict import Failure

DEFAULTS = ("account", "author_role", "unit", "platform")
"""Fields that the command line may give for all posts of a run."""

_PARSERS: dict[str, Callable[[str], Any]] = {
    "id": parse_value,
    "text": parse_text,
    "account": parse_handle,
    "platform": parse_value,
    "unit": parse_value,
    "author_role": parse_role,
    "submitted_at": parse_moment,
    "posted_at": parse_moment,
    "approval": parse_value,
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What an input holds: its posts, and everything in it that is none."""

    posts: tuple[Post, ...]
    """In the order of the input; ids are unique, and none of them is named in a problem."""
    problems: tuple[Problem, ...] = ()
    """Several may name the same post; see `failures`."""
    not_posts: tuple[str, ...] = ()
    """Files of a folder that are no posts, by their path in it."""
    hidden: int = 0
    """Hidden files and folders that were skipped; a folder counts once."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """One failure for every post that a problem names, with each of its reasons once."""
        named: dict[str, list[Problem]] = defaultdict(list)
        for problem in self.problems:
            if problem.post_id:
                named[problem.post_id].append(problem)
        return tuple(
            Failure(
                post_id,
                reason="; also: ".join(dict.fromkeys(each.problem for each in problems)),
                where=", ".join(dict.fromkeys(each.where for each in problems)),
            )
            for post_id, problems in named.items()
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A row or file on its way to a post."""

    id: str
    """As the row has it; empty where it has none."""
    where: str
    """File and line, without column."""
    post: Post | None
    """None where the row has a flaw."""
    problems: tuple[Problem, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    """Keys that are no field and stand for none, each with its file and line."""


@dataclass(slots=True)
class Cells:
    """The raw fields of one row, and the flaws found so far."""

    where: str
    """File and line, without column."""
    values: dict[str, str] = field(default_factory=dict)
    """What was written, by field; `media` is not among them."""
    media: tuple[Media, ...] = ()
    flaws: list[Problem] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def flaw(self, column: str, problem: str, *, where: str = "") -> None:
        """Note what is wrong in a column; `where` if it is another file."""
        at = where or self.where
        self.flaws.append(Problem(f"{at}:{column}" if column else at, problem))

    def unknown_key(self, written: str, *, where: str = "") -> None:
        """Note a key that is no field: a flaw where it most likely stands for one."""
        meant = field_meant(field_name(written))
        if meant:
            self.flaw(
                written,
                f"found {shown(written)}, which is no field of a post; expected {meant!r}, if that "
                f"is what it holds; rename or remove it",
                where=where,
            )
        else:
            self.unknown.append((written, where or self.where))


def check_defaults(defaults: Mapping[str, str]) -> dict[str, str]:
    """Return the fields given for all posts of a run, checked; empty ones are left out.

    Raises:
        ValueError: If one is not in `DEFAULTS`, or its value cannot be used.
    """
    unknown = sorted(set(defaults) - set(DEFAULTS))
    if unknown:
        raise ValueError(
            f"found {', '.join(unknown)} given for all posts; expected only "
            f"{', '.join(DEFAULTS)}; give the others post by post"
        )
    given = {name: value for name, value in defaults.items() if value.strip()}
    for name, value in given.items():
        try:
            _PARSERS[name](value)
        except ValueError as error:
            raise ValueError(f"--{name.replace('_', '-')}: {error}") from error
    return given


def draft(cells: Cells, defaults: Mapping[str, str], *, own_id: str = "") -> Draft:
    """Check the fields of one row and make a post of them.

    Args:
        cells: The row. A field that is empty counts as not given.
        defaults: Values of fields that the row does not give.
        own_id: Id of the post where its fields give none.
    """
    values: dict[str, Any] = {}
    given = {name: value for name, value in cells.values.items() if value.strip()}
    for name, written in {**defaults, **given}.items():
        try:
            values[name] = _PARSERS[name](written)
        except ValueError as error:
            cells.flaw(name, str(error))
    post_id = values.setdefault("id", own_id)
    if "id" not in given and not own_id and not any(_is_about(each, "id") for each in cells.flaws):
        cells.flaw("id", "found no id; expected every post to have one; fill it in")
    if not cells.media and "text" not in given and not cells.flaws:
        cells.flaw(
            "text",
            "found neither text nor media; expected at least one of them; fill it in or remove "
            "the post",
        )
    if cells.flaws:
        problems = tuple(replace(each, post_id=post_id) for each in cells.flaws)
        return Draft(post_id, cells.where, None, problems, tuple(cells.unknown))
    post = Post(media=cells.media, **values)
    return Draft(post_id, cells.where, post, unknown=tuple(cells.unknown))


def _is_about(problem: Problem, column: str) -> bool:
    return problem.where.endswith(f":{column}")


def settle(drafts: Sequence[Draft]) -> tuple[tuple[Post, ...], tuple[Problem, ...]]:
    """Hold the rows against each other: return the posts, and the problems in the input's order.

    All rows of an id that stands twice are left out: which of them is meant, nobody can tell.
    """
    rows: dict[str, list[str]] = defaultdict(list)
    for each in drafts:
        if each.id:
            rows[each.id].append(each.where)
    posts: list[Post] = []
    problems = list(_unknown_keys(drafts))
    for each in drafts:
        problems.extend(each.problems)
        if len(rows[each.id]) > 1 and each.id:
            problems.append(_duplicate(each, rows[each.id]))
        elif each.post is not None:
            posts.append(each.post)
    return tuple(posts), tuple(problems)


def _duplicate(row: Draft, places: Sequence[str]) -> Problem:
    named = ", ".join(places[:5]) + (", …" if len(places) > 5 else "")
    return Problem(
        f"{row.where}:id",
        f"found the id {shown(row.id)} {len(places)} times ({named}); expected every id once; "
        f"none of these is judged: give each its own id",
        row.id,
    )


def _unknown_keys(drafts: Iterable[Draft]) -> Iterable[Problem]:
    """Name each unknown key once, however many rows have it."""
    places: dict[str, list[str]] = defaultdict(list)
    for each in drafts:
        for key, where in each.unknown:
            places[key].append(where)
    for key, rows in places.items():
        count = "1 post" if len(rows) == 1 else f"{len(rows)} posts"
        yield Problem(f"{rows[0]}:{key}", unknown_field(key, count))


def unknown_field(key: str, count: str) -> str:
    """Return the message for a key or column that is no field and stands for none."""
    return (
        f"found {shown(key)} in {count}, which is no field of a post; expected only "
        f"{', '.join(FIELDS)}; its values were not read: remove it, or rename it if it holds one"
    )
