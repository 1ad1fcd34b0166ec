"""Unmodified pyTenable drives the emulated Security Center, by API key and in a session.

We wrote neither the calls nor the decoding here, so that a mistake which our client and our emulator share shows up.
The second half pins what pyTenable itself does to a request, which is what people who come from it should know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from tenable.errors import APIError
from tenable.sc import TenableSC

PASSWORD = "Violet-Harbor-42"
OTHER_PASSWORD = "Copper-Lantern-77"
VULNERABILITY_ANALYST, SECURITY_MANAGER = 4, 2
FULL_ACCESS, OPERATIONS, ANALYSTS = 0, 1, 2

Start = Callable[..., Any]

pytestmark = pytest.mark.filterwarnings("ignore:Session based authentication")


def connected(url: str, principal: Any, way: str) -> Any:
    if way == "key":
        return TenableSC(url=url, access_key=principal.access_key, secret_key=principal.secret_key)
    return TenableSC(url=url, username=principal.username, password=principal.password)


class Center:
    """An emulator, and pyTenable's clients of it: a Security Manager's and an administrator's."""

    def __init__(self, emulator: Any, way: str) -> None:
        endpoint = emulator.security_center
        self.control = emulator.control
        self.endpoint = endpoint
        self.organization_id = endpoint.organization_id
        self.sc = connected(endpoint.url, endpoint.manager, way)
        self.administrator = connected(endpoint.url, endpoint.administrator, way)

    def create_user(self, username: str = "ann", **more: Any) -> Any:
        return self.sc.users.create(username, PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, **more)

    def sent(self, method: str) -> Any:
        """The body of the last request of this method."""
        entries = [entry for entry in self.control.get("/journal") if entry["method"] == method]
        return entries[-1].get("body")

    def accepts(self, username: str, password: str) -> bool:
        """Whether the account can sign in."""
        answer = requests.post(
            f"{self.endpoint.url}/rest/token", json={"username": username, "password": password}, timeout=30
        )
        return bool(answer.json()["error_code"] == 0)


@pytest.fixture(params=["key", "session"])
def center(request: pytest.FixtureRequest, start_emulator: Start) -> Center:
    return Center(start_emulator(), request.param)


@pytest.fixture
def by_key(start_emulator: Start) -> Center:
    return Center(start_emulator(), "key")


def refusal(error: pytest.ExceptionInfo[APIError]) -> Any:
    return error.value.response.json()


def test_users(center: Center) -> None:
    sc = center.sc
    before = sc.users.list()
    user = center.create_user(firstname="Ann", lastname="Lee", email="ann@example.com", timezone="Europe/Brussels")
    assert user["username"] == "ann"
    assert (user["role"]["id"], user["group"]["id"]) == (str(VULNERABILITY_ANALYST), str(ANALYSTS))
    assert user["preferences"] == [{"name": "timezone", "value": "Europe/Brussels", "tag": "system"}]
    assert user["responsibleAsset"]["id"] == -1
    assert user["password"] == "SET"
    number = int(user["id"])
    assert sc.users.details(number) == user
    assert sc.users.details(number, fields=["locked"]) == {"id": user["id"], "uuid": user["uuid"], "locked": "false"}
    assert len(sc.users.list()) == len(before) + 1
    fields = sc.users.list(fields=["username", "role"])[-1]
    assert (fields["username"], fields["role"]["id"]) == ("ann", str(VULNERABILITY_ANALYST))

    edited = sc.users.edit(number, is_locked=True, group=OPERATIONS, managed_usergroups=[OPERATIONS])
    assert (edited["locked"], edited["group"]["id"], edited["email"]) == ("true", str(OPERATIONS), "ann@example.com")
    assert [group["id"] for group in edited["managedUsersGroups"]] == [str(OPERATIONS)]
    assert sc.users.details(number) == edited
    assert not center.accepts("ann", PASSWORD)

    sc.users.delete(number, migrate_to=1)
    assert center.sent("DELETE") == {"migrateUserID": 1}
    assert sc.users.list() == before


