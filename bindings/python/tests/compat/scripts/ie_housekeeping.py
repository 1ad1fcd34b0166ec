# mypy: ignore-errors
"""The settings around the accounts: lockout policy, preferences, profiles, the own key; and what has no method of its own."""

import json
import os
from datetime import timedelta

from tenable.errors import APIError, BadRequestError, UnauthorizedError
from tenable.ie import TenableIE

with TenableIE(url=os.environ["TIE_URL"], api_key=os.environ["TIE_API_KEY"]) as tie:
    before = tie.lockout_policy.details()
    tie.lockout_policy.update(
        enabled=True, lockout_duration=int(timedelta(minutes=10).total_seconds()), failed_attempt_threshold=5
    )
    after = tie.lockout_policy.details()
    for key in before:
        if before[key] != after[key]:
            print(f"{key}: {before[key]} -> {after[key]}")
    try:
        tie.patch("users/2", json={"email": "no address"})
    except BadRequestError as error:
        print("refused", error.code, json.loads(error.response.text).get("statusCode"))

    print(tie.preference.details())
    tie.preference.update(language="fr")
    assert tie.preference.details()["language"] == "fr"
    for profile in tie.profiles.list():
        print(profile["id"], profile["name"], tie.profiles.details(str(profile["id"])) == profile)

    me = tie.users.info()
    print(me["email"], [role["name"] for role in me["roles"]])
    print(len(tie.api_keys.get()) == len(os.environ["TIE_API_KEY"]))

    locked = [user for user in tie.get("users") if user["lockedOut"]]
    print([user["email"] for user in locked])
    for user in locked:
        tie.patch("users/{}".format(user["id"]), json={"lockedOut": False})
    print([user["email"] for user in tie.users.list() if user["locked_out"]])
    box = tie.get("users/whoami", box=True)
    print(box.email, box.roles[0].name, box.get("nothing", "-"))
    answer = tie.get("users/1", conv_json=False)
    print(answer.status_code, answer.headers["Content-Type"].split(";")[0], answer.json()["id"], answer.ok)
    try:
        tie.get("nothing/of/the/kind")
    except APIError as error:
        print(type(error).__name__, error.response.request.method, error.response.request.url[-19:])

try:
    TenableIE(url=os.environ["TIE_URL"], api_key="0" * 64).users.list()
except UnauthorizedError as error:
    print("key refused", error.code)
