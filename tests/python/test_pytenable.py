"""Unmodified pyTenable drives the emulator: every method of `ie.users` and `ie.roles`.

We wrote neither the calls nor the decoding here, so that a mistake which our client and our emulator share shows up.
Where pyTenable cannot cope with what the vendor documents, a rule of the emulator is set, and a test below shows why.
The same tests run with `tenable_api.compat` in pyTenable's place: scripts that work with the one work with the other.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import ValidationError

# pyTenable refuses fields that it does not know, and it does not know this one of `whoami`.
WITHOUT_CLOUD_USER_NAME = "ie.tenable_cloud_user_name=absent"
# pyTenable turns every entity id into a number; the vendor documents strings.
NUMBERS_AS_ENTITY_IDS = "ie.entity_ids=lenient"
# pyTenable cannot read the answer to a copy without a body, which is what the documented status 204 means.
# This is the emulator's default; it is named since the tests rest on it.
COPY_WITH_A_BODY = "ie.copy_status=200"

ADMINISTRATOR, USER = 1, 2
PASSWORD = "Violet-Harbor-42"
OTHER_PASSWORD = "Copper-Lantern-77"

Start = Callable[..., Any]


class Instance:
    """An emulator and a client of it."""

    def __init__(self, emulator: Any, names: Any) -> None:
        self.endpoint = emulator.identity_exposure
        self.control = emulator.control
        self.names = names
        self.errors = names.errors
        self.client = self.client_with(self.endpoint.api_key)
        self.users = self.client.users
        self.roles = self.client.roles

    def client_with(self, api_key: str) -> Any:
        return self.names.module("ie").TenableIE(url=self.endpoint.url, api_key=api_key)

    def create_user(self, email: str = "ann@example.com") -> Any:
        [user] = self.users.create("Ann", email, PASSWORD, active=True)
        return user

    def create_role(self, name: str = "Operators") -> Any:
        [role] = self.roles.create(name, "Run the shift")
        return role

    def requests(self) -> list[tuple[str, str]]:
        """Method and route of each request that came, in order."""
        entries = self.control.get("/journal")
        return [(entry["method"], entry["route"]) for entry in entries]

    def accepts(self, email: str, password: str) -> bool:
        """Whether the account can sign in."""
        try:
            self.client.post("login", json={"email": email, "password": password})
        except self.errors.UnauthorizedError:
            return False
        return True


@pytest.fixture
def ie(start_emulator: Start, names: Any) -> Instance:
    return Instance(start_emulator(WITHOUT_CLOUD_USER_NAME, NUMBERS_AS_ENTITY_IDS, COPY_WITH_A_BODY), names)


def methods(api: type) -> set[str]:
    return {name for name in vars(api) if not name.startswith("_") and inspect.isfunction(getattr(api, name))}


@pytest.mark.parametrize(("api", "prefix", "count"), [("users", "test_users_", 10), ("roles", "test_roles_", 8)])
def test_no_method_is_left_out(names: Any, api: str, prefix: str, count: int) -> None:
    client = names.module("ie").TenableIE(url="https://localhost", api_key="0" * 64)
    found = methods(type(getattr(client, api)))
    assert len(found) == count
    assert [name for name in sorted(found) if prefix + name not in globals()] == []


def test_users_list(ie: Instance) -> None:
    created = ie.create_user()
    users = ie.users.list()
    assert [user["id"] for user in users] == list(range(1, len(users) + 1))
    assert users[-1] == created


def test_users_create(ie: Instance) -> None:
    [user] = ie.users.create(
        "Ann", "ann@example.com", PASSWORD, surname="Lee", department="Identity", biography="Night shift", active=True
    )
    assert user == {
        "id": user["id"],
        "name": "Ann",
        "surname": "Lee",
        "email": "ann@example.com",
        "department": "Identity",
        "biography": "Night shift",
        "active": True,
        "locked_out": False,
        "roles": [USER],
        "identifier": "ann@example.com",
        "provider": "tenable",
        "eula_version": 0,
    }
    assert ie.accepts("ann@example.com", PASSWORD)


def test_users_create_leaves_accounts_inactive_unless_told(ie: Instance) -> None:
    [user] = ie.users.create("Ann", "ann@example.com", PASSWORD)
    assert user["active"] is False
    assert not ie.accepts("ann@example.com", PASSWORD)


def test_users_info(ie: Instance) -> None:
    info = ie.users.info()
    assert info["id"] == ADMINISTRATOR
    assert info["internal"] is False
    assert [role["name"] for role in info["roles"]] == ["Global Administrator"]
    assert info["roles"] == [ie.roles.details("1")]


def test_users_details(ie: Instance) -> None:
    user = ie.create_user()
    assert ie.users.details(str(user["id"])) == user


def test_users_update(ie: Instance) -> None:
    user = ie.create_user()
    updated = ie.users.update(str(user["id"]), name="Anna", department="Identity", active=False)
    assert updated == {**user, "name": "Anna", "department": "Identity", "active": False}
    assert ie.users.details(str(user["id"])) == updated


def test_users_delete(ie: Instance) -> None:
    user = ie.create_user()
    assert ie.users.delete(str(user["id"])) is None
    with pytest.raises(ie.errors.NotFoundError):
        ie.users.details(str(user["id"]))


def test_users_create_password(ie: Instance) -> None:
    """Sends a mail with a token, despite the method's name."""
    ie.create_user()
    assert ie.users.create_password("ann@example.com") is None
    [mail] = ie.control.get("/mail")
    assert mail["to"] == "ann@example.com"
    assert mail["token"]


