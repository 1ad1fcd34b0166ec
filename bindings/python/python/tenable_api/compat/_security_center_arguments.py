"""Arguments of `TenableSC` as the product wants them, and its answers as pyTenable gives them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ._base import check
from ._errors import UnexpectedValueError

_AUTH_TYPES = ("ldap", "legacy", "saml", "tns", "linked")
_NOTICES = ("both", "id", "none", "password")
_ZONES = ("auto_only", "locked", "selectable", "selectable+auto", "selectable+auto_restricted")
_SCAN_RIGHTS = ("full", "policy", "none")

#: Texts of a user that go by their own names.
_USER_TEXTS = tuple(
    "ldapUsername username firstname lastname title email address city state country phone fax fingerprint status".split()
)
_USER_NUMBERS = {"role": "roleID", "group": "groupID", "org": "orgID", "responsibility": "responsibleAssetID"}
_USER_GROUPS = {"managed_usergroups": "managedUsersGroups", "managed_userobjs": "managedObjectsGroups"}
_USER_FLAGS = {"is_locked": "locked", "update_password": "mustChangePassword", "default_objects": "createDefaultObjects"}
_ROLE_FLAGS = {
    "manage_groups": "permManageGroups",
    "manage_roles": "permManageRoles",
    "manage_images": "permManageImages",
    "manage_relationships": "permManageGroupRelationships",
    "manage_blackout_windows": "permManageBlackoutWindows",
    "manage_attributes": "permManageAttributeSets",
    "create_tickets": "permCreateTickets",
    "create_alerts": "permCreateAlerts",
    "create_auditfiles": "permCreateAuditFiles",
    "create_ldap_assets": "permCreateLDAPAssets",
    "create_policies": "permCreatePolicies",
    "purge_tickets": "permPurgeTickets",
    "purge_scans": "permPurgeScanResults",
    "purge_reports": "permPurgeReportResults",
    "can_agent_scan": "permAgentsScan",
    "can_share": "permShareObjects",
    "can_feed_update": "permUpdateFeeds",
    "can_import_scan": "permUploadNessusResults",
    "can_view_logs": "permViewOrgLogs",
    "manage_accepted_risk_rules": "permManageAcceptRiskRules",
    "manage_recast_risk_rules": "permManageRecastRiskRules",
}
_GROUP_LISTS = {
    "viewable": "definingAssets",
    "repos": "repositories",
    "lce_ids": "lces",
    "asset_lists": "assets",
    "scan_policies": "policies",
    "query_ids": "queries",
    "scan_creds": "credentials",
    "dashboards": "dashboardTabs",
    "report_cards": "arcs",
    "audit_files": "auditFiles",
}
_ORGANIZATION_TEXTS = ("name", "description", "address", "city", "state", "country", "phone")
_ORGANIZATION_LISTS = {
    "lce_ids": "lces",
    "repos": "repositories",
    "pub_sites": "pubSites",
    "ldap_ids": "ldaps",
    "nessus_managers": "nessusManagers",
}
_SCORES = {f"vuln_score_{level}": f"vulnScore{level.title()}" for level in ("low", "medium", "high", "critical")}

# What must not be shown when the server repeats it.
_SECRETS = ("password", "currentPassword")


def new_user(username: str, password: Any, role: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """The body that creates a user."""
    named = {**given, "username": username, "password": password, "role": role}
    # pyTenable sends these always, and puts them in place of what is given by the product's own names.
    return {"authType": "tns", "responsibleAssetID": -1, "createDefaultObjects": "false", **user(named)}


def user(given: Mapping[str, Any], present: Callable[[], Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """What is said of a user, by the product's names.

    Args:
        given: The arguments.
        present: Gives the user as it is, where one is changed.
    """
    found = dict(given)
    for name, wire in _USER_NUMBERS.items():
        _rename(found, name, wire, partial(check, name, kind=int))
    for name in _USER_TEXTS:
        check(name, found.get(name), str)
    for name, wire in _USER_FLAGS.items():
        _rename(found, name, wire, partial(_flag, name))
    for name, wire, choices in (("auth_type", "authType", _AUTH_TYPES), ("email_notice", "emailNotice", _NOTICES)):
        _rename(found, name, wire, partial(check, name, kind=str, choices=choices))
    for name, wire in _USER_GROUPS.items():
        _rename(found, name, wire, partial(_ids, name))
    _rename(found, "ldap_id", "ldap", _ldap)
    if isinstance(found.get("createDefaultObjects"), bool):
        found["createDefaultObjects"] = _word(found["createDefaultObjects"])
    if "timezone" in found:
        zone = {"name": "timezone", "tag": "system", "value": check("timezone", found.pop("timezone"), str)}
        found["preferences"] = _with(zone, found.get("preferences"), present)
    for name in _SECRETS:
        if hasattr(found.get(name), "reveal"):
            found[name] = found[name].reveal()
    return found


def _ldap(value: Any) -> dict[str, Any]:
    return {"id": check("ldap_id", value, int)}


def _with(zone: dict[str, Any], others: Any, present: Callable[[], Mapping[str, Any]] | None) -> list[Any]:
    """The preferences of a user with this one. The whole list is written, so that the others have to be in it."""
    if others is None:
        others = (present().get("preferences") or []) if present is not None else []
    found = []
    placed = False
    for other in others:
        if other.get("name") == zone["name"]:
            # Administrators have it under another tag.
            found.append({**other, "value": zone["value"]})
            placed = True
        else:
            found.append(dict(other))
    return found if placed else [*found, zone]


def role(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a role, by the product's names."""
    found = dict(given)
    for name in ("name", "description"):
        check(name, found.get(name), str)
    _rename(found, "can_scan", "permScan", _scan_right)
    for name, wire in _ROLE_FLAGS.items():
        _rename(found, name, wire, partial(_flag, name))
    for name, value in found.items():
        if name.startswith("perm") and isinstance(value, bool):
            found[name] = _word(value)
    return found


