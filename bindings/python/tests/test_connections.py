"""Connections between two calls, when nobody drives them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tenable_api import IdentityExposure, Secret
from tenable_api.testing import Emulator

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]"


@dataclass
class Server:
    """Answers every request alike."""

    url: str
    requests: list[int] = field(default_factory=list)
    """How many each connection brought."""
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """One for each connection that it has closed."""


@contextmanager
def serve(*, hangs_up: bool) -> Iterator[Server]:
    """A server, which may close each connection after one answer without a word of that."""

    def converse(connection: socket.socket) -> None:
        number = len(server.requests)
        server.requests.append(0)
        with connection, connection.makefile("rb") as stream:
            while stream.readline():
                while stream.readline().strip():
                    pass
                server.requests[number] += 1
                connection.sendall(ANSWER)
                if hangs_up:
                    break
        server.closed.release()

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if over.is_set():
                connection.close()
                return
            conversations.append(threading.Thread(target=converse, args=(connection,)))
            conversations[-1].start()

    over = threading.Event()
    conversations: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        server = Server(f"http://{address[0]}:{address[1]}")
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server
        finally:
            over.set()
            socket.create_connection(address).close()
            accepting.join()


def test_a_call_does_not_go_out_on_a_connection_that_was_closed_meanwhile() -> None:
    """One that changes something could not be sent again."""
    with serve(hangs_up=True) as server, IdentityExposure(server.url, api_key="k", proxy=None) as tie:
        for _ in range(5):
            assert tie.raw("POST", "/api/users").attempts == 1
            server.closed.acquire()
    assert server.requests == [1] * 5


def test_threads_that_come_and_go_share_a_connection() -> None:
    with serve(hangs_up=False) as server, IdentityExposure(server.url, api_key="k", proxy=None) as tie:
        for _ in range(5):
            thread = threading.Thread(target=tie.raw, args=("GET", "/api/users"))
            thread.start()
            thread.join()
        assert server.requests == [5]


def test_more_threads_than_calls_may_be_under_way() -> None:
    with Emulator() as emulator, emulator.identity_exposure() as tie:
        counts: list[int] = []
        threads = [threading.Thread(target=lambda: counts.append(len(tie.users.list()))) for _ in range(150)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counts == [6] * 150


def test_a_call_may_be_made_from_within_another_one() -> None:
    """By what is told of a new key, which is told before the call that renewed it ends."""
    told: list[tuple[Secret, int]] = []
    with Emulator() as emulator, emulator.vulnerability_management() as other:
        environment = emulator.environment()

        def store(key: Secret) -> None:
            told.append((key, len(other.users.list())))

        url, key = environment["TIE_URL"], environment["TIE_API_KEY"]
        with IdentityExposure(url, api_key=key, on_new_api_key=store, proxy=None) as tie:
            tie.api_key.renew()
            assert told == [(tie.current_api_key, len(other.users.list()))]
