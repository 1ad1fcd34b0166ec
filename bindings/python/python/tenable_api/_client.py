"""What the clients of all products share: options, ends, other options on the same connections, and the raw way."""

from __future__ import annotations

import json as _json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from os import PathLike, fspath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn
from urllib.parse import urlencode

from ._errors import ConfigurationError
from ._values import UNSET, Secret, Unset

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._native import Client as NativeClient
    from ._native import ResponseInfo

    Limit = float | timedelta | None | Unset
    Path = str | PathLike[str] | None
    Query = Mapping[str, Any] | Sequence[tuple[str, Any]] | None

Idempotency = Literal["read", "idempotent", "once", "never"]
"""When a raw request may be sent again: whenever it failed (`read`, `idempotent`), only if it provably was not carried out (`once`), or only
if it provably was not sent (`never`)."""


def settings(
    *,
    timeout: Limit,
    attempt_timeout: Limit,
    connect_timeout: Limit,
    max_attempts: int | None,
    calls_in_flight: int | None,
    requests_per_second: float | None,
    max_response_bytes: int | None,
    user_agent: str | None,
    allow_plain_http: bool,
    proxy: str | None | Unset,
    no_proxy: str | None,
    ca_file: Path,
    only_ca_file: Path,
    client_certificate: Path,
    client_key: Path,
    dangerously_accept_any_certificate: bool,
    count_throttled: bool = False,
    retry_delay: Limit = UNSET,
) -> dict[str, Any]:
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


