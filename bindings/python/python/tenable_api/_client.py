"""What the clients of all products share: options, ends, other options on the same connections, and the raw way."""

from __future__ import annotations

from os import fspath

from . import _hints as hints
from ._hints import Callable, Mapping
from ._values import UNSET, Secret, Unset


def settings(
    *,
    timeout: hints.Limit,
    attempt_timeout: hints.Limit,
    connect_timeout: hints.Limit,
    max_attempts: int | None,
    calls_in_flight: int | None,
    requests_per_second: float | None,
    max_response_bytes: int | None,
    user_agent: str | None,
    allow_plain_http: bool,
    proxy: str | None | Unset,
    no_proxy: str | None,
    ca_file: hints.Path,
    only_ca_file: hints.Path,
    client_certificate: hints.Path,
    client_key: hints.Path,
    dangerously_accept_any_certificate: bool,
    count_throttled: bool = False,
    retry_delay: hints.Limit = UNSET,
) -> dict[str, hints.Any]:
    """The options of a client as the native module takes them.

    The last two are for the names of pyTenable: whether attempts answered 429 count among `max_attempts`, and the longest wait before the
    second attempt where the server names none, which doubles with each further one.
    """
    return {
        "timeout": timeout,
        "attempt_timeout": attempt_timeout,
        "connect_timeout": connect_timeout,
        "max_attempts": max_attempts,
        "calls_in_flight": calls_in_flight,
        "requests_per_second": requests_per_second,
        "max_response_bytes": max_response_bytes,
        "user_agent": user_agent,
        "allow_plain_http": allow_plain_http,
        "proxy": proxy,
        "no_proxy": no_proxy,
        "ca_file": None if ca_file is None else fspath(ca_file),
        "only_ca_file": None if only_ca_file is None else fspath(only_ca_file),
        "client_certificate": None if client_certificate is None else fspath(client_certificate),
        "client_key": None if client_key is None else fspath(client_key),
        "dangerously_accept_any_certificate": dangerously_accept_any_certificate,
        "count_throttled": count_throttled,
        "retry_delay": retry_delay,
    }


def native() -> type[hints.NativeClient]:
    """The class of the native half, which is loaded when a client is made: an import alone does not need it."""
    from ._native import Client

    return Client


class _Client:
    """What sync and async clients share. Clients may be used from many threads at once; they cannot be pickled."""

    __slots__ = ("__weakref__", "_client")

    _client: hints.NativeClient

    @classmethod
    def _of(cls, native: hints.NativeClient) -> hints.Self:
        client = cls.__new__(cls)
        client._client = native
        return client

    @property
    def url(self) -> str:
        """Where the product answers."""
        return self._client.url

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._client.closed

    def with_options(
        self,
        *,
        timeout: hints.Limit = UNSET,
        missing_as_deleted: hints.Literal[True] | None = None,
        on_response: Callable[[hints.ResponseInfo], object] | None = None,
    ) -> hints.Self:
        """A client with other options, on the same connections, limits and session. What is not given stays as it is.

        The options hold for all calls of the new client: those of its resources, raw requests, and what `tenable_api.admin` and
        `tenable_api.directory` do with it; only `on_response` is not told of the last two.

        Closing it leaves the client that it was made from open. Closing that one closes all that were made from it. A session ends
        with the first client, or with the last one that is left.

        ```python
        patient = tie.with_options(timeout=300)
        tie.with_options(missing_as_deleted=True).users.delete(7)  # fine if 7 is gone already
        tie.with_options(on_response=lambda info: print(info.request_id)).users.list()
        ```

        Args:
            timeout: Limit of each call in seconds, retries and waits included; `None` for no limit.
            missing_as_deleted: Takes a deletion of what is not there as done.
            on_response: Is told status, headers and request id of each successful answer, and of every answer to a raw request, before
                the call gives its value; of each page of `iterate`. An async client tells it on the thread of its loop, which it must
                not keep waiting, and of pages from another thread. What it raises comes out of the call, which was carried out.
        """
        if on_response is not None and not callable(on_response):
            raise TypeError(f"on_response is called, and {type(on_response).__name__} cannot be")
        return self._of(self._client.with_options(timeout, missing_as_deleted, on_response))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r}{', closed' if self.closed else ''})"

    def __reduce__(self) -> hints.NoReturn:
        raise TypeError(
            f"{type(self).__name__} holds connections and credentials, which cannot be pickled or copied: share the client between "
            "threads, and make a new one in each process"
        )


