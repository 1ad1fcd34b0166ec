"""Tenable Identity Exposure: its clients and types.

```python
from tenable_api import IdentityExposure

with IdentityExposure("https://acme.tenable.ad", api_key="...") as tie:
    for user in tie.users.list():
        print(user.email, user.locked_out)
```
"""

from __future__ import annotations

from . import _generated
from .. import _hints as hints
from .. import _loading
from .._client import AsyncClient, SyncClient, _Client, check_given, native, settings
from .._hints import TYPE_CHECKING, Callable
from .._values import UNSET, Secret, Unset
from ._generated import AsyncResources, Resources

if TYPE_CHECKING:
    from ._generated import *  # noqa: F403 - the types and resources of the product

__all__ = ["AsyncIdentityExposure", "IdentityExposure"]
__all__ += _generated.__all__


if not TYPE_CHECKING:
    __getattr__ = _loading(__name__, {"identity_exposure._generated": _generated.__all__})


def __dir__() -> list[str]:
    return sorted(__all__)


class _IdentityExposure(_Client):
    """How the clients of Tenable Identity Exposure are made."""

    __slots__ = ()

    def __init__(
        self,
        url: str,
        *,
        api_key: str | Secret,
        on_new_api_key: Callable[[Secret], object] | None = None,
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
            url: Where the product answers, such as `https://acme.tenable.ad`; with or without a trailing slash or `/api`.
            api_key: The API key of the user on whose behalf the client acts.
            on_new_api_key: Is told the new key when a renewal gives one, before it is used: the place to store it. The old key is dead by
                then. Perhaps called from another thread.
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
        check_given("api_key", api_key)
        self._client = native().identity_exposure(
            url,
            api_key,
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
            on_new_api_key,
        )

    @classmethod
    def from_env(
        cls,
        *,
        on_new_api_key: Callable[[Secret], object] | None = None,
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
        """A client for what the environment names: `TIE_URL` and `TIE_API_KEY`.

        Args:
            on_new_api_key: Is told the new key when a renewal gives one, before it is used. Perhaps called from another thread.
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
            native().identity_exposure(
                None,
                None,
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
                on_new_api_key,
            )
        )

    @property
    def current_api_key(self) -> Secret:
        """The key in use: the one given, or the one of the last renewal."""
        return self._client.current_api_key()


class IdentityExposure(_IdentityExposure, SyncClient, Resources):
    """The client of Tenable Identity Exposure.

    ```python
    with IdentityExposure("https://acme.tenable.ad", api_key="...") as tie:
        for user in tie.users.list():
            print(user.email, user.locked_out)
    ```

    It may be used from many threads at once. Keep one client per account: it keeps connections and limits.
    """

    __slots__ = ()


class AsyncIdentityExposure(_IdentityExposure, AsyncClient, AsyncResources):
    """The client of Tenable Identity Exposure for asyncio: the same methods as `IdentityExposure`, awaited.

    ```python
    async with AsyncIdentityExposure("https://acme.tenable.ad", api_key="...") as tie:
        for user in await tie.users.list():
            print(user.email, user.locked_out)
    ```

    Cancelling a call cancels its request; one that was under way may have been carried out all the same.
    """

    __slots__ = ()
