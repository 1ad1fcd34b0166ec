# mypy: ignore-errors
"""What has no method of its own: requests, with the envelope of the product around every answer."""

import json

from tenable.errors import APIError
from tenable.sc import TenableSC

sc = TenableSC()
print(sc.version.split(".")[0])
answer = sc.get("user", params={"fields": "username,email"})
body = answer.json()
print(answer.status_code, sorted(body), body["error_code"], len(body["response"]))
print([one["username"] for one in body["response"]][:2])
box = sc.get("currentUser", params={"fields": ["id,username"]}, box=True)
print(box.response.username, box.error_code, type(box.response.id).__name__)
made = sc.post("group", json={"name": "By hand"}).json()["response"]
print(made["name"])
sc.patch("group/{}".format(made["id"]), json={"description": "Changed by hand"})
print(sc.get("group/" + made["id"]).json()["response"]["description"])
answer = sc.delete("group/" + made["id"])
print(answer.status_code, answer.json()["error_code"])
try:
    sc.get("group/4711")
except APIError as error:
    print(error.code, error.response.json()["error_code"], error.response.request.method)
    print(error.response.request.path_url)
try:
    sc.post("user", json={"username": "ann", "password": "Violet-Harbor-42", "roleID": 4711})
except APIError as error:
    sent = json.loads(error.response.request.body)
    print(error.code, sent["username"], sent["roleID"], error.response.request.headers["Content-Type"])
print(sc.current.user(fields=["username"])["username"], sc.current.org(fields=["name"])["name"])
print(sc.organizations.list(fields=["name"]) if False else "done")
