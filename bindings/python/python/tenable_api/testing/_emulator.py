"""The emulator of the products."""

from __future__ import annotations

import json
import os
import warnings
import weakref
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import tenable_api

from .._native.testing import Server
from .._typing import Self, Unpack
from .._values import Secret
from ._conditions import Product, check_conditions
from ._endpoints import ClientCertificate, Endpoints, endpoints, environment
from ._errors import EmulatorError
from ._faults import ActiveFault, Fault, Faults
from ._instruments import Clock, Mail, Rules, checked_rule, since_epoch
from ._journal import Journal
from ._options import AllOptions, ClientOptions

if TYPE_CHECKING:
    from .._native.testing import _Settings


class Emulator:
    """Identity Exposure, Security Center and Vulnerability Management on free ports of 127.0.0.1, in this process.

    A context manager, for `with` and for `async with`; or call `start()` and `close()`. It runs once: for another run, make
    another one. Several at once do not know of each other.

    Each product starts with the same people, whose password, where they have one, is the product's `seed_password`:

    - Identity Exposure: `admin@example.com`, number 1, who owns the key, and five others in every state that an account can have.
    - Security Center: `admin`, and `north.manager`, a Security Manager of the organization Example North, with eight colleagues.
    - Vulnerability Management: `admin@example.com`, who owns the keys, and one user of each predefined role, among others.

    ```python
    from tenable_api.testing import Emulator, Fault

    with Emulator() as emulator, emulator.identity_exposure() as tie:
        with emulator.fault(Fault.bad_gateway(), method="GET") as fault:
            tie.users.list()  # is tried again
        assert fault.happened == 1
    ```
    """

    def __init__(
        self,
        *,
        tls: bool = False,
        state: str | os.PathLike[str] | None = None,
        rules: Mapping[str, str | int] | None = None,
        api_key: str | Secret | None = None,
        now: datetime | None = None,
        seed: int | None = None,
    ) -> None:
        """An emulator that has not been started.

        Args:
            tls: Serve https, with a certificate authority made for this run: `ca_file`.
            state: Keep the state in this file, keys included, and start from it if it is there. Without it, the state is lost at
                the end. A file belongs to one emulator at a time.
            rules: How it behaves where a product is not documented, such as `{"ie.duplicate_email": 400}`; see `rules()`.
            api_key: The administrator's key in Identity Exposure; a fresh one without it.
            now: The time at which its clock stands, until `clock` moves it. Without it, the clock is that of the system.
            seed: A number from 0 to 2**64 - 1 with which keys, tokens, cookies and UUIDs repeat: emulators with the same seed that
                are asked the same in the same order give the same. Ports and certificates do not repeat. Without it, all are
                random.

        Raises:
            ValueError: A rule, an outcome, a time or a seed that cannot be.
        """
        self._settings: _Settings = {
            "tls": tls,
            "state": None if state is None else os.fspath(state),
            "rules": [checked_rule(name, outcome) for name, outcome in (rules or {}).items()],
            "api_key": api_key.reveal() if isinstance(api_key, Secret) else api_key,
            "time": None if now is None else since_epoch(now),
            "seed": None if seed is None else _checked_seed(seed),
        }
        self._server: Server | None = None
        self._starting = False
        self._endpoints: Endpoints | None = None
        self._ca_file: Path | None = None
        self._ca_pem: str | None = None
        self._finalizer: weakref.finalize[Any, Emulator] | None = None

    # Running

    def start(self) -> Self:
        """Starts it, and returns when it serves.

        Raises:
            EmulatorError: It runs or ran already, or cannot start, such as with a state file of another emulator.
        """
        self._begin()
        try:
            self._started(Server.start(self._settings))
        finally:
            self._starting = False
        return self

    def close(self) -> None:
        """Ends it: connections are cut, and the ports, the state file and `ca_file` are free when this returns.

        Does nothing if it does not run, and in a process that was forked from the one that started it. What it has seen
        (`journal`, `mail`, `rules`, `state()`) can still be read.
        """
        self._forget_finalizer()
        if self._server is not None:
            self._server.close()

    async def aclose(self) -> None:
        """The same as `close()`, without blocking the event loop."""
        self._forget_finalizer()
        if self._server is not None and not self._server.inherited:
            await self._server.close_async()

    @property
    def running(self) -> bool:
        """Whether it serves, started by this process."""
        return self._server is not None and not self._server.closed

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, exception_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self._begin()
        try:
            self._started(await Server.start_async(self._settings))
        finally:
            self._starting = False
        return self

    async def __aexit__(
        self, exception_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def _begin(self) -> None:
        if self._server is not None:
            state = "runs already" if self.running else "has been closed; make another one"
            raise EmulatorError(f"the emulator {state}")
        if self._starting:
            raise EmulatorError("the emulator is starting already")
        self._starting = True

    def _started(self, server: Server) -> None:
        facts = json.loads(server.facts())
        ca_file = facts["identity_exposure"].get("ca")
        self._endpoints = endpoints(facts, server.seed_passwords())
        self._ca_file = None if ca_file is None else Path(ca_file)
        self._ca_pem = server.ca_pem()
        self._server = server
        # At the latest when this object is collected or the interpreter ends; the server does not refer to this object.
        self._finalizer = weakref.finalize(self, _left_running, server)

    def _forget_finalizer(self) -> None:
        if self._finalizer is not None:
            self._finalizer.detach()

    def _running(self) -> Server:
        """The server, to read from; also when it is closed."""
        if self._server is None:
            raise EmulatorError("the emulator has not been started: use `with Emulator() as emulator:`, or call start()")
        return self._server

    # Where it is

    @property
    def endpoints(self) -> Endpoints:
        """Addresses and credentials, for programs of any kind."""
        self._running()
        assert self._endpoints is not None
        return self._endpoints

    @property
    def ca_file(self) -> Path | None:
        """The file with the certificate authority to trust, which is removed at the end; None without `tls`."""
        self._running()
        return self._ca_file

    @property
    def ca_pem(self) -> str | None:
        """The certificate authority to trust, as PEM; None without `tls`."""
        self._running()
        return self._ca_pem

    def environment(self, *, administrator: bool = False) -> dict[str, str]:
        """Environment variables that lead programs to this emulator: those that `from_env()` reads, and pyTenable.

        They are addresses and keys (`TIE_URL`, `TIE_API_KEY`, `TSC_URL`, `TSC_ACCESS_KEY`, `TSC_SECRET_KEY`, `TIO_URL`,
        `TIO_ACCESS_KEY`, `TIO_SECRET_KEY`), this machine as an exception from proxies (`NO_PROXY`, `no_proxy`), and under TLS the
        certificate authority (`SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`).

        Args:
            administrator: In Security Center, be its administrator instead of a Security Manager.

        ```python
        import os
        import subprocess
        import sys

        from tenable_api.testing import Emulator

        program = "from tenable_api import IdentityExposure; IdentityExposure.from_env().users.list()"
        with Emulator() as emulator:
            subprocess.run([sys.executable, "-c", program], env={**os.environ, **emulator.environment()}, check=True)
            assert emulator.journal[0].path == "/api/users"
        ```
        """
        center = self.endpoints.security_center
        account = center.administrator if administrator else center.manager
        return environment(self.endpoints, account, None if self.ca_file is None else str(self.ca_file))

    # As whom

    def identity_exposure(self, *, user: int | None = None, **options: Unpack[ClientOptions]) -> tenable_api.IdentityExposure:
        """A client of the emulated Identity Exposure.

        Args:
            user: Number of the user whose key it has; without it, the administrator.
            options: Further options of the client, such as `timeout` and `max_attempts`.

        Raises:
            LookupError: There is no such user.
        """
        from ..identity_exposure import IdentityExposure

        return IdentityExposure(url=self.endpoints.identity_exposure.url, api_key=self._key(user), **self._options(options))

    def async_identity_exposure(self, *, user: int | None = None, **options: Unpack[ClientOptions]) -> tenable_api.AsyncIdentityExposure:
        """The same for asyncio."""
        from ..identity_exposure import AsyncIdentityExposure

        return AsyncIdentityExposure(url=self.endpoints.identity_exposure.url, api_key=self._key(user), **self._options(options))

    def security_center(
        self,
        *,
        administrator: bool = False,
        user: int | None = None,
        organization: int | None = None,
        **options: Unpack[ClientOptions],
    ) -> tenable_api.SecurityCenter:
        """A client of the emulated Security Center, by API key. Without arguments, as Security Manager of an organization.

        Args:
            administrator: Be the administrator, who belongs to no organization.
            user: Number of the user to be, unique within the organization only.
            organization: Organization of that user, 0 for administrators; without it, that of the Security Manager.
            options: Further options of the client, such as `timeout` and `max_attempts`.

        Raises:
            LookupError: There is no such user.
            ValueError: The arguments exclude each other.
        """
        from ..security_center import SecurityCenter

        access_key, secret_key = self._center_keys(administrator, user, organization)
        url = self.endpoints.security_center.url
        return SecurityCenter(url=url, access_key=access_key, secret_key=secret_key, **self._options(options))

    def async_security_center(
        self,
        *,
        administrator: bool = False,
        user: int | None = None,
        organization: int | None = None,
        **options: Unpack[ClientOptions],
    ) -> tenable_api.AsyncSecurityCenter:
        """The same for asyncio."""
        from ..security_center import AsyncSecurityCenter

        access_key, secret_key = self._center_keys(administrator, user, organization)
        url = self.endpoints.security_center.url
        return AsyncSecurityCenter(url=url, access_key=access_key, secret_key=secret_key, **self._options(options))

    def vulnerability_management(self, *, user: int | None = None, **options: Unpack[ClientOptions]) -> tenable_api.VulnerabilityManagement:
        """A client of the emulated Vulnerability Management.

        Args:
            user: Number of the user whose keys it has, made if there are none; without it, the administrator.
            options: Further options of the client, such as `timeout` and `max_attempts`.

        Raises:
            LookupError: There is no such user.
        """
        from ..vulnerability_management import VulnerabilityManagement

        access_key, secret_key = self._management_keys(user)
        url = self.endpoints.vulnerability_management.url
        return VulnerabilityManagement(url=url, access_key=access_key, secret_key=secret_key, **self._options(options))

    def async_vulnerability_management(
        self, *, user: int | None = None, **options: Unpack[ClientOptions]
    ) -> tenable_api.AsyncVulnerabilityManagement:
        """The same for asyncio."""
        from ..vulnerability_management import AsyncVulnerabilityManagement

        access_key, secret_key = self._management_keys(user)
        url = self.endpoints.vulnerability_management.url
        return AsyncVulnerabilityManagement(url=url, access_key=access_key, secret_key=secret_key, **self._options(options))

    def _key(self, user: int | None) -> str:
        if user is None:
            return self.endpoints.identity_exposure.api_key
        key = self._running().identity_exposure_key(user)
        if key is None:
            raise LookupError(f"Identity Exposure has no user {user}")
        return key

    def _center_keys(self, administrator: bool, user: int | None, organization: int | None) -> tuple[str, str]:
        center = self.endpoints.security_center
        if user is None:
            if organization is not None:
                raise ValueError("organization says which user is meant; give user as well")
            account = center.administrator if administrator else center.manager
            return account.access_key, account.secret_key
        if administrator:
            raise ValueError("administrator and user exclude each other; an administrator is a user of organization 0")
        if organization is None:
            organization = center.organization_id
        keys = self._running().security_center_keys(organization, user)
        if keys is None:
            raise LookupError(f"Security Center has no user {user} in organization {organization}")
        return keys

    def _management_keys(self, user: int | None) -> tuple[str, str]:
        if user is None:
            management = self.endpoints.vulnerability_management
            return management.access_key, management.secret_key
        keys = self._running().vulnerability_management_keys(user)
        if keys is None:
            raise LookupError(f"Vulnerability Management has no user {user}")
        return keys

    def _options(self, options: ClientOptions) -> AllOptions:
        # It is on this machine, whatever proxy the environment names.
        return {**options, "proxy": None, "only_ca_file": self.ca_file}

    # Looking inside and steering

    @property
    def journal(self) -> Journal:
        """The requests that it has seen."""
        return Journal(self._running())

    @property
    def faults(self) -> Faults:
        """The faults in force."""
        return Faults(self._running())

    def fault(
        self,
        fault: Fault,
        *,
        product: Product | None = None,
        method: str | None = None,
        path: str | None = None,
        skip: int = 0,
        times: int | None = 1,
        after_commit: bool = False,
    ) -> ActiveFault:
        """Adds a fault, which is removed at the end of the `with` block; the arguments are those of `faults.add`.

        ```python
        from tenable_api import TenableError
        from tenable_api.testing import Emulator, Fault

        with Emulator() as emulator, emulator.identity_exposure() as tie:
            with emulator.fault(Fault.reset(), method="POST", path="/api/users", after_commit=True):
                try:
                    tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42")
                except TenableError as error:
                    assert error.outcome_unknown
        ```
        """
        return self.faults.add(
            fault, product=product, method=method, path=path, skip=skip, times=times, after_commit=after_commit
        )

    @property
    def clock(self) -> Clock:
        """Its time."""
        return Clock(self._running())

    @property
    def rules(self) -> Rules:
        """How it behaves where the products are not documented."""
        return Rules(self._running())

    @property
    def mail(self) -> list[Mail]:
        """What the products would have sent, the oldest first."""
        return [Mail(**form) for form in json.loads(self._running().mail())]

    def state(self) -> dict[str, Any]:
        """Everything that each product remembers, keys included, by product. For a look inside; its form may change."""
        state: dict[str, Any] = json.loads(self._running().state())
        return state

    def reset(self) -> None:
        """Back to the start: seed data and its keys, the rules given at the start, no faults, journal, mail or clock offset.

        Raises:
            EmulatorError: The seed data cannot be written to the state file; all is as before then.
        """
        self._running().reset()

    def sign_in(self, product: Product, username: str, password: str) -> bool:
        """Signs in to the user interface of a product that has no sign-in among its API's requests; whether it succeeds.

        Failures count towards the lock-out.

        Raises:
            LookupError: The product has no such user, or its sign-in is among its API's requests.
            ValueError: There is no such product.
        """
        check_conditions(product)
        succeeded = self._running().sign_in(product, username, password)
        if succeeded is None:
            raise LookupError(f"{product} has no user {username!r} who signs in this way")
        return succeeded

    def client_certificate(self, common_name: str) -> ClientCertificate:
        """A certificate for a client of Security Center under `tls`. Nobody is bound to it yet."""
        return ClientCertificate(*self._running().client_certificate(common_name))

    def __reduce__(self) -> str:
        raise TypeError("an Emulator cannot be copied or pickled; give its environment() to another process")

    def __repr__(self) -> str:
        if self._server is None:
            return "<Emulator, not started>"
        if not self.running:
            return "<Emulator, closed>"
        urls = self.endpoints
        return (
            f"<Emulator of identity_exposure at {urls.identity_exposure.url}, security_center at {urls.security_center.url}, "
            f"vulnerability_management at {urls.vulnerability_management.url}>"
        )


def _checked_seed(seed: int) -> int:
    if not 0 <= seed < 2**64:
        raise ValueError(f"the seed {seed!r} is not a number from 0 to 2**64 - 1")
    return seed


def _left_running(server: Server) -> None:
    if not server.closed:
        warnings.warn("an Emulator was not closed; use it in a `with` block", ResourceWarning, stacklevel=2)
        server.close()
