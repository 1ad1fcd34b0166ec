"""What the fault matrix is made of: every operation with good arguments, its class, and a server that answers as it is told."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from contracts import CONTRACTS
from operations import identity_exposure, security_center, vulnerability_management
from operations.case import Call, Entry, Face, Scene, endpoints, settled

from tenable_api import (
    AsyncIdentityExposure,
    AsyncSecurityCenter,
    AsyncVulnerabilityManagement,
    IdentityExposure,
    SecurityCenter,
    TenableError,
    VulnerabilityManagement,
)
from tenable_api.testing import JournalEntry
from trust.messages import whole_message

ENTRIES: list[Entry] = [
    entry
    for table in (identity_exposure.TABLE, security_center.TABLE, vulnerability_management.TABLE)
    for entry in table.entries.values()
]


def _idempotency() -> dict[str, str]:
    """The class of each operation, by product and id. A table kept by hand in `crates/tenable-api/tests/it/retries.rs` holds the same."""
    classes: dict[str, str] = {}
    for product, contract in CONTRACTS.items():
        for item in contract.document["paths"].values():
            for operation in item.values():
                default = operation["x-tenable-idempotency"]
                one = [operation["x-tenable-one"]] if "x-tenable-one" in operation else []
                for named in [operation, *one, *operation.get("x-tenable-variants", [])]:
                    classes[f"{product}.{named['operationId']}"] = named.get("idempotency", default)
    return classes


CLASSES = _idempotency()


def representatives() -> list[Entry]:
    """The first operation of each product and class."""
    chosen: dict[tuple[str, str], Entry] = {}
    for entry in ENTRIES:
        chosen.setdefault((entry.product, CLASSES[entry.id]), entry)
    return list(chosen.values())


def own_path(entry: Entry, made: Call) -> tuple[str, str]:
    """Method and path of the operation's own request."""
    endpoint = endpoints(entry.product)[entry.operation]
    values = iter(made.positional)
    return endpoint.method, re.sub(r"\{\w+\}", lambda _: quote(str(next(values)), safe=""), endpoint.path)


def ask(entry: Entry, client: Any, face: Face, made: Call) -> Any:
    """Makes the call; gives the answer, or the error."""
    resource, name = (made.operation or entry.operation).split(".")
    try:
        return settled(getattr(getattr(client, resource), name)(*made.positional, **made.keyword), face)
    except TenableError as error:
        return error


def own_requests(scene: Scene, since: int, own: tuple[str, str]) -> list[JournalEntry]:
    return [request for request in scene.emulator.journal.after(since) if (request.method, request.path) == own]


@dataclass
class Raw:
    """A server on this machine that answers every request with the same bytes, and counts them."""

    url: str
    requests: list[bytes]


@contextmanager
def raw_server(answer: bytes | None, *, eager: bool = False) -> Iterator[Raw]:
    """Answers with these bytes and closes; with None, it closes without an answer. One that is eager does so at the first bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    raw = Raw(f"http://127.0.0.1:{listener.getsockname()[1]}", [])

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                request = connection.recv(65536) if eager else whole_message(connection)
                if request:
                    raw.requests.append(request)
                    connection.sendall(answer or b"")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield raw
    finally:
        # On Linux, closing alone does not wake who waits in accept.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def http(status: str, body: bytes, *headers: str) -> bytes:
    """An answer that is right as HTTP."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers))
    return head.encode() + b"\r\n" + body


def client_of(entry: Entry, face: Face, url: str, **options: Any) -> Any:
    """A client of a server that is none of the products, with keys that must go nowhere else."""
    awaited = face == "async"
    if entry.product == "identity_exposure":
        return (AsyncIdentityExposure if awaited else IdentityExposure)(url, api_key=KEY, proxy=None, **options)
    if entry.product == "security_center":
        kind = AsyncSecurityCenter if awaited else SecurityCenter
        return kind(url, access_key=ACCESS_KEY, secret_key=KEY, proxy=None, **options)
    management = AsyncVulnerabilityManagement if awaited else VulnerabilityManagement
    return management(access_key=ACCESS_KEY, secret_key=KEY, url=url, proxy=None, **options)


ACCESS_KEY = "Sentinel-Access-4711"
KEY = "Sentinel-Key-4711"
