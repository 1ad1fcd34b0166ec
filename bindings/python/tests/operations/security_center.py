"""The operations of Security Center. The organization 1 is Example North, that of the Security Manager who calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenable_api import NotFoundError, SecurityCenter, SessionLimitError
from tenable_api.security_center import (
    CurrentOrganization,
    CurrentUser,
    EmailNotice,
    Group,
    IpInfoLink,
    Organization,
    Page,
    Preference,
    Role,
    ScanPermission,
    System,
    Token,
    User,
    UserPermissions,
)

from .case import PASSWORD, Scene, Script, Table, all_of, also, call, listed, the

TABLE = Table("security_center")

NEW_PASSWORD = "Copper-Lantern-77"
AVERY, BLAKE = 3, 4
NORTH, SOUTH = 1, 2


NOT_GRANTED = ("perm_scan", "perm_manage_app", "perm_update_feeds")
PERSON = {
    "firstname": "Ann",
    "lastname": "Lee",
    "title": "Analyst",
    "email": "ann@example.com",
    "address": "1 Harbor Road",
    "city": "Ghent",
    "state": "East Flanders",
    "country": "Belgium",
    "phone": "+32 2 555 01 34",
    "fax": "+32 2 555 01 35",
}


# Users


@TABLE("users.list")
def list_users(scene: Scene) -> Script:
    made = call(fields=["username", "locked", "role"], sort_field="username", sort_direction="DESC")
    users = listed((yield made), User)
    names = [user.username or "" for user in users]
    assert len(names) == 9 and names == sorted(names, reverse=True)
    assert {user.username for user in users if user.locked} == {"emery.locked"}
    assert all(user.role_id is not None and user.lacks("email") for user in users)


@TABLE("users.list_of_organization")
def list_users_of_organization(scene: Scene) -> Script:
    users = listed((yield call(SOUTH).by(administrator=True)), User)
    assert [(user.username, user.role_id) for user in users] == [("south.manager", 2), ("gray.analyst", 3)]


@TABLE("users.list_paged")
def list_page_of_users(scene: Scene) -> Script:
    page = yield call(4, start_offset=1, fields=["username"], sort_field="id")
    assert type(page) is Page
    users = listed(page.items, User)
    assert (page.total_records, page.returned_records, page.start_offset) == (9, 3, 1)
    assert [user.username for user in users] == ["north.deputy", "avery.analyst", "blake.viewer"]


@TABLE("users.create")
def create_user(scene: Scene) -> Script:
    expiry = {"password_expires": True, "password_expiration": 30, "password_expiration_override": True}
    groups = {"group_id": 2, "managed_users_groups": [1], "managed_objects_groups": iter([2]), "responsible_asset_id": 1}
    settings = {"auth_type": "tns", "locked": True, "must_change_password": True, "fingerprint": "ab" * 32}
    preferences = [Preference("timezone", "UTC", tag="system")]
    given = {"password": PASSWORD, "email_notice": EmailNotice.ID, "preferences": preferences}
    ann = the((yield call("ann", 4, **given, **settings, **expiry, **groups, **PERSON)), User)
    assert {name: getattr(ann, name) for name in PERSON} == PERSON
    assert {name: getattr(ann, name) for name in settings} == settings
    assert (ann.username, ann.role_id, ann.group_id, ann.responsible_asset_id) == ("ann", 4, 2, 1)
    assert (ann.password_expires, ann.password_expiration, ann.password_expiration_override) == (True, 30, True)
    assert ann.managed_users_groups is not None and [group.id for group in ann.managed_users_groups] == [1]
    assert ann.preferences is not None and ann.preferences[0].value == "UTC"
    assert scene.sc.users.details(ann.id) == ann
    assert [mail.to for mail in scene.emulator.mail] == ["ann@example.com"]


@TABLE("users.details")
def read_user(scene: Scene) -> Script:
    made = call(1, organization_id=SOUTH, fields=["username", "role", "organization"])
    user = the((yield made.by(administrator=True)), User)
    assert (user.username, user.role_id, user.lacks("email")) == ("south.manager", 2, True)


@TABLE("users.update")
def update_user(scene: Scene) -> Script:
    settings = {"locked": True, "must_change_password": True, "fingerprint": None, "password_expires": False}
    groups = {"group_id": 2, "managed_users_groups": [], "managed_objects_groups": [1, 2], "responsible_asset_id": 5}
    changes = {"username": "avery.lee", "role_id": 4, **groups, **settings, **PERSON}
    avery = the((yield call(AVERY, **changes)), User)
    assert {name: getattr(avery, name) for name in PERSON} == PERSON
    assert (avery.username, avery.role_id, avery.group_id, avery.responsible_asset_id) == ("avery.lee", 4, 2, 5)
    assert (avery.locked, avery.must_change_password, avery.managed_users_groups) == (True, True, ())
    assert (avery.password_expires, avery.fingerprint) == (False, None)
    assert avery.managed_objects_groups is not None and [group.id for group in avery.managed_objects_groups] == [1, 2]
    assert scene.sc.users.details(AVERY) == avery


@TABLE("users.delete")
def delete_user(scene: Scene) -> Script:
    assert (yield call(scene.sc.users.details(BLAKE).uuid, migrate_user_id=1)) is None
    with pytest.raises(NotFoundError):
        scene.sc.users.details(BLAKE)


# Security Managers, as administrators see them


@TABLE("security_managers.list")
def list_security_managers(scene: Scene) -> Script:
    users = listed((yield call(NORTH, fields=["username", "canManage"]).by(administrator=True)), User)
    assert [user.username for user in users] == ["north.manager", "north.deputy", "kit.linked"]
    assert users[0].can_manage


@TABLE("security_managers.create")
def create_security_manager(scene: Scene) -> Script:
    made = call(SOUTH, "head", 2, password=PASSWORD, group_id=0, managed_users_groups=[-1], **PERSON)
    head = the((yield made.by(administrator=True)), User)
    assert (head.username, head.full_name, head.role_id) == ("head", "Ann Lee", 2)
    read = scene.admin.security_managers.details(SOUTH, head.id)
    assert {name: getattr(read, name) for name in PERSON} == PERSON
    assert scene.session("head", PASSWORD).current_user.details().id == head.id


@TABLE("security_managers.details")
def read_security_manager(scene: Scene) -> Script:
    user = the((yield call(NORTH, 2, fields=["username", "role"]).by(administrator=True)), User)
    assert (user.username, user.role_id) == ("north.deputy", 2)


@TABLE("security_managers.update")
def update_security_manager(scene: Scene) -> Script:
    seed = scene.emulator.endpoints.security_center.seed_password
    made = call(NORTH, 2, password=NEW_PASSWORD, current_password=seed, must_change_password=True, **PERSON)
    user = the((yield made.by(administrator=True)), User)
    assert (user.username, user.must_change_password) == ("north.deputy", True)
    assert {name: getattr(user, name) for name in PERSON} == PERSON
    read = scene.sc.users.details(2)
    assert {name: getattr(read, name) for name in PERSON} == PERSON
    assert scene.session("north.deputy", NEW_PASSWORD).current_user.details().id == 2


@TABLE("security_managers.delete")
def delete_security_manager(scene: Scene) -> Script:
    assert (yield call(NORTH, 2, migrate_user_id=1).by(administrator=True)) is None
    with pytest.raises(NotFoundError):
        scene.sc.users.details(2)


@TABLE("organization_users.list")
def list_organization_users(scene: Scene) -> Script:
    (user,) = listed((yield call(SOUTH, fields=["username", "canUse"]).by(administrator=True)), User)
    assert (user.username, user.can_use, user.lacks("firstname")) == ("south.manager", True, True)


@TABLE("organization_users.details")
def read_organization_user(scene: Scene) -> Script:
    user = the((yield call(NORTH, 2, fields=["username", "orgName"]).by(administrator=True)), User)
    assert (user.username, user.organization_name) == ("north.deputy", "Example North")


# Roles and groups

# What a Security Manager can grant.
FLAGS = [name for name in Role.__match_args__ if name.startswith("perm_") and name not in NOT_GRANTED]


@TABLE("roles.list")
def list_roles(scene: Scene) -> Script:
    roles = {role.name: role for role in listed((yield call(fields=["name", "permScan"])), Role)}
    assert roles["Team Lead"].perm_scan == ScanPermission.POLICY
    assert "Administrator" not in roles


@TABLE("roles.create")
def create_role(scene: Scene) -> Script:
    flags = dict.fromkeys(FLAGS, True) | {"perm_purge_tickets": False}
    role = the((yield call("Readers", description="Read logs", perm_scan=ScanPermission.POLICY, **flags)), Role)
    assert (role.name, role.description, role.perm_scan) == ("Readers", "Read logs", "policy")
    assert {name: getattr(role, name) for name in flags} == flags
    read = scene.sc.roles.details(role.id)
    assert {name: getattr(read, name) for name in flags} == flags


@TABLE("roles.details")
def read_role(scene: Scene) -> Script:
    role = the((yield call(7, fields=["name", "permViewOrgLogs"])), Role)
    assert (role.id, role.name, role.perm_view_org_logs, role.lacks("perm_scan")) == (7, "Auditor", True, True)


@TABLE("roles.update")
def update_role(scene: Scene) -> Script:
    made = scene.sc.roles.create("Readers", perm_view_org_logs=True, perm_scan="policy")
    flags = dict.fromkeys(FLAGS, False) | {"perm_create_tickets": True}
    role = the((yield call(made.id, name="Writers", description="Write", **flags)), Role)
    assert (role.name, role.description, role.perm_scan) == ("Writers", "Write", "policy")
    assert role.granted == ("permCreateTickets",)
    assert scene.sc.roles.details(made.id).granted == ("permCreateTickets",)


@TABLE("roles.delete")
def delete_role(scene: Scene) -> Script:
    role = scene.sc.roles.create("Readers")
    assert (yield call(role.id)) is None
    with pytest.raises(NotFoundError):
        scene.sc.roles.details(role.id)


@TABLE("groups.list")
def list_groups(scene: Scene) -> Script:
    groups = listed((yield call(fields=["name", "userCount"])), Group)
    assert {group.name for group in groups} == {"Full Access", "Operations", "Analysts"}
    assert {group.name: group.user_count for group in groups}["Analysts"] == 3


LISTS = "repositories lces defining_assets assets policies queries credentials dashboard_tabs arcs audit_files".split()


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@TABLE("groups.create")
def create_group(scene: Scene) -> Script:
    lists = dict.fromkeys(LISTS, [1]) | {"defining_assets": [0]}
    made = call("Auditors", description="Look on", create_default_objects=True, **lists)
    group = the((yield made), Group)
    assert (group.name, group.description, group.user_count) == ("Auditors", "Look on", 0)
    fields = ["name", "createDefaultObjects", *(camel(name) for name in lists)]
    read = scene.sc.groups.details(group.id, fields=fields)
    assert {name: [one.id for one in getattr(read, name)] for name in lists} == lists
    assert read.repositories is not None and read.repositories[0].name == "Local repository"


@TABLE("groups.details")
def read_group(scene: Scene) -> Script:
    group = the((yield call(1, fields=["name", "users"])), Group)
    assert group.name == "Operations" and group.users is not None
    assert {user.username for user in group.users} == {"avery.analyst", "devon.lead", "emery.locked"}


@TABLE("groups.update")
def update_group(scene: Scene) -> Script:
    lists: dict[str, list[int]] = dict.fromkeys(LISTS, []) | {"arcs": [1], "queries": [1]}
    # What a group has to have stays as it is.
    del lists["defining_assets"]
    group = the((yield call(2, name="Readers", **lists)), Group)
    assert (group.name, group.description) == ("Readers", "Read the results")
    read = scene.sc.groups.details(2, fields=["name", "definingAssets", *(camel(name) for name in lists)])
    assert {name: [one.id for one in getattr(read, name)] for name in lists} == lists
    assert read.defining_assets is not None and [one.id for one in read.defining_assets] == [1]


@TABLE("groups.delete")
def delete_group(scene: Scene) -> Script:
    group = scene.sc.groups.create("Auditors", defining_assets=[0])
    assert (yield call(group.id)) is None
    with pytest.raises(NotFoundError):
        scene.sc.groups.details(group.id)


# The caller


@TABLE("current_user.details")
def read_current_user(scene: Scene) -> Script:
    made = call(fields=["username", "role", "organization", "switchableUsers"])
    kit = the((yield made.by(username="kit.admin").after("POST /rest/token")), CurrentUser)
    assert (kit.username, kit.is_administrator, kit.organization_id) == ("kit.admin", True, 0)
    assert kit.switchable_users is not None and len(kit.switchable_users) == 1


@TABLE("current_user.update")
def update_current_user(scene: Scene) -> Script:
    preference = {"name": "timezone", "value": "UTC", "tag": "system"}
    own = the((yield call(preferences=[preference], fingerprint=None, **PERSON)), CurrentUser)
    assert own.username == "north.manager"
    assert {name: getattr(own, name) for name in PERSON} == PERSON
    read = scene.sc.users.details(1)
    assert {name: getattr(read, name) for name in PERSON} == PERSON
    assert read.preferences is not None and [one.value for one in read.preferences] == ["UTC"]


@TABLE("current_user.change_password")
def change_password(scene: Scene) -> Script:
    seed = scene.emulator.endpoints.security_center.seed_password
    made = call(NEW_PASSWORD, seed).by(username="avery.analyst").after("POST /rest/token")
    assert the((yield made), CurrentUser).username == "avery.analyst"
    assert scene.session("avery.analyst", NEW_PASSWORD).current_user.details().id == AVERY


@TABLE("current_user.associate_certificate")
def associate_certificate(scene: Scene) -> Script:
    issued = scene.emulator.client_certificate("avery")
    assert scene.emulator.ca_file is not None
    certificate, key = (scene.emulator.ca_file.parent / f"avery.{kind}" for kind in ("pem", "key"))
    try:
        certificate.write_text(issued.certificate_pem)
        key.write_text(issued.private_key_pem)
        identity: dict[str, Path] = {"client_certificate": certificate, "client_key": key}
        assert (yield call().by(username="avery.analyst", **identity).after("POST /rest/token")) is None
        assert scene.sc.users.details(AVERY).fingerprint == issued.fingerprint
        url = scene.emulator.endpoints.security_center.url
        with SecurityCenter(
            url, client_certificate_login=True, client_certificate=certificate, client_key=key, **scene.access
        ) as avery:
            assert avery.current_user.details().username == "avery.analyst"
    finally:
        certificate.unlink()
        key.unlink()


@TABLE("current_user.preferences")
def list_preferences(scene: Scene) -> Script:
    (preference,) = listed((yield call()), Preference)
    assert (preference.name, preference.value, preference.tag) == ("timezone", "Europe/Paris", "system")


@TABLE("current_user.set_preference")
def set_preference(scene: Scene) -> Script:
    preferences = listed((yield call("darkMode", "true", tag="console")), Preference)
    assert ("darkMode", "true", "console") in [(one.name, one.value, one.tag) for one in preferences]
    assert list(scene.sc.current_user.preferences()) == preferences


@TABLE("current_user.delete_preference")
def delete_preference(scene: Scene) -> Script:
    for tag in ("console", "mobile"):
        scene.sc.current_user.set_preference("darkMode", "true", tag=tag)
    assert (yield call("darkMode", tag="console")) is None
    assert [one.tag for one in scene.sc.current_user.preferences() if one.name == "darkMode"] == ["mobile"]


@TABLE("current_user.switch")
def switch(scene: Scene) -> Script:
    assert (yield call("kit.linked").by(username="kit.admin").after("POST /rest/token")) is None
    linked = the((yield also("current_user.details", fields=["username", "organization"])), CurrentUser)
    assert (linked.username, linked.organization_id) == ("kit.linked", NORTH)


@TABLE("current_organization.details")
def read_current_organization(scene: Scene) -> Script:
    organization = the((yield call(fields=["name", "zoneSelection"])), CurrentOrganization)
    assert (organization.name, organization.zone_selection) == ("Example North", "auto_only")
    assert organization.lacks("zones")


@TABLE("user_permissions.details", rules={"sc.enclave_security": "on"})
def read_user_permissions(scene: Scene) -> Script:
    permissions = the((yield call()), UserPermissions)
    assert permissions.user is not None and permissions.user.username == "north.manager"
    assert permissions.role is not None and permissions.role.name == "Security Manager"
    assert permissions.organization is not None and permissions.organization.id == NORTH


# Organizations, the system, sessions

SCORES = {"vuln_score_low": 2, "vuln_score_medium": 4, "vuln_score_high": 12, "vuln_score_critical": 50}
PLACE = {name: text for name, text in PERSON.items() if name in ("address", "city", "state", "country", "phone")}
PLACE |= {"description": "Offices", "restricted_ips": "192.0.2.0/24"}


@TABLE("organizations.list")
def list_organizations(scene: Scene) -> Script:
    organizations = listed((yield call(fields=["name", "userCount"]).by(administrator=True)), Organization)
    assert [(one.id, one.name, one.user_count) for one in organizations] == [(1, "Example North", 9), (2, "Example South", 2)]


@TABLE("organizations.create")
def create_organization(scene: Scene) -> Script:
    links = [IpInfoLink("Look up", "https://lookup.example.com/%IP%"), {"name": "Map", "link": "https://map.example.com"}]
    lists = {"repositories": [2], "ldaps": [1], "lces": [1], "nessus_managers": [1], "pub_sites": [1]}
    zones = {"zone_selection": "selectable", "zones": [{"id": 1}]}
    made = call("Example East", ip_info_links=links, vuln_scoring_system="CVSSv2", **zones, **lists, **PLACE, **SCORES)
    east = the((yield made.by(administrator=True)), Organization)
    assert {name: getattr(east, name) for name in PLACE | SCORES} == PLACE | SCORES
    assert (east.name, east.vuln_scoring_system, east.zone_selection) == ("Example East", "CVSSv2", "selectable")
    assert east.ip_info_links is not None and [link.name for link in east.ip_info_links] == ["Look up", "Map"]
    assert {name: [one.id for one in getattr(east, name)] for name in lists} == lists
    assert scene.admin.organizations.details(east.id) == east


@TABLE("organizations.details")
def read_organization(scene: Scene) -> Script:
    made = call(NORTH, fields=["name", "vulnScoreCritical", "ldaps"])
    north = the((yield made.by(administrator=True)), Organization)
    assert (north.name, north.vuln_score_critical) == ("Example North", 40)
    assert north.ldaps is not None and north.ldaps[0].name == "Directory North"


@TABLE("organizations.update")
def update_organization(scene: Scene) -> Script:
    before = scene.admin.organizations.details(SOUTH)
    made = call(SOUTH, name="Example Southwest", repositories=[1, 2], **PLACE, **SCORES)
    south = the((yield made.by(administrator=True)), Organization)
    assert {name: getattr(south, name) for name in PLACE | SCORES} == PLACE | SCORES
    assert (south.name, south.ldaps, south.zone_selection) == ("Example Southwest", before.ldaps, before.zone_selection)
    assert south.repositories is not None and [one.id for one in south.repositories] == [1, 2]
    assert scene.admin.organizations.details(SOUTH) == south


@TABLE("organizations.delete")
def delete_organization(scene: Scene) -> Script:
    east = scene.admin.organizations.create("Example East")
    assert (yield call(east.uuid).by(administrator=True)) is None
    with pytest.raises(NotFoundError):
        scene.admin.organizations.details(east.id)


@TABLE("system.details")
def read_system(scene: Scene) -> Script:
    system = the((yield call()), System)
    assert (system.build_id, system.session_timeout, system.license_status) == ("202601010000", 3600, "Valid")
    assert system.timezones is not None and all_of(system.timezones, type(system.timezones[0]))
    assert {zone.name: zone.gmt_offset for zone in system.timezones}["Asia/Kolkata"] == 5.5


@TABLE("token.create", rules={"sc.session_limit": 1})
def create_token(scene: Scene) -> Script:
    avery = scene.session("avery.analyst")
    avery.current_user.details()
    seed = scene.emulator.endpoints.security_center.seed_password
    token = the((yield call("avery.analyst", seed, release_session=True)), Token)
    assert token.token is not None and token.token.reveal()
    assert (token.failed_logins, token.release_session) == (0, None)
    # The new session took the place of the only one that there may be.
    with pytest.raises(SessionLimitError):
        avery.current_user.details()


@TABLE("token.delete")
def delete_token(scene: Scene) -> Script:
    assert (yield call().by(username="avery.analyst").after("POST /rest/token")) is None
    # The next call has to sign in again.
    assert the((yield also("current_user.details")), CurrentUser).username == "avery.analyst"
    assert scene.requests[-2:] == ["POST /rest/token", "GET /rest/currentUser"]
