"""`TenableSC` beside pyTenable's, on the same emulator: the same results and the same requests, without the defects."""

from __future__ import annotations

import importlib
import json
import logging
import pickle
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
import tenable.errors
import tenable.sc
import tenable_api
from tenable_api import Secret
from tenable_api.compat import Box, BoxList, TenableSC, errors
from tenable_api.testing import Emulator, Fault

pytestmark = pytest.mark.filterwarnings(
    "ignore:Session based authentication", "ignore:Use of the login method", 'ignore:The "host"'
)

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
PASSWORD, OTHER_PASSWORD = "Violet-Harbor-42", "Copper-Lantern-77"
ADMINISTRATOR, SECURITY_MANAGER, ANALYST = 1, 2, 4
FULL_ACCESS, OPERATIONS, ANALYSTS = 0, 1, 2
DEPUTY, OWNER = 2, 3
CUSTOM_ROLE, ORGANIZATION = 1_000_001, 1

Call = Callable[[Any], Any]
Start = Callable[..., Emulator]


def made(kind: Any, emulator: Emulator, *, administrator: bool = False, way: str = "key", **more: Any) -> Any:
    endpoint = emulator.endpoints.security_center
    account = endpoint.administrator if administrator else endpoint.manager
    credentials = {
        "key": {"access_key": account.access_key, "secret_key": account.secret_key},
        "session": {"username": account.username, "password": account.password},
        "none": {},
    }[way]
    return kind(**{"url": endpoint.url, **credentials, **more})


def ours(emulator: Emulator, **more: Any) -> TenableSC:
    found: TenableSC = made(TenableSC, emulator, **{"backoff": 0.01, **more})
    return found


def theirs(emulator: Emulator, **more: Any) -> Any:
    return made(tenable.sc.TenableSC, emulator, **more)


@pytest.fixture
def sc(emulator: Emulator) -> TenableSC:
    """A Security Manager's client."""
    return ours(emulator)


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyTenable sleeps between two attempts."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


def sent(emulator: Emulator, method: str | None = None) -> list[Any]:
    """What was sent besides what a client asks when it is made."""
    asked_first = {"/rest/system", "/rest/token"}
    return [(one.method, one.path, one.body) for one in emulator.journal.find(method=method) if one.path not in asked_first]


# The same results.

READS: list[tuple[bool, Call]] = [
    (False, lambda sc: sc.users.list()),
    (False, lambda sc: sc.users.list(fields=["username", "role", "locked"])),
    (False, lambda sc: sc.users.details(OWNER)),
    (False, lambda sc: sc.users.details(id=OWNER, fields=["username", "locked"])),
    (False, lambda sc: sc.users.details(str(OWNER))),
    (False, lambda sc: sc.roles.list()),
    (False, lambda sc: sc.roles.list(fields=["name"])),
    (False, lambda sc: sc.roles.details(2)),
    (False, lambda sc: sc.roles.details("2", ["name", "permScan"])),
    (False, lambda sc: sc.groups.list()),
    (False, lambda sc: sc.groups.list(["name", "users"])),
    (False, lambda sc: sc.groups.details(ANALYSTS)),
    (False, lambda sc: sc.groups.details(id=ANALYSTS, fields=["repositories"])),
    (False, lambda sc: sc.current.user()),
    (False, lambda sc: sc.current.user(fields=["role"])),
    (False, lambda sc: sc.current.org()),
    (False, lambda sc: sc.current.org(["name"])),
    (False, lambda sc: sc.version),
    (False, lambda sc: sc.get("user").json()["response"]),
    (False, lambda sc: sc.get("user", params={"fields": "username"}).json()["response"]),
    (False, lambda sc: sc.get("role/2", box=True).response.name),
    (True, lambda sc: sc.users.list()),
    (True, lambda sc: sc.organizations.list()),
    (True, lambda sc: sc.organizations.list(fields=["name", "userCount"])),
    (True, lambda sc: sc.organizations.details(ORGANIZATION)),
    (True, lambda sc: sc.organizations.details(organization_id=str(ORGANIZATION), fields=["city"])),
    (True, lambda sc: sc.organizations.managers_list(ORGANIZATION)),
    (True, lambda sc: sc.organizations.managers_list(org_id=ORGANIZATION, fields=["username", "role"])),
    (True, lambda sc: sc.organizations.manager_details(ORGANIZATION, DEPUTY)),
    (True, lambda sc: sc.organizations.manager_details(org_id=ORGANIZATION, user_id=DEPUTY, fields=["username"])),
    (True, lambda sc: sc.current.user()),
]


