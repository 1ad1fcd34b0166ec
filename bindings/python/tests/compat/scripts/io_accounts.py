# mypy: ignore-errors
"""Service accounts of a scanner fleet: made, limited to keys, given new ones, disabled, deleted."""

import logging

from tenable.errors import APIError, NotFoundError, UnexpectedValueError
from tenable.io import TenableIO

logging.basicConfig(level=logging.CRITICAL)
log = logging.getLogger("fleet")
tio = TenableIO(vendor="Acme", product="Fleet", build="2.0")
NAMES = ["scanner-%02d@example.com" % number for number in range(1, 4)]

existing = {user["username"]: user for user in tio.users.list()}
for name in NAMES:
    if name not in existing:
        user = tio.users.create(name, "Violet-Harbor-42", 32, name=name.split("@")[0])
        existing[name] = user
        tio.users.edit_auths(user["id"], api_permitted=True, password_permitted=False, saml_permitted=False)
        auths = tio.users.list_auths(user["id"])
        print(name, user["permissions"], {k: v for k, v in auths.items() if k.endswith("_permitted")})
keys = {}
for name in NAMES:
    pair = tio.users.gen_api_keys(existing[name]["id"])
    keys[name] = (pair["accessKey"], pair["secretKey"])
print({name: (len(access), len(secret)) for name, (access, secret) in keys.items()}, len(set(keys.values())))

user = tio.users.enabled(existing[NAMES[0]]["id"], False)
print(user["username"], user["enabled"])
print([u["username"] for u in tio.users.list() if not u["enabled"]])
again = tio.users.details(existing[NAMES[1]]["id"])
print(again["uuid"] == existing[NAMES[1]]["uuid"], again["name"])
tio.users.change_password(existing[NAMES[1]]["id"], "Violet-Harbor-42", "Copper-Lantern-77")
tio.users.two_factor(existing[NAMES[1]]["id"], email=False, sms=False, phone="+15555550100")
for name in NAMES[1:]:
    tio.users.delete(existing[name]["id"])
for name in NAMES:
    try:
        print(tio.users.details(existing[name]["id"])["username"], "is there")
    except NotFoundError as error:
        log.info("%s", error)
        print(name, "is gone", error.code)
for arguments in ((NAMES[0], "Violet-Harbor-42", 64), ("no address", "Violet-Harbor-42", 64), ("a@example.com", "x", 64)):
    try:
        tio.users.create(*arguments)
    except APIError as error:
        print(arguments[0], type(error).__name__, error.code)
for arguments in (("a@example.com", "Violet-Harbor-42", "many"), (5, "Violet-Harbor-42", 64)):
    try:
        tio.users.create(*arguments)
    except (TypeError, UnexpectedValueError) as error:
        print(type(error).__name__, error)
