"""`TenableIE` of pyTenable: users, roles, and what belongs to them.

Everything that a method gives has names in `snake_case`, as with pyTenable. Fields that this release does not know are there as
well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .._errors import TenableError
from .._values import Secret
from ._base import APIEndpoint, APIPlatform, whole_number
from ._box import Box, BoxList, arrangement, boxed, camel_case, snake_case
from ._errors import UnexpectedValueError

_ARRANGE = arrangement(
    """
    id surname name email locked_out department biography active picture roles identifier provider eula_version internal
    id name description permissions
    entity_name action entity_ids dynamic_id
    language preferred_profile_id
    enabled lockout_duration failed_attempt_threshold failed_attempt_period
    id name deleted directories dirty has_ever_been_committed
    """,
    snake_case,
)


class _Endpoint(APIEndpoint):
    def _one(self, found: Any) -> Box:
        shown: Box = boxed(found.to_dict(), _ARRANGE)
        return shown

    def _many(self, found: Iterable[Any]) -> BoxList:
        return BoxList(self._one(one) for one in found)


class UsersAPI(_Endpoint):
    """Accounts that sign in to Identity Exposure: `tie.users`."""

    def list(self) -> BoxList:
        """Gives all users.

        Example:
            ```python
            [user.email for user in tie.users.list()]
            ```
        """
        return self._many(self._call(self._client.users.list))

    def create(self, name: str, email: str, password: str | Secret, **kwargs: Any) -> BoxList:
        """Creates a user, and gives a list with it.

        Args:
            name: First name.
            email: E-mail address, with which the user signs in.
            password: Password.
            surname (str): Last name.
            department (str): Department.
            biography (str): Remarks.
            active (bool): Whether the user may sign in. The server takes it as false unless it is given.
            picture (list[int]): Numbers of a picture; current servers may refuse them.

        Returns:
            A list of the one user.

        Raises:
            ConnectionError: Among other reasons, if the answer was lost; `outcome_unknown` is then true, and nothing was sent
                again.
        """
        allowed = {"surname": str, "department": str, "biography": str, "active": bool, "picture": list}
        more = _arguments("create", {name: value for name, value in kwargs.items() if value is not None}, allowed)
        first = _arguments("create", {"name": name, "email": email, "password": password}, _TEXTS)
        return self._many([self._call(self._client.users.create, **first, **more)])

    def info(self) -> Box:
        """Gives the calling user, with whole roles."""
        return _with_numbers(self._one(self._call(self._client.users.info)))

    def details(self, user_id: str | int) -> Box:
        """Gives one user.

        Args:
            user_id: Number of the user.
        """
        return self._one(self._call(self._client.users.details, whole_number("user_id", user_id)))

    def update(self, user_id: str | int, **kwargs: Any) -> Box:
        """Changes what is named of a user, and gives the user.

        Args:
            user_id: Number of the user.
            name (str): First name.
            email (str): E-mail address.
            password (str): Password.
            surname (str): Last name.
            department (str): Department.
            biography (str): Remarks.
            active (bool): Whether the user may sign in.
            locked_out (bool): False ends a lockout.
            picture (list[int]): Numbers of a picture; current servers may refuse them.
        """
        allowed = {
            **_TEXTS, "surname": str, "department": str, "biography": str, "active": bool, "locked_out": bool, "picture": list
        }  # fmt: skip
        changes = _arguments("update", kwargs, allowed)
        locked_out = changes.pop("locked_out", None)
        if locked_out:
            raise UnexpectedValueError("locked_out is true; the product ends a lockout, and makes none")
        if locked_out is False:
            changes["unlock"] = True
        return self._one(self._call(self._client.users.update, whole_number("user_id", user_id), **changes))

    def delete(self, user_id: str | int) -> None:
        """Deletes a user.

        Args:
            user_id: Number of the user.
        """
        self._call(self._client.users.delete, whole_number("user_id", user_id))

    def create_password(self, email: str) -> None:
        """Asks the server to mail the user the means to set a new password. Needs no credentials.

        Args:
            email: E-mail address of the user.
        """
        self._call(self._api._anonymous.users.create_password, email)

    def retrieve_password(self, token: str | Secret, new_password: str | Secret) -> None:
        """Sets a new password by the token of the mail. Needs no credentials.

        Args:
            token: What the mail has.
            new_password: The password.
        """
        self._call(self._api._anonymous.users.retrieve_password, token, new_password)

    def change_password(self, old_password: str | Secret, new_password: str | Secret) -> None:
        """Changes the password of the calling user.

        Args:
            old_password: The password so far.
            new_password: The password.
        """
        self._call(self._client.users.change_password, old_password, new_password)

    def update_user_roles(self, user_id: str | int, roles: Iterable[int]) -> Box:
        """Replaces the roles of a user, and gives them: `{"roles": [...]}`.

        Args:
            user_id: Number of the user.
            roles: Numbers of the roles; those that are not named are taken away.
        """
        numbers = [whole_number("roles", role) for role in _elements("roles", roles)]
        return self._one(self._call(self._client.users.update_user_roles, whole_number("user_id", user_id), numbers))


class RolesAPI(_Endpoint):
    """Roles and what they permit: `tie.roles`."""

    def _one(self, found: Any) -> Box:
        return _with_numbers(super()._one(found))

    def list(self) -> BoxList:
        """Gives all roles."""
        return self._many(self._call(self._client.roles.list))

    def create(self, name: str, description: str) -> BoxList:
        """Creates a role without permissions, and gives a list with it.

        Args:
            name: Name.
            description: What it is for.
        """
        return self._many([self._call(self._client.roles.create, name, description)])

    def default_roles(self) -> BoxList:
        """Gives the roles that new users get."""
        return self._many(self._call(self._client.roles.default_roles))

    def details(self, role_id: str | int) -> Box:
        """Gives one role.

        Args:
            role_id: Number of the role.
        """
        return self._one(self._call(self._client.roles.details, whole_number("role_id", role_id)))

    def update(self, role_id: str | int, **kwargs: Any) -> Box:
        """Changes what is named of a role, and gives the role.

        Args:
            role_id: Number of the role.
            name (str): Name.
            description (str): What it is for.
        """
        changes = _arguments("update", kwargs, {"name": str, "description": str})
        return self._one(self._call(self._client.roles.update, whole_number("role_id", role_id), **changes))

    def delete(self, role_id: str | int) -> None:
        """Deletes a role.

        Args:
            role_id: Number of the role.
        """
        self._call(self._client.roles.delete, whole_number("role_id", role_id))

    def copy_role(self, from_id: str | int, name: str) -> Box:
        """Copies a role, and gives the new one.

        A server may answer without it. The role is then looked up by its name, and of several of that name the newest is given.

        Args:
            from_id: Number of the role to copy.
            name: Name of the new role.
        """
        copied = self._call(self._client.roles.copy_role, whole_number("from_id", from_id), name)
        if copied is None:
            named = [role for role in self._call(self._client.roles.list) if role.name == name]
            if not named:
                raise UnexpectedValueError(f"the server has taken the copy {name!r}, and does not list it", effect="applied")
            copied = max(named, key=lambda role: int(role.id))
        return self._one(copied)

    def replace_role_permissions(self, role_id: str | int, permissions: Iterable[Mapping[str, Any]]) -> Box:
        """Replaces the permissions of a role, and gives the role.

        Args:
            role_id: Number of the role.
            permissions: All permissions: mappings with `entity_name`, `action`, `entity_ids` (`None` for all) and `dynamic_id`.
        """
        wanted = [_permission(one) for one in _elements("permissions", permissions)]
        return self._one(self._call(self._client.roles.replace_role_permissions, whole_number("role_id", role_id), wanted))


class APIKeyAPI(_Endpoint):
    """The API key of the calling user: `tie.api_keys`."""

    def get(self) -> str:
        """Gives the key."""
        return _text_of(self._call(self._client.api_key.read).key)

    def refresh(self) -> str:
        """Replaces the key by a new one, which this client uses from then on, and gives it. The old one stops working at once."""
        return _text_of(self._call(self._client.api_key.renew).key)


class PreferenceAPI(_Endpoint):
    """Language and profile of the calling user: `tie.preference`."""

    def details(self) -> Box:
        """Gives the preferences."""
        return self._one(self._call(self._client.preferences.details))

    def update(self, **kwargs: Any) -> Box:
        """Changes what is named of the preferences, and gives them.

        Args:
            language (str): Language, such as `en`.
            preferred_profile_id (int): Number of the profile to begin with.
        """
        changes = _arguments("update", kwargs, {"language": str, "preferred_profile_id": int})
        return self._one(self._call(self._client.preferences.update, **changes))


class LockoutPolicyAPI(_Endpoint):
    """When failed sign-ins lock an account: `tie.lockout_policy`."""

    def details(self) -> Box:
        """Gives the policy."""
        return self._one(self._call(self._client.lockout_policy.details))

    def update(self, **kwargs: Any) -> None:
        """Changes what is named of the policy.

        Args:
            enabled (bool): Whether accounts are locked at all.
            lockout_duration (int): Seconds that an account stays locked.
            failed_attempt_threshold (int): Failed sign-ins that lock an account.
            failed_attempt_period (int): Seconds within which failed sign-ins count together.
        """
        numbers = ("lockout_duration", "failed_attempt_threshold", "failed_attempt_period")
        changes = _arguments("update", kwargs, {"enabled": bool, **dict.fromkeys(numbers, int)})
        self._call(self._client.lockout_policy.update, **changes)


class ProfilesAPI(_Endpoint):
    """Security profiles, for reading: `tie.profiles`."""

    def list(self) -> BoxList:
        """Gives all profiles."""
        return self._many(self._call(self._client.profiles.list))

    def details(self, profile_id: str | int) -> Box:
        """Gives one profile.

        Args:
            profile_id: Number of the profile.
        """
        return self._one(self._call(self._client.profiles.details, whole_number("profile_id", profile_id)))


class TenableIE(APIPlatform):
    """pyTenable's client of Tenable Identity Exposure.

    Args:
        url: Where it answers, such as `https://acme.tenable.ad`. Without it, the environment variable `TIE_URL`.
        api_key: The API key. Without it, the environment variable `TIE_API_KEY`.
        **kwargs: What all products have, see `APIPlatform`: `retries`, `timeout`, `proxies`, `ssl_verify`, `cert`, `vendor`,
            `product`, `build`, `box`, `box_attrs`, `squash_camel` and others.

    Example:
        ```python
        tie = TenableIE(url="https://acme.tenable.ad", api_key="2f1c...")
        tie.users  # <UsersAPI of TenableIE>
        ```
    """

    _env_base = "TIE"
    _base_path = "api"
    _conv_json = True
    _wrapped = frozenset({"users.create", "roles.create"})
    _credential_header = "X-API-Key"
    _credential_names: ClassVar[dict[str, tuple[str, ...]]] = {"key": ("api_key",)}
    _not_covered = frozenset(
        """about ad_object alerts attacks application_settings attack_types attack_type_options category checker checker_option
        dashboard deviance directories email_notifiers event infrastructure ldap_configuration license reason saml_configuration
        score syslog topology widgets""".split()
    )

    @classmethod
    def _native_class(cls) -> Any:
        from ..identity_exposure import IdentityExposure

        return IdentityExposure

    def _native_client(self, way: str, credentials: dict[str, Any], options: dict[str, Any]) -> Any:
        from .._native import Client

        return Client.identity_exposure(self._url, credentials["api_key"], options)

    @classmethod
    def _body_of(cls, error: TenableError) -> Any:
        return {"statusCode": error.status, "code": error.code, "message": error.message}

    @property
    def _anonymous(self) -> Any:
        """A client for what is sent without credentials."""
        if self._native is not None or self._closed:
            return self._client
        # The client wants a key. Calls that need none do not send it, and no other call goes this way.
        return self._call(self._connect, "key", {"api_key": "none"})

    @property
    def users(self) -> UsersAPI:
        """Users."""
        return UsersAPI(self)

    @property
    def roles(self) -> RolesAPI:
        """Roles."""
        return RolesAPI(self)

    @property
    def api_keys(self) -> APIKeyAPI:
        """The API key of the calling user."""
        return APIKeyAPI(self)

    @property
    def preference(self) -> PreferenceAPI:
        """Preferences of the calling user."""
        return PreferenceAPI(self)

    @property
    def lockout_policy(self) -> LockoutPolicyAPI:
        """The lockout policy."""
        return LockoutPolicyAPI(self)

    @property
    def profiles(self) -> ProfilesAPI:
        """Security profiles."""
        return ProfilesAPI(self)


_TEXTS: dict[str, type] = {"name": str, "email": str, "password": str}
_TRUE = frozenset({"t", "true", "on", "y", "yes", "1"})
_FALSE = frozenset({"f", "false", "off", "n", "no", "0"})


def _arguments(method: str, given: Mapping[str, Any], allowed: Mapping[str, type]) -> dict[str, Any]:
    """Keyword arguments by the SDK's names. pyTenable takes them in both spellings, and numbers and booleans as text."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        plain = snake_case(name)
        if plain not in allowed or name not in (plain, camel_case(plain)):
            raise TypeError(f"{method}() takes no {name}; there are {', '.join(allowed)}")
        found[plain] = _value(name, value, allowed[plain])
    return found