@pytest.mark.parametrize("number", range(len(READS)))
def test_reads_give_what_pytenable_gives(start: Start, number: int) -> None:
    emulator = start(now=NOW)
    administrator, read = READS[number]
    found, expected = (read(client(emulator, administrator=administrator)) for client in (ours, theirs))
    assert found == expected
    assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)
    # Users come as boxes, all else does not.
    assert isinstance(found, Box) == (type(expected).__name__ == "Box")
    assert isinstance(found, BoxList) == (type(expected).__name__ == "BoxList")


WRITES: list[tuple[bool, Call]] = [
    (False, lambda sc: sc.users.create("ann", PASSWORD, ANALYST, group=ANALYSTS)),
    (
        False,
        lambda sc: sc.users.create(
            username="bo", password=PASSWORD, role="4", group="2", firstname="Bo", lastname="Lee", email="bo@example.com",
            title="T", address="A", city="C", state="S", country="L", phone="1", fax="2", fingerprint="f", status="0",
            timezone="Europe/Brussels", responsibility=0, is_locked=True, update_password="yes", default_objects=True,
            email_notice="none", auth_type="tns", managed_usergroups=[1, "2"], managed_userobjs=[-1],
        ),
    ),
    (False, lambda sc: sc.users.create("dir", PASSWORD, ANALYST, group=ANALYSTS, auth_type="ldap", ldap_id="1", ldapUsername="dir")),
    (False, lambda sc: sc.users.create("cy", PASSWORD, ANALYST, group=ANALYSTS, passwordExpires="true", passwordExpiration=90)),
    (False, lambda sc: sc.users.create("cy", PASSWORD, ANALYST, group=ANALYSTS, unheardOf="of")),
    (False, lambda sc: sc.users.edit(OWNER, title="Analyst", default_objects=False)),
    (False, lambda sc: sc.users.edit(id=OWNER, is_locked=False, group=OPERATIONS, managed_usergroups=[], createDefaultObjects="true")),
    (False, lambda sc: sc.users.edit(OWNER, username="x", role=3, responsibility=-1, ldap_id=1, auth_type="ldap", default_objects=False)),
    (False, lambda sc: sc.users.delete(OWNER, migrate_to=DEPUTY)),
    (False, lambda sc: sc.roles.create("Auditors")),
    (False, lambda sc: sc.roles.create(name="Auditors", description="D", can_scan="POLICY", can_view_logs=True, create_tickets=False)),
    (
        True,
        lambda sc: sc.roles.create(
            "All", can_scan="full", manage_groups=True, manage_roles=True, manage_images=True, manage_relationships=True,
            manage_blackout_windows=True, manage_attributes=True, create_tickets=True, create_alerts=True, create_auditfiles=True,
            create_ldap_assets=True, create_policies=True, purge_tickets=True, purge_scans=True, purge_reports=True, can_agent_scan=True,
            can_share=True, can_feed_update=True, can_import_scan=True, can_view_logs="no", manage_accepted_risk_rules=True,
            manage_recast_risk_rules=True, permAgentsSync="true",
        ),
    ),
    (False, lambda sc: sc.roles.edit(int(sc.roles.create("A")["id"]), name="B", can_scan="policy", can_share=True)),
    (False, lambda sc: sc.roles.delete(int(sc.roles.create("A")["id"]))),
    (False, lambda sc: sc.groups.create("Auditors")),
    (
        False,
        lambda sc: sc.groups.create(
            name="Auditors", description="D", repos=[1], viewable=[0], lce_ids=[], asset_lists=[], scan_policies=[], query_ids=[],
            scan_creds=[], dashboards=[], report_cards=[], audit_files=[], createDefaultObjects="false",
        ),
    ),
    (False, lambda sc: sc.groups.edit(ANALYSTS, name="Readers", repos=["1"])),
    (False, lambda sc: sc.groups.delete(int(sc.groups.create("A")["id"]))),
    (False, lambda sc: sc.post("group", json={"name": "Auditors"}).json()["response"]["name"]),
    (False, lambda sc: sc.patch(f"user/{OWNER}", json={"title": "T"}).json()["response"]["title"]),
    (True, lambda sc: sc.users.create("root", PASSWORD, ADMINISTRATOR)),
    (True, lambda sc: sc.users.create("head", PASSWORD, SECURITY_MANAGER, group=FULL_ACCESS, org=ORGANIZATION)),
    (True, lambda sc: sc.organizations.create("East", vulnScoringSystem="CVSSv3")),
    (
        True,
        lambda sc: sc.organizations.create(
            name="East", vulnScoringSystem="CVSSv3", description="D", address="A", city="C", state="S", country="L",
            phone="1", zone_selection="auto_only", restricted_ips=["192.0.2.0/24", "198.51.100.7"], repos=[1],
            lce_ids=[], pub_sites=[], ldap_ids=["1"], nessus_managers=[], info_links=[("W", "https://example.com/?ip=%IP%")], vuln_score_low=2, vuln_score_medium="3",
            vuln_score_high=9, vuln_score_critical=10, email="e@example.com",
        ),
    ),
    (True, lambda sc: sc.organizations.edit(ORGANIZATION, city="Bruges", repos=[1])),
    (True, lambda sc: sc.organizations.delete(int(sc.organizations.create("A", vulnScoringSystem="CVSSv2")["id"]))),
    (True, lambda sc: sc.organizations.manager_create(ORGANIZATION, "head", PASSWORD, SECURITY_MANAGER, group=FULL_ACCESS)),
    (True, lambda sc: sc.organizations.manager_edit(ORGANIZATION, DEPUTY, title="T", default_objects=False)),
    (True, lambda sc: sc.organizations.manager_delete(org_id=ORGANIZATION, user_id=DEPUTY, migrate_to="1")),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_writes_send_and_give_what_those_of_pytenable_do(start: Start, number: int) -> None:
    administrator, write = WRITES[number]
    results: list[Any] = []
    requests_: list[Any] = []
    for client in (ours, theirs):
        emulator = start(now=NOW)
        results.append(write(client(emulator, administrator=administrator)))
        requests_.append(sent(emulator))
    assert without_what_differs(results[0]) == without_what_differs(results[1])
    assert without_what_differs(requests_[0]) == without_what_differs(requests_[1])


def without_what_differs(value: Any) -> Any:
    """UUIDs, keys and the clock of the machine are of each emulator's own. The number of the heir is a number."""
    if isinstance(value, dict):
        return {
            name: int(inside) if name == "migrateUserID" else without_what_differs(inside)
            for name, inside in value.items()
            if name not in {"uuid", "timestamp", "apiKeys"}
        }
    if isinstance(value, list | tuple):
        return [without_what_differs(inside) for inside in value]
    return value


def test_users_are_found_by_their_uuid(sc: TenableSC) -> None:
    user = sc.users.details(OWNER)
    assert sc.users.details(user.uuid) == user


def test_a_users_boxes_follow_the_settings(emulator: Emulator) -> None:
    settings: dict[str, Any] = {"box_attrs": {"camel_killer_box": True}}
    found, expected = (client(emulator, **settings).users.details(OWNER) for client in (ours, theirs))
    assert found == expected
    assert found.last_login_ip == expected.last_login_ip


REFUSED: list[tuple[bool, Call]] = [
    (False, lambda sc: sc.users.details(99)),
    (False, lambda sc: sc.users.edit(99, title="T")),
    (False, lambda sc: sc.users.delete(99)),
    (False, lambda sc: sc.users.create("lost", PASSWORD, ANALYST, group=ANALYSTS, auth_type="ldap")),
    (False, lambda sc: sc.users.edit(OWNER, password=PASSWORD)),
    (False, lambda sc: sc.roles.edit(2, name="Mine")),
    (False, lambda sc: sc.roles.delete(2)),
    (False, lambda sc: sc.groups.details(99)),
    (False, lambda sc: sc.organizations.list()),
    (False, lambda sc: sc.organizations.managers_list(ORGANIZATION)),
    (False, lambda sc: sc.current.associate_cert()),
    (False, lambda sc: sc.get("user/99")),
    (True, lambda sc: sc.organizations.create("West")),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_refusals_have_the_class_and_the_code_of_pytenable(emulator: Emulator, number: int) -> None:
    administrator, refused = REFUSED[number]
    with pytest.raises(errors.APIError) as found:
        refused(ours(emulator, administrator=administrator))
    with pytest.raises(tenable.errors.APIError) as expected:
        refused(theirs(emulator, administrator=administrator))
    assert type(found.value).__name__ == type(expected.value).__name__ == "APIError"
    assert found.value.code == expected.value.code == found.value.response.status_code == 403
    envelope, pattern = found.value.response.json(), expected.value.response.json()
    assert envelope.keys() == pattern.keys()
    assert envelope["error_code"] == pattern["error_code"]
    assert envelope["error_msg"].split() == pattern["error_msg"].split()
    # What pyTenable does not tell.
    assert found.value.server_code == (str(pattern["error_code"]) if pattern["error_code"] else None)
    assert found.value.effect == "not_applied"
    assert pattern["error_msg"].split()[0] in str(found.value)
    again = pickle.loads(pickle.dumps(found.value))
    assert (again.code, again.server_code, str(again)) == (403, found.value.server_code, str(found.value))


def test_refusals_are_of_the_sdks_kinds(emulator: Emulator) -> None:
    sc = ours(emulator)
    for missing in (sc.users.details, sc.users.delete, sc.groups.details):
        with pytest.raises(tenable_api.NotFoundError):
            missing(99)
    with pytest.raises(tenable_api.RefusedError):
        sc.users.create("lost", PASSWORD, ANALYST, group=ANALYSTS, auth_type="ldap")
    with pytest.raises(tenable_api.RefusedError):
        ours(emulator, administrator=True).organizations.create("West")


INVALID: list[Call] = [
    lambda sc: sc.users.create("a", PASSWORD, "four"),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, group=[]),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, email=5),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, is_locked="perhaps"),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, auth_type="cert"),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, email_notice="always"),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, managed_usergroups=5),
    lambda sc: sc.users.create("a", PASSWORD, ANALYST, managed_userobjs=["x"]),
    lambda sc: sc.users.edit(OWNER, ldap_id="x"),
    lambda sc: sc.roles.create("a", can_scan="some"),
    lambda sc: sc.roles.create("a", can_share=5),
    lambda sc: sc.roles.create(5),
    lambda sc: sc.roles.details("x"),
    lambda sc: sc.groups.create("a", repos=5),
    lambda sc: sc.groups.edit("x", name="a"),
    lambda sc: sc.organizations.create("a", zone_selection="all"),
    lambda sc: sc.organizations.edit(1, vuln_score_low="x"),
    lambda sc: sc.organizations.create("a", restricted_ips="192.0.2.1"),
    lambda sc: sc.organizations.manager_details(1, "x"),
]


