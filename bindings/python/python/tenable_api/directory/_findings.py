"""What a review finds, and what it could not look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from ._person import Account, AccountName
from ._problem import Failure, Unread
from ._record import LastTime, Record, all_of, last_time

Severity = Literal["high", "medium", "low", "info"]
"""How grave a finding is. `high`: somebody may have access who should not, or an administrator is weakly guarded. `medium`:
access that nobody seems to need, or that nobody can be named for. `low`: left-overs. `info`: to know, and nothing to do."""

FindingKind = Literal[
    "not_listed", "disabled_elsewhere", "gone_elsewhere", "no_second_factor", "strong_role", "never_signed_in", "idle",
    "unused_key", "disabled_with_access", "two_people", "shared_address", "several_accounts", "no_address", "locked_out",
    "empty_group", "unused_role", "companion",
]  # fmt: skip
"""What findings are about; the page on access reviews explains each."""


@final
@dataclass(frozen=True, slots=True)
class Object(Record):
    """A role or a group in a finding."""

    key: str
    """Its key, such as `vm:16`."""
    name: str
    """Its name."""


@final
@dataclass(frozen=True, slots=True)
class Finding(Record):
    """Something that an auditor should look at. It rests on what the products told, and on nothing else."""

    _read = {"accounts": all_of(AccountName._of), "role": Object._of, "group": Object._of}

    kind: FindingKind
    """What it is about."""
    severity: Severity
    """How grave it is."""
    tenants: tuple[str, ...]
    """The tenants that it concerns."""
    what: str
    """What was found, as a sentence without names of people."""
    advice: str
    """What to do."""
    person: str | None = None
    """Whom it concerns; `None` for roles and groups."""
    accounts: tuple[AccountName, ...] = ()
    """The accounts that it concerns. Empty for roles and groups."""
    role: Object | None = None
    """The role that it concerns."""
    group: Object | None = None
    """The group that it concerns."""

    @property
    def subject(self) -> str:
        """The name of the role, the group, the person or the first account."""
        thing = self.role or self.group
        if thing is not None:
            return thing.name
        return self.person or (self.accounts[0].name if self.accounts else "")

    def __str__(self) -> str:
        return f"{self.severity}: {self.subject} ({', '.join(self.tenants)}): {self.what}"


@final
@dataclass(frozen=True, slots=True)
class Untold(Record):
    """Something that could not be looked for in a tenant, since what it is told by is not told. It is no finding, and no proof
    that there is none."""

    tenant: str
    """The tenant."""
    product: str
    """The word of the product."""
    kind: FindingKind
    """What could not be looked for."""
    fact: str
    """The fact that is missing: `last_sign_in`."""
    count: int
    """Of how many accounts, roles or groups."""
    never_kept: bool
    """Whether the product has no such fact at all, so that no other account and no other call would tell it."""


@final
@dataclass(frozen=True, slots=True)
class AccountRow(Record):
    """One account with its findings: a row of the review's table of accounts."""

    _read = {"last_seen": last_time, "last_sign_in": last_time, "last_api_use": last_time}

    tenant: str
    """The tenant."""
    product: str
    """The word of the product: `ie`, `sc`, `vm`."""
    key: str
    """Which account."""
    person: str
    """Whose it is."""
    user_name: str | None
    """The name to sign in with."""
    full_name: str | None
    """First and last name as one text."""
    email: str | None
    """E-mail address."""
    enabled: bool | None
    """Whether the account may sign in."""
    locked_out: bool | None
    """Whether failed attempts to sign in have locked it."""
    administrator: bool | None
    """Whether it administers its tenant; `None` when that is not told."""
    administrator_by: tuple[str, ...]
    """What makes it an administrator."""
    roles: tuple[str, ...] | None
    """Names of the roles, in order."""
    groups: tuple[str, ...] | None
    """Names of the groups, in order."""
    last_seen: LastTime | None
    """When it was last used in any way that is told."""
    last_sign_in: LastTime | None
    """When the user signed in last."""
    last_api_use: LastTime | None
    """When the API keys were used last."""
    sign_in: tuple[str, ...]
    """The ways to sign in that are known to be open."""
    second_factor: bool | None
    """Whether a second factor is asked for beside a password."""
    listed: bool | None
    """Whether the list of the identity provider has the person; `None` without a list."""
    companion: bool
    """Whether another Tenable product keeps it."""
    severity: Severity | None
    """That of the gravest finding."""
    findings: tuple[FindingKind, ...]
    """What was found about it."""
    not_told: tuple[str, ...]
    """Facts that the product may have and its answers do not tell."""
    not_kept: tuple[str, ...]
    """Facts that the product does not keep."""


