"""One user, role or group that should be there, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Union, final

from ._given import check_text


def _names(names: Iterable[str] | None, what: str) -> tuple[str, ...] | None:
    if isinstance(names, str):
        raise TypeError(f"{what} is a list of texts, not one text: write [{names!r}]")
    return None if names is None else tuple(names)


_FACTS = (
    "user_name", "email", "full_name", "enabled", "roles", "groups", "more_groups", "description", "permissions", "tenants",
)  # fmt: skip


class _Wish:
    """What all wishes have in common: the form in which the SDK takes them."""

    __slots__ = ()

    _what: str
    _lists: tuple[str, ...]

    def _settle(self) -> None:
        who = "person" if self._what == "user" else "name"
        check_text(getattr(self, who), who)
        for name in self._lists:
            object.__setattr__(self, name, _names(getattr(self, name), name))

    def _facts(self) -> dict[str, Any]:
        """All that the native module asks for, whatever the wish is about."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        ways = [given.pop(f"sign_in_{way}", None) for way in ("password", "api_keys", "saml")]
        given["name"] = given.pop("person", None) or given.get("name")
        return {**dict.fromkeys(_FACTS), "if_present": False, "sign_in": ways, **given, "what": self._what}


@final
@dataclass(frozen=True, slots=True)
class EnsureUser(_Wish):
    """A user that should be there. What is `None` stays as it is.

    ```python
    tenants.ensure(EnsureUser("ann@example.com", full_name="Ann Lee", roles=["Standard"], more_groups=["SOC"], tenants=["cloud"]))
    ```
    """

    person: str
    """The e-mail address. An account that has the address, or an alias of it, is the user's."""
    full_name: str | None = None
    """First and last name as one text."""
    user_name: str | None = None
    """The name to sign in with, where it is another than the e-mail address."""
    email: str | None = None
    """E-mail address, where it is another than the one that the user goes by."""
    enabled: bool | None = None
    """Whether the account may sign in."""
    roles: Iterable[str] | None = None
    """Exactly these roles, by name or key."""
    groups: Iterable[str] | None = None
    """Exactly these groups, by name or key."""
    more_groups: Iterable[str] | None = None
    """These groups, besides others."""
    sign_in_password: bool | None = None
    """Whether the user may sign in by password."""
    sign_in_api_keys: bool | None = None
    """Whether the user may use API keys."""
    sign_in_saml: bool | None = None
    """Whether the user may sign in by SAML."""
    if_present: bool = False
    """Whether the account is only changed if it is there, and not made."""
    tenants: Iterable[str] | None = None
    """Only in these tenants, by name or by the word of their product (`ie`, `sc`, `vm`); in every one unless it is given."""

    def __post_init__(self) -> None:
        self._settle()

    _what = "user"
    _lists = ("roles", "groups", "more_groups", "tenants")


@final
@dataclass(frozen=True, slots=True)
class EnsureRole(_Wish):
    """A role that should be there. What is `None` stays as it is."""

    name: str
    """Its name."""
    description: str | None = None
    """What it is for."""
    permissions: Iterable[str] | None = None
    """All that it allows, in the product's own words."""
    tenants: Iterable[str] | None = None
    """Only in these tenants, by name or by the word of their product; in every one unless it is given."""

    def __post_init__(self) -> None:
        self._settle()

    _what = "role"
    _lists = ("permissions", "tenants")


@final
@dataclass(frozen=True, slots=True)
class EnsureGroup(_Wish):
    """A group that should be there. A product without groups is a problem: say in which tenants."""

    name: str
    """Its name."""
    tenants: Iterable[str] | None = None
    """Only in these tenants, by name or by the word of their product; in every one unless it is given."""

    def __post_init__(self) -> None:
        self._settle()

    _what = "group"
    _lists = ("tenants",)


Ensure = Union[EnsureUser, EnsureRole, EnsureGroup]
"""One user, role or group that should be there."""
