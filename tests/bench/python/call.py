"""Reads one user of Identity Exposure, one call after the other on one connection."""

from __future__ import annotations

import http.client
import json

import clients
from worker import Run, Settings, serve, settings


def ours(given: Settings) -> Run:
    users = clients.ours(given).users
    return lambda iterations: sum(len(users.details(1).email) for _ in range(iterations))


def pytenable(given: Settings) -> Run:
    users = clients.pytenable(given).users
    return lambda iterations: sum(len(users.details("1")["email"]) for _ in range(iterations))


def standard_library(given: Settings) -> Run:
    connection = http.client.HTTPConnection(*given.address)

    def once() -> int:
        connection.request("GET", "/api/users/1", headers=clients.HEADERS["ie"])
        return len(json.loads(connection.getresponse().read())["email"])

    return lambda iterations: sum(once() for _ in range(iterations))


CONTENDERS = {"ours": ours, "http.client": standard_library, "pytenable": pytenable}

if __name__ == "__main__":
    given = settings()
    serve(CONTENDERS[given.contender](given))
