"""`TenableSC` of pyTenable: users, roles, groups, organizations with their managers, and the calling user.

What a method gives is what the server sent, to the letter: numbers and booleans mostly stand in strings there. Users come as
boxes, all else as plain dicts and lists, as with pyTenable. Arguments that a method does not know go to the server as they are.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from .. import _errors as native
from .._errors import TenableError
from ._base import APIEndpoint, APIPlatform, check, given, number_or_uuid
from ._box import Box, BoxList
from ._certificates import from_pkcs12
from ._errors import BY_STATUS, APIError, JSONDecodeError, _mixed
from ._request import body_of, secrets_of, with_query
from ._response import Response, masked
from ._security_center_arguments import (
    envelope,
    envelope_of,
    fields_of,
    group,
    many,
    new_user,
    number,
    organization,
    record,
    role,
    user,
)

_PRODUCT = "Tenable Security Center"

# What a code of the product says by itself. All else is told by the text, which differs between versions.
_KINDS: dict[int, type[TenableError]] = {
    12: native.SessionExpiredError,
    15: native.OrganizationRequiredError,
    142: native.RefusedError,
    147: native.NotFoundError,
}


class _Endpoint(APIEndpoint):
    def _send(self, method: str, path: str, body: Any = None, fields: Any = None) -> Any:
        """What stands in the envelope of the answer."""
        return self._api._payload(method, path, body, {"fields": fields_of(fields)} if fields else None)


class UserAPI(_Endpoint):
    """Users of the caller's organization, or the administrators: `sc.users`.

    A user is named by number or by UUID.
    """

    def create(self, username: str, password: str, role: int, **kw: Any) -> Box:
        """Creates a user, and gives it.

        Args:
            username: Sign-in name.
            password: Password.
            role: Number of the role.
            **kw: `group` (needed for all but administrators), `org`, `auth_type` (`tns` without it), `ldap_id`, `ldapUsername`,
                `responsibility` (no asset without it), `is_locked`, `update_password`, `default_objects` (false without it),
                `email_notice`, `timezone`, `managed_usergroups`, `managed_userobjs`, `firstname`, `lastname`, `title`, `email`,
                `address`, `city`, `state`, `country`, `phone`, `fax`, `fingerprint`, `status`. Others go to the server by their
                names.

        Raises:
            APIError: The server refuses; `server_code` is its code.
            ConnectionError: Among other reasons, if the answer was lost; `outcome_unknown` is then true, and nothing was sent
                again.

        Example:
            ```python
            sc.users.create("ann", password, 4, group=2, email="ann@example.com")
            ```
        """
        return self._box(self._send("POST", "user", new_user(username, password, role, kw)))

    def details(self, id: int | str, fields: builtins.list[str] | None = None) -> Box:
        """Gives one user.

        Args:
            id: The user.
            fields: What to tell of it.
        """
        return self._box(self._send("GET", f"user/{number_or_uuid('id', id)}", fields=fields))

    def edit(self, id: int | str, **kw: Any) -> Box:
        """Changes what is named of a user, and gives the user. What is not named is not sent.

        Args:
            id: The user.
            **kw: As for `create`, with `username`, `password` and `role`; and `currentPassword`, the caller's own password,
                which a new password needs beside it. `timezone` leaves the other preferences of the user as they are.
        """
        named = number_or_uuid("id", id)
        return self._box(self._send("PATCH", f"user/{named}", user(kw, lambda: self.details(named, ["preferences"]))))

    def delete(self, id: int | str, migrate_to: int | None = None) -> Box:
        """Deletes a user.

        Args:
            id: The user.
            migrate_to: Number of the user who gets what the deleted one owns. Without it, that is deleted too.
        """
        heir = given(migrate_user_id=check("migrate_to", migrate_to, int))
        self._call(self._client.users.delete, number_or_uuid("id", id), **heir)
        # pyTenable gives the envelope here, and only here.
        return Box(envelope())

    def list(self, fields: builtins.list[str] | None = None) -> BoxList:
        """Gives all users that the caller may see.

        Args:
            fields: What to tell of them. Servers of 6.x tell little unless asked.
        """
        return BoxList(many(self._send("GET", "user", fields=fields), "users"), **self._api._box_attrs)

    def _box(self, found: Any) -> Box:
        return Box(found, **self._api._box_attrs)


class RoleAPI(_Endpoint):
    """Roles: `sc.roles`."""

    def create(self, name: str, **kw: Any) -> dict[str, Any]:
        """Creates a role, and gives it.

        Args:
            name: Name.
            **kw: `description`; `can_scan`: `full`, `policy` or `none`, which it is without it; and the rights, each true or
                false and false without it: `can_agent_scan`, `can_feed_update`, `can_import_scan`, `can_share`, `can_view_logs`,
                `create_alerts`, `create_auditfiles`, `create_ldap_assets`, `create_policies`, `create_tickets`,
                `manage_accepted_risk_rules`, `manage_attributes`, `manage_blackout_windows`, `manage_groups`, `manage_images`,
                `manage_recast_risk_rules`, `manage_relationships`, `manage_roles`, `purge_reports`, `purge_scans`,
                `purge_tickets`. Others go to the server by their names, such as `permAgentsSync`.
        """
        return record(self._send("POST", "role", {"permScan": "none", **role({**kw, "name": name})}))

    def details(self, id: int, fields: builtins.list[str] | None = None) -> dict[str, Any]:
        """Gives one role.

        Args:
            id: The role.
            fields: What to tell of it.
        """
        return record(self._send("GET", f"role/{number('id', id)}", fields=fields))

    def edit(self, id: int, **kw: Any) -> dict[str, Any]:
        """Changes what is named of a role, and gives the role. What is not named is not sent, so that every other right stays.

        Args:
            id: The role.
            **kw: As for `create`, with `name`.
        """
        return record(self._send("PATCH", f"role/{number('id', id)}", role(kw)))

    def delete(self, id: int) -> str:
        """Deletes a role. Gives an empty text.

        Args:
            id: The role.
        """
        self._call(self._client.roles.delete, number("id", id))
        return ""

    def list(self, fields: builtins.list[str] | None = None) -> builtins.list[dict[str, Any]]:
        """Gives all roles.

        Args:
            fields: What to tell of them.
        """
        return many(self._send("GET", "role", fields=fields), "roles")


class GroupAPI(_Endpoint):
    """Groups of the caller's organization: `sc.groups`."""

    def create(self, name: str, **kw: Any) -> dict[str, Any]:
        """Creates a group, and gives it.

        Args:
            name: Name.
            **kw: `description`, and lists of ids: `viewable`, `repos`, `lce_ids`, `asset_lists`, `scan_policies`, `query_ids`,
                `scan_creds`, `dashboards`, `report_cards`, `audit_files`. Others go to the server by their names.
        """
        return record(self._send("POST", "group", group({**kw, "name": name})))

    def details(self, id: int, fields: builtins.list[str] | None = None) -> dict[str, Any]:
        """Gives one group.

        Args:
            id: The group.
            fields: What to tell of it.
        """
        return record(self._send("GET", f"group/{number('id', id)}", fields=fields))

    def edit(self, id: int, **kw: Any) -> dict[str, Any]:
        """Changes what is named of a group, and gives the group. A list that is named replaces the one before.

        Args:
            id: The group.
            **kw: As for `create`, with `name`.
        """
        return record(self._send("PATCH", f"group/{number('id', id)}", group(kw)))

    def delete(self, id: int) -> str:
        """Deletes a group. Gives an empty text.

        Args:
            id: The group.
        """
        self._call(self._client.groups.delete, number("id", id))
        return ""

    def list(self, fields: builtins.list[str] | None = None) -> builtins.list[dict[str, Any]]:
        """Gives all groups.

        Args:
            fields: What to tell of them.
        """
        return many(self._send("GET", "group", fields=fields), "groups")


