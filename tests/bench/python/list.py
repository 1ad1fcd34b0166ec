"""Lists the users of a product and reads the e-mail address of each."""

from __future__ import annotations

import asyncio
import atexit
import http.client
import json

import clients
from worker import Run, Settings, serve, settings


def ours(given: Settings) -> Run:
    users = clients.ours(given).users
    return lambda iterations: sum(len(user.email) for _ in range(iterations) for user in users.list())


def pytenable(given: Settings) -> Run:
    users = clients.pytenable(given).users
    # A Box where there is a choice: its attributes read as ours do.
    return lambda iterations: sum(len(user["email"]) for _ in range(iterations) for user in users.list())


def standard_library(given: Settings) -> Run:
    connection = http.client.HTTPConnection(*given.address)
    path, headers = clients.LIST[given.product], clients.HEADERS[given.product]

    def once() -> int:
        connection.request("GET", path, headers=headers)
        answer = json.loads(connection.getresponse().read())
        return sum(len(user["email"]) for user in clients.payload(given.product, answer))

    return lambda iterations: sum(once() for _ in range(iterations))


def standard_library_msgspec(given: Settings) -> Run:
    from structs import emails

    connection = http.client.HTTPConnection(*given.address)
    path, headers, read = clients.LIST[given.product], clients.HEADERS[given.product], emails(given.product)

    def once() -> int:
        connection.request("GET", path, headers=headers)
        return int(read(connection.getresponse().read()))

    return lambda iterations: sum(once() for _ in range(iterations))


def httpx_msgspec(given: Settings) -> Run:
    import httpx
    from structs import emails

    client = httpx.Client(base_url=given.server, headers=clients.HEADERS[given.product])
    path, read = clients.LIST[given.product], emails(given.product)
    return lambda iterations: sum(read(client.get(path).content) for _ in range(iterations))


def aiohttp_msgspec(given: Settings) -> Run:
    import aiohttp
    from structs import emails

    loop = asyncio.new_event_loop()
    url, read = given.server + clients.LIST[given.product], emails(given.product)

    async def connect() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers=clients.HEADERS[given.product])

    session = loop.run_until_complete(connect())
    atexit.register(lambda: loop.run_until_complete(session.close()))

    async def several(iterations: int) -> int:
        check = 0
        for _ in range(iterations):
            async with session.get(url) as response:
                check += read(await response.read())
        return check

    return lambda iterations: loop.run_until_complete(several(iterations))


CONTENDERS = {
    "ours": ours,
    "http.client": standard_library,
    "http.client+msgspec": standard_library_msgspec,
    "aiohttp+msgspec": aiohttp_msgspec,
    "httpx+msgspec": httpx_msgspec,
    "pytenable": pytenable,
}

if __name__ == "__main__":
    given = settings()
    serve(CONTENDERS[given.contender](given))