@pytest.mark.parametrize("number", range(len(INVALID)))
def test_arguments_that_cannot_be_right_are_refused_as_with_pytenable(emulator: Emulator, number: int) -> None:
    with pytest.raises((TypeError, errors.UnexpectedValueError)) as found:
        INVALID[number](ours(emulator))
    with pytest.raises((TypeError, tenable.errors.UnexpectedValueError)) as expected:
        INVALID[number](theirs(emulator))
    assert type(found.value).__name__ == type(expected.value).__name__
    assert sent(emulator) == []


@pytest.mark.parametrize("given", ["7/../8", "7?x", "", "me", None, 1.5])
def test_an_id_that_is_none_is_refused(emulator: Emulator, given: Any) -> None:
    sc = ours(emulator)
    for call in (sc.users.details, sc.users.delete, sc.roles.details, sc.groups.delete, sc.organizations.details):
        with pytest.raises((TypeError, errors.UnexpectedValueError)):
            call(given)
    assert sent(emulator) == []


def test_secrets_are_taken_as_well(emulator: Emulator) -> None:
    manager = emulator.endpoints.security_center.manager
    sc = made(TenableSC, emulator, way="none", username=manager.username, password=Secret(manager.password))
    user = sc.users.create("ann", Secret(PASSWORD), ANALYST, group=ANALYSTS)
    sc.users.edit(user.id, password=Secret(OTHER_PASSWORD), currentPassword=Secret(manager.password))
    with made(TenableSC, emulator, way="none", username="ann", password=OTHER_PASSWORD) as ann:
        assert ann.current.user()["username"] == "ann"


