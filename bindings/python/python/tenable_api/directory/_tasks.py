"""Each task, once: what the synchronous and the asynchronous callers wait for in their own ways."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, NoReturn, Union

from .._errors import InvalidInputError
from .._native import directory as _native
from .._raw import sendable
from ._errors import PersonNotFoundError, ProblemsError
from ._given import File, Frame, check_number, check_text, content_of, is_file, json_lines
from ._import import ImportResult, PreparedImport, row_results
from ._offboarding import OffboardingRecord, PlannedOffboarding
from ._outcome import Ensured, Report, ensured
from ._passwords import Passwords, check_passwords, giver
from ._person import Whois
from ._plan import Plan
from ._problem import Problem
from ._review import Review
from ._run import Work
from ._wish import Ensure, EnsureGroup, EnsureRole, EnsureUser

People = Union[str, os.PathLike[str], bytes, File, Mapping[str, Any]]
"""What should be there: a file of people, or the same as a mapping. A `str` is always the path of the file. Its content is given as
bytes or as an open file: `text.encode()`, `io.StringIO(text)`."""

ImportRows = Union[str, os.PathLike[str], bytes, File, Frame, Iterable[Mapping[str, Any]]]
"""Rows: a CSV, JSON Lines or Excel file, one mapping for each row, or a table of pandas, polars or pyarrow. A `str` is always the path
of the file. Its content is given as bytes or as an open file. `None` and what tables hold for what is missing, such as NaN, is an empty
cell."""

Removals = Union[int, str]
"""How much may be removed at once in one tenant: a number, or a share such as `"5%"`."""

FilePath = Union[str, os.PathLike[str], None]
"""A file, or none."""

Format = Literal["csv", "jsonl", "xlsx"]
"""Kinds of files that hold rows."""

_LISTS = ("known_tenants", "domains", "delete_in", "columns")


def _path(path: FilePath) -> str | None:
    return None if path is None else os.fspath(path)


def _names(names: Iterable[str], what: str) -> list[str]:
    if isinstance(names, str):
        raise TypeError(f"{what} is a list of texts, not one text: write [{names!r}]")
    return list(names)


def _people(people: People) -> tuple[str, str | None]:
    """The text of a file of people, and its path if it has one."""
    if isinstance(people, Mapping):
        return sendable("people", json.dumps(people, ensure_ascii=False, indent=1, default=_no_json)), None
    content, path = content_of(people, "people")
    try:
        return content.decode("utf-8-sig"), path
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path or 'people'}: this is no text in UTF-8: {error.reason} at byte {error.start}") from None


def _unused(what: str, **arguments: Any) -> None:
    """Raises for arguments of planning that come with what is planned already: they would not count."""
    given = [name for name, value in arguments.items() if not _is_default(name, value)]
    if given:
        verb = "is" if len(given) == 1 else "are"
        raise InvalidInputError(f"{' and '.join(given)} {verb} for planning, and this is {what} already: give {'it' if len(given) == 1 else 'them'} to what plans")


def _is_default(name: str, value: Any) -> bool:
    return value is None or value is False or value == "update" or (name in _LISTS and not isinstance(value, str) and not value)


def _made(plan: Plan) -> Iterator[tuple[str, str]]:
    """The accounts that a plan makes: tenant and user name of each."""
    return ((step.tenant, step.subject.name) for step in plan.steps if step.kind == "create_user")


def _no_json(value: object) -> NoReturn:
    raise TypeError(f"people holds a value of the type {type(value).__name__}: texts, numbers, flags, lists and mappings are read")


def whois(native: _native.Directory, watched: bool, name: str) -> Work[Whois]:
    check_text(name, "name")
    text = yield native.whois(name, watched), False
    return Whois.from_json(text)


def export(native: _native.Directory, watched: bool) -> Work[str]:
    text: str = yield native.export(watched), False
    return text


def plan(
    native: _native.Directory, watched: bool, people: People, max_removals: Removals | None, known_tenants: Iterable[str]
) -> Work[Plan]:
    text, path = _people(people)
    most = None if max_removals is None else str(max_removals)
    try:
        made = yield native.plan(text, path, most, _names(known_tenants, "known_tenants"), watched), False
    except ProblemsError as error:
        if not isinstance(people, Mapping):
            raise
        # Lines of a text that nobody has seen.
        problems = tuple(replace(problem, place=None) for problem in error.problems)
        raise ProblemsError(problems=problems, draft=error.draft) from None
    return Plan._of(made)


def apply(
    native: _native.Directory,
    watched: bool,
    given: Plan | People,
    max_removals: Removals | None,
    known_tenants: Iterable[str],
    plan_hash: str | None,
    passwords: Passwords | None,
    journal: FilePath,
) -> Work[Report]:
    give = giver(passwords)
    if isinstance(given, Plan):
        _unused("a plan", max_removals=max_removals, known_tenants=known_tenants)
        made = given
    else:
        made = yield from plan(native, watched, given, max_removals, known_tenants)
    if plan_hash is not None and plan_hash != made.hash:
        what = f"the plan has the hash {made.hash} now, and {plan_hash} is asked for; plan again"
        raise ProblemsError(problems=(Problem(what, is_guard=True),), draft=made)
    check_passwords(passwords, _made(made))
    text = yield native.apply(made._native, _path(journal), give, watched), True
    return Report.from_json(text)


def _facts(wish: Ensure) -> dict[str, Any]:
    if not isinstance(wish, (EnsureUser, EnsureRole, EnsureGroup)):
        raise TypeError(f"a wish is an EnsureUser, EnsureRole or EnsureGroup, not {type(wish).__name__}")
    return wish._facts()


def plan_ensure(native: _native.Directory, watched: bool, wish: Ensure) -> Work[Plan]:
    draft: _native.Draft = yield native.plan_ensure(_facts(wish), watched), False
    return Plan._of(draft.plan())


def ensure(
    native: _native.Directory,
    watched: bool,
    wish: Ensure,
    passwords: Passwords | None,
    journal: FilePath,
) -> Work[tuple[Ensured, ...]]:
    give = giver(passwords)
    draft: _native.Draft = yield native.plan_ensure(_facts(wish), watched), False
    check_passwords(passwords, _made(Plan._of(draft.plan())))
    text: str = yield native.ensure_planned(draft, _path(journal), give, watched), True
    return ensured(text)


def _rows(rows: ImportRows, format: Format | None) -> tuple[bytes, str | None, Format | None]:
    """The bytes of rows, the path if there is one, and the format."""
    if is_file(rows):
        content, path = content_of(rows, "rows")
        return content, path, format
    if format is not None:
        raise InvalidInputError("a format is for files: the rows are mappings already")
    return json_lines(rows), None, "jsonl"


def prepare_import(
    native: _native.Directory,
    watched: bool,
    rows: ImportRows,
    *,
    columns: Mapping[str, str | None] | None,
    format: Format | None,
    sheet: str | None,
    all_tenants: bool,
    domains: Iterable[str],
    existing: Literal["update", "keep", "refuse"],
    skip_bad_rows: bool,
    add_groups: bool,
    max_removals: Removals | None,
    journal: FilePath,
) -> Work[PreparedImport]:
    content, path, told = _rows(rows, format)
    for head, field in (columns or {}).items():
        if not isinstance(head, str) or not (field is None or isinstance(field, str)):
            raise TypeError(f"columns says of a head what it holds, both as texts, not {head!r}: {field!r}")
    manner: dict[str, Any] = {
        "format": told,
        "sheet": sheet,
        "columns": list((columns or {}).items()),
        "all_tenants": all_tenants,
        "domains": _names(domains, "domains"),
        "existing": existing,
        "skip_bad_rows": skip_bad_rows,
        "add_groups": add_groups,
        "max_removals": None if max_removals is None else str(max_removals),
    }
    prepared = yield native.prepare_import(content, path, manner, _path(journal), watched), False
    return PreparedImport(prepared)


def import_people(
    native: _native.Directory,
    watched: bool,
    rows: ImportRows | PreparedImport,
    passwords: Passwords | None,
    journal: FilePath,
    anew: bool,
    **manner: Any,
) -> Work[ImportResult]:
    give = giver(passwords)
    if isinstance(rows, PreparedImport):
        _unused("a prepared import", anew=anew, **manner)
        prepared = rows
    else:
        prepared = yield from prepare_import(native, watched, rows, journal=None if anew else journal, **manner)
    if prepared.problems:
        raise ProblemsError(problems=prepared.problems, draft=prepared.plan)
    check_passwords(passwords, prepared._native.without_password())
    text: str = yield native.import_prepared(prepared._native, _path(journal), give, watched), True
    done = json.loads(text)
    report = Report.from_json(json.dumps(done["report"], ensure_ascii=False))
    return ImportResult(row_results(json.dumps(done["results"], ensure_ascii=False)), report, prepared.notes)


def plan_offboarding(
    native: _native.Directory,
    watched: bool,
    name: str,
    *,
    delete: bool,
    delete_in: Iterable[str],
    successor: str | None,
    accounts: Literal["all"] | Iterable[str] | None,
) -> Work[PlannedOffboarding]:
    check_text(name, "the person who leaves")
    if successor is not None:
        check_text(successor, "successor")
    # Not a comparison: tables compare each of their elements.
    everything = isinstance(accounts, str) and accounts == "all"
    leaving: dict[str, Any] = {
        "person": name,
        "delete": delete,
        "delete_in": _names(delete_in, "delete_in"),
        "successor": successor,
        "all_accounts": everything,
        "accounts": [] if everything or accounts is None else _names(accounts, "accounts"),
    }
    if delete and leaving["delete_in"]:
        raise InvalidInputError("delete and delete_in exclude each other")
    planned: _native.PlannedOffboarding = yield native.plan_offboarding(leaving, watched), False
    problems = tuple(map(Problem._of, json.loads(planned.problems())))
    return PlannedOffboarding(planned, Whois.from_json(planned.whois()), Plan._of(planned.plan()), problems)


def offboard(
    native: _native.Directory,
    watched: bool,
    given: str | PlannedOffboarding,
    journal: FilePath,
    **how: Any,
) -> Work[OffboardingRecord]:
    if isinstance(given, PlannedOffboarding):
        _unused("a planned departure", **how)
        planned = given
    else:
        planned = yield from plan_offboarding(native, watched, given, **how)
    if planned.problems:
        raise ProblemsError(problems=planned.problems, draft=planned.plan)
    # Where none could be read, the record says so.
    if planned.is_nobody and len(planned.unread_tenants) < len(planned.whois.tenants):
        raise PersonNotFoundError(whois=planned.whois)
    text = yield native.offboard(planned._native, _path(journal), watched), True
    return OffboardingRecord.from_json(text)


def review(
    native: _native.Directory,
    watched: bool,
    *,
    idle_days: int,
    unused_key_days: int,
    listed: Iterable[str] | None,
    details: Literal["nobody", "administrators", "everybody"],
    last: Review | None,
    now: datetime.datetime | None,
) -> Work[Review]:
    check_number(idle_days, "idle_days")
    check_number(unused_key_days, "unused_key_days")
    if last is not None and not isinstance(last, Review):
        raise TypeError(f"last is a Review, not {type(last).__name__}: Review.load(path) reads one from a file")
    if now is not None and now.utcoffset() is None:
        raise InvalidInputError("now has no time zone: give it one, such as tzinfo=datetime.timezone.utc")
    manner: dict[str, Any] = {
        "idle_days": idle_days,
        "unused_key_days": unused_key_days,
        "listed": None if listed is None else _names(listed, "listed"),
        "details": details,
        "now": None if now is None else now.isoformat(),
    }
    made: Review = Review((yield native.review(manner, watched), False))
    return made if last is None else made.since(last)