def _scan_right(value: Any) -> Any:
    if value is False:
        return "none"
    if value is True:
        # pyTenable's own example has it so; which of the two is meant, it does not say.
        raise TypeError("can_scan is of type bool.  Expected str: full or policy")
    found = check("can_scan", value, str)
    return check("can_scan", found and found.lower(), str, choices=_SCAN_RIGHTS)


def group(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a group, by the product's names."""
    found = dict(given)
    for name in ("name", "description"):
        check(name, found.get(name), str)
    for name, wire in _GROUP_LISTS.items():
        _rename(found, name, wire, partial(_ids, name))
    if isinstance(found.get("createDefaultObjects"), bool):
        found["createDefaultObjects"] = _word(found["createDefaultObjects"])
    return found


def organization(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of an organization, by the product's names."""
    found = dict(given)
    for name in _ORGANIZATION_TEXTS:
        check(name, found.get(name), str)
    for name, wire in _ORGANIZATION_LISTS.items():
        _rename(found, name, wire, partial(_ids, name))
    for name, wire in _SCORES.items():
        _rename(found, name, wire, partial(check, name, kind=int))
    _rename(found, "zone_selection", "zoneSelection", partial(check, "zone_selection", kind=str, choices=_ZONES))
    _rename(found, "restricted_ips", "restrictedIPs", _addresses)
    _rename(found, "info_links", "ipInfoLinks", _links)
    return found


def _addresses(value: Any) -> str:
    return ",".join(map(str, _elements("restricted_ips", value)))


def _links(value: Any) -> list[dict[str, Any]]:
    return [
        {"name": check("link:name", name, str), "link": check("link:link", link, str)}
        for name, link in _elements("info_links", value)
    ]


def number(name: str, value: Any) -> int:
    """A number that names something."""
    found = check(name, value, int)
    if found is None:
        raise UnexpectedValueError(f"{name} is missing")
    return int(found)


def fields_of(fields: Any) -> str:
    """Names of fields as the product takes them."""
    if isinstance(fields, str):
        return fields
    return ",".join(check("field", field, str) for field in fields)


def record(found: Any) -> dict[str, Any]:
    """An answer that is one object."""
    one: dict[str, Any] = found
    return one


def many(found: Any, name: str) -> list[dict[str, Any]]:
    """A list in any of its forms: bare, under the name of the resource, or as one page."""
    if isinstance(found, Mapping):
        found = next((found[key] for key in (name, "results") if isinstance(found.get(key), list)), found)
    elements: list[dict[str, Any]] = found
    return elements


def envelope(code: int = 0, message: str = "") -> dict[str, Any]:
    """What stands around every answer."""
    return {
        "type": "regular",
        "response": "",
        "error_code": code,
        "error_msg": message,
        "warnings": [],
        "timestamp": int(time.time()),
    }


def envelope_of(answer: Any) -> Mapping[str, Any]:
    """The envelope around an answer; an empty one if there is none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) and "error_code" in found else {}


def _rename(found: dict[str, Any], name: str, wire: str, read: Callable[[Any], Any]) -> None:
    """Puts an argument under the product's own name. It goes before what is given by that name."""
    if name in found:
        found[wire] = read(found.pop(name))


def _word(value: bool) -> str:
    return str(value).lower()


def _flag(name: str, value: Any) -> str | None:
    found = check(name, value, bool)
    return None if found is None else _word(found)


def _ids(name: str, value: Any) -> list[dict[str, Any]]:
    return [{"id": check(f"{name}:item", one, int)} for one in _elements(name, value)]


def _elements(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} is of type {type(value).__name__}.  Expected list")
    return list(value)
