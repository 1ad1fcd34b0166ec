# mypy: ignore-errors
"""Creates the people of a list who are not there yet, and gives each a role."""

import json
import sys

from tenable.errors import APIError, NotFoundError
from tenable.ie import TenableIE

PEOPLE = [
    {"name": "Ann", "surname": "Lee", "email": "ann.lee@example.com", "department": "Identity"},
    {"name": "Robin", "surname": "Active", "email": "robin.active@example.com", "department": "Identity"},
    {"name": "Bo", "surname": "Moss", "email": "bo.moss@example.com", "department": None},
]
ROLE = "Auditor"


def main():
    tie = TenableIE()
    roles = {role["name"]: role["id"] for role in tie.roles.list()}
    known = {user["email"].lower(): user for user in tie.users.list()}
    created = []
    for person in PEOPLE:
        if person["email"] in known:
            print("already there:", person["email"], "id", known[person["email"]]["id"])
            continue
        details = {key: value for key, value in person.items() if value and key not in ("name", "email")}
        try:
            user = tie.users.create(person["name"], person["email"], "Violet-Harbor-42", active=True, **details)[0]
        except APIError as err:
            print("failed:", person["email"], err.code, err.response.status_code, file=sys.stderr)
            continue
        tie.users.update_user_roles(user["id"], roles=[roles[ROLE]])
        created.append(user["id"])
    for user_id in created:
        user = tie.users.details(user_id)
        print(json.dumps(user, indent=2, sort_keys=True))
    try:
        tie.users.create("Ann", "ann.lee@example.com", "Violet-Harbor-42")
    except APIError as err:
        print(type(err).__name__, err.code, err.response.status_code)
    try:
        tie.users.create("Cy", "cy@example.com", "short")
    except APIError as err:
        print(type(err).__name__, err.code)
    try:
        tie.users.details("9999")
    except NotFoundError as err:
        print("no such user:", err.code, err.response.reason, err.response.ok, bool(err.response))
    else:
        raise SystemExit("expected a 404")


main()
