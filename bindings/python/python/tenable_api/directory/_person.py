"""One person, everywhere: the accounts, their state, and what does not fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, final

from .._typing import Self
from ._problem import Failure, Unread, UnreadTenant
from ._record import Document, LastTime, Record, all_of, last_time


@final
@dataclass(frozen=True, slots=True)
class SignInWays(Record):
    """The ways to sign in: open, closed, or `None` for not known."""

    password: bool | None = None
    """With a password that the product keeps."""
    saml: bool | None = None
    """Through a SAML identity provider."""
    ldap: bool | None = None
    """With the password of an LDAP directory."""
    client_certificate: bool | None = None
    """With a client certificate."""
    api_keys: bool | None = None
    """With API keys."""
    other_account: bool | None = None
    """From another account, which switches to this one."""
    other: str | None = None
    """By a way that only the product has a word for, in that word."""

    @property
    def open(self) -> tuple[str, ...]:
        """The ways that are known to be open, in words: `password`, `SAML`, `API keys`."""
        ways = (
            ("password", self.password),
            ("SAML", self.saml),
            ("LDAP", self.ldap),
            ("client certificate", self.client_certificate),
            ("API keys", self.api_keys),
            ("another account", self.other_account),
        )
        known = [word for word, way in ways if way]
        return (*known, self.other) if self.other is not None else tuple(known)


@final
@dataclass(frozen=True, slots=True)
class Account(Record):
    """An account as a record keeps it: names instead of keys of roles and groups, and no secret.

    A fact that is missing is `None`; whether the answer did not tell it or the product does not keep it is in `not_told` and
    `not_kept`, by the names of the facts.
    """

    _read = {
        "last_seen": last_time,
        "last_sign_in": last_time,
        "last_api_use": last_time,
        "sign_in": SignInWays._of,
    }

    key: str
    """Which account: `ie:7`, `sc:2/4`, `vm:` and a UUID."""
    user_name: str | None
    """The name to sign in with."""
    full_name: str | None
    """First and last name as one text."""
    email: str | None
    """E-mail address."""
    enabled: bool | None
    """Whether the account may sign in as far as administrators have a say."""
    locked_out: bool | None
    """Whether failed attempts to sign in have locked the account."""
    roles: tuple[str, ...] | None
    """Names of the roles, in order."""
    groups: tuple[str, ...] | None
    """Names of the groups, in order."""
    last_seen: LastTime | None
    """When the account was last used in any way that is told."""
    last_sign_in: LastTime | None
    """When the user signed in last."""
    last_api_use: LastTime | None
    """When the API keys were used last."""
    sign_in: SignInWays
    """The ways to sign in."""
    second_factor: bool | None
    """Whether a second factor is asked for beside a password."""
    not_told: tuple[str, ...]
    """Facts that the product may have and its answers do not tell."""
    not_kept: tuple[str, ...]
    """Facts that the product does not keep."""

    @property
    def name(self) -> str:
        """The name that people see: the user name, else the e-mail address, else the key."""
        name = self.email if self.user_name is None else self.user_name
        return name if name is not None and name.strip() else self.key


@final
@dataclass(frozen=True, slots=True)
class AccountName(Record):
    """An account in a sentence."""

    tenant: str
    """The tenant."""
    key: str
    """Which account."""
    name: str
    """The name that people see: the user name, else the e-mail address, else the key."""
    full_name: str | None = None
    """First and last name as one text, if there is one."""

    def __str__(self) -> str:
        return f"{self.name} ({self.key}, {'no full name' if self.full_name is None else _quoted(self.full_name)})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@final
@dataclass(frozen=True, slots=True)
class Conflict:
    """Something about the accounts of one name that does not fit together, and that nobody should guess about."""

    kind: Literal["several_accounts", "different_names", "two_people"]
    """`several_accounts`: one name has several accounts in one tenant. `different_names`: accounts of one name have different
    full names, so that two people may share an address. `two_people`: user name and e-mail address of one account are two people,
    by the aliases that are known."""
    accounts: tuple[AccountName, ...]
    """The accounts."""
    tenant: str | None = None
    """The tenant, where it is one."""
    people: tuple[str, ...] = ()
    """The people whose account it is."""

    def __str__(self) -> str:
        if self.kind == "several_accounts":
            return f"{self.tenant}: {len(self.accounts)} accounts of one person: {', '.join(map(str, self.accounts))}"
        if self.kind == "different_names":
            texts = ", ".join(f"{account.tenant} {account}" for account in self.accounts)
            return f"different full names, perhaps of two people: {texts}"
        account = ", ".join(map(str, self.accounts))
        return f"{self.tenant}: {account} is {' and '.join(self.people)} by its user name and e-mail address"

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        accounts = tuple(map(AccountName._of, data.get("accounts") or [data["account"]]))
        own = accounts[0].tenant if "account" in data else None
        return cls(data["conflict"], accounts, data.get("tenant", own), tuple(data.get("people", ())))


@final
@dataclass(frozen=True, slots=True)
class TenantAccounts(Record):
    """The accounts of one person in one tenant."""

    _read = {"accounts": all_of(Account._of), "unread": all_of(Unread._of), "failed": Failure._of}

    tenant: str
    """The tenant."""
    product: str | None
    """The word of its product: `ie`, `sc`, `vm`; `None` when the tenant cannot be reached."""
    accounts: tuple[Account, ...]
    """The accounts. Empty when the person has none, and when the tenant could not be read."""
    unread: tuple[Unread, ...] = ()
    """What of the accounts could not be read, and why: `roles`, `groups`, or the key of an account."""
    failed: Failure | None = None
    """Why the tenant could not be read; `None` when it could."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class Whois(Document):
    """One person: each account in each tenant, what does not fit together, and what could not be read."""

    person: str
    """The person, normalised: an alias stands for whose it is."""
    names: tuple[str, ...]
    """All names of the person, normalised."""
    tenants: tuple[TenantAccounts, ...]
    """One for each tenant, in the order in which they were given."""
    conflicts: tuple[Conflict, ...]
    """What does not fit together."""
    did_you_mean: str | None
    """A name that is there and much like the one that was asked for, where nobody has that one."""
    _json: str = field(repr=False, compare=False)

    @property
    def accounts(self) -> tuple[tuple[str, Account], ...]:
        """Each account, after the name of its tenant."""
        return tuple((tenant.tenant, account) for tenant in self.tenants for account in tenant.accounts)

    @property
    def is_nobody(self) -> bool:
        """Whether no tenant that was read has an account of the person."""
        return not any(tenant.accounts for tenant in self.tenants)

    @property
    def unread_tenants(self) -> tuple[UnreadTenant, ...]:
        """The tenants that could not be read, and why."""
        return tuple(UnreadTenant(tenant.tenant, tenant.failed) for tenant in self.tenants if tenant.failed is not None)

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def __repr__(self) -> str:
        found = [f"{tenant}: {account.name}" for tenant, account in self.accounts]
        unread = [f"{unread.tenant}: not read" for unread in self.unread_tenants]
        if not found and len(unread) < len(self.tenants):
            found = ["no account"]
        return f"<Whois {self.person}: {', '.join([*found, *unread])}>"

    @classmethod
    def _decoded(cls, data: Mapping[str, Any], text: str) -> Self:
        return cls(
            data["person"],
            tuple(data["names"]),
            tuple(map(TenantAccounts._of, data["tenants"])),
            tuple(map(Conflict._of, data["conflicts"])),
            data.get("did_you_mean"),
            text,
        )


def _lines(whois: Whois) -> Iterator[str]:
    for tenant, account in whois.accounts:
        states = {True: "enabled", False: "disabled", None: "state not told"}
        state = states[account.enabled] + (", locked out" if account.locked_out else "")
        roles = ", ".join(account.roles) if account.roles else ("no role" if account.roles is not None else "roles not told")
        yield f"{tenant}: {account.name} ({account.key}): {state}; {roles}"
    unread_tenants = whois.unread_tenants
    # Of tenants that could not be read, nothing is known.
    if whois.is_nobody and len(unread_tenants) < len(whois.tenants):
        where = " in what could be read" if unread_tenants else ""
        yield f"there is no account of {whois.person}{where}" + (f"; do you mean {whois.did_you_mean}?" if whois.did_you_mean else "")
    for conflict in whois.conflicts:
        yield f"conflict: {conflict}"
    for unread in unread_tenants:
        yield f"{unread.tenant}: not read: {unread.why}"
