# mypy: ignore-errors
"""An organization with two Security Managers, as an administrator makes it."""

import os

from tenable.errors import APIError, ForbiddenError
from tenable.sc import TenableSC

sc = TenableSC(url=os.environ["TSC_URL"], access_key=os.environ["ADMIN_ACCESS_KEY"], secret_key=os.environ["ADMIN_SECRET_KEY"])
org = sc.organizations.create("Example East", vulnScoringSystem="CVSSv3", repos=[1], city="Kyoto", zone_selection="auto_only")
print(org["name"], org["city"], org["zoneSelection"], [one["id"] for one in org["repositories"]])
org_id = int(org["id"])
made = {}
for name, mail in (("east.manager", "east@example.com"), ("east.deputy", "deputy@example.com")):
    try:
        manager = sc.organizations.manager_create(org_id, name, "Violet-Harbor-42", 2, email=mail, auth_type="tns")
    except (ForbiddenError, APIError) as error:
        print("refused", error.code, error.response.json()["error_msg"])
        raise
    made[name] = int(manager["id"])
    print(manager["username"], manager["email"], manager["role"]["name"])
for manager in sc.organizations.managers_list(org_id, fields=["username", "email"]):
    print({key: manager[key] for key in ("username", "email")})
changed = sc.organizations.manager_edit(org_id, made["east.deputy"], email="new@example.com", is_locked=True)
print(changed["email"], changed["locked"])
print(sc.organizations.manager_details(org_id, made["east.deputy"], fields=["username", "locked"])["locked"])
try:
    sc.organizations.manager_create(org_id, "east.manager", "Violet-Harbor-42", 2)
except APIError as error:
    print("taken:", error.code)
sc.organizations.manager_delete(org_id, made["east.deputy"], migrate_to=made["east.manager"])
print(len(sc.organizations.managers_list(org_id)))
edited = sc.organizations.edit(org_id, description="The eastern offices")
print(edited["description"], edited["city"])
print(repr(sc.organizations.delete(org_id)))
print([one["name"] for one in sc.organizations.list(fields=["name"])])
print([one.get("username") for one in sc.users.list(fields=["username"])])