# Making a client, and its end.


def test_the_environment_says_what_arguments_do_not(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = emulator.endpoints.security_center
    monkeypatch.setenv("TSC_URL", endpoint.url)
    monkeypatch.setenv("TSC_USERNAME", endpoint.administrator.username)
    monkeypatch.setenv("TSC_PASSWORD", endpoint.administrator.password)
    with TenableSC() as sc:
        assert sc.current.user()["username"] == endpoint.administrator.username
    # A key goes before a password.
    monkeypatch.setenv("TSC_ACCESS_KEY", endpoint.manager.access_key)
    monkeypatch.setenv("TSC_SECRET_KEY", endpoint.manager.secret_key)
    for client in (TenableSC, tenable.sc.TenableSC):
        assert client().current.user()["username"] == endpoint.manager.username


def test_host_port_and_scheme(emulator: Emulator) -> None:
    endpoint = emulator.endpoints.security_center
    manager = endpoint.manager
    host, port = endpoint.url.removeprefix("http://").split(":")
    for kind in (TenableSC, tenable.sc.TenableSC):
        sc = kind(host, manager.access_key, manager.secret_key, port=int(port), scheme="http")
        assert sc.current.user()["username"] == manager.username
    assert TenableSC(endpoint.url, manager.access_key, manager.secret_key).version


def test_a_wrong_password_shows_at_once(emulator: Emulator) -> None:
    wrong: dict[str, Any] = {"username": emulator.endpoints.security_center.manager.username, "password": "wrong"}
    with pytest.raises(errors.APIError) as found:
        made(TenableSC, emulator, way="none", **wrong)
    with pytest.raises(tenable.errors.APIError) as expected:
        made(tenable.sc.TenableSC, emulator, way="none", **wrong)
    assert found.value.code == expected.value.code
    assert isinstance(found.value, tenable_api.AuthenticationError)
    assert "wrong" not in repr(found.value.response.text)


def test_a_wrong_key_shows_with_the_first_call(emulator: Emulator) -> None:
    for client in (ours, theirs):
        sc = client(emulator, access_key="0" * 32)
        with pytest.raises((errors.APIError, tenable.errors.APIError)):
            sc.current.user()


def test_a_client_without_credentials_warns_and_signs_in_later(emulator: Emulator) -> None:
    manager = emulator.endpoints.security_center.manager
    with pytest.warns(errors.AuthenticationWarning, match="access_key") as told:
        sc = ours(emulator, way="none")
    assert told[0].filename == __file__
    with pytest.raises(errors.APIError, match="nothing was sent"):
        sc.users.list()
    assert len(emulator.journal) == 0
    sc.login(manager.username, manager.password)
    assert sc.current.user()["username"] == manager.username
    sc.login(access_key=manager.access_key, secret_key=manager.secret_key)
    assert sc.current.user()["username"] == manager.username
    assert [one.method for one in emulator.journal.find(path="/rest/token")] == ["POST", "DELETE"]


def test_the_session_ends_with_the_block(emulator: Emulator) -> None:
    with ours(emulator, way="session") as sc:
        assert sc.users.list()
    assert [one.method for one in emulator.journal.find(path="/rest/token")] == ["POST", "DELETE"]
    with pytest.raises(errors.APIError, match="no credentials"):
        sc.users.list()
    sc.logout()


def test_a_key_outlives_the_block_as_with_pytenable(emulator: Emulator) -> None:
    for client in (ours, theirs):
        with client(emulator) as sc:
            sc.logout()
        assert sc.users.list()


def test_a_session_that_cannot_be_ended_hides_nothing(emulator: Emulator) -> None:
    with pytest.raises(ZeroDivisionError), ours(emulator, way="session", retries=0):
        emulator.faults.add(Fault.internal_server_error(), method="DELETE", times=None)
        raise ZeroDivisionError
    with pytest.raises(errors.APIError), ours(emulator, way="session", retries=0):
        pass


def test_a_session_that_ran_out_is_opened_anew(emulator: Emulator) -> None:
    sc = ours(emulator, way="session")
    emulator.clock.advance(timedelta(days=1))
    assert sc.users.list()
    assert len(emulator.journal.find(method="POST", path="/rest/token")) == 2


def test_more_sessions_than_there_may_be(start: Start) -> None:
    emulator = start({"sc.session_limit": "1"})
    first = theirs(emulator, way="session")
    with pytest.raises(KeyError, match="token"):
        theirs(emulator, way="session")
    with pytest.raises(errors.APIError, match="another session") as refused:
        ours(emulator, way="session")
    assert isinstance(refused.value, tenable_api.SessionLimitError)
    # Nobody was signed out by it, unless that is asked for.
    assert first.current.user()
    assert ours(emulator, way="session", release_session=True).current.user()
    with pytest.raises(tenable.errors.APIError):
        first.current.user()


def test_a_client_certificate_signs_in(start: Start, tmp_path: Path) -> None:
    emulator = start(tls=True)
    certificate = emulator.client_certificate("ann")
    ours(emulator, ssl_verify=str(emulator.ca_file)).users.edit(OWNER, fingerprint=certificate.fingerprint)
    files = tmp_path / "ann.pem", tmp_path / "ann.key"
    files[0].write_text(certificate.certificate_pem)
    files[1].write_text(certificate.private_key_pem)
    both = tmp_path / "both.pem"
    both.write_text(certificate.certificate_pem + certificate.private_key_pem)
    pair = str(files[0]), str(files[1])
    expected = theirs(emulator, way="none", cert=pair).current.user()["id"]
    for cert in (pair, files, str(both)):
        with ours(emulator, way="none", cert=cert, ssl_verify=str(emulator.ca_file)) as sc:
            assert sc.current.user()["id"] == expected == str(OWNER)
    with pytest.raises(errors.UnexpectedValueError, match="lacks the private key"):
        ours(emulator, way="none", cert=str(files[0]), ssl_verify=str(emulator.ca_file))
    # Bound to nobody.
    files[0].write_text((stranger := emulator.client_certificate("bo")).certificate_pem)
    files[1].write_text(stranger.private_key_pem)
    with pytest.raises(errors.APIError, match="bound to no user"):
        ours(emulator, way="none", cert=pair, ssl_verify=str(emulator.ca_file))


def test_pkcs_12_takes_a_package(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = start(tls=True)
    file = tmp_path / "ann.p12"
    file.write_bytes(b"")
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)
    with pytest.raises(ModuleNotFoundError, match="pip install cryptography") as missing:
        ours(emulator, way="none", ssl_verify=str(emulator.ca_file), p12_cert=str(file), password=PASSWORD)
    assert missing.value.name == "cryptography"


def test_a_certificate_in_pkcs_12(start: Start, tmp_path: Path) -> None:
    emulator = start(tls=True)
    certificate = emulator.client_certificate("ann")
    ours(emulator, ssl_verify=str(emulator.ca_file)).users.edit(OWNER, fingerprint=certificate.fingerprint)
    file = tmp_path / "ann.p12"
    arguments: dict[str, Any] = {"way": "none", "ssl_verify": str(emulator.ca_file), "p12_cert": str(file), "password": PASSWORD}
    serialization: Any = importlib.import_module("cryptography.hazmat.primitives.serialization")
    pkcs12: Any = importlib.import_module("cryptography.hazmat.primitives.serialization.pkcs12")
    x509: Any = importlib.import_module("cryptography.x509")
    key = serialization.load_pem_private_key(certificate.private_key_pem.encode(), None)
    public = x509.load_pem_x509_certificate(certificate.certificate_pem.encode())
    encrypted = serialization.BestAvailableEncryption(PASSWORD.encode())
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"ann", key, public, None, encrypted))
    with ours(emulator, **arguments) as sc:
        assert sc.current.user()["id"] == str(OWNER)
    with pytest.raises(errors.UnexpectedValueError, match="not its password"):
        ours(emulator, **{**arguments, "password": OTHER_PASSWORD})