class OrganizationAPI(_Endpoint):
    """Organizations and their Security Managers, for administrators: `sc.organizations`."""

    def create(self, name: str, **kwargs: Any) -> dict[str, Any]:
        """Creates an organization, and gives it.

        Args:
            name: Name.
            **kwargs: `zone_selection` (`auto_only` without it), `restricted_ips`, `repos`, `lce_ids`, `pub_sites`, `ldap_ids`,
                `nessus_managers`, `info_links` (pairs of name and link), `vuln_score_low`, `vuln_score_medium`,
                `vuln_score_high`, `vuln_score_critical`, `description`, `address`, `city`, `state`, `country`, `phone`. Others
                go to the server by their names, such as `vulnScoringSystem`, which servers from 5.23 on want.
        """
        body = organization({**kwargs, "name": name})
        return record(self._send("POST", "organization", {"zoneSelection": "auto_only", **body}))

    def list(self, fields: builtins.list[str] | None = None) -> builtins.list[dict[str, Any]]:
        """Gives all organizations.

        Args:
            fields: What to tell of them.
        """
        return many(self._send("GET", "organization", fields=fields), "organizations")

    def details(self, organization_id: int, fields: builtins.list[str] | None = None) -> dict[str, Any]:
        """Gives one organization.

        Args:
            organization_id: The organization.
            fields: What to tell of it.
        """
        return record(self._send("GET", f"organization/{number('organization_id', organization_id)}", fields=fields))

    def edit(self, organization_id: int, **kwargs: Any) -> dict[str, Any]:
        """Changes what is named of an organization, and gives it. A list that is named replaces the one before.

        Args:
            organization_id: The organization.
            **kwargs: As for `create`, with `name`.
        """
        path = f"organization/{number('organization_id', organization_id)}"
        return record(self._send("PATCH", path, organization(kwargs)))

    def delete(self, organization_id: int) -> str:
        """Deletes an organization with everything in it. Gives an empty text.

        Args:
            organization_id: The organization.
        """
        self._call(self._client.organizations.delete, number("organization_id", organization_id))
        return ""

    def managers_list(self, org_id: int, fields: builtins.list[str] | None = None) -> builtins.list[dict[str, Any]]:
        """Gives the Security Managers of an organization.

        Args:
            org_id: The organization.
            fields: What to tell of them.
        """
        return many(self._send("GET", _managers(org_id), fields=fields), "users")

    def manager_create(self, org_id: int, username: str, password: str, role: int, **kwargs: Any) -> dict[str, Any]:
        """Creates a Security Manager in an organization, and gives it.

        Args:
            org_id: The organization.
            username: Sign-in name.
            password: Password.
            role: Number of the role.
            **kwargs: As for `users.create`.
        """
        return record(self._send("POST", _managers(org_id), new_user(username, password, role, kwargs)))

    def manager_details(self, org_id: int, user_id: int, fields: builtins.list[str] | None = None) -> dict[str, Any]:
        """Gives one Security Manager of an organization.

        Args:
            org_id: The organization.
            user_id: The user.
            fields: What to tell of the user.
        """
        return record(self._send("GET", _managers(org_id, user_id), fields=fields))

    def manager_edit(self, org_id: int, user_id: int, **kwargs: Any) -> dict[str, Any]:
        """Changes what is named of a Security Manager, and gives the user. What is not named is not sent.

        Args:
            org_id: The organization.
            user_id: The user.
            **kwargs: As for `users.edit`.
        """
        body = user(kwargs, lambda: self.manager_details(org_id, user_id, ["preferences"]))
        return record(self._send("PATCH", _managers(org_id, user_id), body))

    def manager_delete(self, org_id: int, user_id: int, migrate_to: int | None = None) -> None:
        """Deletes a Security Manager.

        Args:
            org_id: The organization.
            user_id: The user.
            migrate_to: Number of the user who gets what the deleted one owns. Without it, that is deleted too.
        """
        heir = given(migrate_user_id=check("migrate_to", migrate_to, int))
        self._call(self._client.security_managers.delete, number("org_id", org_id), number("user_id", user_id), **heir)


