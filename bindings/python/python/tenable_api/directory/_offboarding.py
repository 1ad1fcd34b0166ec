"""Somebody leaves: how, and the record of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, final

from .._native import directory as _native
from .._typing import Self
from ._outcome import Ended
from ._person import Account, Conflict, Whois
from ._plan import Plan
from ._problem import Failure, Problem, UnreadTenant
from ._record import Document, Immutable, Record, all_of, time


@final
@dataclass(frozen=True, slots=True)
class Asker(Record):
    """The account that the connection uses."""

    key: str
    """Which account."""
    name: str
    """The name that people see."""


@final
@dataclass(frozen=True, slots=True)
class NotDone(Record):
    """Something that was not done since the product has no way to do it."""

    what: str
    """What, as abilities are called: `users.replace_keys`."""
    why: str
    """Why, as a sentence without its full stop."""
    instead: str
    """What can be done instead."""

    def __str__(self) -> str:
        return f"{self.what}: {self.why}; {self.instead}"


@final
@dataclass(frozen=True, slots=True)
class After(Record):
    """An account afterwards."""

    _read = {"account": Account._of, "why": Failure._of}

    state: Literal["gone", "there", "unread"]
    """`gone`: it is not there any more. `there`: it is. `unread`: it could not be read back."""
    account: Account | None = None
    """As it is, if it is there."""
    why: Failure | None = None
    """Why it could not be read back."""


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether every credential of an account is refused."""

    kind: Literal["refused_everywhere", "still_open"]
    """`refused_everywhere`: every one is refused, or allows nothing. `still_open`: at least one may still be good."""
    reasons: tuple[str, ...]
    """By what they are refused and who says so, or which are still open and why."""

    @property
    def is_refused(self) -> bool:
        """Whether every credential is refused, or allows nothing."""
        return self.kind == "refused_everywhere"


@final
@dataclass(frozen=True, slots=True)
class AccountRecord:
    """What became of one account."""

    key: str
    """Which account."""
    name: str
    """The name that people see."""
    before: Account | None
    """As it was; `None` for one that was not there, and came while others were closed."""
    steps: tuple[Ended, ...]
    """What was done, in order, and how each step ended."""
    after: After
    """As it was read back."""
    verdict: Verdict
    """Whether every credential is refused."""
    not_done: tuple[NotDone, ...]
    """What was not done since the product has no way to do it."""
    by_hand: tuple[str, ...]
    """What is left to do by hand, or to know."""
    holds: bool
    """Whether the account is as was asked for, so is every step of one that stays, and every credential is refused."""

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        before = data["before"]
        return cls(
            key=data["key"],
            name=data["name"],
            before=None if before is None else Account._of(before),
            steps=tuple(map(Ended._of, data["steps"])),
            after=After._of(data["after"]),
            verdict=Verdict(data["verdict"], tuple(data.get("since") or data.get("what") or ())),
            not_done=tuple(map(NotDone._of, data["not_done"])),
            by_hand=tuple(data["by_hand"]),
            holds=data["holds"],
        )


