# mypy: ignore-errors
"""Who may do what with tagged assets, and with one scanner; as the account itself and as another."""

import json

from tenable.errors import APIError
from tenable.io import TenableIO

tio = TenableIO()
me = tio.session.details()
print(me["username"], me["permissions"])
user = tio.users.create("ann@example.com", "Violet-Harbor-42", 64, name="Ann")
permission = {
    "name": "Ann sees all",
    "actions": ["CanView"],
    "objects": [{"type": "AllAssets"}],
    "subjects": [{"type": "User", "uuid": user["uuid"], "name": "ann@example.com"}],
}
created = tio.access_control.create(permission)
print(sorted(created))
uuid = created["permission_uuid"]
found = tio.access_control.details(uuid)
print(
    json.dumps({key: found[key] for key in ("name", "actions", "objects", "subjects")}, sort_keys=True).replace(
        user["uuid"], "the user's"
    )
)
tio.access_control.update(uuid, {**permission, "name": "Ann sees and scans", "actions": ["CanView", "CanScan"]})
print([one["name"] for one in tio.access_control.list()])
granted = tio.access_control.get_user_permission(user["uuid"])
print([one["name"] for one in granted["permissions_granted"]], len(granted["permissions_available"]))
print(sorted(tio.access_control.get_current_user_permission()))
tio.access_control.delete(uuid)
try:
    tio.access_control.details(uuid)
except APIError as error:
    print("gone", error.code)

tio.users.impersonate("ann@example.com")
print(tio.session.details()["username"])
tio.session.restore()
print(tio.session.details()["username"])
print([one["username"] for one in tio.get("users").json()["users"]] == [one["username"] for one in tio.users.list()])
box = tio.get("groups", box=True)
print([group.name for group in box.groups])
print(tio.permissions.list("scanner", 1))
