"""Users, roles and groups of any product, in one form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, final, overload

from .._native import directory as _native
from .._typing import Self
from .._values import Secret
from ..directory._record import Immutable, LastTime, Record, all_of, last_time

_T_co = TypeVar("_T_co", covariant=True)


@final
@dataclass(frozen=True, slots=True)
class SignIn(Record):
    """By which ways an account can sign in, as far as its settings go: open, closed, or `None` where that is not told or not
    kept."""

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
    """From another account, which switches to this one; from the Tenable platform for users of Tenable One."""
    other: str | None = None
    """By a way that only the product has a word for, in that word."""


@final
@dataclass(frozen=True, slots=True)
class RoleReference(Record):
    """A role that an account has."""

    key: str
    """Which role."""
    name: str | None = None
    """Its name, if it is told."""


@final
@dataclass(frozen=True, slots=True)
class GroupReference(Record):
    """A group that an account is in."""

    key: str
    """Which group."""
    name: str | None = None
    """Its name, if it is told."""


@final
@dataclass(frozen=True, slots=True)
class User(Record):
    """A user account of any product: who, where, in what state, with which roles and groups, when last seen, and how it signs in.

    A fact that is `None` is not told by the answer, or not kept by the product: which of the two is in `not_told` and `not_kept`,
    by the names of the facts, such as `locked_out` or `sign_in.saml`.
    """

    _read = {
        "roles": all_of(RoleReference._of),
        "groups": all_of(GroupReference._of),
        "last_sign_in": last_time,
        "last_api_use": last_time,
        "sign_in": SignIn._of,
    }

    product: str
    """The word of the product: `ie`, `sc`, `vm`."""
    key: str
    """Which account: `ie:7`, `sc:4`, `sc:2/4` in the organization 2, `vm:` and a UUID."""
    user_name: str | None
    """The name that the account signs in with."""
    full_name: str | None
    """First and last name as one text. Empty when the account has none."""
    email: str | None
    """E-mail address. Empty when the account has none."""
    enabled: bool | None
    """Whether the account may sign in as far as administrators have a say."""
    locked_out: bool | None
    """Whether failed attempts to sign in have locked the account."""
    roles: tuple[RoleReference, ...] | None
    """The roles of the account."""
    groups: tuple[GroupReference, ...] | None
    """The groups of the account."""
    last_sign_in: LastTime | None
    """When the user signed in last."""
    last_api_use: LastTime | None
    """When the account's API keys were used last."""
    sign_in: SignIn
    """The ways to sign in."""
    second_factor: bool | None
    """Whether a second factor is asked for when the user signs in with a password."""
    not_told: tuple[str, ...]
    """Facts that the answer does not tell and the product may have."""
    not_kept: tuple[str, ...]
    """Facts that the product does not keep at all."""
    original: Any = field(default=None, repr=False)
    """The product's own object, whole: of Identity Exposure a `tenable_api.identity_exposure.User`."""

    @property
    def can_sign_in(self) -> bool | None:
        """Whether the account can sign in now: enabled and not locked out. `None` when that is not told."""
        if self.enabled is False or self.locked_out is True:
            return False
        known = self.enabled is True and (self.locked_out is False or "locked_out" in self.not_kept)
        return True if known else None

    def is_named(self, name: str) -> bool:
        """Whether the user name or the e-mail address is this text, without surrounding white space and regard to case."""
        wanted = name.strip().lower()
        return wanted != "" and wanted in ((own or "").strip().lower() for own in (self.user_name, self.email))


@final
@dataclass(frozen=True, slots=True)
class Role(Record):
    """A role of any product: a named set of permissions. What is `None` is told apart in `not_told` and `not_kept`."""

    product: str
    """The word of the product."""
    key: str
    """Which role."""
    name: str | None
    """Name of the role."""
    description: str | None
    """What the role is for."""
    permissions: tuple[str, ...] | None
    """What the role allows, in the product's own words, which do not compare between products."""
    predefined: bool | None
    """Whether the product brought it."""
    not_told: tuple[str, ...]
    """Facts that the answer does not tell and the product may have."""
    not_kept: tuple[str, ...]
    """Facts that the product does not keep at all."""
    original: Any = field(default=None, repr=False)
    """The product's own object, whole."""