class RawResponse:
    """An answer as it came."""

    __slots__ = ("attempts", "content", "elapsed", "headers", "status")

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """HTTP headers by their names in lower case; values of a name that came more than once are joined by a comma."""
    content: bytes
    """The body."""
    attempts: int
    """How many times the request was sent."""
    elapsed: float
    """How long the call took in seconds, waits included."""

    def __init__(
        self, status: int, headers: Sequence[tuple[str, str]], content: bytes, attempts: int = 1, elapsed: float = 0.0
    ) -> None:
        """An answer of these parts."""
        self.status = status
        joined: dict[str, str] = {}
        for name, value in headers:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        self.headers = joined
        self.content = content
        self.attempts = attempts
        self.elapsed = elapsed

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError` when it is none."""
        return _json.loads(self.content)

    def __repr__(self) -> str:
        # Without the body, which may hold a secret.
        return f"RawResponse(status={self.status}, {len(self.content)} bytes)"


def _raw_request(
    method: str,
    path: str,
    query: Query,
    json: Any,
    content: bytes | None,
    headers: Mapping[str, str] | None,
    idempotency: Idempotency | None,
    attempt_timeout: Limit,
) -> dict[str, Any]:
    method = method.upper()
    if not path.startswith("/"):
        raise ValueError(f"the path of a raw request is a path on the product, such as /api/users, not {path!r}")
    if json is not UNSET and content is not None:
        raise ValueError("json and content exclude each other")
    all_headers = dict(headers or {})
    if json is not UNSET:
        content = _json.dumps(json, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        if not any(name.lower() == "content-type" for name in all_headers):
            all_headers["content-type"] = "application/json"
    if query:
        path += ("&" if "?" in path else "?") + urlencode(query, doseq=True)
    if idempotency is None:
        # As HTTP has it: what POST and PATCH do may not be done twice.
        idempotency = "read" if method in ("GET", "HEAD", "OPTIONS") else "idempotent" if method in ("PUT", "DELETE") else "once"
    return {
        "method": method,
        "path": path,
        "headers": list(all_headers.items()),
        "content": content or b"",
        "idempotency": idempotency,
        "attempt_timeout": attempt_timeout,
    }


class _Client:
    """What sync and async clients share. Clients may be used from many threads at once; they cannot be pickled."""

    __slots__ = ("__weakref__", "_client")

    _client: NativeClient

    @classmethod
    def _of(cls, native: NativeClient) -> Self:
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
        timeout: Limit = UNSET,
        missing_as_deleted: Literal[True] | None = None,
        on_response: Callable[[ResponseInfo], object] | None = None,
    ) -> Self:
        """A client with other options for the calls of its resources, on the same connections, limits and session.

        Closing it closes the client that it was made from. Raw requests, the tasks of `tenable_api.directory` and
        `tenable_api.admin.Admin` go by the options that the first client was made with.

        ```python
        patient = tie.with_options(timeout=300)
        tie.with_options(missing_as_deleted=True).users.delete(7)  # fine if 7 is gone already
        tie.with_options(on_response=lambda info: print(info.request_id)).users.list()
        ```

        Args:
            timeout: Limit of each call in seconds, retries and waits included; `None` for no limit.
            missing_as_deleted: Takes a deletion of what is not there as done.
            on_response: Is told status, headers and request id of each successful answer but those of `iterate`, before the call gives
                its value. An async client tells it from another thread. What it raises comes out of the call, which was carried out.
        """
        return self._of(self._client.with_options(timeout, missing_as_deleted, on_response))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r}{', closed' if self.closed else ''})"

    def __reduce__(self) -> NoReturn:
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
        query: Query = None,
        json: Any = UNSET,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency: Idempotency | None = None,
        attempt_timeout: Limit = UNSET,
    ) -> RawResponse:
        """Sends any request to the product through the same layers, for what this package does not know yet.

        The answer comes as it is, whatever its status.

        ```python
        answer = tie.raw("GET", "/api/infrastructures")
        print(answer.status, answer.json())
        ```

        Args:
            method: HTTP method.
            path: Path on the product.
            query: Query parameters; lists repeat their name.
            json: Body as JSON.
            content: Body as bytes, instead of `json`.
            headers: Further headers.
            idempotency: When it may be sent again. By default as HTTP has it: GET, PUT and DELETE after a passing failure, others never once
                they may have been carried out.
            attempt_timeout: Limit of each attempt in seconds instead of the client's; `None` for no limit.
        """
        return RawResponse(*self._client.raw(_raw_request(method, path, query, json, content, headers, idempotency, attempt_timeout)))

    def close(self) -> None:
        """Ends the session, if there is one. Later calls of this client, and of those made from it, fail."""
        self._client.close()

    def __enter__(self) -> Self:
        """The client itself; leaving the block closes it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
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
        query: Query = None,
        json: Any = UNSET,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency: Idempotency | None = None,
        attempt_timeout: Limit = UNSET,
    ) -> RawResponse:
        """Sends any request to the product through the same layers, for what this package does not know yet.

        The answer comes as it is, whatever its status.

        ```python
        answer = await tie.raw("GET", "/api/infrastructures")
        print(answer.status, answer.json())
        ```

        Args:
            method: HTTP method.
            path: Path on the product.
            query: Query parameters; lists repeat their name.
            json: Body as JSON.
            content: Body as bytes, instead of `json`.
            headers: Further headers.
            idempotency: When it may be sent again. By default as HTTP has it: GET, PUT and DELETE after a passing failure, others never once
                they may have been carried out.
            attempt_timeout: Limit of each attempt in seconds instead of the client's; `None` for no limit.
        """
        request = _raw_request(method, path, query, json, content, headers, idempotency, attempt_timeout)
        return RawResponse(*await self._client.raw_async(request))

    async def close(self) -> None:
        """Ends the session, if there is one. Later calls of this client, and of those made from it, fail."""
        closing = self._client.close_async()
        if closing is not None:
            await closing

    async def __aenter__(self) -> Self:
        """The client itself; leaving the block closes it."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            await self.close()
        except Exception:
            # What went wrong within says more than that the end could not be told.
            if error is None:
                raise


def check_given(name: str, value: str | Secret | None) -> None:
    """Refuses what is missing or empty, as a variable that is not set tends to be: only `from_env` looks in the environment."""
    if value is None:
        raise ConfigurationError(f"{name} is missing")
    check_not_empty(name, value)


def check_not_empty(name: str, value: str | Secret | None) -> None:
    """Refuses an empty credential."""
    if value is not None and not value:
        raise ConfigurationError(f"{name} is empty")
