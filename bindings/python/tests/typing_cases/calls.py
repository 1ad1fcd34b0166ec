# pyright: strict
"""Arguments of calls."""

from tenable_api import UNSET, IdentityExposure, Secret, SecurityCenter, VulnerabilityManagement
from tenable_api.identity_exposure import NewUser
from tenable_api.security_center import UserField


def clients() -> None:
    IdentityExposure("https://acme.tenable.ad", api_key="0123")
    IdentityExposure("https://acme.tenable.ad", api_key=Secret("0123"), timeout=None, proxy=None)
    IdentityExposure.from_env().with_options(timeout=5, missing_as_deleted=True)
    IdentityExposure("https://acme.tenable.ad")  # error: call-arg, reportCallIssue
    IdentityExposure("https://acme.tenable.ad", "0123")  # error: call-arg, reportCallIssue
    IdentityExposure("https://acme.tenable.ad", api_key=1234)  # error: arg-type, reportArgumentType
    IdentityExposure("https://acme.tenable.ad", api_key="0123", timeout="5 s")  # error: arg-type, reportArgumentType
    IdentityExposure("https://acme.tenable.ad", api_key="0123", verify=False)  # error: call-arg, reportCallIssue


def identity_exposure(tie: IdentityExposure) -> None:
    tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42", surname="Lee", active=True)
    tie.users.create("Ann", "ann@example.com", Secret("Violet-Harbor-42"), surname=UNSET)
    tie.users.create_many([NewUser("Ann", "ann@example.com", "Violet-Harbor-42"), {"name": "Bo"}])
    tie.users.update(7, department="Identity", unlock=True)
    tie.users.update_user_roles(7, (2, 3))
    tie.users.create("Ann", "ann@example.com")  # error: call-arg, reportCallIssue
    tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42", "Lee")  # error: call-arg, reportCallIssue
    tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42", lastname="Lee")  # error: call-arg, reportCallIssue
    tie.users.update("7", department="Identity")  # error: arg-type, reportArgumentType
    # The product has no null for it.
    tie.users.update(7, department=None)  # error: arg-type, reportArgumentType
    tie.users.update(7, unlock=UNSET)  # error: arg-type, reportArgumentType
    tie.users.update_user_roles(7, 2)  # error: arg-type, reportArgumentType
    tie.users.remove(7)  # error: attr-defined, reportAttributeAccessIssue
    tie.organizations.list()  # error: attr-defined, reportAttributeAccessIssue


def security_center(sc: SecurityCenter) -> None:
    sc.users.list(fields=[UserField.USERNAME, "locked"])
    sc.users.details(3, organization_id=2)
    sc.users.list(fields=[1])  # error: list-item, reportArgumentType
    sc.users.details(3, 2)  # error: call-arg, reportCallIssue


def vulnerability_management(vm: VulnerabilityManagement) -> None:
    vm.users.details(3)
    vm.users.details({"id": 3})  # error: arg-type, reportArgumentType