def _value(name: str, value: Any, kind: type) -> Any:
    if kind is list:
        return [whole_number(name, one) for one in _elements(name, value)]
    if kind is int:
        return whole_number(name, value)
    if kind is bool and not isinstance(value, bool):
        word = str(value).lower()
        if word not in _TRUE | _FALSE:
            raise UnexpectedValueError(f"{name} is {value!r}; it has to be true or false")
        return word in _TRUE
    if kind is str and not isinstance(value, str) and not hasattr(value, "reveal"):
        # The value is not shown: it may be a password.
        raise UnexpectedValueError(f"{name} is of type {type(value).__name__}; it has to be text")
    return value


def _elements(name: str, value: Any) -> Any:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise UnexpectedValueError(f"{name} is of type {type(value).__name__}; it has to be a list")
    return value


def _permission(given: Any) -> dict[str, Any]:
    """A permission by the product's names."""
    if not isinstance(given, Mapping):
        raise UnexpectedValueError(f"a permission is of type {type(given).__name__}; it has to be a mapping")
    found = {camel_case(name): value for name, value in given.items()}
    missing = [name for name in ("entityName", "action", "entityIds") if name not in found]
    if missing:
        raise UnexpectedValueError(f"a permission lacks {', '.join(map(snake_case, missing))}")
    unknown = set(found) - {"entityName", "action", "entityIds", "dynamicId"}
    if unknown:
        raise UnexpectedValueError(f"a permission has no {', '.join(sorted(map(snake_case, unknown)))}")
    return found


def _with_numbers(found: Box) -> Box:
    """Ids of entities as pyTenable gives them: as numbers, where they are."""
    roles = found.get("roles", [])
    inside = [role.get("permissions") for role in roles if isinstance(role, Box)]
    for permission in [one for some in (found.get("permissions"), *inside) for one in some or []]:
        ids = permission.get("entity_ids")
        if ids is not None:
            permission["entity_ids"] = [
                int(one) if isinstance(one, str) and one.isascii() and one.isdigit() else one for one in ids
            ]
    return found


def _text_of(secret: Any) -> str:
    text: str = secret.reveal() if hasattr(secret, "reveal") else secret
    return text
