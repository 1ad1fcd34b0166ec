# mypy: ignore-errors
"""Locks and deletes the accounts of people who have left; what they own goes to somebody else."""

import csv
import io

from tenable.errors import APIError, UnexpectedValueError
from tenable.sc import TenableSC

LEAVERS = io.StringIO("username,heir\navery.analyst,north.deputy\nblake.viewer,\nnobody.at.all,north.deputy\n")

with TenableSC() as sc:
    users = sc.users.list(fields=["id", "username", "locked", "role", "group"])
    by_name = {u["username"]: u for u in users}
    print(len(users), "users,", sum(1 for u in users if u.locked == "true"), "locked")
    for row in csv.DictReader(LEAVERS):
        user = by_name.get(row["username"])
        if user is None:
            print(row["username"], "is not there")
            continue
        changed = sc.users.edit(int(user["id"]), is_locked=True, title="Left the company")
        print(changed.username, changed["locked"], changed.title, changed.group.name)
        kw = {"migrate_to": int(by_name[row["heir"]]["id"])} if row["heir"] else {}
        try:
            answer = sc.users.delete(int(user.id), **kw)
            print("deleted", row["username"], answer["error_code"], repr(answer["response"]))
        except APIError as err:
            print("kept", row["username"], err.code, err.response.json()["error_code"])
    for number in (3, 4711):
        try:
            sc.users.details(number)
        except APIError as err:
            body = err.response.json()
            print(number, err.code, body["error_code"], bool(body["error_msg"]), body["type"])
    try:
        sc.users.edit(1, auth_type="magic")
    except UnexpectedValueError as err:
        print("not sent:", "auth_type" in str(err))
    try:
        sc.users.edit(1, is_locked=["yes"])
    except TypeError as err:
        print("not sent:", err)
    remaining = sc.users.list(fields=["username"])
    print(sorted(u.username for u in remaining))
    print(remaining[0].to_dict() == dict(remaining[0]))