def test_users_retrieve_password(ie: Instance) -> None:
    """Sets a new password by the token of the mail, despite the method's name."""
    ie.create_user()
    ie.users.create_password("ann@example.com")
    [mail] = ie.control.get("/mail")
    assert ie.users.retrieve_password(mail["token"], OTHER_PASSWORD) is None
    assert ie.accepts("ann@example.com", OTHER_PASSWORD)
    assert not ie.accepts("ann@example.com", PASSWORD)


def test_users_change_password(ie: Instance) -> None:
    """Changes the password of the caller."""
    ie.users.update(str(ADMINISTRATOR), password=PASSWORD)
    assert ie.users.change_password(PASSWORD, OTHER_PASSWORD) is None
    email = ie.users.info()["email"]
    assert ie.accepts(email, OTHER_PASSWORD)
    assert not ie.accepts(email, PASSWORD)


def test_users_update_user_roles(ie: Instance) -> None:
    user = ie.create_user()
    role = ie.create_role()
    assert ie.users.update_user_roles(str(user["id"]), [role["id"], USER]) == {"roles": [role["id"], USER]}
    assert sorted(ie.users.details(str(user["id"]))["roles"]) == sorted([USER, role["id"]])


def test_roles_list(ie: Instance) -> None:
    created = ie.create_role()
    roles = ie.roles.list()
    assert [role["name"] for role in roles][:2] == ["Global Administrator", "User"]
    assert roles[-1] == created


def test_roles_create(ie: Instance) -> None:
    [role] = ie.roles.create("Operators", "Run the shift")
    assert role == {"id": role["id"], "name": "Operators", "description": "Run the shift", "permissions": []}


def test_roles_default_roles(ie: Instance) -> None:
    assert ie.roles.default_roles() == [ie.roles.details(str(USER))]


def test_roles_details(ie: Instance) -> None:
    role = ie.create_role()
    assert ie.roles.details(str(role["id"])) == role


def test_roles_update(ie: Instance) -> None:
    role = ie.create_role()
    updated = ie.roles.update(str(role["id"]), description="Run the night shift")
    assert updated == {**role, "description": "Run the night shift"}
    assert ie.roles.details(str(role["id"])) == updated


def test_roles_delete(ie: Instance) -> None:
    role = ie.create_role()
    assert ie.roles.delete(str(role["id"])) is None
    with pytest.raises(ie.errors.NotFoundError):
        ie.roles.details(str(role["id"]))


def test_roles_copy_role(ie: Instance) -> None:
    source = ie.roles.details(str(USER))
    copy = ie.roles.copy_role(str(USER), "Operators")
    assert copy == {**source, "id": copy["id"], "name": "Operators"}
    assert copy["id"] != source["id"]


def test_roles_replace_role_permissions(ie: Instance) -> None:
    role = ie.create_role()
    permissions = [
        {"entity_name": "dashboard", "action": "read", "entity_ids": [1, 5], "dynamic_id": None},
        {"entity_name": "user", "action": "edit", "entity_ids": None, "dynamic_id": "self-user-id"},
    ]
    assert ie.roles.replace_role_permissions(str(role["id"]), permissions) == {**role, "permissions": permissions}
    assert ie.roles.details(str(role["id"]))["permissions"] == permissions


def test_each_request_meets_a_route_of_its_own(ie: Instance) -> None:
    """The fixed paths beside `{id}` are not taken for ids."""
    ie.users.info()
    ie.roles.default_roles()
    ie.roles.copy_role(str(USER), "Operators")
    ie.users.create_password("admin@example.com")
    assert ie.requests() == [
        ("GET", "/api/users/whoami"),
        ("GET", "/api/roles/user-creation-defaults"),
        ("POST", "/api/roles/from/{fromId}"),
        ("POST", "/api/users/forgotten-password"),
    ]


def test_a_refusal_has_the_class_of_its_status(ie: Instance) -> None:
    with pytest.raises(ie.errors.ForbiddenError):
        ie.roles.update("1", name="Nobody")
    with pytest.raises(ie.errors.UnauthorizedError):
        ie.client_with("00000000").users.list()


# What the rules above work around. When one of these fails with a newer pyTenable, its rule can go.


def test_defect_whoami_as_documented(start_emulator: Start, names: Any) -> None:
    ie = Instance(start_emulator(), names)
    if names.is_pytenable:
        with pytest.raises(ValidationError, match="tenableCloudUserName"):
            ie.users.info()
    else:
        assert "tenable_cloud_user_name" in ie.users.info()


def test_defect_numbers_as_entity_ids(start_emulator: Start, names: Any) -> None:
    ie = Instance(start_emulator(), names)
    role = ie.create_role()
    permission = {"entity_name": "dashboard", "action": "read", "entity_ids": ["1"], "dynamic_id": None}
    if names.is_pytenable:
        with pytest.raises(Exception, match="entityIds"):
            ie.roles.replace_role_permissions(str(role["id"]), [permission])
    else:
        [read] = ie.roles.replace_role_permissions(str(role["id"]), [permission])["permissions"]
        assert read["entity_ids"] == [1]


def test_defect_copy_without_a_body(start_emulator: Start, names: Any) -> None:
    ie = Instance(start_emulator("ie.copy_status=204"), names)
    if names.is_pytenable:
        with pytest.raises(AttributeError):
            ie.roles.copy_role(str(USER), "Operators")
    else:
        assert ie.roles.copy_role(str(USER), "Operators")["name"] == "Operators"
    assert "Operators" in [role["name"] for role in ie.roles.list()]