class CurrentSessionAPI(_Endpoint):
    """The calling user: `sc.current`."""

    def associate_cert(self) -> Any:
        """Binds the client certificate of this connection to the calling user."""
        return self._send("POST", "currentUser/associateCert")

    def org(self, fields: list[str] | None = None) -> dict[str, Any]:
        """Gives the organization of the calling user.

        Args:
            fields: What to tell of it.
        """
        return record(self._send("GET", "currentOrganization", fields=fields))

    def user(self, fields: list[str] | None = None) -> dict[str, Any]:
        """Gives the calling user.

        Args:
            fields: What to tell of the user.
        """
        return record(self._send("GET", "currentUser", fields=fields))


class TenableSC(APIPlatform):
    """pyTenable's client of Tenable Security Center.

    It signs in when it is made, as pyTenable's does.

    Args:
        host: Where it answers, without scheme and port. `url` is the better way.
        access_key: First half of the API key. Without it, the environment variable `TSC_ACCESS_KEY`.
        secret_key: Second half. Without it, the environment variable `TSC_SECRET_KEY`.
        **kwargs: `url`, such as `https://sc.example.com` (without it, the environment variable `TSC_URL`); `username` and
            `password` (`TSC_USERNAME`, `TSC_PASSWORD`); `cert` to sign in by a client certificate, or `p12_cert` with its
            `password`, which takes the package `cryptography`; `port` and `scheme` beside `host`; `release_session`: whether
            signing in may end another session of the account when it has as many as it may have, which is not in pyTenable; and
            what all products have, see `APIPlatform`: `retries`, `timeout`, `proxies`, `ssl_verify`, `vendor`, `product`,
            `build`, `box`, `box_attrs`, `squash_camel` and others.

    Example:
        ```python
        with TenableSC(url="https://sc.example.com", access_key="4f2b...", secret_key="9c81...") as sc:
            for user in sc.users.list(fields=["username", "locked"]):
                print(user.username, user["locked"])
        ```
    """

    _env_base = "TSC"
    _base_path = "rest"
    _credential_header = "x-apikey"
    _default_timeout: ClassVar[float] = 300.0
    _credential_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "key": ("access_key", "secret_key"),
        "session": ("username", "password"),
    }
    _error_classes: ClassVar[dict[int, type[APIError]]] = {403: APIError}
    _not_covered = frozenset(
        """accept_risks alerts analysis asset_lists audit_files credentials feeds files hosts license plugins policies queries recast_risks
        report_definition repositories scan_instances scan_zones scanners scans status system tickets""".split()
    )

    def __init__(
        self, host: str | None = None, access_key: str | None = None, secret_key: str | None = None, **kwargs: Any
    ) -> None:
        self._version: str | None = None
        self._way: str | None = None
        kwargs |= given(access_key=access_key, secret_key=secret_key)
        scheme, port = kwargs.pop("scheme", None) or "https", kwargs.pop("port", None) or 443
        if host:
            kwargs["url"] = host if "://" in host else f"{scheme}://{host}:{port}"
        self._release_session = bool(kwargs.pop("release_session", False))
        self._p12_cert = kwargs.pop("p12_cert", None)
        self._p12_password = kwargs.get("password") if self._p12_cert else None
        super().__init__(**kwargs)

    @classmethod
    def _native_class(cls) -> Any:
        from ..security_center import SecurityCenter

        return SecurityCenter

    @classmethod
    def _further_arguments(cls) -> set[str]:
        return {"host", "port", "scheme", "p12_cert", "release_session"}

    @classmethod
    def _body_of(cls, error: TenableError) -> Any:
        code = error.code or ""
        return envelope(int(code) if code.isascii() and code.isdigit() else 0, error.message or "")

    # Signing in

    def _found_credentials(self, kwargs: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        found = super()._found_credentials(kwargs)
        if (found is None or found[0] != "key") and (self._p12_cert or "client_certificate" in self._settings):
            return "cert", {}
        return found

    def _native_client(self, way: str, credentials: dict[str, Any], options: dict[str, Any]) -> Any:
        from .._native import Client

        key = credentials.get("access_key"), credentials.get("secret_key")
        name, password = credentials.get("username"), credentials.get("password")
        return Client.security_center(self._url, *key, name, password, way == "cert", self._release_session, False, options)

    def _certificate_files(self) -> AbstractContextManager[tuple[str, ...]]:
        if self._p12_cert:
            return from_pkcs12(self._p12_cert, self._p12_password)
        return super()._certificate_files()

    def _use(self, way: str, credentials: dict[str, Any]) -> None:
        super()._use(way, credentials)
        self._way = way
        try:
            self._ask_for_version()
        except BaseException:
            self._native = None
            raise

    def _ask_for_version(self) -> None:
        """Asks what pyTenable asks, so that a wrong password or a wrong address shows at once."""
        try:
            found = self._payload("GET", "system")
        except APIError:
            # An API key shows with its first call whether it is good.
            if self._way != "key":
                raise
        else:
            self._version = found.get("version") if isinstance(found, Mapping) else None

    def login(
        self,
        username: str | None = None,
        password: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
    ) -> None:
        """Signs in. It is simpler to give the credentials to `TenableSC`.

        Args:
            username: Sign-in name.
            password: Password.
            access_key: First half of the API key.
            secret_key: Second half.
        """
        self.logout()
        self._sign_in(given(username=username, password=password, access_key=access_key, secret_key=secret_key))

    def logout(self) -> None:
        """Ends the session. With an API key there is none, and nothing happens."""
        if self._native is None or self._way == "key":
            return
        ended, self._native, self._way = self._native, None, None
        self._call(ended.close)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.logout()
        except TenableError:
            # What went wrong within says more than that the session could not be ended.
            if error is None:
                raise

    @property
    def version(self) -> str | None:
        """The version of the server, or `None` where it does not tell."""
        if self._version is None and self._native is not None:
            try:
                self._ask_for_version()
            except APIError:
                return None
        return self._version

    # Calls

    def _payload(self, method: str, path: str, body: Any = None, params: Mapping[str, str] | None = None) -> Any:
        """Sends a request and gives what stands in the envelope of the answer."""
        where = with_query(f"/{self._base_path}/{quote(path)}", params)
        # What it changes is the same after it was sent twice.
        again: Literal["idempotent"] | None = "idempotent" if method == "PATCH" else None
        content, headers = body_of(None, body)
        response = self._send_raw(method, where, content, headers, idempotency=again)
        self._examine(response, body)
        try:
            return response.json()["response"]
        except (ValueError, KeyError, TypeError):
            text = f"[{response.status_code}: {method}] {response.url}: this is no answer of Security Center, check the URL"
            effect = "not_applied" if method == "GET" else "unknown"
            attributes = {
                "product": _PRODUCT, "method": method, "path": where, "status": response.status_code, "attempts": response._attempts, "effect": effect
            }  # fmt: skip
            raise _mixed(
                JSONDecodeError, native.UnreadableError, text, attributes, of_requests="JSONDecodeError", response=response
            ) from None

    def _examine(self, answer: Response, sent: Any = None) -> None:
        found = envelope_of(answer)
        code = found.get("error_code")
        code = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isascii() and code.isdigit()) else 0
        if 200 <= answer.status_code < 300 and not code:
            return
        if not found:
            super()._examine(answer, sent)
        # The product may repeat what was sent. Its code is read before the mask, which may stand in a number.
        answer = masked(answer, secrets_of(sent))
        method, said = answer.request.method, " ".join(str(envelope_of(answer).get("error_msg") or "").split())
        kind = _KINDS.get(code, TenableError)
        if kind is native.NotFoundError and method == "POST":
            # What a creation cannot find is something that it refers to.
            kind = native.RefusedError
        if kind is native.SessionExpiredError and self._way == "key":
            kind = native.AuthenticationError
        text = f"[{answer.status_code}: {method}] {answer.url}: {said or 'refused without a word'}"
        text += f" (error_code {code})" if code else ""
        attributes = {
            "product": _PRODUCT,
            "method": method,
            "status": answer.status_code,
            "code": str(code) if code else None,
            "message": said or None,
            "attempts": answer._attempts,
            "effect": "not_applied",
        }
        by_status = self._error_classes.get(answer.status_code) or BY_STATUS.get(answer.status_code, APIError)
        raise _mixed(by_status, kind, text, attributes, response=answer)

    @property
    def users(self) -> UserAPI:
        """Users."""
        return UserAPI(self)

    @property
    def roles(self) -> RoleAPI:
        """Roles."""
        return RoleAPI(self)

    @property
    def groups(self) -> GroupAPI:
        """Groups."""
        return GroupAPI(self)

    @property
    def organizations(self) -> OrganizationAPI:
        """Organizations and their Security Managers."""
        return OrganizationAPI(self)

    @property
    def current(self) -> CurrentSessionAPI:
        """The calling user."""
        return CurrentSessionAPI(self)


def _managers(org_id: Any, user_id: Any = None) -> str:
    """The path of the Security Managers of an organization, or of one."""
    path = f"organization/{number('org_id', org_id)}/securityManager"
    return path if user_id is None else f"{path}/{number('user_id', user_id)}"
