"""Administers users, roles and groups of one connection to a product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, final

from .._client import SyncClient
from .._errors import TenableError
from .._native import directory as _native
from .._values import Secret
from ._capabilities import Ability, Capabilities, Defect
from ._values import Group, Listing, NewUser, ReplacedKeys, Role, User, _keys, element


@final
class Admin:
    """Administers users, roles and groups of one connection: what a program takes that does not care which product it is.

    ```python
    admin = Admin(tie)
    ann = admin.create_user(NewUser("ann@example.com", "Violet-Harbor-42", full_name="Ann Lee"))
    admin.set_enabled(ann.key, False)
    ```

    Keys say which product they are of: `ie:7`, `sc:2/4`, `vm:16`.

    Every call raises `UnsupportedError` for what the product cannot do and `InvalidInputError` for a key of another product, both
    before anything is sent, and otherwise what calls of the product raise. What takes two calls can be left half done: the
    error's `effect` is then `applied`, and it says what was done and what was not.
    """

    __slots__ = ("_capabilities", "_native")

    def __init__(self, client: SyncClient) -> None:
        """Of a client, which stays yours to close."""
        self._native = _native.Admin(client._client)
        self._capabilities = Capabilities._decoded(self._native.capabilities())

    @property
    def capabilities(self) -> Capabilities:
        """What the product can do, and what it cannot."""
        return self._capabilities

    def require(self, ability: Ability | str) -> None:
        """Raises `UnsupportedError` when the product cannot do it. Nothing is sent."""
        self._native.require(str(ability))

    def defects(self, user: NewUser) -> tuple[Defect, ...]:
        """What the product's documented rules say is wrong with a user who is to be created, told without sending anything.

        Empty when nothing is known to be wrong. The server stays the authority: it knows which names are taken.
        """
        return tuple(Defect(field, what) for field, what in self._native.defects(user._arguments()))

    def users(self) -> Listing[User]:
        """All users that the connection lists, in no promised order."""
        return Listing(self._call("users"), User._of)

    def user(self, key: str) -> User:
        """One user, with everything that the product tells about it."""
        return element(self._call("user", key=key), User._of)

    def me(self) -> User:
        """The account of the connection."""
        return element(self._call("me"), User._of)

    def find_users(self, name: str) -> Listing[User]:
        """The users with this user name or e-mail address. No product has a search: the whole list is read."""
        return Listing(self._call("find_users", name=name), User._of)

    def create_user(self, user: NewUser) -> User:
        """Creates a user, with its roles and groups, and gives it as it is then."""
        return element(self._call("create_user", **user._arguments()), User._of)

    def create_users(self, users: Iterable[NewUser]) -> tuple[User | TenableError, ...]:
        """Creates users, and gives what came of each, in their order: the user, or the error. One that is refused keeps no other
        from being created."""
        results = self._call("create_users", users=[user._arguments() for user in users])
        return tuple(element(made, User._of) if isinstance(made, _native.Listed) else made for made in results)

    def change_user(
        self, key: str, *, user_name: str | None = None, email: str | None = None, full_name: str | None = None
    ) -> User:
        """Changes a user, and gives it as it is then. What is `None` is not sent, and stays."""
        return element(self._call("change_user", key=key, user_name=user_name, email=email, full_name=full_name), User._of)

    def set_enabled(self, key: str, enabled: bool) -> User:
        """Lets a user sign in, or stops it, and gives the user as it is then. In Security Center it locks and unlocks the
        account."""
        return element(self._call("set_enabled", key=key, enabled=enabled), User._of)

    def set_sign_in_methods(
        self, key: str, *, password: bool | None = None, api_keys: bool | None = None, saml: bool | None = None
    ) -> User:
        """Allows or forbids a user single ways to sign in, and gives the user as it is then. What is `None` stays."""
        ways = {"password": password, "api_keys": api_keys, "saml": saml}
        return element(self._call("set_sign_in_methods", key=key, **ways), User._of)

    def replace_keys(self, key: str) -> ReplacedKeys:
        """Makes the API keys of another user useless at once by generating others, which nobody has seen but the caller."""
        access_key, secret_key = self._call("replace_keys", key=key)
        return ReplacedKeys(access_key=access_key, secret_key=secret_key)

    def set_password(
        self, key: str, password: str | Secret, *, temporary: bool = False, own_password: str | Secret | None = None
    ) -> None:
        """Sets the password of another user.

        Args:
            key: Which user.
            password: The password.
            temporary: Whether the user has to replace it at the next sign-in.
            own_password: The password of the account that makes the call, where the product asks for it
                (`Capabilities.own_password_needed`).
        """
        own = None if own_password is None else Secret(own_password)
        self._call("set_password", key=key, password=Secret(password), temporary=temporary, own_password=own)

    def assign_roles(self, key: str, roles: Iterable[str]) -> User:
        """Gives a user exactly these roles, by their keys, and gives the user as it is then."""
        return element(self._call("assign_roles", key=key, roles=_keys(roles, "roles")), User._of)

    def delete_user(self, key: str, *, successor: str | None = None) -> None:
        """Deletes a user; what it owns goes to the successor, if one is named. Without one it is up to the product what becomes
        of it."""
        self._call("delete_user", key=key, successor=successor)

    def roles(self) -> Listing[Role]:
        """All roles, in no promised order."""
        return Listing(self._call("roles"), Role._of)

    def role(self, key: str) -> Role:
        """One role, with what it allows."""
        return element(self._call("role", key=key), Role._of)

    def create_role(self, name: str, *, description: str = "", permissions: Iterable[str] = ()) -> Role:
        """Creates a role with what it allows, in the product's own words, and gives it as it is then."""
        words = _keys(permissions, "permissions")
        return element(self._call("create_role", name=name, description=description, permissions=words), Role._of)

    def change_role(
        self,
        key: str,
        *,
        name: str | None = None,
        description: str | None = None,
        permissions: Iterable[str] | None = None,
    ) -> Role:
        """Changes a role, and gives it as it is then. What is `None` stays; permissions are all that it allows from now on."""
        words = None if permissions is None else _keys(permissions, "permissions")
        return element(self._call("change_role", key=key, name=name, description=description, permissions=words), Role._of)

    def delete_role(self, key: str) -> None:
        """Deletes a role. What becomes of the users who have it is up to the product."""
        self._call("delete_role", key=key)

    def groups(self) -> Listing[Group]:
        """All groups, in no promised order."""
        return Listing(self._call("groups"), Group._of)

    def group(self, key: str) -> Group:
        """One group."""
        return element(self._call("group", key=key), Group._of)

    def create_group(self, name: str) -> Group:
        """Creates a group, and gives it as it is then."""
        return element(self._call("create_group", name=name), Group._of)

    def rename_group(self, key: str, name: str) -> Group:
        """Renames a group, and gives it as it is then."""
        return element(self._call("rename_group", key=key, name=name), Group._of)

    def delete_group(self, key: str, *, empty_first: bool = False) -> None:
        """Deletes a group; with `empty_first` takes everybody out of it before."""
        self._call("delete_group", key=key, empty_first=empty_first)

    def members(self, key: str) -> Listing[User]:
        """Everybody in a group."""
        return Listing(self._call("members", key=key), User._of)

    def add_member(self, group: str, user: str) -> None:
        """Brings a user into a group. Where a user has exactly one group, it leaves its former one."""
        self._call("add_member", group=group, user=user)

    def remove_member(self, group: str, user: str) -> None:
        """Takes a user out of a group."""
        self._call("remove_member", group=group, user=user)

    def _call(self, call: str, /, **arguments: Any) -> Any:
        return self._native.call(call, arguments)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._capabilities.product_name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds connections, which cannot be pickled or copied")