# TLS.


def test_a_certificate_of_nobody_is_refused_and_the_error_names_the_argument(start: Start) -> None:
    emulator = start(tls=True)
    for way in ("key", "session"):
        # pyTenable sends the password to whoever answers.
        assert theirs(emulator, way=way).current.user()
        seen = len(emulator.journal)
        with pytest.raises(errors.ConnectionError, match="ssl_verify=False") as refused:
            ours(emulator, way=way, retries=0)
        assert "ssl_verify=PATH" in str(refused.value)
        assert refused.value.effect == "not_sent"
        assert isinstance(refused.value, requests.exceptions.SSLError)
        assert len(emulator.journal) == seen
        assert ours(emulator, way=way, ssl_verify=False).users.list()
        assert ours(emulator, way=way, ssl_verify=str(emulator.ca_file)).users.list()


# Defects of pyTenable that are gone. Each is shown with pyTenable first.


def test_a_role_that_is_renamed_keeps_its_rights(emulator: Emulator) -> None:
    for client, right, body in ((theirs, "none", {"name": "Readers", "permScan": "none"}), (ours, "full", {"name": "Readers"})):
        sc = client(emulator)
        role = sc.roles.create("Auditors", can_scan="full")
        assert sc.roles.edit(int(role["id"]), name="Readers")["permScan"] == right
        assert sent(emulator, "PATCH")[-1][2] == body
        sc.roles.delete(int(role["id"]))