def test_users_who_sign_in_elsewhere(center: Center) -> None:
    user = center.sc.users.create(
        "dir", PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, auth_type="ldap", ldap_id=1, ldapUsername="dir"
    )
    assert (user["authType"], int(user["ldap"]["id"]), user["ldapUsername"]) == ("ldap", 1, "dir")
    with pytest.raises(APIError) as error:
        center.sc.users.create("lost", PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, auth_type="ldap")
    assert refusal(error)["error_code"] == 147


def test_a_new_password_for_another_user(center: Center) -> None:
    number = int(center.create_user()["id"])
    own = center.endpoint.manager.password
    center.sc.users.edit(number, password=OTHER_PASSWORD, currentPassword=own)
    assert center.accepts("ann", OTHER_PASSWORD)
    with pytest.raises(APIError):
        center.sc.users.edit(number, password=PASSWORD)
    assert not center.accepts("ann", PASSWORD)


def test_roles(center: Center) -> None:
    sc = center.sc
    role = sc.roles.create("Auditors", description="Read logs", can_view_logs=True, can_scan="policy")
    assert int(role["id"]) > 1_000_000
    assert (role["permViewOrgLogs"], role["permScan"], role["permCreateTickets"]) == ("true", "policy", "false")
    assert "creatorID" in role
    number = int(role["id"])
    details = sc.roles.details(number)
    assert details["creator"]["username"] == center.endpoint.manager.username
    assert details["organizationCounts"] is not None
    assert sc.roles.details(number, fields=["name"])["name"] == "Auditors"
    edited = sc.roles.edit(number, name="Readers", can_scan="policy")
    assert (edited["name"], edited["permScan"]) == ("Readers", "policy")
    assert "Readers" in [one["name"] for one in sc.roles.list()]
    assert sc.roles.delete(number) == ""
    assert "Readers" not in [one["name"] for one in sc.roles.list(fields=["name"])]
    with pytest.raises(APIError) as error:
        sc.roles.edit(2, name="Mine")
    assert refusal(error)["response"] == ""


def test_groups(center: Center) -> None:
    sc = center.sc
    group = sc.groups.create("Auditors", description="Look on", repos=[1], viewable=[0])
    assert (group["name"], group["userCount"]) == ("Auditors", 0)
    number = int(group["id"])
    details = sc.groups.details(number, fields=["name", "repositories", "users"])
    assert ([one["id"] for one in details["repositories"]], details["users"]) == (["1"], [])
    edited = sc.groups.edit(number, name="Readers")
    assert (edited["name"], edited["description"], len(edited["repositories"])) == ("Readers", "Look on", 1)
    user = int(center.create_user()["id"])
    sc.users.edit(user, group=number)
    assert [one["username"] for one in sc.groups.details(number, fields=["users"])["users"]] == ["ann"]
    sc.users.delete(user)
    assert sc.groups.delete(number) == ""
    assert "Readers" not in [one["name"] for one in sc.groups.list()]


def test_organizations(center: Center) -> None:
    organizations = center.administrator.organizations
    made = organizations.create("East", vulnScoringSystem="CVSSv3", city="Ghent", restricted_ips=["192.0.2.0/24"])
    number = int(made["id"])
    assert organizations.details(number)["city"] == "Ghent"
    assert organizations.edit(number, city="Bruges")["city"] == "Bruges"
    assert "East" in [one["name"] for one in organizations.list()]
    with pytest.raises(APIError) as error:
        organizations.create("West")
    assert refusal(error)["error_code"] == 142
    organizations.delete(number)
    assert "East" not in [one["name"] for one in organizations.list(fields=["name"])]
    with pytest.raises(APIError):
        center.sc.organizations.list()