class SyncClient(_Client):
    """A client whose calls wait."""

    __slots__ = ()

    def raw(
        self,
        method: str,
        path: str,
        *,
        query: hints.Query = None,
        json: hints.Any = UNSET,
        content: bytes | bytearray | memoryview | None = None,
        headers: Mapping[str, str | Secret] | None = None,
        idempotency: hints.Idempotency | None = None,
        attempt_timeout: hints.Limit = UNSET,
    ) -> hints.RawResponse:
        """Sends any request to the product through the same layers, for what this package does not know yet.

        The answer comes as it is, whatever its status.

        ```python
        answer = tie.raw("GET", "/api/infrastructures")
        print(answer.status, answer.json())
        ```

        Args:
            method: HTTP method.
            path: Path on the product.
            query: Query parameters; lists repeat their name, and a value may be a `Secret`.
            json: Body as JSON; a `Secret` in it is sent as its text.
            content: Body as bytes, instead of `json`.
            headers: Further headers; a value may be a `Secret`.
            idempotency: When it may be sent again. By default as HTTP has it: GET, PUT and DELETE after a passing failure, others never once
                they may have been carried out.
            attempt_timeout: Limit of each attempt in seconds instead of the client's; `None` for no limit.
        """
        from ._raw import RawResponse, raw_request

        request = raw_request(method, path, query, json, content, headers, idempotency, attempt_timeout)
        return RawResponse(*self._client.raw(request))

    def close(self) -> None:
        """Ends the session, if there is one and no other client is left on it. Later calls of this client, and of those made from it, fail.

        One that was made by `with_options` leaves the client that it was made from open.
        """
        self._client.close()

    def __enter__(self) -> hints.Self:
        """The client itself; leaving the block closes it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: hints.TracebackType | None) -> None:
        try:
            self.close()
        except Exception:
            # What went wrong within says more than that the end could not be told.
            if error is None:
                raise


class AsyncClient(_Client):
    """A client whose calls are awaited."""

    __slots__ = ()

    async def raw(
        self,
        method: str,
        path: str,
        *,
        query: hints.Query = None,
        json: hints.Any = UNSET,
        content: bytes | bytearray | memoryview | None = None,
        headers: Mapping[str, str | Secret] | None = None,
        idempotency: hints.Idempotency | None = None,
        attempt_timeout: hints.Limit = UNSET,
    ) -> hints.RawResponse:
        """Sends any request to the product through the same layers, for what this package does not know yet.

        The answer comes as it is, whatever its status.

        ```python
        answer = await tie.raw("GET", "/api/infrastructures")
        print(answer.status, answer.json())
        ```

        Args:
            method: HTTP method.
            path: Path on the product.
            query: Query parameters; lists repeat their name, and a value may be a `Secret`.
            json: Body as JSON; a `Secret` in it is sent as its text.
            content: Body as bytes, instead of `json`.
            headers: Further headers; a value may be a `Secret`.
            idempotency: When it may be sent again. By default as HTTP has it: GET, PUT and DELETE after a passing failure, others never once
                they may have been carried out.
            attempt_timeout: Limit of each attempt in seconds instead of the client's; `None` for no limit.
        """
        from ._raw import RawResponse, raw_request

        request = raw_request(method, path, query, json, content, headers, idempotency, attempt_timeout)
        return RawResponse(*await self._client.raw_async(request))

    async def close(self) -> None:
        """Ends the session, if there is one and no other client is left on it. Later calls of this client, and of those made from it, fail.

        One that was made by `with_options` leaves the client that it was made from open.
        """
        closing = self._client.close_async()
        if closing is not None:
            await closing

    async def __aenter__(self) -> hints.Self:
        """The client itself; leaving the block closes it."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: hints.TracebackType | None) -> None:
        try:
            await self.close()
        except Exception:
            # What went wrong within says more than that the end could not be told.
            if error is None:
                raise


def check_given(name: str, value: str | Secret | None) -> None:
    """Refuses what is missing or empty, as a variable that is not set tends to be: only `from_env` looks in the environment."""
    if value is None:
        raise _unusable(f"{name} is missing")
    check_not_empty(name, value)


def check_not_empty(name: str, value: str | Secret | None) -> None:
    """Refuses an empty credential, and what is no text."""
    if value is not None and not isinstance(value, (str, Secret)):
        raise TypeError(f"{name} is text or a Secret, not {type(value).__name__}")
    if value is not None and not value:
        raise _unusable(f"{name} is empty")


def _unusable(text: str) -> Exception:
    from ._errors import ConfigurationError

    return ConfigurationError(text)
