"""Lists the users of Identity Exposure from several threads that share a client, and reads the e-mail address of each.

What http.client has is no client of several threads: there each thread has a connection of its own.
"""

from __future__ import annotations

import http.client
import json
import threading

import clients
from worker import Run, Settings, in_threads, serve, settings


def ours(given: Settings) -> Run:
    users = clients.ours(given).users
    return in_threads(lambda _: sum(len(user.email) for user in users.list()), given.threads)


def pytenable(given: Settings) -> Run:
    users = clients.pytenable(given).users
    return in_threads(lambda _: sum(len(user["email"]) for user in users.list()), given.threads)


def standard_library(given: Settings) -> Run:
    kept = threading.local()

    def once(_: int) -> int:
        if not hasattr(kept, "connection"):
            kept.connection = http.client.HTTPConnection(*given.address)
        kept.connection.request("GET", clients.LIST["ie"], headers=clients.HEADERS["ie"])
        return sum(len(user["email"]) for user in json.loads(kept.connection.getresponse().read()))

    return in_threads(once, given.threads)


CONTENDERS = {"ours": ours, "http.client": standard_library, "pytenable": pytenable}

if __name__ == "__main__":
    given = settings()
    serve(CONTENDERS[given.contender](given))