def test_security_managers(center: Center) -> None:
    organizations, organization = center.administrator.organizations, center.organization_id
    before = organizations.managers_list(organization)
    made = organizations.manager_create(organization, "head", PASSWORD, SECURITY_MANAGER, group=FULL_ACCESS)
    number = int(made["id"])
    assert made["role"]["id"] == str(SECURITY_MANAGER)
    assert organizations.manager_details(organization, number, fields=["username"])["username"] == "head"
    assert organizations.manager_edit(organization, number, title="Head")["title"] == "Head"
    assert center.accepts("head", PASSWORD)
    assert len(organizations.managers_list(organization, fields=["username"])) == len(before) + 1
    organizations.manager_delete(organization, number, migrate_to=1)
    assert organizations.managers_list(organization) == before
    with pytest.raises(APIError):
        center.sc.organizations.managers_list(organization)


def test_current(center: Center) -> None:
    user = center.sc.current.user()
    assert user["username"] == center.endpoint.manager.username
    assert center.sc.current.user(fields=["role"])["role"]["id"] == str(SECURITY_MANAGER)
    assert center.sc.current.org()["name"] == "Example North"
    administrator = center.administrator.current.user(fields=["organization", "group"])
    assert (administrator["organization"]["id"], administrator["group"]["id"]) == (0, -1)


def test_a_certificate_needs_a_certificate(center: Center) -> None:
    with pytest.raises(APIError):
        center.sc.current.associate_cert()


@pytest.mark.parametrize("generation", ["5", "5.20"])
def test_older_servers(start_emulator: Start, generation: str) -> None:
    center = Center(start_emulator(f"sc.generation={generation}"), "session")
    user = center.create_user()
    assert "uuid" not in user
    # The list has all that it had in 2016, without being asked.
    listed = center.sc.users.list()[-1]
    assert {"role", "group", "locked", "lastLogin"} <= listed.keys() <= user.keys()
    assert all(user[name] == listed[name] for name in listed)
    center.sc.users.delete(int(user["id"]))


def test_a_session_ends_with_its_client(start_emulator: Start) -> None:
    center = Center(start_emulator("sc.session_limit=2"), "session")
    principal = center.endpoint.manager
    for _ in range(3):
        with connected(center.endpoint.url, principal, "session") as sc:
            assert sc.current.user()["username"] == principal.username


def test_tls_with_the_authority_of_the_emulator(start_emulator: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = start_emulator(tls=True).security_center
    # The way that requests offers for an authority of one's own.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", endpoint.ca)
    answer = requests.get(f"{endpoint.url}/rest/system", timeout=30)
    assert answer.json()["error_code"] == 0
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{endpoint.url}/rest/system", timeout=30)
    # pyTenable verifies nothing unless it is told to.
    assert connected(endpoint.url, endpoint.manager, "key").current.user()["username"] == endpoint.manager.username


def test_pytenable_takes_the_scan_right_from_a_role_that_it_renames(by_key: Center) -> None:
    number = int(by_key.sc.roles.create("Auditors", can_scan="full")["id"])
    assert by_key.sc.roles.edit(number, name="Readers")["permScan"] == "none"
    assert by_key.sent("PATCH") == {"name": "Readers", "permScan": "none"}


def test_pytenable_always_says_something_about_sample_content(by_key: Center) -> None:
    number = int(by_key.create_user()["id"])
    by_key.sc.users.edit(number, title="Analyst")
    assert by_key.sent("PATCH") == {"title": "Analyst", "createDefaultObjects": "false"}


def test_pytenable_always_sends_a_body_when_it_deletes_a_user(by_key: Center) -> None:
    by_key.sc.users.delete(int(by_key.create_user()["id"]))
    assert by_key.sent("DELETE") == {}


def test_pytenable_overwrites_the_authentication_type_of_the_wire(by_key: Center) -> None:
    by_key.create_user(authType="ldap")
    assert by_key.sent("POST")["authType"] == "tns"
