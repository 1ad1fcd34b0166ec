# mypy: ignore-errors
"""Copies a role, gives the copy permissions of its own, and prints who has which role."""

from collections import defaultdict
from pprint import pprint

from tenable.errors import NotFoundError, RestflyException
from tenable.ie import TenableIE

tie = TenableIE(vendor="Acme", product="Role review", build="1.0")

copied = tie.roles.copy_role(from_id="2", name="Night shift")
print("copied", copied["id"], copied["name"], len(copied["permissions"]))

permissions = [
    {"entity_name": "dashboard", "action": "read", "entity_ids": [1, 5], "dynamic_id": None},
    {"entity_name": "user", "action": "edit", "entity_ids": None, "dynamic_id": "self-user-id"},
]
role = tie.roles.replace_role_permissions(str(copied["id"]), permissions)
pprint(role)
role = tie.roles.update(copied["id"], description="Looks at dashboards")
print(role["description"])

members = defaultdict(list)
for user in sorted(tie.users.list(), key=lambda one: one["email"]):
    for role_id in user["roles"]:
        members[role_id].append("{name} {surname} <{email}>".format(**user))
for role in tie.roles.list():
    print("%-20s %d member(s)" % (role["name"], len(members[role["id"]])))
    for line in members[role["id"]]:
        print("   ", line)
print([role["name"] for role in tie.roles.default_roles()])

new = tie.roles.create(name="Temporary", description="Goes at once")
assert isinstance(new, list) and len(new) == 1
print(tie.roles.delete(new[0]["id"]))
for role_id in (new[0]["id"], "4711"):
    try:
        tie.roles.details(role_id)
    except NotFoundError as error:
        print("gone:", error.code)
    except RestflyException as error:
        print("something else:", error)