def test_the_scan_right_by_the_products_own_name(emulator: Emulator) -> None:
    for client, right in ((theirs, "none"), (ours, "full")):
        sc = client(emulator)
        role = sc.roles.create("Auditors", permScan="full")
        assert role["permScan"] == right
        assert sc.roles.edit(int(role["id"]), permScan="full")["permScan"] == right
        sc.roles.delete(int(role["id"]))


def test_rights_by_the_products_own_names_may_be_booleans(sc: TenableSC) -> None:
    role = sc.roles.create("Auditors", permAgentsSync=True, permViewOrgLogs=False)
    assert (role["permAgentsSync"], role["permViewOrgLogs"]) == ("true", "false")


def test_a_scan_right_that_is_only_true_says_what_it_may_be(emulator: Emulator) -> None:
    with pytest.raises(TypeError, match="full or policy"):
        ours(emulator).roles.create("Example Role", can_scan=True)
    # No is no.
    assert ours(emulator).roles.create("Example Role", can_scan=False)["permScan"] == "none"


def test_nothing_is_said_of_sample_content_unless_asked(emulator: Emulator) -> None:
    for client, more in ((theirs, {"createDefaultObjects": "false"}), (ours, {})):
        client(emulator).users.edit(OWNER, title="Analyst")
        assert sent(emulator, "PATCH")[-1][2] == {"title": "Analyst", **more}
        client(emulator, administrator=True).organizations.manager_edit(ORGANIZATION, DEPUTY, title="Analyst")
        assert sent(emulator, "PATCH")[-1][2] == {"title": "Analyst", **more}


