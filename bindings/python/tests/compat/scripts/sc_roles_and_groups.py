# mypy: ignore-errors
"""Makes a role and a group for a team, moves a user there, and writes a table of what roles may do."""

import csv
import json
import sys

from tenable.errors import APIError
from tenable.sc import TenableSC

sc = TenableSC()
role = sc.roles.create("Night shift", description="Scans at night", can_scan="policy", can_share=True, create_tickets=True)
print(role["id"], role["name"], role["permScan"], role["permShareObjects"])
role = sc.roles.edit(role["id"], description="Scans at night and on Sundays", can_scan="full")
print(role["permScan"], role["description"])

group = sc.groups.create("Night team", description="The ones at night", viewable=[0], repos=[1])
print(json.dumps({key: group[key] for key in ("name", "description", "repositories")}, sort_keys=True))
group = sc.groups.edit(int(group["id"]), description="On Sundays as well")
print(group["description"], [r["id"] for r in group["repositories"]])

user = sc.users.create(
    "night.owl",
    "Violet-Harbor-42",
    int(role["id"]),
    group=int(group["id"]),
    firstname="Night",
    lastname="Owl",
    email="night.owl@example.com",
    timezone="Europe/Berlin",
    update_password=False,
)
print(user.username, user.role.name, user.group.name, user["email"], user.mustChangePassword)

rights = [key for key in sorted(sc.roles.details(2)) if key.startswith("perm")]
writer = csv.writer(sys.stdout)
writer.writerow(["name"] + rights[:4])
for found in sorted(sc.roles.list(fields=["name"] + rights), key=lambda r: r["name"]):
    writer.writerow([found["name"]] + [found.get(right) for right in rights[:4]])

try:
    sc.groups.delete(int(group["id"]))
except APIError as error:
    print("in use:", error.code, error.response.json()["error_code"])
else:
    print("was not in use")
sc.users.delete(user["id"])
print(repr(sc.roles.delete(int(role["id"]))))
try:
    sc.roles.details(int(role["id"]))
except APIError as error:
    print("gone:", error.code, error.response.json()["error_code"])
print([g["name"] for g in sc.groups.list(fields=["name"])])
