"""How an operation is tried out: its entry, the clients around it, and the face of the package that calls it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from contracts import CONTRACTS

from tenable_api import (
    AsyncIdentityExposure,
    AsyncSecurityCenter,
    AsyncVulnerabilityManagement,
    IdentityExposure,
    Items,
    SecurityCenter,
    VulnerabilityManagement,
)
from tenable_api.testing import Emulator, JournalEntry

Face = Literal["sync", "async"]
FACES: tuple[Face, ...] = ("sync", "async")
PASSWORD = "Violet-Harbor-42"

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A call of an operation."""

    positional: tuple[Any, ...]
    keyword: dict[str, Any]
    operation: str | None = None
    """None for the operation of the entry."""
    options: dict[str, Any] = field(default_factory=dict)
    """Of the client that calls."""
    before: tuple[str, ...] = ()
    """The requests that the call makes before its own, such as `GET /session`."""
    afterwards: tuple[str, ...] = ()
    """The requests that the call makes after its own."""

    def by(self, **options: Any) -> Call:
        return replace(self, options=options)

    def after(self, *requests: str) -> Call:
        return replace(self, before=requests)

    def then(self, *requests: str) -> Call:
        return replace(self, afterwards=requests)


def call(*positional: Any, **keyword: Any) -> Call:
    """The operation of the entry, with these arguments."""
    return Call(positional, keyword)


def also(operation: str, *positional: Any, **keyword: Any) -> Call:
    """Another operation, of the client that made the first call."""
    return Call(positional, keyword, operation)


Script = Generator[Call, Any, None]
"""Prepares, yields the call, gets its answer and judges it. It may have further calls made by the same client."""


class Scene:
    """An emulator, and clients that look at it and prepare it, apart from the client of the call."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._stack = ExitStack()

    def __enter__(self) -> Scene:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def tie(self) -> IdentityExposure:
        return self._stack.enter_context(self.emulator.identity_exposure())

    @cached_property
    def sc(self) -> SecurityCenter:
        """As Security Manager of the organization 1."""
        return self._stack.enter_context(self.emulator.security_center())

    @cached_property
    def admin(self) -> SecurityCenter:
        """As administrator."""
        return self._stack.enter_context(self.emulator.security_center(administrator=True))

    @cached_property
    def vm(self) -> VulnerabilityManagement:
        return self._stack.enter_context(self.emulator.vulnerability_management())

    def session(self, username: str, password: str | None = None) -> SecurityCenter:
        """Somebody who signed in to Security Center."""
        center = self.emulator.endpoints.security_center
        client = SecurityCenter(center.url, username=username, password=password or center.seed_password, **self.access)
        return self._stack.enter_context(client)

    @property
    def access(self) -> dict[str, Any]:
        return {"proxy": None, "only_ca_file": self.emulator.ca_file}

    def client(self, product: str, face: Face, options: dict[str, Any]) -> Any:
        if product == "security_center":
            return self._center(face, **options)
        return getattr(self.emulator, f"async_{product}" if face == "async" else product)(**options)

    def _center(self, face: Face, *, administrator: bool = False, username: str | None = None, **options: Any) -> Any:
        kind = AsyncSecurityCenter if face == "async" else SecurityCenter
        center = self.emulator.endpoints.security_center
        if username is not None:
            options |= {"username": username, "password": center.seed_password}
        else:
            account = center.administrator if administrator else center.manager
            options |= {"access_key": account.access_key, "secret_key": account.secret_key}
        return kind(center.url, **self.access, **options)

    @property
    def requests(self) -> list[str]:
        """What was asked for so far, the latest at the end."""
        return [f"{entry.method} {entry.path}" for entry in self.emulator.journal]


@dataclass(frozen=True)
class Endpoint:
    """Where an operation goes."""

    method: str
    path: str
    """With the names of parameters in braces."""
    twin: str | None
    """The path of Enclave Security."""


@cache
def endpoints(product: str) -> dict[str, Endpoint]:
    """The endpoint of each operation of a contract."""
    found: dict[str, Endpoint] = {}
    for path, item in CONTRACTS[product].document["paths"].items():
        for method, operation in item.items():
            endpoint = Endpoint(method.upper(), path, operation.get("x-tenable-twin"))
            one = [operation["x-tenable-one"]] if "x-tenable-one" in operation else []
            for named in [operation, *one, *operation.get("x-tenable-variants", [])]:
                found[named["operationId"]] = endpoint
    return found


@dataclass(frozen=True)
class Entry:
    """How an operation is tried out."""

    product: str
    operation: str
    script: Callable[[Scene], Script]
    emulator: dict[str, Any]
    """Arguments of the emulator."""

    @property
    def id(self) -> str:
        return f"{self.product}.{self.operation}"

    def perform(self, scene: Scene, face: Face, *, enclave_security: bool = False) -> None:
        """Runs the script, its calls made by one face of the package, and judges the requests of the first call."""
        script = self.script(scene)
        made = next(script)
        extra = {"enclave_security": True} if enclave_security else {}
        client = scene.client(self.product, face, made.options | extra)
        try:
            since = scene.emulator.journal[-1].sequence if len(scene.emulator.journal) else 0
            answer = self._call(client, face, made)
            self._judge_requests(made, scene.emulator.journal.after(since), enclave_security)
            while True:
                try:
                    further = script.send(answer)
                except StopIteration:
                    break
                answer = self._call(client, face, further)
        finally:
            settled(client.close(), face)

    def _call(self, client: Any, face: Face, made: Call) -> Any:
        resource, name = (made.operation or self.operation).split(".")
        result = getattr(getattr(client, resource), name)(*made.positional, **made.keyword)
        assert asyncio.iscoroutine(result) == (face == "async")
        return settled(result, face)

    def _judge_requests(self, made: Call, requests: list[JournalEntry], enclave_security: bool) -> None:
        endpoint = endpoints(self.product)[self.operation]
        template = endpoint.twin if enclave_security and endpoint.twin else endpoint.path
        values = iter(made.positional)
        # The parts of a path are the first arguments, in their order.
        path = re.sub(r"\{\w+\}", lambda _: quote(str(next(values)), safe=""), template)
        expected = [*made.before, f"{endpoint.method} {path}", *made.afterwards]
        assert [f"{request.method} {request.path}" for request in requests] == expected
        assert all(request.status in (200, 201, 204) for request in requests), [str(request) for request in requests]
        assert {request.product for request in requests} == {self.product}


def settled(result: Any, face: Face) -> Any:
    return asyncio.run(result) if face == "async" else result


class Table:
    """The entries of a product."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.entries: dict[str, Entry] = {}

    def __call__(self, operation: str, **emulator: Any) -> Callable[[Callable[[Scene], Script]], Callable[[Scene], Script]]:
        def add(script: Callable[[Scene], Script]) -> Callable[[Scene], Script]:
            assert operation not in self.entries
            # As the products serve. A client that trusts a single authority is made much faster, too.
            self.entries[operation] = Entry(self.product, operation, script, {"tls": True} | emulator)
            return script

        return add


def listed(answer: Any, kind: type[T]) -> list[T]:
    """The elements of a list, which are all of a kind."""
    assert type(answer) is Items
    return all_of(answer, kind)


def all_of(elements: Iterable[Any], kind: type[T]) -> list[T]:
    found = list(elements)
    assert {type(element) for element in found} == {kind}
    return found


def the(answer: Any, kind: type[T]) -> T:
    """The answer, which is of a kind."""
    assert type(answer) is kind
    return answer
