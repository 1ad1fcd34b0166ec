# mypy: ignore-errors
"""Groups as a table says: missing ones are made, members are added and removed."""

from tenable.errors import APIError, NotFoundError, RequestConflictError
from tenable.io import TenableIO

WANTED = {"Night shift": {"ann@example.com", "bo@example.com"}, "Day shift": {"bo@example.com"}}

tio = TenableIO()
users = {}
for name in sorted(set().union(*WANTED.values())):
    users[name] = tio.users.create(name, "Violet-Harbor-42", permissions=16, name=name.split("@")[0].title())
groups = {group["name"]: group for group in tio.groups.list()}
for title, members in WANTED.items():
    group = groups.get(title) or tio.groups.create(title)
    present = {member["username"] for member in tio.groups.list_users(group["id"])}
    for name in sorted(members - present):
        tio.groups.add_user(group["id"], users[name]["id"])
    print(title, sorted(member["username"] for member in tio.groups.list_users(group["id"])))
    groups[title] = group
renamed = tio.groups.edit(groups["Day shift"]["id"], "Late shift")
print(renamed["name"], renamed["uuid"] == groups["Day shift"]["uuid"])
print({group["name"]: group["user_count"] for group in tio.groups.list() if "shift" in group["name"]})
tio.groups.delete_user(groups["Night shift"]["id"], users["bo@example.com"]["id"])
first = next(iter(tio.groups.list_users(groups["Night shift"]["id"])))
print(first["username"], first.get("nothing"), "name" in first)
for action, arguments in (
    (tio.groups.delete, (4711,)),
    (tio.groups.list_users, (4711,)),
    (tio.groups.add_user, (groups["Night shift"]["id"], 4711)),
    (tio.groups.create, ("Night shift",)),
):
    try:
        action(*arguments)
        print(action.__name__, "was carried out")
    except NotFoundError as error:
        print(action.__name__, "found nothing", error.code)
    except (RequestConflictError, APIError) as error:
        print(action.__name__, "refused", error.code)
