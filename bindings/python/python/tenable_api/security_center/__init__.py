"""Tenable Security Center, and Tenable Enclave Security: its clients and types.

```python
from tenable_api import SecurityCenter

with SecurityCenter("https://sc.example.com", access_key="...", secret_key="...") as sc:
    for user in sc.users.list(fields=["username", "locked", "role"]):
        print(user.username, user.locked)
```
"""

from __future__ import annotations

from . import _generated
from .. import _hints as hints
from .. import _loading
from .._client import AsyncClient, SyncClient, _Client, check_given, check_not_empty, native, settings
from .._hints import TYPE_CHECKING
from .._values import UNSET, Secret, Unset
from ._generated import AsyncResources, Resources

if TYPE_CHECKING:
    from ._generated import *  # noqa: F403 - the types and resources of the product

__all__ = ["AsyncSecurityCenter", "SecurityCenter"]
__all__ += _generated.__all__


if not TYPE_CHECKING:
    __getattr__ = _loading(__name__, {"security_center._generated": _generated.__all__})


def __dir__() -> list[str]:
    return sorted(__all__)


class _SecurityCenter(_Client):
    """How the clients of Tenable Security Center, and Tenable Enclave Security are made."""

    __slots__ = ()

    def __init__(
        self,
        url: str,
        *,
        access_key: str | Secret | None = None,
        secret_key: str | Secret | None = None,
        username: str | None = None,
        password: str | Secret | None = None,
        client_certificate_login: bool = False,
        release_session: bool = False,
        enclave_security: bool = False,
        timeout: hints.Limit = UNSET,
        attempt_timeout: hints.Limit = UNSET,
        connect_timeout: hints.Limit = UNSET,
        max_attempts: int | None = None,
        calls_in_flight: int | None = None,
        requests_per_second: float | None = None,
        max_response_bytes: int | None = None,
        user_agent: str | None = None,
        allow_plain_http: bool = False,
        proxy: str | None | Unset = UNSET,
        no_proxy: str | None = None,
        ca_file: hints.Path = None,
        only_ca_file: hints.Path = None,
        client_certificate: hints.Path = None,
        client_key: hints.Path = None,
        dangerously_accept_any_certificate: bool = False,
    ) -> None:
        """A client. Nothing is sent before the first call.

        Args:
            url: Where the product answers, such as `https://sc.example.com`; with or without a trailing slash or `/rest`.
            access_key: The access key of an API key; with `secret_key`. From version 5.13.
            secret_key: The secret key of an API key.
            username: The user's name, which is case-sensitive, to sign in by `password`. The session is opened by the first call that needs
                it, renewed when it has expired, and ended by `close()`.
            password: The user's password.
            client_certificate_login: Signs in by `client_certificate`, which must be bound to a user.
            release_session: Whether signing in may end another session of the account when it has as many as it may have.
            enclave_security: Whether users, roles and groups are addressed as Enclave Security has them, under `/rest/tes`.
            timeout: Limit of each call in seconds, retries and waits included; 60 by default, `None` for no limit.
            attempt_timeout: Limit of each attempt in seconds; 30 by default, `None` for no limit.
            connect_timeout: Limit of making a connection in seconds, TLS included; `None` for no limit.
            max_attempts: How often a request is sent at most when it may be sent again; 3 by default. Waits that the server asks for (429)
                do not count.
            calls_in_flight: How many calls are under way at once; 64 by default. Further ones wait.
            requests_per_second: Most requests a second, over all threads. No limit by default; a 429 pauses all in any case.
            max_response_bytes: The largest answer that is accepted, decompressed; 256 MiB by default.
            user_agent: Names your program to the server, before this package's own name.
            allow_plain_http: Whether plain http may be used to other hosts than this machine. Credentials then travel unencrypted.
            proxy: URL of the proxy; `None` for none. By default what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
            no_proxy: Hosts that are reached without it, as in `NO_PROXY`.
            ca_file: PEM file of an authority that is trusted besides those of the platform.
            only_ca_file: PEM file of the authorities, or of the server's own certificate, that are trusted instead.
            client_certificate: PEM file of the client's certificate with its chain.
            client_key: PEM file of its key.
            dangerously_accept_any_certificate: Does not verify the server: anyone on the way can read and change everything.

        Raises:
            ConfigurationError: The address or a credential cannot be used.
        """
        check_given("url", url)
        for name, value in (("access_key", access_key), ("secret_key", secret_key), ("username", username), ("password", password)):
            check_not_empty(name, value)
        self._client = native().security_center(
            url,
            access_key,
            secret_key,
            username,
            password,
            client_certificate_login,
            release_session,
            enclave_security,
            settings(
                timeout=timeout,
                attempt_timeout=attempt_timeout,
                connect_timeout=connect_timeout,
                max_attempts=max_attempts,
                calls_in_flight=calls_in_flight,
                requests_per_second=requests_per_second,
                max_response_bytes=max_response_bytes,
                user_agent=user_agent,
                allow_plain_http=allow_plain_http,
                proxy=proxy,
                no_proxy=no_proxy,
                ca_file=ca_file,
                only_ca_file=only_ca_file,
                client_certificate=client_certificate,
                client_key=client_key,
                dangerously_accept_any_certificate=dangerously_accept_any_certificate,
            ),
        )

    @classmethod
    def from_env(
        cls,
        *,
        client_certificate_login: bool = False,
        release_session: bool = False,
        enclave_security: bool = False,
        timeout: hints.Limit = UNSET,
        attempt_timeout: hints.Limit = UNSET,
        connect_timeout: hints.Limit = UNSET,
        max_attempts: int | None = None,
        calls_in_flight: int | None = None,
        requests_per_second: float | None = None,
        max_response_bytes: int | None = None,
        user_agent: str | None = None,
        allow_plain_http: bool = False,
        proxy: str | None | Unset = UNSET,
        no_proxy: str | None = None,
        ca_file: hints.Path = None,
        only_ca_file: hints.Path = None,
        client_certificate: hints.Path = None,
        client_key: hints.Path = None,
        dangerously_accept_any_certificate: bool = False,
    ) -> hints.Self:
        """A client for what the environment names: `TSC_URL`, and `TSC_ACCESS_KEY` with `TSC_SECRET_KEY`, or else `TSC_USERNAME`
        with `TSC_PASSWORD`.

        Args:
            client_certificate_login: Signs in by `client_certificate`, which must be bound to a user.
            release_session: Whether signing in may end another session of the account when it has as many as it may have.
            enclave_security: Whether users, roles and groups are addressed as Enclave Security has them, under `/rest/tes`.
            timeout: Limit of each call in seconds, retries and waits included; 60 by default, `None` for no limit.
            attempt_timeout: Limit of each attempt in seconds; 30 by default, `None` for no limit.
            connect_timeout: Limit of making a connection in seconds, TLS included; `None` for no limit.
            max_attempts: How often a request is sent at most when it may be sent again; 3 by default. Waits that the server asks for (429)
                do not count.
            calls_in_flight: How many calls are under way at once; 64 by default. Further ones wait.
            requests_per_second: Most requests a second, over all threads. No limit by default; a 429 pauses all in any case.
            max_response_bytes: The largest answer that is accepted, decompressed; 256 MiB by default.
            user_agent: Names your program to the server, before this package's own name.
            allow_plain_http: Whether plain http may be used to other hosts than this machine. Credentials then travel unencrypted.
            proxy: URL of the proxy; `None` for none. By default what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
            no_proxy: Hosts that are reached without it, as in `NO_PROXY`.
            ca_file: PEM file of an authority that is trusted besides those of the platform.
            only_ca_file: PEM file of the authorities, or of the server's own certificate, that are trusted instead.
            client_certificate: PEM file of the client's certificate with its chain.
            client_key: PEM file of its key.
            dangerously_accept_any_certificate: Does not verify the server: anyone on the way can read and change everything.

        Raises:
            ConfigurationError: Something is missing or cannot be used.
        """
        return cls._of(
            native().security_center(
                None,
                None,
                None,
                None,
                None,
                client_certificate_login,
                release_session,
                enclave_security,
                settings(
                    timeout=timeout,
                    attempt_timeout=attempt_timeout,
                    connect_timeout=connect_timeout,
                    max_attempts=max_attempts,
                    calls_in_flight=calls_in_flight,
                    requests_per_second=requests_per_second,
                    max_response_bytes=max_response_bytes,
                    user_agent=user_agent,
                    allow_plain_http=allow_plain_http,
                    proxy=proxy,
                    no_proxy=no_proxy,
                    ca_file=ca_file,
                    only_ca_file=only_ca_file,
                    client_certificate=client_certificate,
                    client_key=client_key,
                    dangerously_accept_any_certificate=dangerously_accept_any_certificate,
                ),
            )
        )


class SecurityCenter(_SecurityCenter, SyncClient, Resources):
    """The client of Tenable Security Center, and Tenable Enclave Security.

    ```python
    with SecurityCenter("https://sc.example.com", access_key="...", secret_key="...") as sc:
        for user in sc.users.list(fields=["username", "locked", "role"]):
            print(user.username, user.locked)
    ```

    It may be used from many threads at once. Keep one client per account: it keeps connections and limits.
    """

    __slots__ = ()


class AsyncSecurityCenter(_SecurityCenter, AsyncClient, AsyncResources):
    """The client of Tenable Security Center, and Tenable Enclave Security for asyncio: the same methods as `SecurityCenter`, awaited.

    ```python
    async with AsyncSecurityCenter("https://sc.example.com", access_key="...", secret_key="...") as sc:
        for user in await sc.users.list(fields=["username", "locked", "role"]):
            print(user.username, user.locked)
    ```

    Cancelling a call cancels its request; one that was under way may have been carried out all the same.
    """

    __slots__ = ()