def test_the_kind_of_account_and_the_asset_by_the_products_own_names(emulator: Emulator) -> None:
    for client, kind, asset in ((theirs, "tns", -1), (ours, "saml", 0)):
        client(emulator).users.create("ann", PASSWORD, ANALYST, group=ANALYSTS, authType="saml", responsibleAssetID=0)
        body = sent(emulator, "POST")[-1][2]
        assert (body["authType"], body["responsibleAssetID"]) == (kind, asset)
        client(emulator).users.delete(int(client(emulator).users.list()[-1]["id"]))


def test_a_time_zone_leaves_the_other_preferences_as_they_are(start: Start) -> None:
    dark = {"name": "darkMode", "value": "true", "tag": "system"}
    zone = {"name": "timezone", "value": "Europe/Brussels", "tag": "system"}
    for client, left in ((theirs, [zone]), (ours, [dark, zone])):
        sc = client(start())
        sc.patch(f"user/{OWNER}", json={"preferences": [dark]})
        found = sc.users.edit(OWNER, timezone="Europe/Brussels")["preferences"]
        assert sorted(found, key=lambda one: one["name"]) == left
    sc = ours(start(), administrator=True)
    changed = sc.organizations.manager_edit(ORGANIZATION, DEPUTY, timezone="Europe/Brussels")
    assert {one["name"]: one["value"] for one in changed["preferences"]}["timezone"] == "Europe/Brussels"
    again = sc.organizations.manager_edit(ORGANIZATION, DEPUTY, timezone="Asia/Tokyo")
    assert [one["value"] for one in again["preferences"] if one["name"] == "timezone"] == ["Asia/Tokyo"]


def test_a_deletion_carries_no_body_unless_there_is_something_to_say(start: Start) -> None:
    for client, body in ((theirs, {}), (ours, None)):
        emulator = start()
        client(emulator).users.delete(OWNER)
        assert sent(emulator, "DELETE")[-1][2] == body
        client(emulator, administrator=True).organizations.manager_delete(ORGANIZATION, DEPUTY)
        assert sent(emulator, "DELETE")[-1][2] == body


@pytest.mark.usefixtures("without_waiting")
def test_a_lost_creation_is_not_sent_again(start: Start) -> None:
    for client, attempts in ((theirs, 2), (ours, 1)):
        emulator = start()
        sc = client(emulator)
        emulator.faults.add(Fault.reset(), method="POST", path="/rest/user", after_commit=True)
        with pytest.raises(Exception) as failed:  # noqa: PT011 - each has its own
            sc.users.create("ann", PASSWORD, ANALYST, group=ANALYSTS)
        assert len(emulator.journal.find(method="POST", path="/rest/user")) == attempts
        if client is ours:
            assert isinstance(failed.value, errors.ConnectionError)
            assert failed.value.outcome_unknown
        else:
            assert isinstance(failed.value, tenable.errors.APIError)


@pytest.mark.usefixtures("without_waiting")
def test_a_lost_deletion_is_done(start: Start) -> None:
    emulator = start()
    sc = theirs(emulator)
    emulator.faults.add(Fault.reset(), method="DELETE", after_commit=True)
    with pytest.raises(tenable.errors.APIError):
        sc.users.delete(OWNER)
    emulator = start()
    sc = ours(emulator)
    emulator.faults.add(Fault.reset(), method="DELETE", after_commit=True)
    sc.users.delete(OWNER)
    assert len(emulator.journal.find(method="DELETE")) == 2
    # Gone before is another matter.
    with pytest.raises(errors.APIError):
        sc.users.delete(OWNER)


