"""The access review: everybody, everywhere, with what an auditor should look at, and what changed since the last time."""

from __future__ import annotations

import datetime
import importlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, final, overload

from .._native import directory as _native
from .._typing import Self
from ._findings import AccountRow, Finding, ReviewedGroup, ReviewedPerson, ReviewedRole, ReviewedTenant, Untold
from ._problem import UnreadTenant
from ._record import Immutable, all_of, time
from ._rows import BaseRows, Rows

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

TableName = Literal["accounts", "findings"]
"""The tables of a review: a row for each account, or for each finding."""


@final
class Table(BaseRows[_T_co]):
    """A table of a review: an immutable list, and the same as Arrow.

    `pyarrow.table(table)`, `polars.DataFrame(table)` and whatever else knows Arrow's PyCapsule interface take it without a copy
    through text. Columns are as in the Parquet file: a time is a timestamp in milliseconds, UTC, null for never and for not told;
    the boolean column after it, such as `last_seen_never`, tells the two apart.
    """

    __slots__ = ("_name", "_review")

    def __init__(self, review: _native.Review, name: TableName, read: Callable[[Mapping[str, Any]], _T_co]) -> None:
        """Made by the review."""
        super().__init__(review.rows(name), read)
        self._review, self._name = review, name

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as a stream of Arrow's. Another schema is not made: whoever takes it casts."""
        return self._review.arrow(self._name)

    def to_arrow(self) -> Any:
        """The table as a `pyarrow.Table`. Needs pyarrow."""
        return importlib.import_module("pyarrow").table(self)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (_table, (self._review.to_json(), self._name))


@final
@dataclass(frozen=True, slots=True)
class AccountChange:
    """One thing about an account that is not as it was. What one of the two reviews does not tell is not compared."""

    kind: Literal[
        "enabled", "disabled", "became_administrator", "no_longer_administrator", "role_gained", "role_lost", "group_joined",
        "group_left", "second_factor_on", "second_factor_off", "renamed",
    ]  # fmt: skip
    """The word for it."""
    role: str | None = None
    """Name of the role that was gained or lost."""
    group: str | None = None
    """Name of the group that was joined or left."""
    before: str | None = None
    """The name that it had, of one that was renamed."""
    after: str | None = None
    """The name that it has."""

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["change"], data.get("role"), data.get("group"), data.get("from"), data.get("to"))


@final
@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """An account that is new, gone, or not as it was."""

    tenant: str
    """The tenant."""
    key: str
    """Which account."""
    name: str
    """The name that people see."""
    person: str
    """Whose it is, in this review or, when it is gone, in the last one."""
    what: tuple[AccountChange, ...]
    """What is not as it was; empty for an account that is new or gone."""

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        what = tuple(map(AccountChange._of, data["what"]))
        return cls(data["tenant"], data["key"], data["name"], data["person"], what)


