"""Reads one user of Identity Exposure over and over, with a number of calls in flight at any time.

The raw sockets are the limit: each has its request ready, sends it, and waits for the last byte of the answer.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import clients
from worker import Run, Settings, in_threads, serve, settings, shares


def ours(given: Settings) -> Run:
    """A thread a call in flight."""
    users = clients.ours(given).users
    return in_threads(lambda _: len(users.details(1).email), given.in_flight)


def pytenable(given: Settings) -> Run:
    users = clients.pytenable(given).users
    return in_threads(lambda _: len(users.details("1")["email"]), given.in_flight)


def ours_async(given: Settings) -> Run:
    """A task a call in flight."""
    loop = asyncio.new_event_loop()

    async def connect() -> Any:
        return clients.ours_async(given).users

    users = loop.run_until_complete(connect())

    async def once() -> int:
        return len((await users.details(1)).email)

    return in_tasks(loop, once, given.in_flight)


def aiohttp_json(given: Settings) -> Run:
    import aiohttp

    loop = asyncio.new_event_loop()
    url = given.server + "/api/users/1"

    async def connect() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers=clients.HEADERS["ie"])

    session = loop.run_until_complete(connect())
    atexit.register(lambda: loop.run_until_complete(session.close()))

    async def once() -> int:
        async with session.get(url) as response:
            return len(json.loads(await response.read())["email"])

    return in_tasks(loop, once, given.in_flight)


def in_tasks(loop: asyncio.AbstractEventLoop, once: Callable[[], Awaitable[int]], tasks: int) -> Run:
    """Has each task do its share."""

    async def share(calls: int) -> int:
        return sum([await once() for _ in range(calls)])

    async def run(iterations: int) -> int:
        return sum(await asyncio.gather(*map(share, shares(iterations, tasks))))

    return lambda iterations: loop.run_until_complete(run(iterations))


def raw_sockets(given: Settings) -> Run:
    key = "".join(f"{name}: {value}\r\n" for name, value in clients.HEADERS["ie"].items())
    request = f"GET /api/users/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n{key}\r\n".encode()
    sockets = [socket.create_connection(given.address) for _ in range(given.in_flight)]
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # The answer is the same each time, so its length is; its e-mail address is read once.
    length, email = first_answer(sockets[0], request)

    def once(number: int) -> int:
        connection = sockets[number]
        connection.sendall(request)
        left = length
        while left:
            left -= len(connection.recv(left))
        return email

    return in_threads(once, given.in_flight)


def first_answer(connection: socket.socket, request: bytes) -> tuple[int, int]:
    """How long an answer is, and how long the e-mail address in it."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    [length] = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < length:
        body += connection.recv(65536)
    return len(head) + 4 + length, len(json.loads(body)["email"])


CONTENDERS = {
    "ours": ours,
    "ours-async": ours_async,
    "raw": raw_sockets,
    "aiohttp": aiohttp_json,
    "pytenable": pytenable,
}

if __name__ == "__main__":
    given = settings()
    serve(CONTENDERS[given.contender](given))