def test_a_lost_change_is_made_again(emulator: Emulator) -> None:
    sc = ours(emulator)
    emulator.faults.add(Fault.reset(), method="PATCH", after_commit=True)
    assert sc.users.edit(OWNER, title="Analyst").title == "Analyst"
    assert len(emulator.journal.find(method="PATCH")) == 2


def test_a_date_as_retry_after(emulator: Emulator) -> None:
    # It has passed by the clock of this machine, so that nobody waits.
    emulator.clock.set(NOW - timedelta(days=1))
    for client in (theirs, ours):
        sc = client(emulator)
        emulator.faults.add(Fault.too_many_requests(retry_after=0, date=True), path="/rest/user")
        if client is theirs:
            with pytest.raises(ValueError, match="could not convert string to float"):
                sc.users.list()
        else:
            assert sc.users.list()


def test_a_page_that_is_not_of_the_product_is_told(emulator: Emulator) -> None:
    for client, kind in ((theirs, AttributeError), (ours, errors.APIError)):
        sc = client(emulator)
        emulator.faults.add(Fault.html_page(), path="/rest/user")
        with pytest.raises(kind) as failed:
            sc.users.list()
    assert "check the URL" in str(failed.value)


def test_every_form_of_a_list_is_read(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    sc = ours(emulator)
    users = sc.users.list()
    for form in ({"users": users.to_list()}, {"totalRecords": "9", "results": users.to_list()}):
        monkeypatch.setattr(sc, "_payload", lambda *arguments, form=form: form)
        assert sc.users.list() == users


def test_no_password_is_written_to_the_log(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    theirs(emulator).users.create("ann", PASSWORD, ANALYST, group=ANALYSTS)
    assert PASSWORD in caplog.text
    caplog.clear()
    sc = ours(emulator)
    user = sc.users.create("bo", PASSWORD, ANALYST, group=ANALYSTS)
    with pytest.raises(errors.APIError) as refused:
        sc.users.create("bo", PASSWORD, ANALYST, group=ANALYSTS)
    sc.users.edit(user.id, password=OTHER_PASSWORD, currentPassword=emulator.endpoints.security_center.manager.password)
    for text in (caplog.text, str(refused.value), repr(refused.value), repr(sc), repr(vars(refused.value))):
        assert PASSWORD not in text
        assert OTHER_PASSWORD not in text


def test_a_password_that_the_server_repeats_is_masked(sc: TenableSC) -> None:
    from tenable_api.compat._response import Response

    envelope = {"type": "regular", "response": "", "error_code": 146, "error_msg": f"{PASSWORD} is too simple.\n"}
    answer = Response(403, json.dumps(envelope).encode(), method="POST", url="https://sc.example.com/rest/user")
    with pytest.raises(errors.APIError) as refused:
        sc._examine(answer, {"password": PASSWORD})
    assert "*** is too simple." in str(refused.value)
    assert PASSWORD not in f"{refused.value!r} {refused.value.message}"


@pytest.mark.parametrize("password", ["Violet  Harbor-42", 'Quoted"Harbor-42', "Grün-Harbor-42", "Back\\slash-42"])
@pytest.mark.parametrize(
    "form", ["<h1>blocked</h1>{}", '{{"error_code": 146, "error_msg": {}}}', '{{"error_msg": "no", "sent": {}}}']
)
def test_a_password_that_somebody_on_the_way_repeats_is_masked(sc: TenableSC, password: str, form: str) -> None:
    from tenable_api.compat._response import Response

    body = form.format(json.dumps({"password": password}) if "blocked" in form else json.dumps(password))
    answer = Response(403, body.encode(), method="PATCH", url="https://sc.example.com/rest/user/3")
    with pytest.raises(errors.APIError) as refused:
        sc._examine(answer, {"credential": {"password": password}})
    told = f"{refused.value} {refused.value!r} {refused.value.response.text}"
    for shown in (password, json.dumps(password)[1:-1], " ".join(password.split())):
        assert shown not in told
    assert password.encode() not in pickle.dumps(refused.value)


def test_a_client_cannot_be_pickled_with_its_password(emulator: Emulator) -> None:
    manager = emulator.endpoints.security_center.manager
    assert manager.secret_key.encode() in pickle.dumps(theirs(emulator)._session.headers)
    with pytest.raises(TypeError, match="credentials"):
        pickle.dumps(ours(emulator, way="session"))


def test_what_is_not_covered_says_so(sc: TenableSC) -> None:
    with pytest.raises(AttributeError, match="TenableSC.scans is not covered"):
        sc.scans  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'colour'"):
        sc.colour  # noqa: B018
