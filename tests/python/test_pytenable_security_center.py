"""Unmodified pyTenable drives the emulated Security Center, by API key and in a session.

We wrote neither the calls nor the decoding here, so that a mistake which our client and our emulator share shows up.
The same tests run with `tenable_api.compat` in pyTenable's place: scripts that work with the one work with the other.
The second half pins what pyTenable itself does to a request, which is what people who come from it should know; that
`tenable_api.compat` does otherwise is shown in `bindings/python/tests/compat`.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from tenable.errors import APIError, UnexpectedValueError
from tenable.errors import ConnectionError as RefusedToConnect
from tenable.sc import TenableSC

PASSWORD = "Violet-Harbor-42"
OTHER_PASSWORD = "Copper-Lantern-77"
ADMINISTRATOR, SECURITY_MANAGER, VULNERABILITY_ANALYST = 1, 2, 4
FULL_ACCESS, OPERATIONS, ANALYSTS = 0, 1, 2
# Users of the first organization: two Security Managers, and an analyst who owns objects.
MANAGER, DEPUTY, OWNER = 1, 2, 3
ALL_ADDRESSES = 0

Start = Callable[..., Any]

pytestmark = pytest.mark.filterwarnings("ignore:Session based authentication")


def connected(url: str, principal: Any, way: str, kind: Any = TenableSC, **more: Any) -> Any:
    if way == "key":
        return kind(url=url, access_key=principal.access_key, secret_key=principal.secret_key, **more)
    return kind(url=url, username=principal.username, password=principal.password, **more)


class Center:
    """An emulator, and clients of it: a Security Manager's and an administrator's."""

    def __init__(self, emulator: Any, way: str, names: Any = None, **more: Any) -> None:
        endpoint = emulator.security_center
        self.kind = TenableSC if names is None else names.module("sc").TenableSC
        self.error = APIError if names is None else names.errors.APIError
        self.control = emulator.control
        self.endpoint = endpoint
        self.organization_id = endpoint.organization_id
        self.sc = connected(endpoint.url, endpoint.manager, way, self.kind, **more)
        self.administrator = connected(endpoint.url, endpoint.administrator, way, self.kind, **more)

    def create_user(self, username: str = "ann", **more: Any) -> Any:
        return self.sc.users.create(username, PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, **more)

    def sent(self, method: str) -> Any:
        """The body of the last request of this method."""
        entries = [entry for entry in self.control.get("/journal") if entry["method"] == method]
        return entries[-1]["body"]

    def owned_by(self, user: int) -> set[tuple[str, str]]:
        """Kind and id of the objects in the organization that belong to the user."""
        organization = self.control.get("/state")["security_center"]["organizations"][str(self.organization_id)]
        kinds = organization["objects"].items()
        return {(kind, number) for kind, found in kinds for number, one in found.items() if one["owner"] == user}

    def accepts(self, username: str, password: str) -> bool:
        """Whether the account can sign in."""
        answer = requests.post(
            f"{self.endpoint.url}/rest/token", json={"username": username, "password": password}, timeout=30
        )
        return bool(answer.json()["error_code"] == 0)


@pytest.fixture(params=["key", "session"])
def center(request: pytest.FixtureRequest, start_emulator: Start, names: Any) -> Center:
    return Center(start_emulator(), request.param, names)


@pytest.fixture
def by_key(start_emulator: Start) -> Center:
    return Center(start_emulator(), "key")


def refusal(error: pytest.ExceptionInfo[APIError]) -> Any:
    return error.value.response.json()


CREATE_TO_LIST = {"create", "delete", "details", "edit", "list"}
MANAGERS = {"manager_create", "manager_delete", "manager_details", "manager_edit", "managers_list"}
# No part of the administration of people.
RISK_RULES = {"accept_risk_rules", "recast_risk_rules"}


@pytest.mark.parametrize(
    ("section", "known"),
    [
        ("users", CREATE_TO_LIST),
        ("roles", CREATE_TO_LIST),
        ("groups", CREATE_TO_LIST),
        ("organizations", CREATE_TO_LIST | MANAGERS),
        ("current", {"associate_cert", "org", "user"}),
    ],
)
def test_there_is_no_method_that_is_unknown_here(
    start_emulator: Start, names: Any, section: str, known: set[str]
) -> None:
    api = type(getattr(Center(start_emulator(), "key", names).sc, section))
    methods = {name for name in vars(api) if not name.startswith("_") and inspect.isfunction(getattr(api, name))}
    assert methods - known == (RISK_RULES if section == "organizations" and names.is_pytenable else set())
    assert known <= methods


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

    sc.users.delete(number)
    assert sc.users.list() == before
    with pytest.raises(center.error) as error:
        sc.users.details(number)
    assert refusal(error)["error_code"] == 147


def test_objects_of_a_deleted_user(center: Center) -> None:
    owned, own = center.owned_by(OWNER), center.owned_by(MANAGER)
    assert owned
    center.sc.users.delete(OWNER, migrate_to=MANAGER)
    assert center.sent("DELETE") == {"migrateUserID": MANAGER}
    assert center.owned_by(MANAGER) == own | owned
    assert center.owned_by(OWNER) == set()


def test_users_of_an_administrator(center: Center) -> None:
    users = center.administrator.users
    made = users.create("root", PASSWORD, ADMINISTRATOR)
    assert made["role"]["id"] == str(ADMINISTRATOR)
    assert users.details(int(made["id"])) == made
    # Administrators alone, not the people of the organizations.
    roles = {user["role"]["id"] for user in users.list(fields=["role"])}
    assert roles == {str(ADMINISTRATOR)}
    users.delete(int(made["id"]))
    assert "root" not in [user["username"] for user in users.list()]

    head = users.create("head", PASSWORD, SECURITY_MANAGER, group=FULL_ACCESS, org=center.organization_id)
    details = center.administrator.organizations.manager_details(center.organization_id, int(head["id"]))
    assert details["username"] == "head"
    with pytest.raises(center.error):
        users.create("ann", PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, org=center.organization_id)


def test_users_who_sign_in_elsewhere(center: Center) -> None:
    user = center.sc.users.create(
        "dir", PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, auth_type="ldap", ldap_id=1, ldapUsername="dir"
    )
    assert (user["authType"], int(user["ldap"]["id"]), user["ldapUsername"]) == ("ldap", 1, "dir")
    with pytest.raises(center.error) as error:
        center.sc.users.create("lost", PASSWORD, VULNERABILITY_ANALYST, group=ANALYSTS, auth_type="ldap")
    assert refusal(error)["error_code"] == 147


def test_a_new_password_for_another_user(center: Center) -> None:
    number = int(center.create_user()["id"])
    own = center.endpoint.manager.password
    center.sc.users.edit(number, password=OTHER_PASSWORD, currentPassword=own)
    assert center.accepts("ann", OTHER_PASSWORD)
    with pytest.raises(center.error):
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
    with pytest.raises(center.error) as error:
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
    assert "Readers" in [one["name"] for one in sc.groups.list(fields=["name"])]
    assert sc.groups.delete(number) == ""
    assert "Readers" not in [one["name"] for one in sc.groups.list()]
    with pytest.raises(center.error) as error:
        sc.groups.details(number)
    assert refusal(error)["error_code"] == 147


def test_organizations(center: Center) -> None:
    organizations = center.administrator.organizations
    made = organizations.create(
        "East",
        vulnScoringSystem="CVSSv3",
        city="Ghent",
        restricted_ips=["192.0.2.0/24", "198.51.100.7"],
        info_links=[("Who is it", "https://example.com/?ip=%IP%")],
        vuln_score_low=2,
    )
    assert (made["zoneSelection"], made["restrictedIPs"]) == ("auto_only", "192.0.2.0/24,198.51.100.7")
    assert made["ipInfoLinks"] == [{"name": "Who is it", "link": "https://example.com/?ip=%IP%"}]
    assert (made["vulnScoreLow"], made["userCount"]) == ("2", "0")
    number = int(made["id"])
    assert organizations.details(number) == made
    assert organizations.details(number, fields=["city"])["city"] == "Ghent"
    edited = organizations.edit(number, city="Bruges")
    assert edited == {**made, "city": "Bruges", "modifiedTime": edited["modifiedTime"]}
    assert organizations.details(number) == edited
    assert "East" in [one["name"] for one in organizations.list()]
    with pytest.raises(center.error) as error:
        organizations.create("West")
    assert refusal(error)["error_code"] == 142
    assert organizations.delete(number) == ""
    assert "East" not in [one["name"] for one in organizations.list(fields=["name"])]
    with pytest.raises(center.error) as error:
        center.sc.organizations.list()
    assert refusal(error)["error_code"] == 146


def test_security_managers(center: Center) -> None:
    organizations, organization = center.administrator.organizations, center.organization_id
    before = organizations.managers_list(organization)
    made = organizations.manager_create(organization, "head", PASSWORD, SECURITY_MANAGER, group=FULL_ACCESS)
    number = int(made["id"])
    assert made["role"]["id"] == str(SECURITY_MANAGER)
    assert organizations.manager_details(organization, number, fields=["username"])["username"] == "head"
    edited = organizations.manager_edit(organization, number, title="Head")
    assert edited["title"] == "Head"
    assert organizations.manager_details(organization, number) == edited
    assert center.accepts("head", PASSWORD)
    assert len(organizations.managers_list(organization, fields=["username"])) == len(before) + 1
    organizations.manager_delete(organization, number, migrate_to=DEPUTY)
    assert center.sent("DELETE") == {"migrateUserID": DEPUTY}
    assert organizations.managers_list(organization) == before
    with pytest.raises(center.error) as error:
        center.sc.organizations.managers_list(organization)
    assert refusal(error)["error_code"] == 146


def test_current(center: Center) -> None:
    user = center.sc.current.user()
    assert user["username"] == center.endpoint.manager.username
    assert center.sc.current.user(fields=["role"])["role"]["id"] == str(SECURITY_MANAGER)
    assert center.sc.current.org()["name"] == "Example North"
    assert center.sc.current.org(fields=["name"]) == {"name": "Example North"}
    administrator = center.administrator.current.user(fields=["organization", "group"])
    assert (administrator["organization"]["id"], administrator["group"]["id"]) == (0, -1)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("way", ["key", "session"])
def test_a_certificate_is_bound_only_where_one_is_presented(
    start_emulator: Start, names: Any, way: str, tls: bool
) -> None:
    """A process of the emulator hands out no client certificates, so that the refusal is what can be seen from here."""
    emulator = start_emulator(tls=tls)
    center = Center(emulator, way, names, ssl_verify=emulator.security_center.ca or False)
    with pytest.raises(center.error) as error:
        center.sc.current.associate_cert()
    assert error.value.response.url == f"{center.endpoint.url}/rest/currentUser/associateCert"
    assert refusal(error)["error_code"] == 142
    assert center.sc.current.user(fields=["fingerprint"])["fingerprint"] is None


@pytest.mark.parametrize("generation", ["5", "5.20"])
def test_older_servers(start_emulator: Start, names: Any, generation: str) -> None:
    center = Center(start_emulator(f"sc.generation={generation}"), "session", names)
    user = center.create_user()
    assert "uuid" not in user
    # The list has all that it had in 2016, without being asked.
    listed = center.sc.users.list()[-1]
    assert {"role", "group", "locked", "lastLogin"} <= listed.keys() <= user.keys()
    assert all(user[name] == listed[name] for name in listed)
    center.sc.users.delete(int(user["id"]))


def test_keys_on_a_server_that_tells_no_version(start_emulator: Start, names: Any) -> None:
    center = Center(start_emulator("sc.generation=5.20"), "key", names)
    assert center.sc.current.user()["username"] == center.endpoint.manager.username


def test_a_session_ends_with_its_client(start_emulator: Start, names: Any) -> None:
    center = Center(start_emulator("sc.session_limit=2"), "session", names)
    principal = center.endpoint.manager
    for _ in range(3):
        with connected(center.endpoint.url, principal, "session", center.kind) as sc:
            assert sc.current.user()["username"] == principal.username


def test_a_login_that_sets_its_cookie_twice(start_emulator: Start, names: Any) -> None:
    center = Center(start_emulator("sc.cookie_count=twice"), "session", names)
    assert center.sc.current.user()["username"] == center.endpoint.manager.username


@pytest.mark.parametrize("way", ["key", "session"])
def test_tls_with_the_authority_of_the_emulator(
    start_emulator: Start, names: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    endpoint = start_emulator(tls=True).security_center

    def caller(**more: Any) -> Any:
        kind = names.module("sc").TenableSC
        return connected(endpoint.url, endpoint.manager, way, kind, **more).current.user()["username"]

    assert caller(ssl_verify=endpoint.ca) == endpoint.manager.username
    with monkeypatch.context() as environment:
        # The way that requests offers for an authority of one's own.
        environment.setenv("REQUESTS_CA_BUNDLE", endpoint.ca)
        assert caller(ssl_verify=True) == endpoint.manager.username
    with monkeypatch.context() as clock:
        # pyTenable waits after a connection that failed, even if it does not try again.
        clock.setattr(time, "sleep", lambda seconds: None)
        with pytest.raises(requests.exceptions.SSLError):
            caller(ssl_verify=True, retries=0)
        if names.is_pytenable:
            # Nothing is verified unless it is asked for.
            assert caller() == endpoint.manager.username
        else:
            with pytest.raises(requests.exceptions.SSLError, match="ssl_verify=False"):
                caller()
    assert caller(ssl_verify=False) == endpoint.manager.username


def test_pytenable_takes_the_scan_right_from_a_role_that_it_renames(by_key: Center) -> None:
    number = int(by_key.sc.roles.create("Auditors", can_scan="full")["id"])
    assert by_key.sc.roles.edit(number, name="Readers")["permScan"] == "none"
    assert by_key.sent("PATCH") == {"name": "Readers", "permScan": "none"}
    assert by_key.sc.roles.details(number)["permScan"] == "none"


def test_pytenable_overwrites_the_scan_right_of_the_wire(by_key: Center) -> None:
    number = int(by_key.sc.roles.create("Auditors", permScan="full")["id"])
    assert by_key.sent("POST")["permScan"] == "none"
    by_key.sc.roles.edit(number, permScan="full")
    assert by_key.sent("PATCH") == {"permScan": "none"}


def test_pytenable_refuses_its_own_example_of_a_role(by_key: Center) -> None:
    with pytest.raises(TypeError, match="can_scan"):
        by_key.sc.roles.create("Example Role", can_scan=True, can_import_scan=True)


def test_pytenable_always_says_something_about_sample_content(by_key: Center) -> None:
    sent = {"title": "Analyst", "createDefaultObjects": "false"}
    by_key.sc.users.edit(int(by_key.create_user()["id"]), title="Analyst")
    assert by_key.sent("PATCH") == sent
    by_key.administrator.organizations.manager_edit(by_key.organization_id, DEPUTY, title="Analyst")
    assert by_key.sent("PATCH") == sent


def test_pytenable_always_sends_a_body_when_it_deletes_a_person(by_key: Center) -> None:
    by_key.sc.users.delete(int(by_key.create_user()["id"]))
    assert by_key.sent("DELETE") == {}
    by_key.administrator.organizations.manager_delete(by_key.organization_id, DEPUTY)
    assert by_key.sent("DELETE") == {}


def test_pytenable_never_sends_a_body_when_it_deletes_something_else(by_key: Center) -> None:
    by_key.sc.roles.delete(int(by_key.sc.roles.create("Auditors")["id"]))
    assert by_key.sent("DELETE") is None
    by_key.sc.groups.delete(int(by_key.sc.groups.create("Auditors")["id"]))
    assert by_key.sent("DELETE") is None
    organizations = by_key.administrator.organizations
    organizations.delete(int(organizations.create("East", vulnScoringSystem="CVSSv3")["id"]))
    assert by_key.sent("DELETE") is None


def test_pytenable_hands_on_the_envelope_when_it_deletes_a_user(by_key: Center) -> None:
    answer = by_key.sc.users.delete(int(by_key.create_user()["id"]))
    assert (answer["type"], answer["response"], answer["error_code"], answer["warnings"]) == ("regular", "", 0, [])


def test_pytenable_overwrites_the_authentication_type_of_the_wire(by_key: Center) -> None:
    assert by_key.create_user(authType="ldap")["authType"] == "tns"
    assert by_key.sent("POST")["authType"] == "tns"


def test_pytenable_overwrites_the_responsible_asset_of_the_wire(by_key: Center) -> None:
    assert by_key.create_user(responsibleAssetID=ALL_ADDRESSES)["responsibleAsset"]["id"] == -1
    assert by_key.sent("POST")["responsibleAssetID"] == -1
    user = by_key.create_user("bob", responsibility=ALL_ADDRESSES)
    assert by_key.sent("POST")["responsibleAssetID"] == ALL_ADDRESSES
    assert user["responsibleAsset"]["id"] == str(ALL_ADDRESSES)


def test_pytenable_refuses_an_authentication_type_that_it_does_not_know(by_key: Center) -> None:
    before = by_key.control.get("/journal")
    with pytest.raises(UnexpectedValueError, match="auth_type"):
        by_key.create_user(auth_type="cert")
    assert by_key.control.get("/journal") == before


def test_pytenable_tells_refusals_apart_in_the_response_alone(by_key: Center) -> None:
    with pytest.raises(APIError) as missing:
        by_key.sc.users.details(99)
    with pytest.raises(APIError) as forbidden:
        by_key.sc.organizations.list()
    assert type(missing.value) is type(forbidden.value) is APIError
    assert (missing.value.code, forbidden.value.code) == (403, 403)
    assert (refusal(missing)["error_code"], refusal(forbidden)["error_code"]) == (147, 146)


def test_pytenable_uses_no_key_with_a_server_that_tells_an_old_version(start_emulator: Start) -> None:
    endpoint = start_emulator("sc.generation=5").security_center
    with pytest.raises(RefusedToConnect, match=r"5\.8\.0"):
        connected(endpoint.url, endpoint.manager, "key")


def test_pytenable_has_no_answer_to_a_full_set_of_sessions(start_emulator: Start) -> None:
    center = Center(start_emulator("sc.session_limit=1"), "session")
    with pytest.raises(KeyError, match="token"):
        connected(center.endpoint.url, center.endpoint.manager, "session")
