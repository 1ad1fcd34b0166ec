"""The emulator as a process of its own, as operators start it: `tenable emulator`."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

# Who has pyTenable's names: pyTenable, and this project in its place. The run for an older pyTenable is for pyTenable alone.
PACKAGES = ["tenable", *(["tenable_api.compat"] if "pytenable-1.9" not in os.environ.get("PYTHONPATH", "") else [])]

# How long a process may take to start or to stop before it counts as stuck.
PATIENCE = 30.0


@dataclass(frozen=True)
class Control:
    """The interface that steers an emulator and tells what it has seen. JSON in and out."""

    url: str
    token: str

    def get(self, path: str) -> Any:
        return self._send("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self._send("POST", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self._send("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self._send("DELETE", path)

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.url.rstrip("/") + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        # Proxies of the environment are not for a process of our own.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE) as response:
            text = response.read()
        return json.loads(text) if text else None


@dataclass(frozen=True)
class Endpoint:
    """Where a product of the emulator answers, and a key that it accepts."""

    url: str
    api_key: str


@dataclass(frozen=True)
class Principal:
    """Somebody who may sign in to Security Center, in both ways."""

    access_key: str
    secret_key: str
    username: str
    password: str

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Principal:
        return cls(**{name: facts[name] for name in ("access_key", "secret_key", "username", "password")})


@dataclass(frozen=True)
class SecurityCenterEndpoint:
    """Where Security Center answers, and as whom."""

    url: str
    organization_id: int
    manager: Principal
    administrator: Principal
    # Path of the certificate authority's PEM file, under TLS.
    ca: str | None


@dataclass(frozen=True)
class VulnerabilityManagementEndpoint:
    """Where Vulnerability Management answers, and the keys of its administrator."""

    url: str
    access_key: str
    secret_key: str
    # Path of the certificate authority's PEM file, under TLS.
    ca: str | None = None


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    identity_exposure: Endpoint
    security_center: SecurityCenterEndpoint
    vulnerability_management: VulnerabilityManagementEndpoint
    control: Control

    def environment(self) -> dict[str, str]:
        """The variables that lead `from_env()` and the terminal to it."""
        center, cloud = self.security_center, self.vulnerability_management
        return {
            "TIE_URL": self.identity_exposure.url,
            "TIE_API_KEY": self.identity_exposure.api_key,
            "TSC_URL": center.url,
            "TSC_ACCESS_KEY": center.manager.access_key,
            "TSC_SECRET_KEY": center.manager.secret_key,
            "TIO_URL": cloud.url,
            "TIO_ACCESS_KEY": cloud.access_key,
            "TIO_SECRET_KEY": cloud.secret_key,
        }


@contextmanager
def running_emulator(*rules: str, tls: bool = False) -> Iterator[Emulator]:
    """Starts an emulator with rules such as `ie.duplicate_email=400`, and stops it in the end."""
    program = os.environ.get("TENABLE_BIN")
    if program is None:
        pytest.fail("TENABLE_BIN must name the tenable program; `cargo xtask test python` sets it")
    settings = [argument for rule in rules for argument in ("--set", rule)] + ["--tls"] * tls
    with subprocess.Popen([program, "emulator", *settings], stdout=subprocess.PIPE, text=True) as process:
        # A process that prints nothing is ended, so that the line below is empty instead of awaited for ever.
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        assert process.stdout is not None
        ready = process.stdout.readline()
        watchdog.cancel()
        try:
            assert ready, f"the emulator ended with status {process.wait(PATIENCE)} before it was ready"
            facts = json.loads(ready)
            center = facts["security_center"]
            yield Emulator(
                identity_exposure=Endpoint(**{name: facts["identity_exposure"][name] for name in ("url", "api_key")}),
                security_center=SecurityCenterEndpoint(
                    url=center["url"],
                    organization_id=center["organization_id"],
                    manager=Principal.of(center),
                    administrator=Principal.of(center["administrator"]),
                    ca=center.get("ca"),
                ),
                vulnerability_management=VulnerabilityManagementEndpoint(**facts["vulnerability_management"]),
                control=Control(**facts["control"]),
            )
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@pytest.fixture
def start_emulator() -> Iterator[Callable[..., Emulator]]:
    """Starts emulators that stop at the end of the test."""
    with ExitStack() as stack:
        yield lambda *rules, tls=False: stack.enter_context(running_emulator(*rules, tls=tls))


@dataclass(frozen=True)
class Names:
    """A package with pyTenable's names."""

    package: str

    @property
    def is_pytenable(self) -> bool:
        return self.package == "tenable"

    def module(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name}")

    @property
    def errors(self) -> Any:
        return self.module("errors")


@pytest.fixture(params=PACKAGES)
def names(request: pytest.FixtureRequest) -> Names:
    """The packages with pyTenable's names, one after the other."""
    return Names(request.param)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Emulators are on this machine, whatever proxy the environment names."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