@final
@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as it was in the last review. Accounts are the same when tenant and key are."""

    since: datetime.datetime
    """When the last review was made."""
    not_compared: tuple[str, ...]
    """Tenants that are not in both reviews, or could not be read for one of them: nothing is said of them."""
    joined: tuple[ChangedAccount, ...]
    """Accounts that are new."""
    left: tuple[ChangedAccount, ...]
    """Accounts that are gone."""
    changed: tuple[ChangedAccount, ...]
    """Accounts that are not as they were."""
    new_findings: tuple[Finding, ...]
    """Findings that the last review had not."""
    solved_findings: tuple[Finding, ...]
    """Findings of the last review that are solved: they are not there any more, though they could be looked for."""
    unsettled_findings: tuple[Finding, ...]
    """Findings of the last review that could not be looked for this time."""

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        accounts, findings = all_of(ChangedAccount._of), all_of(Finding._of)
        return cls(
            since=time(data["since"]),
            not_compared=tuple(data["not_compared"]),
            joined=accounts(data["joined"]),
            left=accounts(data["left"]),
            changed=accounts(data["changed"]),
            new_findings=findings(data["new_findings"]),
            solved_findings=findings(data["solved_findings"]),
            unsettled_findings=findings(data["unsettled_findings"]),
        )


@final
class Review(Immutable):
    """The access review: people with their accounts in all tenants, roles, groups, findings, and what could not be told.

    Made by `Tenants.review`. It has no secret in it. Saved as JSON, it is what the next one is compared with.

    ```python
    review = tenants.review(idle_days=90, last=Review.load("2026-08.json"))
    for finding in review.findings:
        print(finding)
    review.to_html("review.html")
    review.save("2026-11.json")
    polars.DataFrame(review.accounts)
    ```
    """

    __slots__ = ("_facts", "_native", "_tables")

    def __init__(self, review: _native.Review) -> None:
        """Made by the tasks."""
        self._native = review
        self._facts: dict[str, Any] = json.loads(review.head())
        self._tables: dict[str, Any] = {}

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads what `to_json` wrote. Raises `ValueError` when it is no review, or one of another version."""
        return cls(_native.Review.from_json(text.decode() if isinstance(text, bytes) else text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Reads a file that `save`, or `tenable review --to review.json`, wrote. Raises as `from_json` does, and `OSError`."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the review as JSON to this file, in place of what is there."""
        self.to_json(path)

    @property
    def version(self) -> int:
        """The version of the shape of the JSON."""
        version: int = self._facts["version"]
        return version

    @property
    def made_at(self) -> datetime.datetime:
        """When it was made. All ages in it count from here."""
        return time(self._facts["made_at"])

    @property
    def idle_days(self) -> int:
        """After how many days without any use an account is idle."""
        days: int = self._facts["idle_days"]
        return days

    @property
    def unused_key_days(self) -> int:
        """After how many days without use API keys are unused."""
        days: int = self._facts["unused_key_days"]
        return days

    @property
    def listed(self) -> int | None:
        """How many addresses the list of the identity provider has; `None` when there was no list."""
        listed: int | None = self._facts["listed"]
        return listed

    @property
    def tenants(self) -> tuple[ReviewedTenant, ...]:
        """One for each tenant, in the order in which they were given."""
        return tuple(map(ReviewedTenant._of, self._facts["tenants"]))

    @property
    def unread_tenants(self) -> tuple[UnreadTenant, ...]:
        """The tenants that could not be read, and why."""
        return tuple(UnreadTenant(tenant.tenant, tenant.failed) for tenant in self.tenants if tenant.failed is not None)

    @property
    def accounts(self) -> Table[AccountRow]:
        """One row for each account, people in order."""
        return self._kept("accounts", lambda: Table(self._native, "accounts", AccountRow._of))

    @property
    def findings(self) -> Table[Finding]:
        """What an auditor should look at: the gravest first."""
        return self._kept("findings", lambda: Table(self._native, "findings", Finding._of))

    @property
    def people(self) -> Rows[ReviewedPerson]:
        """Everybody, by name."""
        return self._kept("people", lambda: Rows(self._native.rows("people"), ReviewedPerson._of))

    @property
    def roles(self) -> Rows[ReviewedRole]:
        """All roles, by tenant, name and key."""
        return self._kept("roles", lambda: Rows(self._native.rows("roles"), ReviewedRole._of))

    @property
    def groups(self) -> Rows[ReviewedGroup]:
        """All groups, by tenant, name and key."""
        return self._kept("groups", lambda: Rows(self._native.rows("groups"), ReviewedGroup._of))

    @property
    def untold(self) -> tuple[Untold, ...]:
        """What could not be looked at since it is not told: it is no finding, and no proof that there is none."""
        return tuple(map(Untold._of, self._facts["untold"]))

    @property
    def changes(self) -> Changes | None:
        """What is not as it was in the last review, when it was compared with one."""
        changes = self._facts["changes"]
        return None if changes is None else Changes._of(changes)

    def _kept(self, name: str, make: Callable[[], _T]) -> _T:
        """A list, made when it is first looked at. Two threads may both make one; the first stays."""
        if name not in self._tables:
            self._tables.setdefault(name, make())
        kept: _T = self._tables[name]
        return kept

    def since(self, last: Review) -> Review:
        """The same review, compared with the last one: with `changes`, and with what only the two together tell, which is who is
        enabled here and gone elsewhere. Raises `ValueError` when the last one is of another version."""
        return Review(self._native.since(last._native))

    def compare(self, last: Review) -> Changes:
        """What is not as it was in the last review. Raises `ValueError` when that one is of another version."""
        return Changes._of(json.loads(self._native.compare(last._native)))

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: str | os.PathLike[str]) -> None: ...
    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The whole review as one JSON document, written to a file if one is named."""
        return _give(self._native.to_json(), path)

    @overload
    def to_html(self, path: None = None) -> str: ...
    @overload
    def to_html(self, path: str | os.PathLike[str]) -> None: ...
    def to_html(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The review as one page that needs nothing else, to be read, filtered, printed and kept; written to a file if one is
        named."""
        return _give(self._native.html(), path)

    @overload
    def to_csv(self, path: None = None, *, table: TableName = "accounts") -> str: ...
    @overload
    def to_csv(self, path: str | os.PathLike[str], *, table: TableName = "accounts") -> None: ...
    def to_csv(self, path: str | os.PathLike[str] | None = None, *, table: TableName = "accounts") -> str | None:
        """A table as CSV that a spreadsheet can open without running anything in it, written to a file if one is named."""
        return _give(self._native.csv(table), path)

    @overload
    def to_ndjson(self, path: None = None, *, table: TableName = "accounts") -> str: ...
    @overload
    def to_ndjson(self, path: str | os.PathLike[str], *, table: TableName = "accounts") -> None: ...
    def to_ndjson(self, path: str | os.PathLike[str] | None = None, *, table: TableName = "accounts") -> str | None:
        """A table as JSON Lines, written to a file if one is named."""
        return _give(self._native.json_lines(table), path)

    @overload
    def to_parquet(self, path: None = None, *, table: TableName = "accounts") -> bytes: ...
    @overload
    def to_parquet(self, path: str | os.PathLike[str], *, table: TableName = "accounts") -> None: ...
    def to_parquet(self, path: str | os.PathLike[str] | None = None, *, table: TableName = "accounts") -> bytes | None:
        """A table as Parquet, written to a file if one is named."""
        content = self._native.parquet(table)
        if path is None:
            return content
        Path(path).write_bytes(content)
        return None

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table of accounts as a stream of Arrow's, for what knows its PyCapsule interface."""
        return self._native.arrow("accounts")

    def to_arrow(self) -> Any:
        """The table of accounts as a `pyarrow.Table`. Needs pyarrow; `review.findings.to_arrow()` has the findings."""
        return self.accounts.to_arrow()

    def __eq__(self, other: object) -> bool:
        return self._native == other._native if isinstance(other, Review) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._facts["made_at"], len(self.findings)))

    def __str__(self) -> str:
        read = [tenant for tenant in self.tenants if tenant.failed is None]
        accounts = sum(tenant.accounts for tenant in read)
        lines = [f"{len(read)} tenants, {accounts} accounts of {len(self.people)} people, {len(self.findings)} findings."]
        lines += [str(finding) for finding in self.findings]
        lines += [f"{unread.tenant}: not read: {unread.why}" for unread in self.unread_tenants]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Review of {self._facts['made_at']}: {len(self.people)} people, {len(self.findings)} findings>"

    def __reduce__(self) -> tuple[Callable[[str], Review], tuple[str]]:
        return (Review.from_json, (self.to_json(),))


def _give(text: str, path: str | os.PathLike[str] | None) -> str | None:
    if path is None:
        return text
    # As it is: no line end is changed.
    Path(path).write_bytes(text.encode())
    return None


def _table(review: str, name: TableName) -> BaseRows[Any]:
    """A table that was pickled."""
    made = Review.from_json(review)
    return made.accounts if name == "accounts" else made.findings