@final
@dataclass(frozen=True, slots=True)
class ReviewedTenant(Record):
    """A tenant, and how much of it could be read."""

    _read = {"unread": all_of(Unread._of), "failed": Failure._of}

    tenant: str
    """Its name."""
    product: str | None
    """The word of its product; `None` when it cannot be reached."""
    accounts: int
    """How many accounts there are."""
    roles: int
    """How many roles there are."""
    groups: int
    """How many groups there are."""
    asked_by: str | None
    """Key of the account of the connection; `None` when that could not be told."""
    unread: tuple[Unread, ...]
    """What of it could not be read, and why."""
    failed: Failure | None
    """Why it could not be read; `None` when it could."""


@final
@dataclass(frozen=True, slots=True)
class ReviewedAccount(Record):
    """One account of a person."""

    _read = {"account": Account._of}

    tenant: str
    """The tenant."""
    product: str
    """The word of the product."""
    account: Account
    """The account as it is."""
    administrator: bool | None
    """Whether it administers its tenant or, in Security Center, its organization; `None` when that is not told."""
    administrator_by: tuple[str, ...]
    """What makes it an administrator."""
    companion: bool
    """Whether another Tenable product keeps it, so that it is looked after there."""


@final
@dataclass(frozen=True, slots=True)
class ReviewedPerson(Record):
    """One person, and all accounts of it."""

    _read = {"accounts": all_of(ReviewedAccount._of)}

    person: str
    """Who, by which findings and changes name the person. An account without any address is a person of its own: `admin (sc)`."""
    full_name: str | None
    """The full name, from the first account that has one."""
    names: tuple[str, ...]
    """All addresses and user names of the accounts and the aliases, normalised, in order."""
    listed: bool | None
    """Whether the list of the identity provider has one of the names; `None` when there was no list, or the person has no
    address."""
    accounts: tuple[ReviewedAccount, ...]
    """The accounts."""


@final
@dataclass(frozen=True, slots=True)
class ReviewedRole(Record):
    """A role, what it allows and who has it."""

    tenant: str
    """The tenant."""
    product: str
    """The word of the product."""
    key: str
    """Which role."""
    name: str
    """Its name, or its key when that is not told."""
    description: str | None
    """What it is for."""
    permissions: tuple[str, ...] | None
    """What it allows, in the product's own words, in order; `None` when that is not told."""
    predefined: bool | None
    """Whether the product brought it; `None` when that is not told."""
    administrator: bool | None
    """Whether it makes an administrator; `None` when that is not told."""
    administrator_by: str | None
    """Why it makes an administrator."""
    members: tuple[str, ...]
    """Keys of those who have it, as far as the accounts tell their roles."""
    members_complete: bool
    """Whether all accounts of the tenant tell their roles, so that nobody else has it."""


@final
@dataclass(frozen=True, slots=True)
class ReviewedGroup(Record):
    """A group and who is in it."""

    tenant: str
    """The tenant."""
    product: str
    """The word of the product."""
    key: str
    """Which group."""
    name: str
    """Its name, or its key when that is not told."""
    description: str | None
    """What it is for."""
    member_count: int | None
    """How many are in it, as the product tells; `None` when it does not."""
    fixed: bool | None
    """Whether everybody is in it, always."""
    managed_by_saml: bool | None
    """Whether a SAML identity provider adds and removes members."""
    members: tuple[str, ...]
    """Keys of those who are in it, as far as the accounts tell their groups."""
    members_complete: bool
    """Whether all accounts of the tenant tell their groups, so that nobody else is in it."""