@final
@dataclass(frozen=True, slots=True)
class TenantRecord(Record):
    """What became of the accounts in one tenant."""

    _read = {"asked_by": Asker._of, "unread": Failure._of, "accounts": all_of(AccountRecord._of)}

    tenant: str
    """The tenant."""
    product: str | None
    """The word of its product: `ie`, `sc`, `vm`; `None` when it cannot be reached."""
    asked_by: Asker | None
    """The account of the connection; `None` when that could not be told."""
    departure: Literal["disable", "delete"]
    """What was asked for."""
    unread: Failure | None
    """Why the tenant could not be read, before or afterwards; `None` when it could."""
    accounts: tuple[AccountRecord, ...]
    """The accounts that are meant, before or now. Empty when the person has none."""
    staying: tuple[str, ...]
    """Keys of accounts that bear a name of the person and were not named: they stay."""
    holds: bool
    """Whether the tenant could be read and all of its accounts hold."""
    successor: str | None = None
    """Who gets what deleted accounts own."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class OffboardingRecord(Document):
    """What became of the accounts of somebody who left, for the file: who asked, what was there, what was done, what is there
    now, and whether all of it holds. It has no secret in it, and its JSON has a published shape."""

    person: str
    """The person, normalised: an alias stands for whose it is."""
    names: tuple[str, ...]
    """All names that accounts were looked for by, normalised."""
    begun: datetime.datetime
    """When it was begun."""
    ended: datetime.datetime
    """When it was ended and read back."""
    plan: str
    """The hash of the plan."""
    tenants: tuple[TenantRecord, ...]
    """One for each tenant, in the order in which they were given."""
    conflicts: tuple[Conflict, ...]
    """What does not fit together about the accounts, as it was before."""
    holds: bool
    """Whether every tenant could be read, every account that is meant is as was asked for, and every credential of it is
    refused."""
    version: int
    """The version of the shape of the JSON."""
    _json: str = field(repr=False, compare=False)

    @property
    def accounts(self) -> tuple[tuple[str, AccountRecord], ...]:
        """Each account, after the name of its tenant."""
        return tuple((tenant.tenant, account) for tenant in self.tenants for account in tenant.accounts)

    @property
    def is_nobody(self) -> bool:
        """Whether no tenant had an account of the person."""
        return not any(tenant.accounts for tenant in self.tenants)

    @property
    def failures(self) -> tuple[str, ...]:
        """What does not hold, one sentence each: tenants that could not be read, and accounts with what is still open."""
        return tuple(_native.offboarding_failures(self._json))

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def __repr__(self) -> str:
        return f"<OffboardingRecord of {self.person}: {'all of it holds' if self.holds else 'not all of it holds'}>"

    @classmethod
    def _decoded(cls, data: Mapping[str, Any], text: str) -> Self:
        return cls(
            person=data["person"],
            names=tuple(data["names"]),
            begun=time(data["begun"]),
            ended=time(data["ended"]),
            plan=data["plan"],
            tenants=tuple(map(TenantRecord._of, data["tenants"])),
            conflicts=tuple(map(Conflict._of, data["conflicts"])),
            holds=data["holds"],
            version=data["version"],
            _json=text,
        )


def _lines(record: OffboardingRecord) -> Iterator[str]:
    for tenant, account in record.accounts:
        yield f"{tenant}: {account.name} ({account.key})"
        yield from (f"  {step}" for step in account.steps)
        state = {"gone": "deleted", "unread": "not read back"}.get(account.after.state)
        if state is None and account.after.account is not None:
            state = {True: "enabled", False: "disabled", None: "there"}[account.after.account.enabled]
        if account.verdict.is_refused:
            yield f"  {state}, and every credential is refused"
        else:
            yield from (f"  {state}, still open: {what}" for what in account.verdict.reasons)
        yield from (f"    not done: {limit.why}; {limit.instead}" for limit in account.not_done)
        yield from (f"    by hand: {what}" for what in account.by_hand)
    for one in record.tenants:
        if one.unread is not None:
            yield f"{one.tenant}: not read: {one.unread}"
    yield f"{'All of it holds' if record.holds else 'Not all of it holds'} for {record.person}."


@final
class PlannedOffboarding(Immutable):
    """How somebody would leave: what is there, what would be done, and what stands in the way.

    Made by `plan_offboarding`, and given to `offboard`.
    """

    __slots__ = ("_native", "_plan", "_problems", "_whois")

    def __init__(self, planned: _native.PlannedOffboarding, whois: Whois, plan: Plan, problems: tuple[Problem, ...]) -> None:
        """Made by the tasks."""
        self._native, self._whois, self._plan, self._problems = planned, whois, plan, problems

    @property
    def whois(self) -> Whois:
        """The accounts of the person, what does not fit together about them, and the tenants that could not be read."""
        return self._whois

    @property
    def plan(self) -> Plan:
        """The steps. While anything stands in the way, they are to be read and not made."""
        return self._plan

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stands in the way."""
        return self._problems

    @property
    def unread_tenants(self) -> tuple[UnreadTenant, ...]:
        """The tenants that could not be read, and why."""
        return self._whois.unread_tenants

    @property
    def is_nobody(self) -> bool:
        """Whether no tenant that was read has an account of the person."""
        return self._whois.is_nobody

    def __repr__(self) -> str:
        return f"<PlannedOffboarding of {self._whois.person}: {len(self._plan)} steps, {len(self._problems)} problems>"

    def __reduce__(self) -> Any:
        raise TypeError("a planned departure cannot be pickled: it is of what was read just now")