@final
@dataclass(frozen=True, slots=True)
class Group(Record):
    """A group of any product that has groups. What is `None` is told apart in `not_told` and `not_kept`."""

    product: str
    """The word of the product."""
    key: str
    """Which group."""
    name: str | None
    """Name of the group."""
    description: str | None
    """What the group is for."""
    member_count: int | None
    """How many users are in it."""
    managed_by_saml: bool | None
    """Whether a SAML identity provider adds and removes members, so that changes made here may be undone."""
    fixed: bool | None
    """Whether everybody is in it, and neither it nor who is in it can be changed."""
    not_told: tuple[str, ...]
    """Facts that the answer does not tell and the product may have."""
    not_kept: tuple[str, ...]
    """Facts that the product does not keep at all."""
    original: Any = field(default=None, repr=False)
    """The product's own object, whole."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedKeys:
    """The API keys that took the place of a user's former ones. The product shows them this once."""

    access_key: Secret | None
    """The half that names the account; `None` where the product has one key and not a pair."""
    secret_key: Secret
    """The secret half, or the one key."""


@final
@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to create. It signs in with a password, and may do so at once unless `enabled` says otherwise."""

    user_name: str
    """The name to sign in with. In Identity Exposure and Vulnerability Management an e-mail address."""
    password: Secret | str
    """The password. Each product has its own rule for one; the server is the authority."""
    email: str | None = None
    """E-mail address. Where it is not given, products whose user names are addresses take the user name."""
    full_name: str | None = None
    """First and last name as one text."""
    enabled: bool = True
    """Whether the user may sign in."""
    roles: Sequence[str] = ()
    """Keys of the roles. Empty for those that the product gives by itself; Security Center gives none, and needs one."""
    groups: Sequence[str] = ()
    """Keys of the groups. In Security Center exactly one, except for administrators, who have none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "password", Secret(self.password))
        for name in ("roles", "groups"):
            object.__setattr__(self, name, _keys(getattr(self, name), name))

    def _arguments(self) -> dict[str, Any]:
        names = ("user_name", "password", "email", "full_name", "enabled", "roles", "groups")
        return {name: getattr(self, name) for name in names}


def _keys(keys: Iterable[str], what: str) -> tuple[str, ...]:
    if isinstance(keys, str):
        raise TypeError(f"{what} is a list of keys, not one text: write [{keys!r}]")
    return tuple(keys)


class Listing(Immutable, Sequence[_T_co], Generic[_T_co]):
    """What a product lists: an immutable sequence whose elements become Python objects when they are looked at."""

    __slots__ = ("_kind", "_listed")

    def __init__(self, listed: _native.Listed, kind: Callable[[Mapping[str, Any]], _T_co]) -> None:
        """Made by the package."""
        self._listed: _native.Listed | tuple[_T_co, ...] = listed
        self._kind = kind

    @classmethod
    def _of(cls, elements: tuple[_T_co, ...], kind: Callable[[Mapping[str, Any]], _T_co]) -> Self:
        made = cls.__new__(cls)
        made._listed, made._kind = elements, kind
        return made

    def __len__(self) -> int:
        return len(self._listed)

    @overload
    def __getitem__(self, index: int) -> _T_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_T_co, ...]: ...
    def __getitem__(self, index: int | slice) -> _T_co | tuple[_T_co, ...]:
        """One element, or a tuple of several."""
        if isinstance(index, slice):
            return tuple(map(self._element, range(*index.indices(len(self)))))
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"there are {len(self)} elements, and {index} is asked for")
        return self._element(place)

    def __iter__(self) -> Iterator[_T_co]:
        return map(self._element, range(len(self)))

    def _element(self, place: int) -> _T_co:
        if isinstance(self._listed, tuple):
            return self._listed[place]
        return element(self._listed, self._kind, place)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Listing) else NotImplemented

    def __hash__(self) -> int:
        return hash((len(self), *self[:3]))

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:3]))
        return f"[{shown}{f', ... {len(self)} in all' if len(self) > 3 else ''}]"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (Listing._of, (tuple(self), self._kind))


def element(listed: _native.Listed, kind: Callable[[Mapping[str, Any]], _T_co], place: int = 0) -> _T_co:
    """One element of what the native module gave."""
    facts = json.loads(listed.line(place))
    facts["original"] = listed.original(place)
    return kind(facts)

